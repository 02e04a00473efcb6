import type {
  DicomDataset,
  DicomElement,
  DicomObject,
  NumberVr,
  Tag,
  TextVr,
} from '../dicom/dataset.ts';
import { getText, setSequence, setText } from '../dicom/dataset.ts';
import { checkedTime, shiftDate, shiftDateTime } from './dates.ts';
import { isPrivateTag, isStandardTag, lookUpVr, tagName } from '../dicom/dictionary.ts';
import { writePart10 } from '../dicom/part10.ts';
import { findResidualIdentity } from './residual-identity.ts';
import type { ResidualIdentity } from './residual-identity.ts';
import { profileRow } from './profile.ts';
import type { ProfileRule } from './profile.ts';
import { freeCodeStrings, isRegisteredUid, keptTexts } from './kept.ts';
import type { Pseudonymizer } from './pseudonyms.ts';

/**
 * De-identification by PS3.15 annex E: Basic Application Confidentiality Profile with the option
 * Retain Longitudinal Temporal Information, Modified Dates. Stricter than the table: what neither
 * the table nor PS3.6 knows goes (an allow-list); of free text that the table does not list, only
 * what kept.ts names stays; of binary values only the pixels; every UID is mapped that PS3.6 does
 * not list, and every one that names an object; and no value stays whose form is not the tag's.
 *
 * Blind spots: text burned into pixels (verdict.ts keeps out the kinds of images that carry it),
 * and another person's name in a text that kept.ts lets pass, such as a kernel. The name, ID and
 * birth date of the file's own person are looked for in the final bytes (residual-identity.ts).
 */
export const deidentifyActions = [
  'kept',
  'removed',
  'removed-private',
  'removed-unknown',
  'emptied',
  'dummied',
  'uid-mapped',
  'pseudonymised',
  'date-shifted',
  'date-failed',
] as const;
type DeidentifyAction = (typeof deidentifyActions)[number];

/** One changed element: the tags that lead to it, never its value. */
type DeidentifyChange = { path: string; name: string; action: DeidentifyAction };

export type Deidentified = {
  object: DicomObject;
  /**
   * The pseudonym that now stands for the person; equal to `pseudonyms.patient` of the old Patient
   * ID.
   */
  patientPseudonym: string;
  /** Elements per action, sequences' items included. */
  counts: Record<DeidentifyAction, number>;
  /** All elements that were not kept, in the order of the file. */
  changes: DeidentifyChange[];
};

export class DeidentifyError extends Error {
  override name = 'DeidentifyError';
}

type Run = {
  pseudonyms: Pseudonymizer;
  patientPseudonym: string;
  shiftDays: number;
  counts: Record<DeidentifyAction, number>;
  changes: DeidentifyChange[];
};
/** What an element becomes; null = it goes. */
type Outcome = { action: DeidentifyAction; element: DicomElement | null };

/**
 * @param object with plain pixels, as decodeSlice gives it.
 * @returns a new object; the one given is not changed. Pixel bytes are shared with it.
 * @throws DeidentifyError when the object names no patient, since nothing could then tie the slices
 * of one person together, and when its pixels are still compressed, since a codestream has room for
 * text.
 */
export function deidentify(object: DicomObject, pseudonyms: Pseudonymizer): Deidentified {
  const patientId = getText(object.dataset, '00100020');
  if (patientId === '')
    throw new DeidentifyError(
      'The object has no Patient ID (0010,0020). Give each person an ID before upload.',
    );
  if (object.dataset.get('7FE00010')?.kind === 'encapsulated')
    throw new DeidentifyError(
      'The pixels are compressed, and text may stand between them. Decode the slice first.',
    );
  const run: Run = {
    pseudonyms,
    patientPseudonym: pseudonyms.patient(patientId),
    shiftDays: pseudonyms.dateShiftDays(patientId),
    counts: Object.fromEntries(deidentifyActions.map((action) => [action, 0])) as Record<
      DeidentifyAction,
      number
    >,
    changes: [],
  };
  const dataset = deidentifyDataset(object.dataset, run, []);
  sign(dataset, run);
  return {
    object: { transferSyntaxUid: object.transferSyntaxUid, dataset },
    patientPseudonym: run.patientPseudonym,
    counts: run.counts,
    changes: run.changes,
  };
}

export type DeidentifiedFile = Deidentified & {
  /** The Part 10 file to store. */
  bytes: Uint8Array;
  /** What of the person is left in the bytes; a file with any must not be stored. */
  residue: ResidualIdentity | null;
};

/** De-identifies a slice, writes it, and searches the bytes for the person it came from. */
export function deidentifyToFile(object: DicomObject, pseudonyms: Pseudonymizer): DeidentifiedFile {
  const done = deidentify(object, pseudonyms);
  const bytes = writePart10(done.object);
  return { ...done, bytes, residue: findResidualIdentity(object.dataset, bytes) };
}

