/**
 * A DICOM data set as plain data, by tag. The reader (dicom.ts) makes it from any transfer syntax
 * and character set; the writer (part10.ts) makes bytes of it. Everything between edits this and
 * never sees dcmjs.
 *
 * What the form promises: text is a JavaScript string whatever the file's character set was; DS and
 * IS stay text, so no digit is lost; binary values are little endian; group lengths (gggg,0000) and
 * padding are gone.
 */

/** Eight upper-case hex digits: group, then element. */
export type Tag = string;

const textVrs = [
  'AE',
  'AS',
  'CS',
  'DA',
  'DS',
  'DT',
  'IS',
  'LO',
  'LT',
  'PN',
  'SH',
  'ST',
  'TM',
  'UC',
  'UI',
  'UR',
  'UT',
] as const;
const numberVrs = ['AT', 'FD', 'FL', 'SL', 'SS', 'UL', 'US'] as const;
const binaryVrs = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SV', 'UN', 'UV'] as const;
export type TextVr = (typeof textVrs)[number];
export type NumberVr = (typeof numberVrs)[number];
export type BinaryVr = (typeof binaryVrs)[number];

export type DicomElement =
  | { kind: 'text'; vr: TextVr; values: string[] }
  | { kind: 'number'; vr: NumberVr; values: number[] }
  | { kind: 'binary'; vr: BinaryVr; bytes: Uint8Array }
  | { kind: 'sequence'; vr: 'SQ'; items: DicomDataset[] }
  /**
   * Compressed Pixel Data: the first fragment is the Basic Offset Table, which may be empty (PS3.5
   * A.4).
   */
  | { kind: 'encapsulated'; vr: 'OB'; fragments: Uint8Array[] };

export type DicomDataset = Map<Tag, DicomElement>;

/**
 * A whole file: its data set and how its pixels are packed. File meta information is made by the
 * writer.
 */
export type DicomObject = { transferSyntaxUid: string; dataset: DicomDataset };

export const transferSyntax = {
  implicitLittleEndian: '1.2.840.10008.1.2',
  explicitLittleEndian: '1.2.840.10008.1.2.1',
  deflatedLittleEndian: '1.2.840.10008.1.2.1.99',
  explicitBigEndian: '1.2.840.10008.1.2.2',
} as const;

/** Values whose backslash is text, not a separator (PS3.5 6.2). */
const singleValued: readonly string[] = ['LT', 'ST', 'UR', 'UT'];

export function isTextVr(vr: string): vr is TextVr {
  return (textVrs as readonly string[]).includes(vr);
}
export function isNumberVr(vr: string): vr is NumberVr {
  return (numberVrs as readonly string[]).includes(vr);
}
export function isBinaryVr(vr: string): vr is BinaryVr {
  return (binaryVrs as readonly string[]).includes(vr);
}

/**
 * Splits text as its representation says: `LT`, `ST`, `UR` and `UT` are one value whatever they
 * hold.
 */
export function splitText(vr: TextVr, text: string): string[] {
  if (text === '') return [];
  return singleValued.includes(vr) ? [text] : text.split('\\');
}

/** Sets a text element; a multi-valued one is given with backslashes. */
export function setText(dataset: DicomDataset, tag: Tag, vr: TextVr, text: string): void {
  dataset.set(tag, { kind: 'text', vr, values: splitText(vr, text) });
}

export function setNumbers(
  dataset: DicomDataset,
  tag: Tag,
  vr: NumberVr,
  ...values: number[]
): void {
  dataset.set(tag, { kind: 'number', vr, values });
}

export function setBytes(dataset: DicomDataset, tag: Tag, vr: BinaryVr, bytes: Uint8Array): void {
  dataset.set(tag, { kind: 'binary', vr, bytes });
}

export function setSequence(dataset: DicomDataset, tag: Tag, items: DicomDataset[]): void {
  dataset.set(tag, { kind: 'sequence', vr: 'SQ', items });
}

/**
 * @returns the text values of an element, trimmed of padding; none when absent, empty or not text.
 */
export function getTexts(dataset: DicomDataset, tag: Tag): string[] {
  const element = dataset.get(tag);
  return element?.kind === 'text' ? element.values.map((value) => value.trim()) : [];
}

/** @returns the first text value, trimmed; '' when absent, empty or not text. */
export function getText(dataset: DicomDataset, tag: Tag): string {
  return getTexts(dataset, tag)[0] ?? '';
}

/**
 * @returns the numbers of a binary number, DS or IS element; none when absent or when any value is
 * not a number.
 */
export function getNumbers(dataset: DicomDataset, tag: Tag): number[] {
  const element = dataset.get(tag);
  if (element?.kind === 'number') return element.values;
  if (element?.kind !== 'text' || (element.vr !== 'DS' && element.vr !== 'IS')) return [];
  const numbers = element.values.map((value) => (value.trim() === '' ? NaN : Number(value)));
  return numbers.every(Number.isFinite) ? numbers : [];
}

export function getNumber(dataset: DicomDataset, tag: Tag): number | undefined {
  return getNumbers(dataset, tag)[0];
}
