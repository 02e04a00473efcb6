import { encode } from 'fast-png';

import { drawText, textHeight, textWidth } from './bitmap-font.ts';

/** Any grey image: HU, or a network's values in [-1, 1]. */
export type GreyImage = { rows: number; columns: number; values: Int16Array | Float32Array };
/** The values that become black and white. */
export type DisplayWindow = readonly [low: number, high: number];

/** Lung and soft tissue in one picture, as the networks see it. */
export const wideWindow: DisplayWindow = [-1000, 1000];
/** Values of a training view. */
export const networkWindow: DisplayWindow = [-1, 1];

/** @returns an 8-bit grey PNG; the same image gives the same bytes on the pinned Node. */
export function toPng(image: GreyImage, window: DisplayWindow): Uint8Array {
  return encodeGrey(image.rows, image.columns, toGrey(image, window));
}

export type ContactSheetOptions = {
  window: DisplayWindow;
  columns: number;
  /** One for each image, written below it in capitals. */
  captions?: readonly string[];
  /**
   * Written across the foot of the sheet, such as SYNTETISK / SYNTHETIC. For sheets only: the
   * pixels that people train on are never marked.
   */
  mark?: string;
  /** Each pixel is drawn as a square of this side. */
  scale?: number;
};

const gap = 4;
const background = 24;
const captionShade = 200;
const markShade = 255;

/**
 * @param images all of one size, placed row by row.
 * @throws RangeError when there are none, or sizes differ
 */
export function contactSheet(
  images: readonly GreyImage[],
  options: ContactSheetOptions,
): Uint8Array {
  const { window, captions, mark, scale = 1 } = options;
  const first = images[0];
  if (
    !first ||
    images.some(({ rows, columns }) => rows !== first.rows || columns !== first.columns)
  ) {
    throw new RangeError('A contact sheet needs at least one image, and all of one size.');
  }
  const perRow = Math.min(options.columns, images.length);
  const lines = Math.ceil(images.length / perRow);
  const cellColumns = first.columns * scale + gap;
  const cellRows = first.rows * scale + gap + (captions ? textHeight + gap : 0);
  const markScale = 2;
  const markRows = mark ? textHeight * markScale + 2 * gap : 0;
  const columns = perRow * cellColumns + gap;
  const rows = lines * cellRows + gap + markRows;
  const sheet = { rows, columns, grey: new Uint8Array(rows * columns).fill(background) };
  for (const [index, image] of images.entries()) {
    const left = gap + (index % perRow) * cellColumns;
    const top = gap + Math.floor(index / perRow) * cellRows;
    place(sheet, toGrey(image, window), image, left, top, scale);
    const caption = captions?.[index];
    if (caption)
      drawText(
        sheet,
        fitted(caption, first.columns * scale),
        left,
        top + first.rows * scale + 2,
        1,
        captionShade,
      );
  }
  if (mark)
    drawText(
      sheet,
      mark,
      Math.max(gap, Math.floor((columns - textWidth(mark, markScale)) / 2)),
      rows - markRows + gap,
      markScale,
      markShade,
    );
  return encodeGrey(rows, columns, sheet.grey);
}

function place(
  sheet: { columns: number; grey: Uint8Array },
  grey: Uint8Array,
  size: { rows: number; columns: number },
  left: number,
  top: number,
  scale: number,
): void {
  for (let row = 0; row < size.rows * scale; row += 1) {
    for (let column = 0; column < size.columns * scale; column += 1) {
      const from = Math.floor(row / scale) * size.columns + Math.floor(column / scale);
      sheet.grey[(top + row) * sheet.columns + left + column] = grey[from] ?? 0;
    }
  }
}

/** Text that would run into the next image is cut. */
function fitted(text: string, width: number): string {
  return text.slice(0, Math.floor((width + 1) / (textWidth('MM', 1) - textWidth('M', 1))));
}

function toGrey({ values }: GreyImage, [low, high]: DisplayWindow): Uint8Array {
  const grey = new Uint8Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const share = ((values[index] ?? low) - low) / (high - low);
    grey[index] = Math.round(255 * Math.min(1, Math.max(0, share)));
  }
  return grey;
}

function encodeGrey(rows: number, columns: number, data: Uint8Array): Uint8Array {
  return encode({ width: columns, height: rows, data, depth: 8, channels: 1 });
}
