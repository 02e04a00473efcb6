import { isBinaryVr, transferSyntax } from './dataset.ts';
import type { DicomDataset, DicomElement, DicomObject, NumberVr, Tag } from './dataset.ts';

/**
 * The DICOM Part 10 writer (PS3.10 7, PS3.5 7): explicit VR little endian, UTF-8, sequences with
 * defined lengths, elements in tag order. The same object gives the same bytes. Deflated, implicit
 * and big endian objects are written plain; compressed pixels are kept as they are.
 */

/** Who wrote the file (0002,0012); a 2.25 UID made once for this software, as PS3.5 B.2 allows. */
const implementationClassUid = '2.25.262471820153071936904231147392047813377';
const implementationVersion = 'SCAPIS_LAB_1';

/** Representations whose length is written in 32 bits (PS3.5 table 7.1-1). */
const longVrs: readonly string[] = [
  'OB',
  'OD',
  'OF',
  'OL',
  'OV',
  'OW',
  'SQ',
  'SV',
  'UC',
  'UN',
  'UR',
  'UT',
  'UV',
];
const undefinedLength = 0xffffffff;
const utf8 = new TextEncoder();

export class DicomWriteError extends Error {
  override name = 'DicomWriteError';
}

/**
 * @param object data set with SOP Class UID and SOP Instance UID; (0002,eeee) and (gggg,0000)
 * elements in it are ignored.
 * @returns a Part 10 file: preamble, file meta information, data set.
 * @throws DicomWriteError when a value can't be written; the message names the tag, never the
 * value.
 */
export function writePart10(object: DicomObject): Uint8Array {
  const sopClass = uidOf(object.dataset, '00080016');
  const sopInstance = uidOf(object.dataset, '00080018');
  const isCompressed = object.dataset.get('7FE00010')?.kind === 'encapsulated';
  const meta: DicomDataset = new Map<Tag, DicomElement>([
    ['00020001', { kind: 'binary', vr: 'OB', bytes: Uint8Array.of(0, 1) }],
    ['00020002', { kind: 'text', vr: 'UI', values: [sopClass] }],
    ['00020003', { kind: 'text', vr: 'UI', values: [sopInstance] }],
    [
      '00020010',
      {
        kind: 'text',
        vr: 'UI',
        values: [isCompressed ? object.transferSyntaxUid : transferSyntax.explicitLittleEndian],
      },
    ],
    ['00020012', { kind: 'text', vr: 'UI', values: [implementationClassUid] }],
    ['00020013', { kind: 'text', vr: 'SH', values: [implementationVersion] }],
  ]);
  const metaBytes = join([...meta].flatMap(([tag, element]) => encodeElement(tag, element)));
  const metaLength = encodeElement('00020000', {
    kind: 'number',
    vr: 'UL',
    values: [metaBytes.length],
  });

  const preamble = new Uint8Array(132);
  preamble.set(utf8.encode('DICM'), 128);
  const labelled: DicomDataset = new Map(object.dataset).set('00080005', {
    kind: 'text',
    vr: 'CS',
    values: ['ISO_IR 192'],
  });
  return join([preamble, ...metaLength, metaBytes, ...encodeDataset(labelled)]);
}

function uidOf(dataset: DicomDataset, tag: Tag): string {
  const element = dataset.get(tag);
  const uid = element?.kind === 'text' ? element.values[0] : undefined;
  if (!uid)
    throw new DicomWriteError(
      `The data set has no UID in (${tag}). Set SOP Class and SOP Instance UID before writing.`,
    );
  return uid;
}

/** Headers and values in turn, so that pixels are copied once, into the whole file. */
function encodeDataset(dataset: DicomDataset): Uint8Array[] {
  const tags = [...dataset.keys()]
    .filter((tag) => !tag.startsWith('0002') && !tag.endsWith('0000'))
    .sort();
  return tags.flatMap((tag) => encodeElement(tag, dataset.get(tag) as DicomElement));
}

