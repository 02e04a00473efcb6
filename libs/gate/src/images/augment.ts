import type { CanaryTransformation } from '@scapis/contracts';
import type { ImageSet } from '@scapis/gan';
import { pixelsOf } from './images.ts';
import { permutation, type RandomStream } from '../statistics/random.ts';

/**
 * Changes of one square image in [-1, 1]. Shifts repeat the edge: a circular shift would flatter
 * every search.
 */

/** Writes `from` moved by (dx, dy) pixels into `to`. */
export function shiftInto(
  from: Float32Array,
  to: Float32Array,
  size: number,
  dx: number,
  dy: number,
): void {
  for (let y = 0; y < size; y += 1) {
    const row = Math.min(Math.max(y - dy, 0), size - 1) * size;
    for (let x = 0; x < size; x += 1)
      to[y * size + x] = from[row + Math.min(Math.max(x - dx, 0), size - 1)]!;
  }
}

/**
 * A turn about the middle in degrees, a zoom (above 1 = the middle fills the image) and a shift in
 * pixels.
 */
export interface Warp {
  degrees: number;
  zoom: number;
  dx: number;
  dy: number;
}

/**
 * @returns what a warped image shows at (x, y): read bilinearly in the image that begins at
 * `start`; edges repeat.
 */
export function warpedReader(
  size: number,
  { degrees, zoom, dx, dy }: Warp,
): (from: Float32Array, start: number, x: number, y: number) => number {
  const middle = (size - 1) / 2;
  const last = size - 1;
  const cosine = Math.cos((degrees * Math.PI) / 180) / zoom;
  const sine = Math.sin((degrees * Math.PI) / 180) / zoom;
  return (from, start, x, y) => {
    const u = x - middle - dx;
    const v = y - middle - dy;
    const fromX = Math.min(Math.max(middle + cosine * u + sine * v, 0), last);
    const fromY = Math.min(Math.max(middle - sine * u + cosine * v, 0), last);
    const left = Math.min(Math.floor(fromX), last - 1);
    const top = Math.min(Math.floor(fromY), last - 1);
    const right = fromX - left;
    const down = fromY - top;
    const at = start + top * size + left;
    return (
      (1 - down) * ((1 - right) * from[at]! + right * from[at + 1]!) +
      down * ((1 - right) * from[at + size]! + right * from[at + size + 1]!)
    );
  };
}

/** Writes `from` turned, zoomed and moved into `to`. */
function warpInto(from: Float32Array, to: Float32Array, size: number, change: Warp): void {
  const read = warpedReader(size, change);
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) to[y * size + x] = read(from, 0, x, y);
}

/** Mirrors each row in place. */
function flipRows(image: Float32Array, size: number): void {
  for (let y = 0; y < size; y += 1) image.subarray(y * size, (y + 1) * size).reverse();
}

/** @returns every image mirrored left to right. */
export function flipImages(images: ImageSet): ImageSet {
  const flipped = { ...images, pixels: images.pixels.slice() };
  for (let image = 0; image < images.count; image += 1)
    flipRows(pixelsOf(flipped, image), images.size);
  return flipped;
}

/** @returns every image moved by (dx, dy) pixels. */
export function shiftImages(images: ImageSet, dx: number, dy: number): ImageSet {
  const shifted = { ...images, pixels: new Float32Array(images.pixels.length) };
  for (let image = 0; image < images.count; image += 1)
    shiftInto(pixelsOf(images, image), pixelsOf(shifted, image), images.size, dx, dy);
  return shifted;
}

/**
 * Mixes each pixel with the binomial blur (1 2 1)/4 of its rows and columns: `amount` 0 = none, 1 =
 * all blurred. Edges repeat.
 */
export function blurInPlace(image: Float32Array, size: number, amount: number): void {
  const row = new Float32Array(size);
  for (const [stride, across] of [
    [1, size],
    [size, 1],
  ] as const) {
    for (let line = 0; line < size; line += 1) {
      const start = line * across;
      for (let i = 0; i < size; i += 1) row[i] = image[start + i * stride]!;
      for (let i = 0; i < size; i += 1) {
        const blurred =
          (row[Math.max(i - 1, 0)]! + 2 * row[i]! + row[Math.min(i + 1, size - 1)]!) / 4;
        image[start + i * stride] = row[i]! + amount * (blurred - row[i]!);
      }
    }
  }
}

/**
 * Many standard normal numbers drawn once; each noisy image then reads them from a random place,
 * which costs far less than drawing anew.
 */
