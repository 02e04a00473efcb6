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
import { profileRow } from './profile.ts';
import type { ProfileRule } from './profile.ts';
import { isStandardUid } from './pseudonyms.ts';
import type { Pseudonymizer } from './pseudonyms.ts';

/**
 * De-identification by PS3.15 annex E: Basic Application Confidentiality Profile with the option
 * Retain Longitudinal Temporal Information, Modified Dates. Stricter than the table in four ways:
 * what neither the table nor PS3.6 knows goes (an allow-list), every UID that is not the standard's
 * own is mapped wherever it stands, no person name is kept that the table forgot, and no value
 * whose form is not the tag's.
 *
 * Blind spots: text burned into pixels (verdict.ts keeps out the kinds of images that carry it) and
 * a name written into a descriptive attribute that the table lets pass, such as Filter Type.
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
 * @returns a new object; the one given is not changed. Pixel bytes are shared with it.
 * @throws DeidentifyError when the object names no patient, since nothing could then tie the slices
 * of one person together.
 */
export function deidentify(object: DicomObject, pseudonyms: Pseudonymizer): Deidentified {
  const patientId = getText(object.dataset, '00100020');
  if (patientId === '')
    throw new DeidentifyError(
      'The object has no Patient ID (0010,0020). Give each person an ID before upload.',
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

function deidentifyDataset(dataset: DicomDataset, run: Run, path: readonly Tag[]): DicomDataset {
  const result: DicomDataset = new Map();
  for (const [tag, element] of dataset) {
    const here = [...path, tag];
    const { action, element: kept } = treat(tag, element, run);
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

function treat(tag: Tag, element: DicomElement, run: Run): Outcome {
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
  return row ? treatByRule[row.rule](element, run) : treatUnlisted(tag, element, run);
}

const treatByRule: Record<ProfileRule, (element: DicomElement, run: Run) => Outcome> = {
  remove: () => ({ action: 'removed', element: null }),
  // CT has no type 2 sequence, and elsewhere a sequence without items is invalid, so sequences go.
  empty: (element) =>
    element.kind === 'sequence'
      ? { action: 'removed', element: null }
      : { action: 'emptied', element: emptied(element) },
  dummy: (element) => ({ action: 'dummied', element: dummied(element) }),
  'map-uid': mapUids,
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
 * Numbers and ages in letters: what else stands there was written by a person (PS3.5 table 6.2-1).
 */
const strictForms: Partial<Record<TextVr, RegExp>> = {
  AS: /^(?:\d{3}[DWMY])?$/,
  DS: /^ *(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?)? *$/,
  IS: /^ *(?:[+-]?\d+)? *$/,
};

/**
 * Elements that PS3.6 knows and the table doesn't list are kept, but for the kinds of value that
 * may name someone all the same.
 */
function treatUnlisted(tag: Tag, element: DicomElement, run: Run): Outcome {
  // A number's tag with a text representation is a text that hides.
  if (element.kind === 'text' && element.vr !== lookUpVr(tag, false))
    return { action: 'removed-unknown', element: null };
  if (
    element.kind === 'text' &&
    !element.values.every((value) => strictForms[element.vr]?.test(value) ?? true)
  )
    return { action: 'removed-unknown', element: null };
  if (isTemporal(element)) return treatDate(element, 'remove', run);
  if (element.kind === 'text' && element.vr === 'PN') return { action: 'removed', element: null };
  if (element.kind === 'text' && element.vr === 'UI') return mapUids(element, run);
  if (element.kind === 'binary' && element.vr === 'UN')
    return { action: 'removed-unknown', element: null };
  return { action: 'kept', element };
}

function mapUids(element: DicomElement, run: Run): Outcome {
  if (element.kind !== 'text') return { action: 'removed', element: null };
  const uids = element.values.map((value) => value.trim());
  if (uids.every((uid) => uid === '' || isStandardUid(uid)))
    return { action: 'kept', element: { ...element, values: uids } };
  return {
    action: 'uid-mapped',
    element: {
      kind: 'text',
      vr: 'UI',
      values: uids.map((uid) => (uid === '' ? uid : run.pseudonyms.uid(uid))),
    },
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
