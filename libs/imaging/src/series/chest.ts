import type { HuImage } from '../pixels/pixels.ts';

/**
 * Whether a slice can be one of the chest, by the picture alone. It stops heads that no word names,
 * and limbs. A slice is taken for no chest when all three hold:
 *
 * - lung is under 4 % of the body. Lung is what lies between -950 and -500 HU in cells of 4 mm,
 *   with lung all round, and has body on all four sides: the rim of the skin is too thin, sinuses
 *   and airways are too empty, mastoid cells too small, a head rest is outside. At the level of the
 *   heart lung is a quarter of the body.
 * - the body is under 270 mm at its longest. A head is 240 mm at most; a chest, with the shoulders
 *   at its top, is more. At the waist a slim person is less, hence the third:
 * - bone, above 300 HU, is at least 8 % of the body. A skull is 12 to 25 %, an ankle more, a jaw
 *   some 10; spine and ribs are under 6 %.
 *
 * A neck has little bone and passes; no face is in it. Contrast above 300 HU counts as bone, but
 * stands in slices that have lung. Where the field of view cuts the body, lung may reach the edge.
 */
export function canBeChest(image: HuImage, spacing: readonly [number, number]): boolean {
  const { lungShare, lengthMm, boneShare } = measureBody(image, spacing);
  return lungShare >= 0.04 || lengthMm >= 270 || boneShare < 0.08;
}

export type BodyMeasures = {
  /** Lung, of body and lung together. */
  lungShare: number;
  /** The longer side of the box round the body. */
  lengthMm: number;
  boneShare: number;
};

const cellMm = 4;
const bodyHu = -300;
const boneHu = 300;
const isLung = (hu: number): boolean => hu >= -950 && hu <= -500;

/** Cells of about 4 mm: noise is averaged out, and a slice has few of them. */
type Grid = { rows: number; columns: number; mean: Float32Array; bone: Float32Array };

export function measureBody(image: HuImage, spacing: readonly [number, number]): BodyMeasures {
  const height = Math.max(1, Math.round(cellMm / spacing[0]));
  const width = Math.max(1, Math.round(cellMm / spacing[1]));
  const grid = toGrid(image, height, width);
  const body = largestBody(grid);
  if (body.length === 0) return { lungShare: 0, lengthMm: 0, boneShare: 0 };
  const outline = outlineOf(body, grid);
  const lung = countLung(grid, outline);
  return {
    lungShare: lung / (lung + body.length),
    lengthMm: Math.max(
      longest(outline.columns, grid.columns) * width * spacing[1],
      longest(outline.rows, grid.rows) * height * spacing[0],
    ),
    boneShare: body.reduce((sum, cell) => sum + (grid.bone[cell] ?? 0), 0) / body.length,
  };
}

/** First and last body cell of each row (as columns) and of each column (as rows). */
type Outline = { columns: Span[]; rows: Span[]; isCut: boolean };
type Span = { first: number; last: number };

/** From this share of the image's edge on the body is cut off, and not only touched by a couch. */
const cutShare = 0.1;

function outlineOf(body: Int32Array, { rows, columns }: Grid): Outline {
  const empty = (): Span => ({ first: Infinity, last: -Infinity });
  const outline: Outline = {
    columns: Array.from({ length: rows }, empty),
    rows: Array.from({ length: columns }, empty),
    isCut: false,
  };
  let atEdge = 0;
  for (const cell of body) {
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    if (row === 0 || column === 0 || row === rows - 1 || column === columns - 1) atEdge += 1;
    for (const [span, place] of [
      [outline.columns[row], column],
      [outline.rows[column], row],
    ] as const) {
      if (!span) continue;
      span.first = Math.min(span.first, place);
      span.last = Math.max(span.last, place);
    }
  }
  return { ...outline, isCut: atEdge >= cutShare * 2 * (rows + columns) };
}

function longest(spans: readonly Span[], length: number): number {
  const first = Math.min(length, ...spans.map((span) => span.first));
  return Math.max(first - 1, ...spans.map((span) => span.last)) - first + 1;
}

function toGrid({ rows, columns, hu }: HuImage, height: number, width: number): Grid {
  const grid: Grid = {
    rows: Math.floor(rows / height),
    columns: Math.floor(columns / width),
    mean: new Float32Array(Math.floor(rows / height) * Math.floor(columns / width)),
    bone: new Float32Array(Math.floor(rows / height) * Math.floor(columns / width)),
  };
  // Nine pixels of a cell are enough of a mean, and a fine matrix has 36.
  const down = Math.max(1, Math.floor(height / 3));
  const across = Math.max(1, Math.floor(width / 3));
  for (let cell = 0; cell < grid.mean.length; cell += 1) {
    const start =
      Math.floor(cell / grid.columns) * height * columns + (cell % grid.columns) * width;
    let [sum, bone, pixels] = [0, 0, 0];
    for (let row = 0; row < height; row += down) {
      const end = start + row * columns + width;
      for (let index = start + row * columns; index < end; index += across) {
        const value = hu[index] ?? 0;
        sum += value;
        if (value > boneHu) bone += 1;
        pixels += 1;
      }
    }
    grid.mean[cell] = sum / pixels;
    grid.bone[cell] = bone / pixels;
  }
  return grid;
}

function countLung({ rows, columns, mean }: Grid, outline: Outline): number {
  let count = 0;
  for (let row = 1; row < rows - 1; row += 1) {
    for (let column = 1; column < columns - 1; column += 1) {
      const cell = row * columns + column;
      const isInside =
        outline.isCut ||
        (isWithin(outline.columns[row], column) && isWithin(outline.rows[column], row));
      if (isInside && [cell, cell - 1, cell + 1, cell - columns, cell + columns].every(isLungAt))
        count += 1;
    }
  }
  return count;

  function isLungAt(cell: number): boolean {
    return isLung(mean[cell] ?? 0);
  }
}

function isWithin(span: Span | undefined, place: number): boolean {
  return span !== undefined && place > span.first && place < span.last;
}

/** @returns the cells of the largest 4-connected region of tissue and bone. */
function largestBody({ rows, columns, mean }: Grid): Int32Array {
  const isSeen = new Uint8Array(rows * columns);
  const queue = new Int32Array(rows * columns);
  let largest = new Int32Array(0);
  for (let seed = 0; seed < mean.length; seed += 1) {
    if (isSeen[seed] === 1 || (mean[seed] ?? bodyHu) <= bodyHu) continue;
    let count = 1;
    queue[0] = seed;
    isSeen[seed] = 1;
    const visit = (cell: number): void => {
      if (isSeen[cell] === 1 || (mean[cell] ?? bodyHu) <= bodyHu) return;
      isSeen[cell] = 1;
      queue[count] = cell;
      count += 1;
    };
    for (let head = 0; head < count; head += 1) {
      const cell = queue[head] ?? 0;
      if (cell >= columns) visit(cell - columns);
      if (cell < (rows - 1) * columns) visit(cell + columns);
      if (cell % columns > 0) visit(cell - 1);
      if (cell % columns < columns - 1) visit(cell + 1);
    }
    if (count > largest.length) largest = queue.slice(0, count);
  }
  return largest;
}
