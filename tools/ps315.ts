/**
 * Builds libs/imaging/src/deidentification/ps315.generated.json: PS3.15 Table E.1-1, which says
 * what the Basic Application Level Confidentiality Profile and its options do with each attribute.
 * The standard itself is HTML far away; two packages of the PyPI registry carry the table:
 *
 * - `dicom-anonymizer` 2.1.0 (Kitware, BSD-3-Clause), `dicomfields_2026c.py`: tag, name and basic
 * code of edition 2026c. No option columns.
 * - `dicom-standard` 0.1.0 (Innolitics, MIT), `confidentiality_profile_attributes.json`: the
 * edition current on 2020-04-07, with the option columns.
 *
 * The basic code is always the newer one. Rows younger than 2020 have `options: null`, which means
 * "not known here", never "no option applies". The two sources check each other: a row that left
 * the table, or whose code changed, must be in `expectedDifferences`, or the run fails.
 *
 *   pip download --no-deps dicom-anonymizer==2.1.0 dicom-standard==0.1.0 && unzip '*.whl'
 *   node tools/ps315.ts dicomanonymizer/dicom_anonymization_databases/dicomfields_2026c.py \
 *     dicom_standard-0.1.0.data/data/standard/confidentiality_profile_attributes.json
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const basicCodes = {
  D: 'D',
  Z: 'Z',
  X: 'X',
  U: 'U',
  Z_D: 'Z/D',
  X_Z: 'X/Z',
  X_D: 'X/D',
  X_Z_D: 'X/Z/D',
  X_Z_U_STAR: 'X/Z/U*',
} as const;

/** Our name of each option (PS3.15 E.3) and its column in the Innolitics file. */
const optionColumns = {
  retainSafePrivate: 'rtnSafePrivOpt',
  retainUids: 'rtnUIDsOpt',
  retainDeviceIdentity: 'rtnDevIdOpt',
  retainInstitutionIdentity: 'rtnInstIdOpt',
  retainPatientCharacteristics: 'rtnPatCharsOpt',
  retainFullDates: 'rtnLongFullDatesOpt',
  retainModifiedDates: 'rtnLongModifDatesOpt',
  cleanDescriptors: 'cleanDescOpt',
  cleanStructuredContent: 'cleanStructContOpt',
  cleanGraphics: 'cleanGraphOpt',
} as const;
// X stands in one cell: Referenced Patient Sequence, under Retain UIDs.
const optionCode = z.enum(['K', 'C', 'X']).optional();

const olderTable = z.array(
  z.object({
    id: z.string(),
    basicProfile: z.enum(Object.values(basicCodes)),
    rtnSafePrivOpt: optionCode,
    rtnUIDsOpt: optionCode,
    rtnDevIdOpt: optionCode,
    rtnInstIdOpt: optionCode,
    rtnPatCharsOpt: optionCode,
    rtnLongFullDatesOpt: optionCode,
    rtnLongModifDatesOpt: optionCode,
    cleanDescOpt: optionCode,
    cleanStructContOpt: optionCode,
    cleanGraphOpt: optionCode,
  }),
);

/** Codes that the standard itself changed after 2020: older, newer. */
const expectedDifferences: Record<string, [string, string]> = {
  '00100020': ['Z', 'Z/D'], // Patient ID
  '30080105': ['X', 'X/Z'], // Source Serial Number
  '300A00B2': ['X', 'X/Z'], // Treatment Machine Name
  '30100077': ['D', 'X/D'], // Treatment Site
};

interface Row {
  tag: string;
  name: string;
  basic: string;
  options: Record<string, string> | null;
}

const [newerPath, olderPath] = process.argv.slice(2);
if (!newerPath || !olderPath)
  throw new Error(
    'Usage: node tools/ps315.ts <dicomfields_2026c.py> <confidentiality_profile_attributes.json>',
  );
const newerText = readFileSync(newerPath, 'utf8');
const olderText = readFileSync(olderPath, 'utf8');
const olderRows = new Map(
  olderTable.parse(JSON.parse(olderText)).map((row) => [toOlderTag(row.id), row]),
);