function encodeElement(tag: Tag, element: DicomElement): Uint8Array[] {
  if (!/^[0-9A-F]{8}$/.test(tag))
    throw new DicomWriteError(`${tag} is not a tag. Write it as eight upper-case hex digits.`);
  const value = encodeValue(tag, element);
  const isLong = longVrs.includes(element.vr);
  if (!isLong && value.length > 0xfffe) {
    throw new DicomWriteError(
      `The value of (${tag}) has ${value.length} bytes; ${element.vr} holds 65534. Shorten it or use a long representation.`,
    );
  }
  const header = new Uint8Array(isLong ? 12 : 8);
  const view = new DataView(header.buffer);
  writeTag(view, tag);
  header.set(utf8.encode(element.vr), 4);
  if (isLong)
    view.setUint32(8, element.kind === 'encapsulated' ? undefinedLength : value.length, true);
  else view.setUint16(6, value.length, true);
  return [header, value];
}

function encodeValue(tag: Tag, element: DicomElement): Uint8Array {
  switch (element.kind) {
    case 'text':
      return pad(utf8.encode(element.values.join('\\')), element.vr === 'UI' ? 0x00 : 0x20);
    case 'number':
      return encodeNumbers(tag, element.vr, element.values);
    case 'binary':
      if (!isBinaryVr(element.vr))
        throw new DicomWriteError(`(${tag}) has bytes but representation ${String(element.vr)}.`);
      return pad(element.bytes, 0x00);
    case 'sequence':
      return join(
        element.items.flatMap((item) => {
          const bytes = join(encodeDataset(withoutCharset(item)));
          return [itemHeader('FFFEE000', bytes.length), bytes];
        }),
      );
    case 'encapsulated':
      return join([
        ...element.fragments.flatMap((fragment) => [
          itemHeader('FFFEE000', fragment.length + (fragment.length % 2)),
          pad(fragment, 0x00),
        ]),
        itemHeader('FFFEE0DD', 0),
      ]);
  }
}

/**
 * An item may name its own character set (PS3.3 C.12.1.1.2); all text is written as UTF-8, so only
 * the top one is left.
 */
function withoutCharset(item: DicomDataset): DicomDataset {
  if (!item.has('00080005')) return item;
  const copy = new Map(item);
  copy.delete('00080005');
  return copy;
}

const numberWriters: Record<
  NumberVr,
  { size: number; write: (view: DataView, offset: number, value: number) => void }
> = {
  AT: {
    size: 4,
    write: (view, offset, value) => {
      view.setUint16(offset, value >>> 16, true);
      view.setUint16(offset + 2, value & 0xffff, true);
    },
  },
  FD: { size: 8, write: (view, offset, value) => view.setFloat64(offset, value, true) },
  FL: { size: 4, write: (view, offset, value) => view.setFloat32(offset, value, true) },
  SL: { size: 4, write: (view, offset, value) => view.setInt32(offset, value, true) },
  SS: { size: 2, write: (view, offset, value) => view.setInt16(offset, value, true) },
  UL: { size: 4, write: (view, offset, value) => view.setUint32(offset, value, true) },
  US: { size: 2, write: (view, offset, value) => view.setUint16(offset, value, true) },
};

/**
 * Smallest and largest integer of each whole-number representation; DataView would wrap round
 * without a word.
 */
const integerRange: Partial<Record<NumberVr, readonly [number, number]>> = {
  AT: [0, 0xffffffff],
  SL: [-0x80000000, 0x7fffffff],
  SS: [-0x8000, 0x7fff],
  UL: [0, 0xffffffff],
  US: [0, 0xffff],
};

function encodeNumbers(tag: Tag, vr: NumberVr, values: readonly number[]): Uint8Array {
  const { size, write } = numberWriters[vr];
  const range = integerRange[vr];
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    if (range && !(Number.isInteger(value) && value >= range[0] && value <= range[1])) {
      throw new DicomWriteError(
        `A value of (${tag}) does not fit representation ${vr}. Choose a wider one.`,
      );
    }
    write(view, index * size, value);
  });
  return bytes;
}

function itemHeader(tag: Tag, length: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  writeTag(view, tag);
  view.setUint32(4, length, true);
  return bytes;
}

function writeTag(view: DataView, tag: Tag): void {
  view.setUint16(0, parseInt(tag.slice(0, 4), 16), true);
  view.setUint16(2, parseInt(tag.slice(4), 16), true);
}

function pad(bytes: Uint8Array, filler: number): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  const padded = new Uint8Array(bytes.length + 1).fill(filler, bytes.length);
  padded.set(bytes);
  return padded;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
