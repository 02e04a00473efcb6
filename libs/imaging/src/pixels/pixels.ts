import { getNumber, getText, transferSyntax } from '../dicom/dataset.ts';
import type { DicomDataset, DicomObject } from '../dicom/dataset.ts';
import { hasEndMarker, jpeg2000FrameSize, jpegFrameSize } from './codestream.ts';
import { DecoderError } from './decoder-pool.ts';
import type { DecoderJob, DecoderPool } from './decoder-pool.ts';
import { decodeRle, RleError } from './rle.ts';

/** A CT slice in Hounsfield units, row by row from the top left. */
export type HuImage = { rows: number; columns: number; hu: Int16Array };

export type PixelFault =
  | 'no-pixel-data'
  | 'unsupported-transfer-syntax'
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
/**
 * What Pixel Padding Value (0028,0120) becomes: the value that scanners give to what lies outside
 * the field of view.
 */
const paddingHu = -1024;

type Format = {
  rows: number;
  columns: number;
  bitsAllocated: 8 | 16;
  bitsStored: number;
  highBit: number;
  isSigned: boolean;
  slope: number;
  intercept: number;
};

/**
 * Decodes a single-frame grey CT image. Plain pixels are read here, compressed ones in the pool's
 * threads.
 * @throws PixelError
 */
export async function decodeHu(object: DicomObject, decoder: DecoderPool): Promise<HuImage> {
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
  if (codec === 'none') {
    if (element?.kind !== 'binary')
      throw new PixelError('no-pixel-data', 'The object has no plain Pixel Data (7FE0,0010).');
    pixels = element.bytes;
  } else {
    if (element?.kind !== 'encapsulated')
      throw new PixelError('no-pixel-data', 'The object has no compressed Pixel Data (7FE0,0010).');
    pixels = await unpack(element.fragments, codec, format, decoder);
  }
  const wanted = (format.rows * format.columns * format.bitsAllocated) / 8;
  // One byte of padding makes an odd length even (PS3.5 8.1.1).
  if (pixels.length !== wanted && pixels.length !== wanted + (wanted % 2)) {
    throw new PixelError(
      'pixel-length',
      `Pixel Data has ${pixels.length} bytes; ${format.rows} x ${format.columns} needs ${wanted}.`,
    );
  }
  return {
    rows: format.rows,
    columns: format.columns,
    hu: toHu(pixels, format, readPadding(object.dataset, format)),
  };
}

function readFormat(dataset: DicomDataset): Format {
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
  format: Format,
  decoder: DecoderPool,
): Promise<Uint8Array> {
  // One frame may be cut into several fragments (PS3.5 A.4); the first item is the offset table.
  const frame = new Uint8Array(Buffer.concat(fragments.slice(1)));
  const { rows, columns, bitsAllocated, bitsStored, isSigned } = format;
  try {
    if (codec === 'rle') return decodeRle(frame, rows * columns, bitsAllocated / 8);
    const size = codec === 'jpeg-2000' ? jpeg2000FrameSize(frame) : jpegFrameSize(frame);
    if (size?.rows !== rows || size.columns !== columns || !hasEndMarker(frame)) {
      throw new PixelError(
        'decoder-fault',
        'The compressed frame is cut off, or its size is not the one in the header.',
      );
    }
    return await decoder.decode({
      codec,
      frame,
      rows,
      columns,
      bitsAllocated,
      bitsStored,
      isSigned,
    });
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
 * Padding as HU before clamping, inclusive from and to (PS3.3 C.7.5.1.1.2); null when the object
 * names none.
 */
function readPadding(dataset: DicomDataset, format: Format): { from: number; to: number } | null {
  const value = getNumber(dataset, '00280120');
  if (value === undefined) return null;
  const limit = getNumber(dataset, '00280121') ?? value;
  const sign = (raw: number): number => (format.isSigned && raw > 0x7fff ? raw - 0x10000 : raw);
  return { from: Math.min(sign(value), sign(limit)), to: Math.max(sign(value), sign(limit)) };
}

function toHu(
  pixels: Uint8Array,
  format: Format,
  padding: { from: number; to: number } | null,
): Int16Array {
  const { rows, columns, bitsAllocated, bitsStored, highBit, isSigned, slope, intercept } = format;
  const hu = new Int16Array(rows * columns);
  const view = new DataView(pixels.buffer, pixels.byteOffset, pixels.length);
  // Shifting up and down again drops what lies above High Bit (old overlays) and extends the sign.
  const up = 31 - highBit;
  const down = 32 - bitsStored;
  for (let index = 0; index < hu.length; index += 1) {
    const word = bitsAllocated === 16 ? view.getUint16(index * 2, true) : view.getUint8(index);
    const stored = isSigned ? (word << up) >> down : (word << up) >>> down;
    const isPadding = padding !== null && stored >= padding.from && stored <= padding.to;
    const value = isPadding ? paddingHu : Math.round(stored * slope + intercept);
    hu[index] = value > 32767 ? 32767 : value < -32768 ? -32768 : value;
  }
  return hu;
}

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
  for (const value of hu) {
    if (value >= -1100 && value <= 4096) inRange += 1;
    if (value >= -1100 && value <= -700) air += 1;
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