function deidentifyDataset(dataset: DicomDataset, run: Run, path: readonly Tag[]): DicomDataset {
  const result: DicomDataset = new Map();
  for (const [tag, element] of dataset) {
    const here = [...path, tag];
    const { action, element: kept } = treat(here, element, dataset, run);
    run.counts[action] += 1;
    if (action !== 'kept') run.changes.push({ path: here.join('/'), name: tagName(tag), action });
    if (kept?.kind === 'sequence')
      setSequence(
        result,
        tag,
        kept.items.map((item) => deidentifyDataset(item, run, here)),
      );
    else if (kept) result.set(tag, kept);
  }
  return result;
}

function treat(
  path: readonly Tag[],
  element: DicomElement,
  around: DicomDataset,
  run: Run,
): Outcome {
  const tag = path.at(-1) ?? '';
  if (isPrivateTag(tag)) return { action: 'removed-private', element: null };
  // 50xx curves and 60xx overlays can hold drawings of text; the dictionary here lists neither, nor
  // any command or padding group.
  if (!isStandardTag(tag) || tag === 'FFFCFFFC')
    return { action: 'removed-unknown', element: null };
  if (tag === '00100010' || tag === '00100020') {
    return {
      action: 'pseudonymised',
      element:
        tag === '00100010'
          ? toName(run.patientPseudonym)
          : { kind: 'text', vr: 'LO', values: [run.patientPseudonym] },
    };
  }
  const row = profileRow(tag);
  if (row?.hasModifiedDates && isTemporal(element)) return treatDate(element, row.rule, run);
  if (element.kind === 'binary' && row === undefined) return treatBinary(path, element);
  return row ? treatByRule[row.rule](element, run) : treatUnlisted(tag, element, around, run);
}

const treatByRule: Record<ProfileRule, (element: DicomElement, run: Run) => Outcome> = {
  remove: () => ({ action: 'removed', element: null }),
  // CT has no type 2 sequence, and elsewhere a sequence without items is invalid, so sequences go.
  empty: (element) =>
    element.kind === 'sequence'
      ? { action: 'removed', element: null }
      : { action: 'emptied', element: emptied(element) },
  dummy: (element) => ({ action: 'dummied', element: dummied(element) }),
  'map-uid': (element, run) => mapUids(element, run, () => false),
  'map-inside': (element) =>
    element.kind === 'sequence'
      ? { action: 'kept', element }
      : { action: 'removed', element: null },
};

/** A name of one part only is the retired form, which validators doubt. */
function toName(pseudonym: string): DicomElement {
  return { kind: 'text', vr: 'PN', values: [`PSEUDONYM^${pseudonym}`] };
}

/**
 * Numbers, ages and code strings: what else stands there was written by a person (PS3.5 table
 * 6.2-1).
 */
const strictForms: Partial<Record<TextVr, RegExp>> = {
  AS: /^(?:\d{3}[DWMY])?$/,
  CS: /^[A-Z\d _]{0,16}$/,
  DS: /^ *(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?)? *$/,
  IS: /^ *(?:[+-]?\d+)? *$/,
};

/** Tables and icons can hold drawings or text; only the pixels themselves are needed. */
function treatBinary(path: readonly Tag[], element: DicomElement): Outcome {
  return path.join('/') === '7FE00010' && element.vr !== 'UN'
    ? { action: 'kept', element }
    : { action: 'removed-unknown', element: null };
}

/** Elements that PS3.6 knows and the table doesn't list, by the kind of value. */
function treatUnlisted(tag: Tag, element: DicomElement, around: DicomDataset, run: Run): Outcome {
  // A text under a number's tag hides, and so does one whose bytes are called numbers.
  if (element.vr !== lookUpVr(tag, false) && element.vr !== lookUpVr(tag, true))
    return { action: 'removed-unknown', element: null };
  if (element.kind !== 'text') return { action: 'kept', element };
  if (isTemporal(element)) return treatDate(element, 'remove', run);
  if (element.vr === 'UI') return mapUids(element, run, isRegisteredUid);
  // Code Meaning (0008,0104) is required, and free text.
  if (tag === '00080104') return { action: 'dummied', element: dummied(element) };
  return element.values.every((value) => isKeptText(tag, element.vr, value, around))
    ? { action: 'kept', element }
    : { action: 'removed', element: null };
}

function isKeptText(tag: Tag, vr: TextVr, value: string, around: DicomDataset): boolean {
  const isKept = keptTexts[tag];
  if (isKept) return value.trim() === '' || isKept(value.trim(), around);
  return !freeCodeStrings.includes(tag) && (strictForms[vr]?.test(value) ?? value.trim() === '');
}

