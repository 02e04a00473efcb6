import { readPatientAxes } from '../series/geometry.ts';
import type { SliceGeometry } from '../series/geometry.ts';
import type { HuImage } from './pixels.ts';

export type TrainingViewOptions = {
  /** Pixels along each side. */
  size?: number;
  /**
   * Side of the square that is cut out, the same for all people so that size stays a fact of the
   * image; millimetres.
   */
  fieldOfViewMm?: number;
};

/** HU that become -1 and 1. Calcium above 1000 HU saturates; at 5 mm a pixel hardly any is left. */
export const trainingWindow = [-1000, 1000] as const;
const defaultTrainingSize = 64;
export const defaultTrainingFieldOfViewMm = 340;

const airHu = -1000;
/** Between air and fat (-100): skin and clothes' edges fall on either side, bodies never. */
const bodyHu = -300;

/** A slice with its rows towards the patient's left and its columns towards the back. */
export type PatientSlice = {
  image: HuImage;
  /** Millimetres between rows, and between columns. */
  spacing: readonly [number, number];
};

/**
 * Turns a slice by quarters and mirrors it until its rows lead to the patient's left and its
 * columns to the back (PS3.3 C.7.6.2.1.1), as radiologists look at it. Whether a person lay supine
 * or prone, on a side or with the feet first, left stays left. No pixel changes its value.
 * @throws RangeError for a slice that lies too far turned, which verdict.ts holds back
 */
export function toPatientSlice(image: HuImage, geometry: SliceGeometry): PatientSlice {
  const axes = readPatientAxes(geometry);
  if (axes === null) throw new RangeError('The slice lies oblique to the patient.');
  const isTurned = !axes.row.isAcross;
  const [rows, columns] = isTurned ? [image.columns, image.rows] : [image.rows, image.columns];
  const across = isTurned ? axes.column : axes.row;
  const down = isTurned ? axes.row : axes.column;
  if (!isTurned && across.sign > 0 && down.sign > 0) return { image, spacing: geometry.spacing };
  const hu = new Int16Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const back = down.sign > 0 ? row : rows - 1 - row;
    for (let column = 0; column < columns; column += 1) {
      const left = across.sign > 0 ? column : columns - 1 - column;
      const from = isTurned ? left * image.columns + back : back * image.columns + left;
      hu[row * columns + column] = image.hu[from] ?? airHu;
    }
  }
  const [rowSpacing, columnSpacing] = geometry.spacing;
  return {
    image: { rows, columns, hu },
    spacing: isTurned ? [columnSpacing, rowSpacing] : [rowSpacing, columnSpacing],
  };
}

/**
 * What the networks see of a slice: a fixed field of view round the body's middle, averaged by
 * area, HU in [-1000, 1000] as [-1, 1]. What lies outside the slice is air. The same slice gives
 * the same bytes.
 * @returns size x size values, row by row.
 */
export function toTrainingView(
  { image, spacing }: PatientSlice,
  options: TrainingViewOptions = {},
): Float32Array {
  const { size = defaultTrainingSize, fieldOfViewMm = defaultTrainingFieldOfViewMm } = options;
  const [centreRow, centreColumn] = findBodyCentre(image);
  const rowSpans = toSpans(image.rows, spacing[0], centreRow, size, fieldOfViewMm);
  const columnSpans = toSpans(image.columns, spacing[1], centreColumn, size, fieldOfViewMm);

  // Area averages are separable: first along rows, then down columns.
  const narrow = new Float64Array(image.rows * size);
  for (let row = 0; row < image.rows; row += 1) {
    for (const [column, span] of columnSpans.entries()) {
      let sum = airHu * span.outside;
      for (let index = 0; index < span.weights.length; index += 1) {
        sum +=
          (image.hu[row * image.columns + span.start + index] ?? airHu) *
          (span.weights[index] ?? 0);
      }
      narrow[row * size + column] = sum;
    }
  }
  const view = new Float32Array(size * size);
  for (const [row, span] of rowSpans.entries()) {
    for (let column = 0; column < size; column += 1) {
      let sum = airHu * span.outside;
      for (let index = 0; index < span.weights.length; index += 1) {
        sum += (narrow[(span.start + index) * size + column] ?? airHu) * (span.weights[index] ?? 0);
      }
      view[row * size + column] = Math.min(
        1,
        Math.max(-1, (2 * (sum - trainingWindow[0])) / (trainingWindow[1] - trainingWindow[0]) - 1),
      );
    }
  }
  return view;
}

