import { constant, matmul, reshape, sub, transpose, type Tensor } from '@scapis/numerics';
import type { ImageSet } from '@scapis/gan';
import { warpedReader, type Warp } from './augment.ts';
import { mapBatches } from '../statistics/batches.ts';
import type { TaskContext } from '../task-context.ts';

/**
 * Difference of a narrow and a wide Gaussian of every image (standard deviations in pixels of 64).
 * The large shape of a thorax is the same in everyone and pixel noise is no anatomy: what lies
 * between tells people apart. Offsets vanish, gains only scale.
 *
 * @returns [count, size, size]; edges repeat
 */
export async function bandPass(
  images: ImageSet,
  sigmas: { narrow: number; wide: number },
  context: TaskContext,
): Promise<Float32Array> {
  const { size } = images;
  // A separable filter is a product with one matrix from either side.
  const blur = (x: Tensor, sigma: number): Tensor => {
    const rows = constant(gaussianRows(size, (sigma * size) / 64), [size, size]);
    return matmul(matmul(rows, x), transpose(rows));
  };
  const filter = (x: Tensor): Tensor =>
    reshape(sub(blur(x, sigmas.narrow), blur(x, sigmas.wide)), [x.shape[0] ?? 0, size * size]);
  return (await mapBatches(images, filter, size * size, context)).data;
}

/**
 * @returns the [size, size] matrix whose row y weights the pixels around y by a Gaussian cut off at
 * 3 sigma.
 */
export function gaussianRows(size: number, sigma: number): Float64Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, w) => sum + w, 0);
  const rows = new Float64Array(size * size);
  for (let y = 0; y < size; y += 1) {
    weights.forEach(
      (weight, k) =>
        (rows[y * size + Math.min(Math.max(y + k - radius, 0), size - 1)]! += weight / total),
    );
  }
  return rows;
}

/** Which pixels of a band-passed image make up a window, and how far it may be moved. */
export interface WindowShape {
  /** Side of the images. */
  size: number;
  /** Every so many pixels are taken. */
  stride: number;
  /** Pixels left out at each border, and side and area of the window in taken pixels. */
  margin: number;
  side: number;
  area: number;
}

export function windowShape(size: number, stride: number, margin: number): WindowShape {
  const side = Math.floor((size - 2 * margin) / stride);
  if (side < 3)
    throw new Error(`Images of ${size} pixels a side are too small for the copy search.`);
  return { size, stride, margin, side, area: side * side };
}

/**
 * Writes the window moved by (dx, dy) pixels into `to` at `at`, with mean 0 and norm 1, so that a
 * product of two windows is their normalised cross-correlation. An even window becomes all 0. Edges
 * repeat.
 */
export function writeWindow(
  passed: Float32Array,
  image: number,
  dx: number,
  dy: number,
  shape: WindowShape,
  to: Float32Array,
  at: number,
): void {
  const { size, stride, margin, side } = shape;
  const start = image * size * size;
  const last = size - 1;
  for (let y = 0; y < side; y += 1) {
    const row = start + Math.min(Math.max(margin + stride * y + dy, 0), last) * size;
    for (let x = 0; x < side; x += 1)
      to[at + y * side + x] = passed[row + Math.min(Math.max(margin + stride * x + dx, 0), last)]!;
  }
  normalise(to, at, shape.area);
}

/**
 * The same of an image that is first turned and zoomed about its middle. A shift is where the
 * window is read, so (dx, dy) has the sign it has in `writeWindow`, not that of moving the image.
 */
export function writeWarpedWindow(
  passed: Float32Array,
  image: number,
  change: Warp,
  shape: WindowShape,
  to: Float32Array,
  at: number,
): void {
  const { size, stride, margin, side } = shape;
  const read = warpedReader(size, { ...change, dx: -change.dx, dy: -change.dy });
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1)
      to[at + y * side + x] = read(
        passed,
        image * size * size,
        margin + stride * x,
        margin + stride * y,
      );
  }
  normalise(to, at, shape.area);
}

function normalise(to: Float32Array, at: number, area: number): void {
  let sum = 0;
  let squares = 0;
  for (let i = at; i < at + area; i += 1) {
    sum += to[i]!;
    squares += to[i]! * to[i]!;
  }
  const mean = sum / area;
  const norm = Math.sqrt(Math.max(squares - sum * mean, 0));
  const scale = norm > 1e-6 ? 1 / norm : 0;
  for (let i = at; i < at + area; i += 1) to[i] = (to[i]! - mean) * scale;
}

/** @returns the windows of all images, unmoved: [count, area]. */
export function windowsOf(passed: Float32Array, count: number, shape: WindowShape): Float32Array {
  const windows = new Float32Array(count * shape.area);
  for (let image = 0; image < count; image += 1)
    writeWindow(passed, image, 0, 0, shape, windows, image * shape.area);
  return windows;
}
