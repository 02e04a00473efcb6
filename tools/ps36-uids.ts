/**
 * Builds libs/imaging/src/deidentification/ps36-uids.generated.json: the UIDs that PS3.6 annex A
 * assigns. De-identification leaves these as they are and maps all others, so the list must hold
 * names of classes, syntaxes and coding schemes only: well-known instances and frames of reference
 * name an object, and are left out.
 *
 * The source is `_uid_dict.py` of `pydicom` 3.0.1 (MIT) of the PyPI registry, which is generated
 * from the standard.
 *
 *   pip download --no-deps pydicom==3.0.1 && unzip '*.whl'
 *   node tools/ps36-uids.ts pydicom/_uid_dict.py
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** The types of PS3.6 table A-1 that name no object. */
const keptTypes = [
  'Application Context Name',
  'Application Hosting Model',
  'Coding Scheme',
  'DICOM UIDs as a Coding Scheme',
  'LDAP OID',
  'Mapping Resource',
  'Meta SOP Class',
  'SOP Class',
  'Service Class',
  'Transfer Syntax',
];
const leftTypes = [
  'Synchronization Frame of Reference',
  'Well-known SOP Instance',
  'Well-known frame of reference',
];

const [sourcePath] = process.argv.slice(2);
if (!sourcePath) throw new Error('Usage: node tools/ps36-uids.ts <pydicom/_uid_dict.py>');
const text = readFileSync(sourcePath, 'utf8');
const entries = [...text.matchAll(/^ {4}'([\d.]+)': \((?:'[^']*'|"[^"]*"), '([^']*)'/gm)].map(
  ([, uid = '', type = '']) => ({ uid, type }),
);
if (entries.length !== text.split('\n').filter((line) => line.startsWith("    '")).length)
  throw new Error('A line was not read: the layout of the file changed, read it again.');
const strange = entries.find(({ type }) => ![...keptTypes, ...leftTypes].includes(type));
if (strange)
  throw new Error(`${strange.uid} is of type "${strange.type}": say whether it names an object.`);

const uids = entries
  .filter(({ type }) => keptTypes.includes(type))
  .map(({ uid }) => uid)
  .sort();
writeFileSync(
  new URL('../libs/imaging/src/deidentification/ps36-uids.generated.json', import.meta.url),
  `${JSON.stringify(
    {
      table: 'DICOM PS3.6 table A-1, UID Values, without those that name an object',
      source: {
        package: 'pypi:pydicom@3.0.1',
        file: '_uid_dict.py',
        license: 'MIT',
        sha256: createHash('sha256').update(text).digest('hex'),
      },
      uids,
    },
    null,
    2,
  )}\n`,
);
console.log(`${uids.length} UIDs of ${entries.length}`);
