import type { ImageSet } from '@scapis/gan';
import { add, constant, log, matmul, mean, mul, reshape, sub, type Tensor } from '@scapis/numerics';
import { mapBatches } from '../statistics/batches.ts';
import { powerOf } from '../images/fourier.ts';
import { findBody, huPerUnit, measureOrgans, organNames } from '../images/hu.ts';
import { pixelsOf } from '../images/images.ts';
import type { Features } from '../statistics/linear-algebra.ts';
import type { TaskContext } from '../task-context.ts';

/**
 * Features that a person can name, without any network (after FRD,
 * Konz 2024): area and HU of each organ, a histogram of HU, texture by grey-level co-occurrence
 * (Haralick 1973), and the radial power spectrum.
 */
export async function radiomicFeatures(images: ImageSet, context: TaskContext): Promise<Features> {
  const spectra = await powerSpectra(images, context);
  const rows: number[][] = [];
  for (let image = 0; image < images.count; image += 1) {
    const pixels = pixelsOf(images, image);
    const found = measureOrgans(pixels, images.size);
    rows.push([
      ...organNames.flatMap((name) => {
        const { share, low, median, high, deviation } = found[name] ?? {
          share: 0,
          low: 0,
          median: 0,
          high: 0,
          deviation: 0,
        };
        return [share, low, median, high, deviation];
      }),
      ...histogramOf(pixels),
      ...coOccurrence(pixels, images.size),
      ...spectra.data.subarray(image * spectra.width, (image + 1) * spectra.width),
    ]);
    await context.yieldIfDue(image / images.count);
  }
  const width = rows[0]?.length ?? 0;
  return { count: images.count, width, data: Float32Array.from(rows.flat()) };
}

/** Edges in HU, close together where organs differ. */
const histogramEdges = [-950, -850, -700, -500, -200, -100, -50, 0, 50, 100, 200, 400];

function histogramOf(pixels: Float32Array): number[] {
  const counts = new Array<number>(histogramEdges.length + 1).fill(0);
  for (let at = 0; at < pixels.length; at += 1) {
    const hu = pixels[at]! * huPerUnit;
    let bin = 0;
    while (bin < histogramEdges.length && hu >= histogramEdges[bin]!) bin += 1;
    counts[bin]! += 1 / pixels.length;
  }
  return counts;
}

const levels = 8;
/** HU that the grey levels are spread over: soft tissue and fat, where texture is noise. */
const textureRange = [-150, 150] as const;

/**
 * @returns contrast, homogeneity, energy and correlation of neighbouring grey levels within the
 * body, both directions together.
 */
export function coOccurrence(pixels: Float32Array, size: number): number[] {
  const body = findBody(pixels, size);
  const [low, high] = textureRange;
  const levelOf = (at: number): number => {
    const hu = pixels[at]! * huPerUnit;
    return body[at] === 0 || hu < low || hu >= high
      ? -1
      : Math.floor(((hu - low) / (high - low)) * levels);
  };
  const table = new Float64Array(levels * levels);
  let pairs = 0;
  const meet = (a: number, b: number): void => {
    if (a < 0 || b < 0) return;
    table[a * levels + b]! += 1;
    table[b * levels + a]! += 1;
    pairs += 2;
  };
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const at = y * size + x;
      const own = levelOf(at);
      if (x + 1 < size) meet(own, levelOf(at + 1));
      if (y + 1 < size) meet(own, levelOf(at + size));
    }
  }
  if (pairs === 0) return [0, 0, 0, 0];
  let [contrast, homogeneity, energy, average, product, squares] = [0, 0, 0, 0, 0, 0];
  for (let a = 0; a < levels; a += 1) {
    for (let b = 0; b < levels; b += 1) {
      const p = table[a * levels + b]! / pairs;
      contrast += p * (a - b) ** 2;
      homogeneity += p / (1 + Math.abs(a - b));
      energy += p * p;
      average += p * a;
      squares += p * a * a;
      product += p * a * b;
    }
  }
  const variance = squares - average ** 2;
  return [
    contrast,
    homogeneity,
    energy,
    variance > 1e-12 ? (product - average ** 2) / variance : 0,
  ];
}

/** Rings from no wave to the shortest that the pixels hold. */
export const rings = 16;

/**
 * @returns per image the natural logarithm of its mean power in each ring of frequencies, after a
 * Hann window: [count, rings].
 */
export function powerSpectra(images: ImageSet, context: TaskContext): Promise<Features> {
  const { size } = images;
  const area = size * size;
  const hann = (i: number): number => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size);
  const window = constant(
    Float64Array.from({ length: area }, (_, at) => hann(Math.floor(at / size)) * hann(at % size)),
    [size, size],
  );
  const ringOf = Int32Array.from({ length: area }, (_, at) => {
    const signed = (k: number): number => (k > size / 2 ? k - size : k);
    return Math.floor(
      (Math.hypot(signed(Math.floor(at / size)), signed(at % size)) / (size / 2)) * rings,
    );
  });
  const members = Array.from(
    { length: rings },
    (_, ring) => ringOf.filter((own) => own === ring).length,
  );
  const average = constant(
    Float64Array.from({ length: area * rings }, (_, at) => {
      const ring = at % rings;
      return ringOf[Math.floor(at / rings)] === ring ? 1 / members[ring]! : 0;
    }),
    [area, rings],
  );
  const build = (batch: Tensor): Tensor => {
    const [count = 0] = batch.shape;
    const windowed = mul(sub(batch, mean(batch, [2, 3], true)), window);
    return log(add(matmul(reshape(powerOf(windowed), [count, area]), average), 1e-8));
  };
  return mapBatches(images, build, rings, context);
}