export class NoiseBank {
  readonly #values: Float32Array;

  constructor(random: RandomStream, length: number) {
    this.#values = random.normals(length);
  }

  add(image: Float32Array, deviation: number, random: RandomStream): void {
    const start = random.integer(this.#values.length - image.length);
    for (let i = 0; i < image.length; i += 1) image[i]! += deviation * this.#values[start + i]!;
  }
}

/** Largest shift that the searches cover, in pixels of an image of this size: 6 of 64. */
export function maxShift(size: number): number {
  return Math.max(1, Math.round((6 * size) / 64));
}

/** Largest turn in degrees, and largest zoom, of a canary. */
export const maxTurn = 4;
export const maxZoom = 1.06;
/** What a blended copy keeps of its original; the rest is another training image. */
const blendedShare = 0.75;

type Change = (
  image: Float32Array,
  size: number,
  random: RandomStream,
  other: Float32Array,
) => void;

function warp(image: Float32Array, size: number, change: Partial<Warp>): void {
  warpInto(image.slice(), image, size, { degrees: 0, zoom: 1, dx: 0, dy: 0, ...change });
}

const addNoise =
  (deviation: number): Change =>
  (image, _size, random) =>
    random.normals(image.length).forEach((noise, i) => (image[i]! += deviation * noise));
const signOf = (random: RandomStream): number => (random.integer(2) === 0 ? -1 : 1);

/**
 * Changes of a canary, by transformation. The amounts are those that a memorising generator could
 * plausibly show (docs/gate.md, P6).
 */
const transformations: Record<CanaryTransformation, Change> = {
  exact: () => {},
  noisy: addNoise(0.05),
  shifted: (image, size, random) => {
    const reach = maxShift(size);
    const least = Math.ceil(reach / 3);
    const step = (): number => signOf(random) * (least + random.integer(reach - least + 1));
    shiftInto(image.slice(), image, size, step(), step());
  },
  contrast: (image, _size, random) => {
    const gain = 1 + signOf(random) * random.uniform(0.1, 0.2);
    const offset = random.uniform(-0.05, 0.05);
    image.forEach((x, i) => (image[i] = gain * x + offset));
  },
  flipped: (image, size) => flipRows(image, size),
  rotated: (image, size, random) =>
    warp(image, size, { degrees: signOf(random) * random.uniform(maxTurn / 2, maxTurn) }),
  zoomed: (image, size, random) =>
    warp(image, size, { zoom: random.uniform(1 + (maxZoom - 1) / 2, maxZoom) }),
  blended: (image, _size, _random, other) =>
    image.forEach((x, i) => (image[i] = blendedShare * x + (1 - blendedShare) * other[i]!)),
  // One slice of one person, over and over: is a leak of one person alone seen, which an average
  // over people would miss? Equal images would count as duplicates in the input check, so each has
  // a trace of noise (10 HU, about a CT's own). More noise would test noise, which `noisy` does
  // over many sources; here all canaries share one source, and its luck would decide the verdict.
  'one-person': addNoise(0.01),
};

/**
 * @returns training images to copy: different ones, except for `one-person`, which copies one image
 * over and over.
 */
export function drawSources(
  form: CanaryTransformation,
  images: number,
  copies: number,
  random: RandomStream,
): number[] {
  const sources = permutation(random, images).slice(0, copies);
  return form === 'one-person' ? sources.map(() => sources[0] ?? 0) : sources;
}

/**
 * @returns canaries: copies of the images at `rows` under one transformation, kept in [-1, 1] as a
 * generator's output is.
 */
export function plantCanaries(
  images: ImageSet,
  rows: readonly number[],
  form: CanaryTransformation,
  random: RandomStream,
): ImageSet {
  const area = images.size * images.size;
  const pixels = new Float32Array(rows.length * area);
  rows.forEach((row, at) => {
    const copy = pixels.subarray(at * area, (at + 1) * area);
    copy.set(pixelsOf(images, row));
    const other = (row + 1 + random.integer(images.count - 1)) % images.count;
    transformations[form](copy, images.size, random, pixelsOf(images, other));
    for (let i = 0; i < area; i += 1) copy[i] = Math.min(Math.max(copy[i]!, -1), 1);
  });
  const labels = rows.map((row) => images.labels[row]).filter((label) => label !== undefined);
  return {
    size: images.size,
    count: rows.length,
    pixels,
    labels,
    subjects: rows.map(() => 'planted'),
  };
}