const rows = readNewerTable(newerText);
// Kitware deletes private attributes in code, so the row "gggg odd" is not in its file; the
// standard's row is X.
rows.push({ tag: 'PRIVATE', name: 'Private Attributes', basic: 'X', options: null });
for (const row of rows) row.options = optionsOf(row);
checkAgainstOlder(rows);
rows.sort((a, b) => (a.tag < b.tag ? -1 : 1));

const header = {
  table: 'DICOM PS3.15 Table E.1-1, Application Level Confidentiality Profile Attributes',
  edition: '2026c',
  optionsEdition: 'current on 2020-04-07',
  sources: [
    {
      package: 'pypi:dicom-anonymizer@2.1.0',
      file: 'dicomfields_2026c.py',
      license: 'BSD-3-Clause',
      sha256: sha256(newerText),
    },
    {
      package: 'pypi:dicom-standard@0.1.0',
      file: 'confidentiality_profile_attributes.json',
      license: 'MIT',
      sha256: sha256(olderText),
    },
  ],
  rowsSha256: sha256(JSON.stringify(rows)),
};
const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
writeFileSync(
  new URL('../libs/imaging/src/deidentification/ps315.generated.json', import.meta.url),
  `${JSON.stringify(header, null, 2).slice(0, -2)},\n  "rows": [\n${lines}\n  ]\n}\n`,
);
console.log(
  `${rows.length} rows, ${rows.filter((row) => row.options === null).length} of them without option columns`,
);

/**
 * The Kitware file is Python: one list of `(group, element[, group mask, element mask]),  # Name`
 * per code, some tuples broken over lines.
 */
function readNewerTable(text: string): Row[] {
  const tuple =
    /\(\s*0x([0-9A-F]{4}),\s*0x([0-9A-F]{4}),?(?:\s*0x([0-9A-F]{4}),\s*0x([0-9A-F]{4}),?)?\s*\),\s*# ([^\n]+)/g;
  const found: Row[] = [];
  for (const [python, basic] of Object.entries(basicCodes)) {
    const list = new RegExp(`^${python}_TAGS = \\[\\n([\\s\\S]*?)^\\]`, 'm').exec(text)?.[1];
    if (list === undefined)
      throw new Error(`${python}_TAGS is not in the file: its layout changed, read it again.`);
    const before = found.length;
    for (const [
      ,
      group = '',
      element = '',
      groupMask = 'FFFF',
      elementMask = 'FFFF',
      name = '',
    ] of list.matchAll(tuple)) {
      found.push({
        tag: masked(group, groupMask) + masked(element, elementMask),
        name: name.trim(),
        basic,
        options: null,
      });
    }
    const tuples = list.split('(0x').length - 1 + (list.split('(\n').length - 1);
    if (found.length - before !== tuples)
      throw new Error(`${python}_TAGS holds ${tuples} tags, read ${found.length - before}.`);
  }
  if (new Set(found.map((row) => row.tag)).size !== found.length)
    throw new Error('A tag is in two lists.');
  return found;
}

/** `6000` under mask `FF00` is `60XX`: a digit that the mask leaves open may be anything. */
function masked(digits: string, mask: string): string {
  return [...digits].map((digit, index) => (mask[index] === 'F' ? digit : 'X')).join('');
}

function toOlderTag(id: string): string {
  return id.startsWith('gggg') ? 'PRIVATE' : id.toUpperCase();
}

function optionsOf(row: Row): Row['options'] {
  const older = olderRows.get(row.tag);
  if (!older) return null;
  const known = Object.entries(optionColumns).flatMap(([option, column]) => {
    const code = older[column];
    return code ? [[option, code] as const] : [];
  });
  return Object.fromEntries(known);
}

function checkAgainstOlder(newer: Row[]): void {
  const byTag = new Map(newer.map((row) => [row.tag, row]));
  for (const [tag, older] of olderRows) {
    const code = byTag.get(tag)?.basic;
    const [was, is] = expectedDifferences[tag] ?? [older.basicProfile, older.basicProfile];
    if (code !== is || older.basicProfile !== was)
      throw new Error(
        `${tag}: ${older.basicProfile} became ${code ?? 'no row'}; check the standard.`,
      );
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
