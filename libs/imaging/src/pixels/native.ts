/**
 * Words of pixels to Hounsfield units, and to the words that are stored. Both are made from the
 * decoded values alone: what lies above High Bit (drawings of retired overlays) and below the
 * lowest stored bit is not carried over, and padding keeps its meaning.
 */
export type PixelFormat = {
  rows: number;
  columns: number;
  bitsAllocated: 8 | 16;
  bitsStored: number;
  highBit: number;
  isSigned: boolean;
  slope: number;
  intercept: number;
};

/** Pixel Padding Value and its Range Limit (PS3.3 C.7.5.1.1.2), inclusive, in order. */
export type PaddingRange = { from: number; to: number };

export type NativePixels = {
  hu: Int16Array;
  /**
   * Little endian words of Bits Allocated, High Bit = Bits Stored - 1, sign extended; a view of the
   * pixels given where they are so already.
   */
  words: Uint8Array;
  /**
   * The padding value of the words where it is another than the one that the header names: Bits
   * Stored can't hold that one, or it names none.
   */
  paddingValue: number | null;
};

/**
 * What padding becomes in Hounsfield units: the value that scanners give to what lies outside the
 * field of view.
 */
const paddingHu = -1024;

/**
 * @param pixels little endian words, at least one for each pixel; further bytes are not read.
 * @returns the same for the same pixels and format.
 */
export function toNativePixels(
  pixels: Uint8Array,
  format: PixelFormat,
  padding: PaddingRange | null,
): NativePixels {
  const { hu: huOf, stored: storedOf, paddingValue } = tableFor(format, padding);
  const count = format.rows * format.columns;
  const hu = new Int16Array(count);
  const read = toWords(pixels, count, format.bitsAllocated);
  let changed = 0;
  for (let index = 0; index < count; index += 1) {
    const word = read[index] ?? 0;
    hu[index] = huOf[word] ?? 0;
    changed |= word ^ (storedOf[word] ?? 0);
  }
  const words = changed === 0 ? read : read.map((word) => storedOf[word] ?? 0);
  return {
    hu,
    words: new Uint8Array(words.buffer, words.byteOffset, words.byteLength),
    paddingValue,
  };
}

/** A view where the place in the file allows it, which it nearly always does. */
function toWords(
  pixels: Uint8Array,
  count: number,
  bitsAllocated: 8 | 16,
): Uint8Array | Uint16Array {
  if (bitsAllocated === 8) return pixels.subarray(0, count);
  const even = pixels.byteOffset % 2 === 0 ? pixels : Uint8Array.from(pixels);
  return new Uint16Array(even.buffer, even.byteOffset, count);
}

type WordTable = {
  key: string;
  hu: Int16Array;
  stored: Uint16Array;
  paddingValue: number | null;
};
/** The slices of a series share their format, so one table serves them all. */
let lastTable: WordTable | null = null;

function tableFor(format: PixelFormat, padding: PaddingRange | null): WordTable {
  const key = JSON.stringify([{ ...format, rows: 0, columns: 0 }, padding]);
  if (lastTable?.key !== key) lastTable = buildTable(key, format, padding);
  return lastTable;
}

function buildTable(key: string, format: PixelFormat, padding: PaddingRange | null): WordTable {
  const { bitsAllocated, bitsStored, highBit, isSigned, slope, intercept } = format;
  const words = 2 ** bitsAllocated;
  const lowest = isSigned ? -(2 ** (bitsStored - 1)) : 0;
  const highest = lowest + 2 ** bitsStored - 1;
  const isBeyond = padding !== null && (padding.from < lowest || padding.to > highest);
  const isPadding = (value: number): boolean =>
    padding !== null && value >= padding.from && value <= padding.to;
  const table: WordTable = {
    key,
    hu: new Int16Array(words),
    stored: new Uint16Array(words),
    paddingValue: isBeyond ? lowest : null,
  };
  // Shifting up and down again drops what lies above High Bit and extends the sign.
  const up = 31 - highBit;
  const down = 32 - bitsStored;
  for (let word = 0; word < words; word += 1) {
    const stored = isSigned ? (word << up) >> down : (word << up) >>> down;
    // Padding that Bits Stored can't hold fills the whole word.
    const whole = isSigned && word >= words / 2 ? word - words : word;
    const isPadded = isPadding(stored) || (isBeyond && isPadding(whole));
    table.hu[word] = isPadded ? paddingHu : toInt16(Math.round(stored * slope + intercept));
    table.stored[word] = (isPadded && isBeyond ? lowest : stored) & (words - 1);
  }
  return table;
}

/** Stops at the ends of int16 instead of turning over. */
function toInt16(value: number): number {
  return Math.max(-32_768, Math.min(32_767, value));
}