/** @param stays whether a UID is left as it is; others are mapped, each by itself. */
function mapUids(element: DicomElement, run: Run, stays: (uid: string) => boolean): Outcome {
  if (element.kind !== 'text') return { action: 'removed', element: null };
  const uids = element.values.map((value) => value.trim());
  const mapped = uids.map((uid) => (uid === '' || stays(uid) ? uid : run.pseudonyms.uid(uid)));
  return {
    action: mapped.every((uid, index) => uid === uids[index]) ? 'kept' : 'uid-mapped',
    element: { kind: 'text', vr: 'UI', values: mapped },
  };
}

type TemporalElement = Extract<DicomElement, { kind: 'text' }> & { vr: 'DA' | 'DT' | 'TM' };

function isTemporal(element: DicomElement): element is TemporalElement {
  return (
    element.kind === 'text' && (element.vr === 'DA' || element.vr === 'DT' || element.vr === 'TM')
  );
}

const shifts: Record<TemporalElement['vr'], (value: string, days: number) => string | undefined> = {
  DA: shiftDate,
  DT: shiftDateTime,
  TM: checkedTime,
};

/**
 * A value that is no date is not passed on; the element stays, empty, only where the object needs
 * it (type 2).
 */
function treatDate(element: TemporalElement, rule: ProfileRule, run: Run): Outcome {
  const values = element.values.map((value) => shifts[element.vr](value, run.shiftDays));
  const shifted = values.filter((value) => value !== undefined);
  if (shifted.length < values.length)
    return { action: 'date-failed', element: rule === 'empty' ? emptied(element) : null };
  if (shifted.length === 0 || element.vr === 'TM')
    return { action: 'kept', element: { ...element, values: shifted } };
  return { action: 'date-shifted', element: { ...element, values: shifted } };
}

function emptied(element: DicomElement): DicomElement {
  switch (element.kind) {
    case 'text':
      return { ...element, values: [] };
    case 'number':
      return { ...element, values: [] };
    case 'binary':
      return { ...element, bytes: new Uint8Array() };
    case 'sequence':
      return { ...element, items: [] };
    case 'encapsulated':
      return { ...element, fragments: [] };
  }
}

/** A value of each representation that means nothing and is valid (PS3.15 E.3 "dummy"). */
const dummyTexts: Record<TextVr, string> = {
  AE: 'REMOVED',
  AS: '000Y',
  CS: 'REMOVED',
  DA: '19000101',
  DS: '0',
  DT: '19000101000000',
  IS: '0',
  LO: 'REMOVED',
  LT: 'REMOVED',
  PN: 'REMOVED',
  SH: 'REMOVED',
  ST: 'REMOVED',
  TM: '000000',
  UC: 'REMOVED',
  UI: '2.25.0',
  UR: 'urn:removed',
  UT: 'REMOVED',
};
const dummyNumbers: Record<NumberVr, number> = { AT: 0, FD: 0, FL: 0, SL: 0, SS: 0, UL: 0, US: 0 };

function dummied(element: DicomElement): DicomElement {
  if (element.kind === 'text') return { ...element, values: [dummyTexts[element.vr]] };
  if (element.kind === 'number') return { ...element, values: [dummyNumbers[element.vr]] };
  return emptied(element);
}

/**
 * The options of CID 7050 that can be claimed. Clean Pixel Data (113101) is not among them: no one
 * has looked at the pixels for text.
 */
const methods = {
  basic: { code: '113100', meaning: 'Basic Application Confidentiality Profile' },
  modifiedDates: {
    code: '113107',
    meaning: 'Retain Longitudinal Temporal Information Modified Dates Option',
  },
} as const;

/** Writes what was done into the object (PS3.15 E.1.1, PS3.3 C.7.1.1 and C.12.1.1.7). */
function sign(dataset: DicomDataset, run: Run): void {
  const hasShiftedDates = run.counts['date-shifted'] > 0;
  const done = hasShiftedDates ? [methods.basic, methods.modifiedDates] : [methods.basic];
  setText(dataset, '00120062', 'CS', 'YES');
  setText(
    dataset,
    '00120063',
    'LO',
    [
      'SCAPIS lab',
      'PS3.15 Basic Profile',
      ...(hasShiftedDates ? ['dates shifted by whole days'] : []),
    ].join('\\'),
  );
  setSequence(
    dataset,
    '00120064',
    done.map(({ code, meaning }) => {
      const item: DicomDataset = new Map();
      setText(item, '00080100', 'SH', code);
      setText(item, '00080102', 'SH', 'DCM');
      setText(item, '00080104', 'LO', meaning);
      return item;
    }),
  );
  setText(dataset, '00280303', 'CS', hasShiftedDates ? 'MODIFIED' : 'REMOVED');
}
