import type { ImageSet } from '@scapis/gan';
import { flipImages, maxShift, shiftImages } from '../images/augment.ts';
import type { Encoder } from '../features/encoder.ts';
import type { Features } from '../statistics/linear-algebra.ts';
import { searchNear, type SearchOptions } from '../features/nearest-index.ts';
import type { TaskContext } from '../task-context.ts';

/**
 * For each query image: its nearest training image and how near that is, relative to the query's
 * surroundings (0 = the same image).
 */
export interface Matches {
  distance: Float64Array;
  nearest: Int32Array;
}

/**
 * A way to compare images with the training set: `search` answers for every query against every
 * training image.
 */
export interface CopySpace {
  name: 'contrastive' | 'pixel' | 'spectrum';
  search(queries: ImageSet, context: TaskContext): Promise<Matches>;
}

/**
 * One without a learned part, in which training images can be held against those of other people,
 * too.
 */
export interface UnlearnedSpace extends CopySpace {
  /** Every training image against those of other people. */
  searchItself(context: TaskContext): Promise<Matches>;
}

/**
 * How many of the next training images make up the surroundings (n = 50 in Carlini et al. 2023).
 */
const neighbourhoodSize = 50;

/**
 * Distance to the nearest training image divided by the mean distance to the next 50 training
 * images of *other people* (after Carlini et al. 2023, "Extracting training data from diffusion
 * models", eq. 2). A smooth, average-looking image is near to every training image and no copy; a
 * copy is near to one person only. Absolute distances would flag the first and, in dense places,
 * miss the second.
 *
 * @param distances query -> every training image that is looked at
 * @param people whose training image each is
 */
export function relativeDistance(
  distances: Float32Array,
  people: Int32Array,
): { distance: number; nearest: number } {
  let nearest = 0;
  for (let t = 1; t < distances.length; t += 1)
    if (distances[t]! < distances[nearest]!) nearest = t;
  return {
    nearest,
    distance: distances[nearest]! / neighbourhoodDistance(distances, people, nearest),
  };
}

/** Mean distance to the nearest training images of other people than that of `nearest`. */
export function neighbourhoodDistance(
  distances: Float32Array,
  people: Int32Array,
  nearest: number,
): number {
  let size = 0;
  const others = new Float32Array(distances.length);
  for (let t = 0; t < distances.length; t += 1)
    if (people[t] !== people[nearest]) others[size++] = distances[t]!;
  if (size === 0) throw new Error('The copy search needs training images of at least two people.');
  const wanted = Math.max(1, Math.min(neighbourhoodSize, Math.floor(size / 4)));
  const sorted = others.subarray(0, size).sort();
  let sum = 0;
  for (let i = 0; i < wanted; i += 1) sum += sorted[i]!;
  return Math.max(sum / wanted, 1e-12);
}

/** @returns people as numbers 0, 1, ... in order of first appearance. */
export function numberPeople(subjects: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(subjects, (subject) => {
    const known = numbers.get(subject) ?? numbers.size;
    numbers.set(subject, known);
    return known;
  });
}

/**
 * Euclidean distance between unit embeddings. Each query is looked up mirrored too, and at nine
 * shifts: the encoder bears the 2 pixels between them, and asking it to bear all 6 would cost it
 * much of what tells people apart. Among more training images than nearest-index.ts searches
 * exactly, nearest and surroundings come from its lists, for control, cohort and planted copies
 * alike: what that overlooks, the self-test overlooks too.
 */
export async function contrastiveSpace(
  encoder: Encoder,
  training: ImageSet,
  embedded: Features,
  context: TaskContext,
  options: SearchOptions,
): Promise<CopySpace> {
  const people = numberPeople(training.subjects);
  const reach = Math.round((2 * maxShift(training.size)) / 3);
  const shifts = [-reach, 0, reach].flatMap((dy) =>
    [-reach, 0, reach].map((dx) => [dx, dy] as const),
  );
  const searchAll = await searchNear(embedded, context, options);
  return {
    name: 'contrastive',
    async search(queries, queryContext) {
      const poses: Features[] = [];
      for (const images of [queries, flipImages(queries)]) {
        for (const [dx, dy] of shifts)
          poses.push(await encoder.embed(shiftImages(images, dx, dy), queryContext));
      }
      const matches: Matches = {
        distance: new Float64Array(queries.count),
        nearest: new Int32Array(queries.count),
      };
      const write = (pose: number, query: number, to: Float32Array, at: number): void => {
        const { data, width } = poses[pose] ?? embedded;
        to.set(data.subarray(query * width, (query + 1) * width), at);
      };
      await searchAll(
        { queries: queries.count, poses: poses.length, write },
        queryContext,
        (query, similarity, rows) => {
          const found = relativeDistance(
            similarity.map(toDistance),
            rows.map((row) => people[row]!),
          );
          matches.distance[query] = found.distance;
          matches.nearest[query] = rows[found.nearest]!;
        },
      );
      return matches;
    },
  };
}

/** Distance between unit vectors of this inner product. */
export function toDistance(similarity: number): number {
  return Math.sqrt(Math.max(2 - 2 * similarity, 0));
}
