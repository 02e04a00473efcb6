import { createRandom, fillNormal } from '../random.ts';
import type { Canvas } from '../anatomy/shape.ts';
import { scanners } from '../subject/sites.ts';
import type { PhantomSubject } from '../subject/subject.ts';

/** CT numbers that 12 bits with intercept -1024 hold. */
export const lowestHu = -1024;
export const highestHu = 3071;
/**
 * Noise is given for this pixel; a smaller one has fewer photons: noise grows as one over the
 * pixel's side.
 */
const referencePixelMm = 2.8125;

/**
 * Makes a true picture into what the site's scanner shows: blur, calibration error, correlated
 * noise, whole numbers.
 *
 * @param scan number of the scan; each has its own noise.
 */
export function addScanner(
  canvas: Canvas,
  subject: PhantomSubject,
  zMm: number,
  scan: number,
): Int16Array {
  const { noiseHu, noiseSmoothness, blurMm, gain, offsetHu } = scanners[subject.site];
  const { matrix, pixelMm } = canvas;
  blur(canvas.hu, matrix, blurMm / pixelMm);

  const noise = new Float32Array(matrix * matrix);
  fillNormal(createRandom(subject.seed, subject.index, 'noise', scan, zMm), noise);
  const smooth = Float32Array.from(noise);
  blur(smooth, matrix, 1);
  // A unit Gaussian leaves white noise 1 / (2 sqrt(pi)) of its deviation; its correlation with the
  // original is its centre weight, 1 / (2 pi).
  const whiteShare = 1 - noiseSmoothness;
  const deviation = Math.sqrt(
    whiteShare ** 2 +
      noiseSmoothness ** 2 +
      (2 * whiteShare * noiseSmoothness * smoothGain) / (2 * Math.PI),
  );
  const scale = (noiseHu * referencePixelMm) / pixelMm / deviation;

  const shown = new Int16Array(matrix * matrix);
  for (let index = 0; index < shown.length; index++) {
    const added =
      scale *
      (whiteShare * (noise[index] ?? 0) + noiseSmoothness * smoothGain * (smooth[index] ?? 0));
    const value = gain * ((canvas.hu[index] ?? 0) + 1000) - 1000 + offsetHu + added;
    shown[index] = Math.max(lowestHu, Math.min(highestHu, Math.round(value)));
  }
  return shown;
}

/** Brings unit-blurred white noise back to deviation 1. */
const smoothGain = 2 * Math.sqrt(Math.PI);

/**
 * Gaussian blur in place, separable, cut off at three deviations, the edge repeated. Deviation in
 * pixels; below 0.1 nothing happens.
 */
function blur(field: Float32Array, matrix: number, deviation: number): void {
  if (deviation < 0.1) return;
  const reach = Math.max(1, Math.ceil(3 * deviation));
  const weights = Array.from({ length: 2 * reach + 1 }, (_, index) =>
    Math.exp(-((index - reach) ** 2) / (2 * deviation * deviation)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const line = new Float64Array(matrix);
  for (const [step, next] of [
    [1, matrix],
    [matrix, 1],
  ] as const) {
    for (let start = 0; start < matrix; start++) {
      const first = start * next;
      for (let index = 0; index < matrix; index++) line[index] = field[first + index * step] ?? 0;
      for (let index = 0; index < matrix; index++) {
        let sum = 0;
        for (let offset = -reach; offset <= reach; offset++) {
          const at = Math.min(matrix - 1, Math.max(0, index + offset));
          sum += (weights[offset + reach] ?? 0) * (line[at] ?? 0);
        }
        field[first + index * step] = sum / total;
      }
    }
  }
}
