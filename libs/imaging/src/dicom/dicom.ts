import { inflateRawSync } from 'node:zlib';

import { decodeText, defaultCharset, toCharset } from './charset.ts';
import type { Charset } from './charset.ts';
import {
  getNumber,
  getTexts,
  isBinaryVr,
  isNumberVr,
  isTextVr,
  splitText,
  transferSyntax,
} from './dataset.ts';
import type {
  BinaryVr,
  DicomDataset,
  DicomElement,
  DicomObject,
  NumberVr,
  Tag,
  TextVr,
} from './dataset.ts';
import { lookUpVr } from './dictionary.ts';
import { writePart10 } from './part10.ts';

/**
 * The DICOM Part 10 reader (PS3.10 7, PS3.5 7 and annex A). Strict where a lenient reader would
 * hide damage: dcmjs 0.52.2 clips a value at the end of the file without a word, drops empty items,
 * reads nested text in the wrong character set, and gets lost in OL, OV and SV (docs/adr/004). Each
 * of these has a test. Every length is checked before it is used, nesting and inflated size have
 * limits, and messages name tags and offsets, never values.
 */

export type ReadFault = 'not-dicom' | 'truncated' | 'malformed' | 'mislabelled';

export class DicomReadError extends Error {
  override name = 'DicomReadError';
  readonly fault: ReadFault;