/**
 * The pixels that one output pixel covers, each with its share; `outside` is the share beyond the
 * image's edge.
 */
type Span = { start: number; weights: number[]; outside: number };

function toSpans(
  length: number,
  spacing: number,
  centre: number,
  size: number,
  fieldOfViewMm: number,
): Span[] {
  const step = fieldOfViewMm / size / spacing;
  const first = centre - (size * step) / 2;
  return Array.from({ length: size }, (_, index) => {
    const from = first + index * step;
    const to = from + step;
    const start = Math.max(0, Math.floor(from));
    const end = Math.min(length, Math.ceil(to));
    const weights: number[] = [];
    for (let pixel = start; pixel < end; pixel += 1)
      weights.push(Math.max(0, Math.min(to, pixel + 1) - Math.max(from, pixel)) / step);
    return {
      start,
      weights,
      outside: Math.max(0, 1 - weights.reduce((sum, weight) => sum + weight, 0)),
    };
  });
}

/**
 * The middle of the box round the largest connected thing denser than air, in pixels from the top
 * left corner. The outermost 2 % of its pixels on each side don't count, so a couch that touches
 * the back hardly moves it. An empty slice has its own middle.
 */
function findBodyCentre({ rows, columns, hu }: HuImage): readonly [number, number] {
  const body = largestComponent(rows, columns, hu);
  if (body.length === 0) return [rows / 2, columns / 2];
  const inRow = new Int32Array(rows);
  const inColumn = new Int32Array(columns);
  for (const index of body) {
    const row = Math.floor(index / columns);
    const column = index - row * columns;
    inRow[row] = (inRow[row] ?? 0) + 1;
    inColumn[column] = (inColumn[column] ?? 0) + 1;
  }
  return [middle(inRow, body.length), middle(inColumn, body.length)];
}

/** @param counts pixels at each place, `total` together */
function middle(counts: Int32Array, total: number): number {
  const margin = 0.02 * total;
  const edge = (from: number, step: number): number => {
    let place = from;
    for (let seen = counts[place] ?? 0; seen <= margin; seen += counts[place] ?? total)
      place += step;
    return place;
  };
  return (edge(0, 1) + edge(counts.length - 1, -1) + 1) / 2;
}

/**
 * @returns indices of the largest 4-connected region above bodyHu; of equals, the one met first.
 */
function largestComponent(rows: number, columns: number, hu: Int16Array): Int32Array {
  // Pixels that may still be taken. A frame of air spares each step the question where the image
  // ends.
  const width = columns + 2;
  const isOpen = new Uint8Array((rows + 2) * width);
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      if ((hu[row * columns + column] ?? airHu) > bodyHu)
        isOpen[(row + 1) * width + column + 1] = 1;
  const neighbours = [-width, width, -1, 1];
  const queue = new Int32Array(rows * columns);
  let largest = new Int32Array(0);
  for (let seed = 0; seed < isOpen.length; seed += 1) {
    if (isOpen[seed] === 0) continue;
    let count = 1;
    queue[0] = seed;
    isOpen[seed] = 0;
    for (let head = 0; head < count; head += 1) {
      const index = queue[head] ?? 0;
      for (const step of neighbours) {
        if (isOpen[index + step] === 0) continue;
        isOpen[index + step] = 0;
        queue[count] = index + step;
        count += 1;
      }
    }
    if (count > largest.length) largest = queue.slice(0, count);
  }
  return largest.map((index) => {
    const row = Math.floor(index / width);
    return (row - 1) * columns + (index - row * width) - 1;
  });
}

/** @returns HU of a training view or of a generated image, rounded, as the training window says. */
export function fromTrainingView(view: Float32Array): Int16Array {
  const [low, high] = trainingWindow;
  return Int16Array.from(view, (value) =>
    Math.round(low + ((Math.min(1, Math.max(-1, value)) + 1) / 2) * (high - low)),
  );
}
