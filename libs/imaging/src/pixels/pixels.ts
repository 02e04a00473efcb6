import { getNumber, getText, setBytes, setNumbers, transferSyntax } from '../dicom/dataset.ts';
import type { DicomDataset, DicomObject } from '../dicom/dataset.ts';
import { hasEndMarker, readFrameHeader } from './codestream.ts';
import { DecoderError } from './decoder-pool.ts';
import type { DecoderJob, DecoderPool } from './decoder-pool.ts';
import { toNativePixels } from './native.ts';
import type { NativePixels, PaddingRange, PixelFormat } from './native.ts';
import { decodeRle, RleError } from './rle.ts';

/** A CT slice in Hounsfield units, row by row from the top left. */
export type HuImage = { rows: number; columns: number; hu: Int16Array };

export type PixelFault =
  | 'no-pixel-data'
  | 'unsupported-transfer-syntax'
  | 'wrong-transfer-syntax'
  | 'colour'
  | 'multi-frame'
  | 'unsupported-pixel-format'
  | 'pixel-length'
  | 'no-rescale'
  | 'decoder-timeout'
  | 'decoder-fault';

export class PixelError extends Error {
  override name = 'PixelError';
  readonly fault: PixelFault;

  constructor(fault: PixelFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/**
 * Every transfer syntax that the lab reads (PS3.6 table A-1) and what unpacks its pixels; all
 * others are refused by name.
 */
const codecs: Readonly<Record<string, 'none' | 'rle' | DecoderJob['codec']>> = {
  [transferSyntax.implicitLittleEndian]: 'none',
  [transferSyntax.explicitLittleEndian]: 'none',
  [transferSyntax.deflatedLittleEndian]: 'none',
  [transferSyntax.explicitBigEndian]: 'none',
  '1.2.840.10008.1.2.5': 'rle',
  '1.2.840.10008.1.2.4.51': 'jpeg',
  '1.2.840.10008.1.2.4.57': 'jpeg',
  '1.2.840.10008.1.2.4.70': 'jpeg',
  '1.2.840.10008.1.2.4.80': 'jpeg-ls',
  '1.2.840.10008.1.2.4.81': 'jpeg-ls',
  '1.2.840.10008.1.2.4.90': 'jpeg-2000',
  '1.2.840.10008.1.2.4.91': 'jpeg-2000',
};

/**
 * 4096 x 4096 is four times the largest CT matrix in use; it bounds what a hostile header can make
 * us reserve.
 */
const maxPixels = 4096 * 4096;
/** A slice as numbers, and as the object that may be stored. */
export type DecodedSlice = {
  image: HuImage;
  /**
   * The object given with its pixels written anew, plain and masked to Bits Stored: nothing of the
   * encapsulation (comments, application segments, bytes after the end marker) is in it.
   */
  object: DicomObject;
};

/**
 * Decodes a single-frame grey CT image. Plain pixels are read here, compressed ones in the pool's
 * threads.
 * @throws PixelError
 */
export async function decodeSlice(
  object: DicomObject,
  decoder: DecoderPool,
): Promise<DecodedSlice> {
  const format = readFormat(object.dataset);
  const codec = codecs[object.transferSyntaxUid];
  if (codec === undefined) {
    throw new PixelError(
      'unsupported-transfer-syntax',
      `Transfer syntax ${object.transferSyntaxUid} is not one the lab reads. Export uncompressed.`,
    );
  }
  const element = object.dataset.get('7FE00010');
  let pixels: Uint8Array;
  if (element?.kind === 'binary' && codec === 'none') pixels = plainPixels(element.bytes, format);
  else if (element?.kind === 'encapsulated' && codec !== 'none')
    pixels = await unpack(element.fragments, codec, format, decoder);
  else
    throw new PixelError(
      element?.kind === 'binary' || element?.kind === 'encapsulated'
        ? 'wrong-transfer-syntax'
        : 'no-pixel-data',
      'Pixel Data (7FE0,0010) is not packed as the transfer syntax says.',
    );
  const declared = readPadding(object.dataset, format);
  let native = toNativePixels(pixels, format, declared);
  if (declared === null) {
    const padding = findUndeclaredPadding(native.hu, format);
    if (padding !== null)
      native = {
        ...toNativePixels(pixels, format, { from: padding, to: padding }),
        paddingValue: padding,
      };
  }
  return {
    image: { rows: format.rows, columns: format.columns, hu: native.hu },
    object: {
      transferSyntaxUid: transferSyntax.explicitLittleEndian,
      dataset: withPixels(object.dataset, format, native),
    },
  };
}

/**
 * Scanners fill what lies outside the round field of view with a value far below air (-2000,
 * -3024), and not all name it. It is padding where every pixel below the scale has that one value
 * and lies outside nine tenths of the circle that the image holds; anything else below the scale is
 * left for `isPlausibleHu` to refuse.
 * @returns the stored value, or null.
 */
function findUndeclaredPadding(hu: Int16Array, format: PixelFormat): number | null {
  const { rows, columns, slope, intercept } = format;
  let lowest = 0;
  for (let index = 0; index < hu.length; index += 1) lowest = Math.min(lowest, hu[index] ?? 0);
  if (lowest >= scaleHu.from) return null;
  const radius = 0.45 * Math.min(rows, columns);
  for (let index = 0; index < hu.length; index += 1) {
    const value = hu[index] ?? 0;
    if (value >= scaleHu.from) continue;
    const y = Math.floor(index / columns) + 0.5 - rows / 2;
    const x = (index % columns) + 0.5 - columns / 2;
    if (value !== lowest || Math.hypot(x, y) < radius) return null;
  }
  return Math.round((lowest - intercept) / slope);
}

/**
 * Bytes after the last pixel are legal (PS3.5 8.1.1, note), and left behind. But bytes that are not
 * zero and make whole further rows or columns say that the header has the size wrong, and the image
 * would come out cut or sheared.
 */
function plainPixels(bytes: Uint8Array, { rows, columns, bitsAllocated }: PixelFormat): Uint8Array {
  const size = bitsAllocated / 8;
  const wanted = rows * columns * size;
  const excess = bytes.length - wanted;
  const isWholeLines =
    excess > 0 && (excess % (rows * size) === 0 || excess % (columns * size) === 0);
  // One byte only makes the length even, even where a row is one byte.
  const isOtherSize =
    isWholeLines && excess > 1 && bytes.subarray(wanted).some((byte) => byte !== 0);
  if (excess < 0 || isOtherSize) {
    throw new PixelError(
      'pixel-length',
      `Pixel Data has ${bytes.length} bytes; ${rows} x ${columns} needs ${wanted}.`,
    );
  }
  return bytes.subarray(0, wanted);
}

function withPixels(
  dataset: DicomDataset,
  format: PixelFormat,
  { words, paddingValue }: NativePixels,
): DicomDataset {
  const rebuilt = new Map(dataset);
  setNumbers(rebuilt, '00280101', 'US', format.bitsStored);
  setNumbers(rebuilt, '00280102', 'US', format.bitsStored - 1);
  if (paddingValue !== null) {
    setNumbers(rebuilt, '00280120', format.isSigned ? 'SS' : 'US', paddingValue);
    rebuilt.delete('00280121');
  }
  setBytes(rebuilt, '7FE00010', format.bitsAllocated === 8 ? 'OB' : 'OW', words);
  return rebuilt;
}

function readFormat(dataset: DicomDataset): PixelFormat {
  if (!dataset.has('7FE00010'))
    throw new PixelError('no-pixel-data', 'The object has no Pixel Data (7FE0,0010).');
  if ((getNumber(dataset, '00280002') ?? 1) !== 1)
    throw new PixelError('colour', 'The image is in colour; CT is grey.');
  if ((getNumber(dataset, '00280008') ?? 1) !== 1)
    throw new PixelError(
      'multi-frame',
      'The object holds several frames. Export one slice per file.',
    );
  const photometric = getText(dataset, '00280004');
  if (photometric !== 'MONOCHROME2') {
    const fault = photometric === 'MONOCHROME1' ? 'unsupported-pixel-format' : 'colour';
    throw new PixelError(fault, 'Photometric Interpretation (0028,0004) must be MONOCHROME2.');
  }
  const rows = getNumber(dataset, '00280010') ?? 0;
  const columns = getNumber(dataset, '00280011') ?? 0;
  const bitsAllocated = getNumber(dataset, '00280100');
  if (
    rows < 1 ||
    columns < 1 ||
    rows * columns > maxPixels ||
    (bitsAllocated !== 8 && bitsAllocated !== 16)
  ) {
    throw new PixelError(
      'unsupported-pixel-format',
      'Rows, Columns or Bits Allocated is missing or out of range (8 or 16 bits, at most 4096 x 4096).',
    );
  }
  const bitsStored = getNumber(dataset, '00280101') ?? bitsAllocated;
  const highBit = getNumber(dataset, '00280102') ?? bitsStored - 1;
  if (bitsStored < 1 || highBit >= bitsAllocated || highBit < bitsStored - 1) {
    throw new PixelError(
      'unsupported-pixel-format',
      'Bits Stored and High Bit do not fit Bits Allocated.',
    );
  }
  const slope = getNumber(dataset, '00281053');
  const intercept = getNumber(dataset, '00281052');
  // Both are type 1 in CT (PS3.3 C.8.2.1); without them stored values have no unit.
  if (slope === undefined || slope === 0 || intercept === undefined) {
    throw new PixelError(
      'no-rescale',
      'Rescale Slope or Intercept is missing, so the values are not Hounsfield units.',
    );
  }
  return {
    rows,
    columns,
    bitsAllocated,
    bitsStored,
    highBit,
    isSigned: getNumber(dataset, '00280103') === 1,
    slope,
    intercept,
  };
}

async function unpack(
  fragments: readonly Uint8Array[],
  codec: 'rle' | DecoderJob['codec'],
  format: PixelFormat,
  decoder: DecoderPool,
): Promise<Uint8Array> {
  // One frame may be cut into several fragments (PS3.5 A.4); the first item is the offset table.
  const frame = new Uint8Array(Buffer.concat(fragments.slice(1)));
  const { rows, columns, bitsAllocated, bitsStored, isSigned } = format;
  try {
    if (codec === 'rle') return decodeRle(frame, rows * columns, bitsAllocated / 8);
    const header = readFrameHeader(frame);
    if (header && header.codec !== codec)
      throw new PixelError(
        'wrong-transfer-syntax',
        `The compressed frame is ${header.codec}, and the transfer syntax says ${codec}.`,
      );
    if (header?.rows !== rows || header.columns !== columns || !hasEndMarker(frame)) {
      throw new PixelError(
        'decoder-fault',
        'The compressed frame is cut off, or its size is not the one in the header.',
      );
    }
    const pixels = await decoder.decode({
      codec,
      frame,
      rows,
      columns,
      bitsAllocated,
      bitsStored,
      isSigned,
    });
    const wanted = (rows * columns * bitsAllocated) / 8;
    if (pixels.length !== wanted)
      throw new PixelError(
        'pixel-length',
        `The frame holds ${pixels.length} bytes; ${rows} x ${columns} needs ${wanted}.`,
      );
    return pixels;
  } catch (error) {
    if (error instanceof RleError) throw new PixelError('decoder-fault', error.message);
    if (error instanceof DecoderError)
      throw new PixelError(
        error.fault === 'timeout' ? 'decoder-timeout' : 'decoder-fault',
        error.message,
      );
    throw error;
  }
}

/**
 * @returns Pixel Padding Value as pixels are read, signed or not (the two VRs are mixed up in the
 * wild); null when the object names none.
 */
function readPadding(dataset: DicomDataset, format: PixelFormat): PaddingRange | null {
  const value = getNumber(dataset, '00280120');
  if (value === undefined) return null;
  const limit = getNumber(dataset, '00280121') ?? value;
  const read = (raw: number): number =>
    format.isSigned ? (raw > 0x7fff ? raw - 0x10000 : raw) : raw < 0 ? raw + 0x10000 : raw;
  return {
    from: Math.min(read(value), read(limit)),
    to: Math.max(read(value), read(limit)),
  };
}

/** Where the values of a CT lie, but for metal and padding. */
const scaleHu = { from: -1100, to: 4096 };

/**
 * Whether values can be those of a chest CT. It stops what decoders and headers get wrong without
 * an error: a lost rescale (no air near -1000), a sign misread (values off by thousands), another
 * scale or no image (no soft tissue), a transfer that broke off (blank beyond a row). It can't see
 * a wrong image with right numbers. Bounds: 99.9 % in -1100..4096; at least 1 % air or lung
 * (-1100..-700), and 5 % fat or soft tissue (-200..300), which every chest slice has.
 */
export function isPlausibleHu(image: HuImage): boolean {
  const { hu } = image;
  let inRange = 0;
  let air = 0;
  let tissue = 0;
  // By index: an iterator over a quarter of a million pixels takes several times as long.
  for (let index = 0; index < hu.length; index += 1) {
    const value = hu[index] ?? 0;
    if (value >= scaleHu.from && value <= scaleHu.to) inRange += 1;
    if (value >= scaleHu.from && value <= -700) air += 1;
    if (isTissue(value)) tissue += 1;
  }
  return (
    hu.length > 0 &&
    inRange >= 0.999 * hu.length &&
    air >= 0.01 * hu.length &&
    tissue >= 0.05 * hu.length &&
    !isCutOff(image)
  );
}

const isTissue = (hu: number): boolean => hu >= -200 && hu <= 300;

/**
 * Whether rows of one value fill a fifth of the image or more from an edge up to a row that cuts
 * through a body: bodies end round, transfers straight. A body's back that is flattened by the
 * couch is well below the share.
 */
function isCutOff({ rows, columns, hu }: HuImage): boolean {
  const rowOf = (row: number): Int16Array => hu.subarray(row * columns, (row + 1) * columns);
  const isBlank = (row: number): boolean => {
    const all = rowOf(row);
    return all.every((value) => value === all[0]);
  };
  const span = (row: number): number => {
    const first = rowOf(row).findIndex(isTissue);
    return first === -1 ? 0 : rowOf(row).findLastIndex(isTissue) - first + 1;
  };
  return [(index: number) => index, (index: number) => rows - 1 - index].some((rowAt) => {
    let blank = 0;
    while (blank < rows && isBlank(rowAt(blank))) blank += 1;
    if (blank < rows / 5 || blank === rows) return false;
    let widest = 0;
    for (let row = 0; row < rows; row += 1) widest = Math.max(widest, span(row));
    return span(rowAt(blank)) >= 0.6 * widest;
  });
}
