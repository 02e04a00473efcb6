import { forEachMaxInnerProduct, argsortSmallest, type PosedPairs } from './max-similarity.ts';
import { takeRows, type Features } from '../statistics/linear-algebra.ts';
import type { TaskContext } from '../task-context.ts';
import { gateStream, permutation } from '../statistics/random.ts';

/** Up to so many training images every query is held against all of them. */
export const mostSearchedExactly = 100_000;
/**
 * Lists that each pose of a query looks into. Among 200,000 random vectors of 64, where nothing is
 * grouped and lists help least, these find 99.6 % of copies that lie 0.6 away by the better of
 * their poses (others: 1), and 8 find 96.5 % (docs/performance.md).
 */
const usualProbes = 16;
/** k-means on a sample: this many templates a list, so many rounds. */
const sampleOfList = 64;
const rounds = 8;

export interface SearchOptions {
  seed: number;
  /** Default: `mostSearchedExactly`. */
  exactUpTo?: number;
  probes?: number;
}

/**
 * For each query, in order, the templates that it was held against and its greatest inner product
 * with each over all poses. `use` gets views that are valid only during the call.
 */
export type SearchNear = (
  queries: Pick<PosedPairs, 'queries' | 'poses' | 'write'>,
  context: TaskContext,
  use: (query: number, similarity: Float32Array, templates: Int32Array) => void,
) => Promise<void>;

/**
 * Search among unit vectors: all of them up to a limit, beyond it those of an inverted file (Sivic
 * and Zisserman 2003; Jégou, Douze and Schmid 2011, without their compression). Spherical k-means
 * on a sample divides the templates among about sqrt(n) lists, and each pose of a query looks into
 * the lists of the centroids nearest to it. A copy lies in its original's list or in one beside it;
 * what is missed lies far from the query, so that no distance is ever below the exact one.
 *
 * A query takes time as probes x sqrt(n) instead of n. Memory in bytes: n x (4 width + 16) for the
 * lists and what a query has seen of them, 54 MB for 200,000 templates of 64. The same seed gives
 * the same lists.
 */
export async function searchNear(
  templates: Features,
  context: TaskContext,
  options: SearchOptions,
): Promise<SearchNear> {
  const { seed, exactUpTo = mostSearchedExactly, probes = usualProbes } = options;
  const { count, width, data } = templates;
  if (count <= exactUpTo) {
    const all = Int32Array.from({ length: count }, (_, row) => row);
    return (queries, queryContext, use) =>
      forEachMaxInnerProduct(
        { ...queries, width, templates: data },
        queryContext,
        (query, similarity) => use(query, similarity, all),
      );
  }
  const centroids = await findCentroids(templates, seed, context);
  const { starts, rows, sorted } = fileByList(
    templates,
    await nearestCentroid(templates, centroids, context),
    centroids.count,
  );
  const best = new Float32Array(count).fill(-Infinity);
  const seen = new Int32Array(count);
  return async ({ queries, poses, write }, queryContext, use) => {
    let found = 0;
    const vector = new Float32Array(width);
    const writeRow = (_pose: number, row: number, to: Float32Array, at: number): void =>
      write(row % poses, Math.floor(row / poses), to, at);
    const pairs = {
      queries: queries * poses,
      poses: 1,
      width,
      write: writeRow,
      templates: centroids.data,
    };
    await forEachMaxInnerProduct(pairs, queryContext, (row, similarity) => {
      writeRow(0, row, vector, 0);
      for (const list of argsortSmallest(
        similarity.map((x) => -x),
        probes,
      )) {
        for (let place = starts[list]!; place < starts[list + 1]!; place += 1) {
          const product = dot(vector, sorted, place * width);
          if (best[place] === -Infinity) seen[found++] = place;
          if (product > best[place]!) best[place] = product;
        }
      }
      if (row % poses < poses - 1) return;
      const places = seen.subarray(0, found);
      const max = new Float32Array(found);
      for (let i = 0; i < found; i += 1) {
        max[i] = best[places[i]!]!;
        best[places[i]!] = -Infinity;
      }
      use(
        Math.floor(row / poses),
        max,
        places.map((place) => rows[place]!),
      );
      found = 0;
    });
  };
}

/**
 * Spherical k-means: a centroid is the mean of its members at length 1. One that loses all of them
 * stays where it is.
 */
async function findCentroids(
  templates: Features,
  seed: number,
  context: TaskContext,
): Promise<Features> {
  const { width } = templates;
  const count = Math.ceil(Math.sqrt(templates.count));
  const sample = takeRows(
    templates,
    permutation(gateStream(seed, 'index'), templates.count).slice(0, sampleOfList * count),
  );
  const centroids = takeRows(
    sample,
    Array.from({ length: count }, (_, row) => row),
  );
  for (let round = 0; round < rounds; round += 1) {
    const nearest = await nearestCentroid(sample, centroids, context);
    const sums = new Float64Array(count * width);
    nearest.forEach((list, row) => {
      for (let i = 0; i < width; i += 1) sums[list * width + i]! += sample.data[row * width + i]!;
    });
    for (let list = 0; list < count; list += 1) {
      const sum = sums.subarray(list * width, (list + 1) * width);
      const length = Math.hypot(...sum);
      if (length > 0)
        centroids.data.set(
          sum.map((x) => x / length),
          list * width,
        );
    }
  }
  return centroids;
}

async function nearestCentroid(
  { count, width, data }: Features,
  centroids: Features,
  context: TaskContext,
): Promise<Int32Array> {
  const nearest = new Int32Array(count);
  const write = (_pose: number, row: number, to: Float32Array, at: number): void =>
    to.set(data.subarray(row * width, (row + 1) * width), at);
  await forEachMaxInnerProduct(
    { queries: count, poses: 1, width, write, templates: centroids.data },
    context,
    (row, similarity) => {
      let max = 0;
      for (let list = 1; list < similarity.length; list += 1)
        if (similarity[list]! > similarity[max]!) max = list;
      nearest[row] = max;
    },
  );
  return nearest;
}

/**
 * @returns the vectors list after list, the row that each was, and the place at which each list
 * starts.
 */
function fileByList(
  { count, width, data }: Features,
  listOf: Int32Array,
  lists: number,
): { starts: Int32Array; rows: Int32Array; sorted: Float32Array } {
  const starts = new Int32Array(lists + 1);
  for (const list of listOf) starts[list + 1]! += 1;
  for (let list = 0; list < lists; list += 1) starts[list + 1]! += starts[list]!;
  const next = starts.slice();
  const rows = new Int32Array(count);
  const sorted = new Float32Array(count * width);
  listOf.forEach((list, row) => {
    const place = next[list]!++;
    rows[place] = row;
    sorted.set(data.subarray(row * width, (row + 1) * width), place * width);
  });
  return { starts, rows, sorted };
}

/** Four sums at once, which the processor adds side by side. */
function dot(a: Float32Array, b: Float32Array, start: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    s0 += a[i]! * b[start + i]!;
    s1 += a[i + 1]! * b[start + i + 1]!;
    s2 += a[i + 2]! * b[start + i + 2]!;
    s3 += a[i + 3]! * b[start + i + 3]!;
  }
  for (; i < a.length; i += 1) s0 += a[i]! * b[start + i]!;
  return s0 + s1 + s2 + s3;
}
