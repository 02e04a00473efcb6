import { compile, type ImageSet } from '@scapis/gan';
import { constant, input, matmul, sub, transpose } from '@scapis/numerics';
import { pixelsOf, selectImages } from '../images/images.ts';
import { batchSize, onOneThread } from '../statistics/batches.ts';
import { leadingAxes } from '../statistics/leading-axes.ts';
import { gateStream, permutation } from '../statistics/random.ts';
import type { TaskContext } from '../task-context.ts';
import type { Scores } from './attack-scores.ts';

/**
 * Membership by subspaces. A generator that has only ever seen T can leave T's own principal axes
 * in its cohort without one image being near to another: an image of T then lies nearer to the
 * span of the cohort's axes than a stranger's does. Score of an image: the logarithm of how much of
 * it lies outside of the first k axes of R, less that of how much lies outside of as many axes of
 * the cohort, so that images which are hard for everybody score nothing. Both sets are centred by
 * R's mean, and neither axes nor mean have seen who is queried.
 *
 * The reconstruction attack of Hilprecht et al. 2019 ("Monte Carlo and Reconstruction Membership
 * Inference Attacks against Generative Models") with principal axes of what was published in the
 * place of the generator's own encoder, which never leaves the lab.
 */

/**
 * Numbers of axes that are tried, each a variant of the attack: few for a cohort of few directions,
 * many for one that only leans towards T. No more than the sets have.
 */
const axisCounts = [15, 60, 200, 400] as const;
/** Images that axes are taken from at most: more of a cohort say little more, and take time. */
const mostImages = 2_048;
/** Least share of an image that counts as outside: beyond it float32 has no digits. */
const leastOutside = 1e-6;

export interface SubspaceScores {
  /** So many at most. */
  axes: (typeof axisCounts)[number];
  scores: Scores;
}

/** @returns for each number of axes the scores of all queries, in their order. */
export async function scoreSubspace(
  sets: { synthetic: ImageSet; reference: ImageSet },
  queries: readonly ImageSet[],
  seed: number,
  context: TaskContext,
): Promise<SubspaceScores[]> {
  const { synthetic, reference } = sets;
  const area = reference.size ** 2;
  const most = Math.max(1, Math.min(synthetic.count, reference.count, area) - 1);
  // The first of the numbers that exceed what there is takes all of it; others would do no more.
  const tried = axisCounts.filter((_, at) => at === 0 || axisCounts[at - 1]! < most);
  const counts = tried.map((count) => Math.min(count, most));
  const mean = meanImage(reference);
  const outsideOf = async (images: ImageSet, stream: number): Promise<Float64Array[]> => {
    const random = gateStream(seed, 'subspace', stream);
    const few =
      images.count <= mostImages
        ? images
        : selectImages(images, permutation(random, images.count).slice(0, mostImages));
    const centred = few.pixels.map((x, at) => x - mean[at % area]!);
    const rows = { count: few.count, width: area, data: centred };
    const axes = await leadingAxes(rows, Math.max(...counts), random, context);
    return outside(axes, mean, queries, counts, context);
  };
  const ofSynthetic = await outsideOf(synthetic, 0);
  const ofReference = await outsideOf(reference, 1);
  return tried.map((axes, at) => ({
    axes,
    scores: ofReference[at]!.map((share, i) => Math.log(share / ofSynthetic[at]![i]!)),
  }));
}

function meanImage(images: ImageSet): Float32Array {
  const area = images.size ** 2;
  const mean = new Float64Array(area);
  for (let at = 0; at < images.pixels.length; at += 1) mean[at % area]! += images.pixels[at]!;
  return Float32Array.from(mean, (sum) => sum / images.count);
}

/**
 * @param axes orthonormal rows [a, area]
 * @returns for each of `counts` the share of each query's squared length that lies outside of the
 * first so many axes
 */
async function outside(
  axes: Float32Array,
  mean: Float32Array,
  queries: readonly ImageSet[],
  counts: readonly number[],
  context: TaskContext,
): Promise<Float64Array[]> {
  const area = mean.length;
  const all = axes.length / area;
  const centred = sub(input('images', [batchSize, area]), constant(mean, [1, area]));
  const program = await compile(
    { centred, along: matmul(centred, transpose(constant(axes, [all, area]))) },
    onOneThread,
  );
  const total = queries.reduce((sum, { count }) => sum + count, 0);
  const shares = counts.map(() => new Float64Array(total));
  try {
    const images = new Float32Array(batchSize * area);
    let done = 0;
    for (const set of queries) {
      for (let start = 0; start < set.count; start += batchSize) {
        const here = Math.min(batchSize, set.count - start);
        for (let row = 0; row < here; row += 1) images.set(pixelsOf(set, start + row), row * area);
        const { centred: x, along } = await program.run({ images });
        if (x === undefined || along === undefined)
          throw new Error('A product of matrices gave nothing.');
        for (let row = 0; row < here; row += 1, done += 1) {
          const length = sumOfSquares(x, row * area, (row + 1) * area);
          let [inside, from] = [0, 0];
          for (const [at, count] of counts.entries()) {
            inside += sumOfSquares(along, row * all + from, row * all + count);
            from = count;
            shares[at]![done] = Math.max(1 - inside / Math.max(length, 1e-12), leastOutside);
          }
        }
        await context.yieldIfDue(done / total);
      }
    }
  } finally {
    await program.dispose();
  }
  return shares;
}

function sumOfSquares(values: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += values[at]! ** 2;
  return sum;
}
