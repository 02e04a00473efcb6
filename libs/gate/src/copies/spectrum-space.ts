import type { ImageSet } from '@scapis/gan';
import { add, log, reshape } from '@scapis/numerics';
import { flipImages } from '../images/augment.ts';
import { mapBatches } from '../statistics/batches.ts';
import {
  numberPeople,
  relativeDistance,
  toDistance,
  type Matches,
  type UnlearnedSpace,
} from './copy-space.ts';
import { powerOf } from '../images/fourier.ts';
import type { Features } from '../statistics/linear-algebra.ts';
import { searchNear, type SearchOptions } from '../features/nearest-index.ts';
import type { TaskContext } from '../task-context.ts';

/**
 * Compares images by how strong each wave in them is, wherever it lies: the modulus of the Fourier
 * transform. It doesn't change when an image is moved, however far, but
 * for what enters and leaves at the border, and it holds the noise of a CT, which no two people
 * share. Logarithms, each less its mean over T and over its deviation there, make every wave count
 * alike: most of them are noise, and a few strong ones say little but how large a body is. A gain
 * adds the same to each logarithm: that direction is taken out. An offset changes only the wave of
 * length zero, which isn't looked at. Each query is looked up mirrored, too.
 *
 * Blind to turned and zoomed copies, and to one drawn anew without its original's noise: those are
 * the other searches' to find. Takes 8 kB per training image of 64 x 64 pixels.
 */
export async function spectrumSpace(
  training: ImageSet,
  context: TaskContext,
  options: SearchOptions,
): Promise<UnlearnedSpace> {
  const people = numberPeople(training.subjects);
  const raw = await logSpectra(training, context);
  const scale = scaleOf(raw);
  const templates = toDirections(raw, scale);
  const searchAll = await searchNear(templates, context, options);
  const match = async (
    poses: readonly Features[],
    queryContext: TaskContext,
    without?: Int32Array,
  ): Promise<Matches> => {
    const { count, width } = poses[0]!;
    const matches: Matches = { distance: new Float64Array(count), nearest: new Int32Array(count) };
    const write = (pose: number, query: number, to: Float32Array, at: number): void =>
      to.set(poses[pose]!.data.subarray(query * width, (query + 1) * width), at);
    await searchAll(
      { queries: count, poses: poses.length, write },
      queryContext,
      (query, similarity, rows) => {
        const isOwn = (row: number): boolean =>
          without !== undefined && people[row] === without[query];
        const distances = similarity.map((each, at) =>
          isOwn(rows[at]!) ? Infinity : toDistance(each),
        );
        const found = relativeDistance(
          distances,
          rows.map((row) => people[row]!),
        );
        matches.distance[query] = found.distance;
        matches.nearest[query] = rows[found.nearest]!;
      },
    );
    return matches;
  };
  const posesOf = async (images: ImageSet, queryContext: TaskContext): Promise<Features[]> => [
    toDirections(await logSpectra(images, queryContext), scale),
    toDirections(await logSpectra(flipImages(images), queryContext), scale),
  ];
  return {
    name: 'spectrum',
    search: async (queries, queryContext) =>
      match(await posesOf(queries, queryContext), queryContext),
    searchItself: async (queryContext) =>
      match(await posesOf(training, queryContext), queryContext, people),
  };
}

/**
 * Below this power a wave is as good as absent: half a grey value of [-1, 1] over the whole image.
 */
const leastPower = 0.25;

/**
 * @returns logarithms of the power of each wave but that of length zero, once of each pair of
 * opposite ones, which are equal: [count, s²/2 + 1]
 */
async function logSpectra(images: ImageSet, context: TaskContext): Promise<Features> {
  const { size, count } = images;
  const area = size * size;
  const waves = Array.from({ length: area }, (_, at) => at).filter((at) => {
    const opposite = ((size - Math.floor(at / size)) % size) * size + ((size - (at % size)) % size);
    return at > 0 && at <= opposite;
  });
  // Air is -1: without it the edges of the image would be waves, too.
  const all = await mapBatches(
    images,
    (batch) => reshape(log(add(powerOf(add(batch, 1)), leastPower)), [batch.shape[0] ?? 0, area]),
    area,
    context,
  );
  const data = new Float32Array(count * waves.length);
  for (let image = 0; image < count; image += 1)
    waves.forEach((wave, at) => (data[image * waves.length + at] = all.data[image * area + wave]!));
  return { count, width: waves.length, data };
}

interface Scale {
  mean: Float64Array;
  deviation: Float64Array;
}

function scaleOf({ count, width, data }: Features): Scale {
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  data.forEach((value, at) => (mean[at % width]! += value / count));
  data.forEach((value, at) => (deviation[at % width]! += (value - mean[at % width]!) ** 2 / count));
  return { mean, deviation: deviation.map((variance) => Math.max(Math.sqrt(variance), 1e-6)) };
}

/** Standardised, without what a gain adds, at length 1. */
function toDirections({ count, width, data }: Features, { mean, deviation }: Scale): Features {
  const directions = new Float32Array(data.length);
  const gain = deviation.map((each) => 1 / each);
  const gainSquare = gain.reduce((sum, each) => sum + each * each, 0);
  for (let image = 0; image < count; image += 1) {
    const row = directions.subarray(image * width, (image + 1) * width);
    let alongGain = 0;
    for (let at = 0; at < width; at += 1) {
      row[at] = (data[image * width + at]! - mean[at]!) * gain[at]!;
      alongGain += (row[at]! * gain[at]!) / gainSquare;
    }
    let square = 0;
    for (let at = 0; at < width; at += 1) square += (row[at]! -= alongGain * gain[at]!) ** 2;
    const length = Math.max(Math.sqrt(square), 1e-12);
    for (let at = 0; at < width; at += 1) row[at]! /= length;
  }
  return { count, width, data: directions };
}