  constructor(fault: ReadFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

const maxDepth = 32;
/**
 * A CT slice inflates to about 0.5 MB; 512 MB leaves room for large multi-frame objects and stops a
 * bomb.
 */
const maxInflatedBytes = 512 * 1024 * 1024;
const undefinedLength = 0xffffffff;
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

type Encoding = { isImplicit: boolean; isLittleEndian: boolean };
/** What an item takes from what encloses it. */
type Context = { encoding: Encoding; charset: Charset; isSigned: boolean; depth: number };
type Source = { bytes: Uint8Array; view: DataView; offset: number; end: number };

/**
 * @param bytes a whole Part 10 file. Binary values of the result are views into it, so it must not
 * be changed afterwards.
 * @returns the data set in the form that dataset.ts describes, whatever the transfer syntax.
 * @throws DicomReadError
 */
export function readDicom(bytes: Uint8Array): DicomObject {
  if (bytes.length < 132 || decodeText(bytes.subarray(128, 132), defaultCharset) !== 'DICM') {
    throw new DicomReadError(
      'not-dicom',
      'The file does not begin as DICOM Part 10 does (128 bytes, then DICM). Export it again as DICOM files.',
    );
  }
  const source = toSource(bytes, 132);
  const metaEncoding: Encoding = { isImplicit: false, isLittleEndian: true };
  const metaContext: Context = {
    encoding: metaEncoding,
    charset: defaultCharset,
    isSigned: false,
    depth: 0,
  };
  const meta: DicomDataset = new Map();
  // Elements are read while their group is 0002, so a missing or wrong group length does no harm.
  while (source.end - source.offset >= 8 && source.view.getUint16(source.offset, true) === 0x0002)
    readElement(source, meta, metaContext);
  const syntax = getTexts(meta, '00020010')[0];
  if (!syntax)
    throw new DicomReadError(
      'malformed',
      'The file does not name its transfer syntax (0002,0010). Export it again as DICOM files.',
    );

  const encoding: Encoding = {
    isImplicit: syntax === transferSyntax.implicitLittleEndian,
    isLittleEndian: syntax !== transferSyntax.explicitBigEndian,
  };
  const isDeflated = syntax === transferSyntax.deflatedLittleEndian;
  if (isDeflated && isPlainStart(source)) throw mislabelled(syntax);
  const body = isDeflated ? toSource(inflate(bytes.subarray(source.offset)), 0) : source;
  if (!isDeflated && isEncodedOtherwise(body, encoding)) throw mislabelled(syntax);
  const dataset = readDataset(body, { ...metaContext, encoding });
  return { transferSyntaxUid: syntax, dataset };
}

/**
 * Whether the first element is written in another way than the transfer syntax says. Every object
 * begins with group 0008, so its group number tells the byte order, and the two letters after the
 * tag tell explicit from implicit.
 */
function isEncodedOtherwise(source: Source, { isImplicit, isLittleEndian }: Encoding): boolean {
  if (source.end - source.offset < 8) return false;
  if (source.view.getUint16(source.offset, !isLittleEndian) === 0x0008) return true;
  return (
    source.view.getUint16(source.offset, isLittleEndian) === 0x0008 &&
    namesVr(source) === isImplicit
  );
}

/** Whether a data set stands here that is not deflated. */
function isPlainStart(source: Source): boolean {
  return (
    source.end - source.offset >= 8 &&
    source.view.getUint16(source.offset, true) === 0x0008 &&
    (namesVr(source) || source.view.getUint32(source.offset + 4, true) < 0x100)
  );
}

function namesVr({ bytes, offset }: Source): boolean {
  const letters = String.fromCharCode(bytes[offset + 4] ?? 0, bytes[offset + 5] ?? 0);
  return letters === 'SQ' || isTextVr(letters) || isNumberVr(letters) || isBinaryVr(letters);
}

function mislabelled(syntax: string): DicomReadError {
  return new DicomReadError(
    'mislabelled',
    `The data set is not written as its transfer syntax (${nameOfSyntax[syntax] ?? 'explicit VR'}) says. Export the file again.`,
  );
}

const nameOfSyntax: Readonly<Record<string, string>> = {
  [transferSyntax.implicitLittleEndian]: 'implicit VR little endian',
  [transferSyntax.deflatedLittleEndian]: 'deflated',
  [transferSyntax.explicitBigEndian]: 'explicit VR big endian',
};

/** @returns a Part 10 file in explicit VR little endian and UTF-8; see writePart10. */
export function writeDicom(object: DicomObject): Uint8Array {
  return writePart10(object);
}

function inflate(deflated: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(deflated, { maxOutputLength: maxInflatedBytes });
  } catch (error) {
    const isEnd = error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
    throw new DicomReadError(
      isEnd ? 'truncated' : 'malformed',
      'The deflated data set cannot be inflated. Copy or export the file again.',
    );
  }
}

function toSource(bytes: Uint8Array, offset: number): Source {
  return {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    offset,
    end: bytes.length,
  };
}

/** Reads elements up to the end of the source, or up to an item delimiter when `isDelimited`. */
function readDataset(source: Source, outer: Context, isDelimited = false): DicomDataset {
  if (outer.depth > maxDepth)
    throw new DicomReadError(
      'malformed',
      `Sequences are nested deeper than ${maxDepth}. The file is damaged or hostile.`,
    );
  const dataset: DicomDataset = new Map();
  const context = { ...outer };
  while (source.offset < source.end) {
    if (source.end - source.offset < 8) {
      if (outer.depth === 0 && isZero(source)) break;
      throw truncated(source);
    }
    const tag = peekTag(source, context.encoding);
    if (tag === 'FFFEE00D' && isDelimited) {
      source.offset += 8;
      return dataset;
    }
    if (tag === '00000000' && outer.depth === 0 && isZero(source)) break;
    readElement(source, dataset, context);
    if (tag === '00080005') context.charset = toCharset(getTexts(dataset, tag));
    if (tag === '00280103') context.isSigned = getNumber(dataset, tag) === 1;
  }
  if (isDelimited) throw truncated(source);
  return dataset;
}

/** Some archives pad files with zeros to a block size; that is not damage. */
function isZero(source: Source): boolean {
  return source.bytes.subarray(source.offset, source.end).every((byte) => byte === 0);
}

function readElement(source: Source, dataset: DicomDataset, context: Context): void {
  const start = source.offset;
  const tag = peekTag(source, context.encoding);
  source.offset += 4;
  if (tag.startsWith('FFFE'))
    throw new DicomReadError(
      'malformed',
      `A delimiter stands where an element should (byte ${start}).`,
    );
  const { vr, length } = readHeader(source, tag, context);
  // PS3.5 6.2.2 note 2 and 7.5.1: UN of undefined length holds a sequence in implicit VR little
  // endian.
  if (length === undefinedLength) {
    const inner =
      vr === 'UN' ? { ...context, encoding: { isImplicit: true, isLittleEndian: true } } : context;
    if (tag === '7FE00010' && vr !== 'SQ')
      dataset.set(tag, { kind: 'encapsulated', vr: 'OB', fragments: readFragments(source) });
    else if (vr === 'SQ' || vr === 'UN')
      dataset.set(tag, { kind: 'sequence', vr: 'SQ', items: readItems(source, inner, true) });
    else throw new DicomReadError('malformed', `(${tag}) has representation ${vr} and no length.`);
    return;
  }
  if (length > source.end - source.offset) throw truncated(source);
  const value: Source = { ...source, end: source.offset + length };
  source.offset = value.end;
  if (tag.endsWith('0000')) return;
  dataset.set(
    tag,
    vr === 'UN' ? readUnknown(value, tag, context) : readValue(value, tag, vr, context),
  );
}

function readHeader(source: Source, tag: Tag, context: Context): { vr: string; length: number } {
  const { isImplicit, isLittleEndian } = context.encoding;
  if (isImplicit) {
    const length = uint32(source, isLittleEndian);
    return { vr: lookUpVr(tag, context.isSigned), length };
  }
  if (source.end - source.offset < 4) throw truncated(source);
  const vr = String.fromCharCode(
    source.bytes[source.offset] ?? 0,
    source.bytes[source.offset + 1] ?? 0,
  );
  if (!/^[A-Z]{2}$/.test(vr)) {
    throw new DicomReadError(
      'malformed',
      `(${tag}) names no value representation, though the transfer syntax says it must. Export the file again.`,
    );
  }
  const isKnownShort = (isTextVr(vr) || isNumberVr(vr)) && !longVrs.includes(vr);
  if (isKnownShort) {
    const length = source.view.getUint16(source.offset + 2, isLittleEndian);
    source.offset += 4;
    return { vr, length };
  }
  // All representations added to the standard since 1993 have a 32-bit length (PS3.5 7.1.2), so an
  // unknown one is read so and kept as UN.
  source.offset += 4;
  const length = uint32(source, isLittleEndian);
  return { vr: vr === 'SQ' || isTextVr(vr) || isBinaryVr(vr) ? vr : 'UN', length };
}

/**
 * A standard tag that some archive stored as UN is read by the dictionary, in implicit little
 * endian (PS3.5 6.2.2); else its names would hide.
 */
function readUnknown(value: Source, tag: Tag, context: Context): DicomElement {
  const vr = lookUpVr(tag, context.isSigned);
  const raw: DicomElement = {
    kind: 'binary',
    vr: 'UN',
    bytes: value.bytes.subarray(value.offset, value.end),
  };
  if (vr === 'UN') return raw;
  try {
    return readValue(value, tag, vr, {
      ...context,
      encoding: { isImplicit: true, isLittleEndian: true },
    });
  } catch (error) {
    if (error instanceof DicomReadError) return raw;
    throw error;
  }
}

function readValue(value: Source, tag: Tag, vr: string, context: Context): DicomElement {
  const bytes = value.bytes.subarray(value.offset, value.end);
  if (vr === 'SQ') return { kind: 'sequence', vr, items: readItems(value, context, false) };
  if (isTextVr(vr)) return { kind: 'text', vr, values: readText(bytes, vr, context.charset) };
  if (isNumberVr(vr))
    return {
      kind: 'number',
      vr,
      values: readNumbers(value, tag, vr, context.encoding.isLittleEndian),
    };
  if (isBinaryVr(vr))
    return {
      kind: 'binary',
      vr,
      bytes: context.encoding.isLittleEndian ? bytes : swapped(bytes, vr),
    };
  return { kind: 'binary', vr: 'UN', bytes };
}

/**
 * Representations whose text is in the file's character set; the rest are ASCII (PS3.5 6.1.2.3).
 */
const localizedVrs: readonly string[] = ['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT'];

function readText(bytes: Uint8Array, vr: TextVr, charset: Charset): string[] {
  const text = decodeText(bytes, localizedVrs.includes(vr) ? charset : defaultCharset);
  return splitText(vr, text.replace(/[ \0]+$/, '')).map((value) => value.replace(/[ \0]+$/, ''));
}

const numberReaders: Record<
  NumberVr,
  { size: number; read: (view: DataView, offset: number, isLittle: boolean) => number }
> = {
  AT: {
    size: 4,
    read: (view, offset, isLittle) =>
      view.getUint16(offset, isLittle) * 0x10000 + view.getUint16(offset + 2, isLittle),
  },
  FD: { size: 8, read: (view, offset, isLittle) => view.getFloat64(offset, isLittle) },
  FL: { size: 4, read: (view, offset, isLittle) => view.getFloat32(offset, isLittle) },
  SL: { size: 4, read: (view, offset, isLittle) => view.getInt32(offset, isLittle) },
  SS: { size: 2, read: (view, offset, isLittle) => view.getInt16(offset, isLittle) },
  UL: { size: 4, read: (view, offset, isLittle) => view.getUint32(offset, isLittle) },
  US: { size: 2, read: (view, offset, isLittle) => view.getUint16(offset, isLittle) },
};

function readNumbers(value: Source, tag: Tag, vr: NumberVr, isLittle: boolean): number[] {
  const { size, read } = numberReaders[vr];
  const length = value.end - value.offset;
  if (length % size !== 0)
    throw new DicomReadError(
      'malformed',
      `(${tag}) has ${length} bytes, no multiple of ${size} as ${vr} asks.`,
    );
  return Array.from({ length: length / size }, (_, index) =>
    read(value.view, value.offset + index * size, isLittle),
  );
}

const wordSizes: Record<BinaryVr, number> = {
  OB: 1,
  OD: 8,
  OF: 4,
  OL: 4,
  OV: 8,
  OW: 2,
  SV: 8,
  UN: 1,
  UV: 8,
};

function swapped(bytes: Uint8Array, vr: BinaryVr): Uint8Array {
  const size = wordSizes[vr];
  const copy = Uint8Array.from(bytes);
  for (let start = 0; size > 1 && start + size <= copy.length; start += size)
    copy.subarray(start, start + size).reverse();
  return copy;
}

function readItems(source: Source, context: Context, isDelimited: boolean): DicomDataset[] {
  const { isLittleEndian } = context.encoding;
  const inner = { ...context, depth: context.depth + 1 };
  const items: DicomDataset[] = [];
  while (isDelimited || source.offset < source.end) {
    if (source.end - source.offset < 8) throw truncated(source);
    const tag = peekTag(source, context.encoding);
    source.offset += 4;
    const length = uint32(source, isLittleEndian);
    if (tag === 'FFFEE0DD' && isDelimited) return items;
    if (tag !== 'FFFEE000')
      throw new DicomReadError(
        'malformed',
        `A sequence holds something that is no item (byte ${source.offset - 8}).`,
      );
    if (length === undefinedLength) {
      items.push(readDataset(source, inner, true));
      continue;
    }
    if (length > source.end - source.offset) throw truncated(source);
    items.push(readDataset({ ...source, end: source.offset + length }, inner));
    source.offset += length;
  }
  return items;
}

/** Fragments of compressed pixels, Basic Offset Table first (PS3.5 A.4); always little endian. */
function readFragments(source: Source): Uint8Array[] {
  const fragments: Uint8Array[] = [];
  for (;;) {
    if (source.end - source.offset < 8) throw truncated(source);
    const tag = peekTag(source, { isImplicit: false, isLittleEndian: true });
    source.offset += 4;
    const length = uint32(source, true);
    if (tag === 'FFFEE0DD') return fragments;
    if (tag !== 'FFFEE000')
      throw new DicomReadError(
        'malformed',
        `Compressed pixels hold something that is no fragment (byte ${source.offset - 8}).`,
      );
    if (length > source.end - source.offset) throw truncated(source);
    fragments.push(source.bytes.subarray(source.offset, source.offset + length));
    source.offset += length;
  }
}

function peekTag(source: Source, { isLittleEndian }: Encoding): Tag {
  const group = source.view.getUint16(source.offset, isLittleEndian);
  const element = source.view.getUint16(source.offset + 2, isLittleEndian);
  return (group * 0x10000 + element).toString(16).toUpperCase().padStart(8, '0');
}

function uint32(source: Source, isLittleEndian: boolean): number {
  if (source.end - source.offset < 4) throw truncated(source);
  const value = source.view.getUint32(source.offset, isLittleEndian);
  source.offset += 4;
  return value;
}

function truncated(source: Source): DicomReadError {
  return new DicomReadError(
    'truncated',
    `The file ends too early (after byte ${source.end}). Copy or export it again.`,
  );
}

/** @returns every element of a data set and of the items in it, with the tags that lead to it. */
export function* walkElements(
  dataset: DicomDataset,
  path: readonly Tag[] = [],
): Generator<{ path: readonly Tag[]; element: DicomElement }> {
  for (const [tag, element] of dataset) {
    yield { path: [...path, tag], element };
    if (element.kind === 'sequence')
      for (const item of element.items) yield* walkElements(item, [...path, tag]);
  }
}
