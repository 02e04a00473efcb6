import type { AttackSpace, AttackSpaces } from './attack-space.ts';
import { forEachSquaredDistance, argsortSmallest } from '../features/max-similarity.ts';
import { rowsByPerson } from '../images/images.ts';
import { stack, takeRows, type Features } from '../statistics/linear-algebra.ts';
import { principalAxes, standardiser } from '../features/metrics.ts';
import type { TaskContext } from '../task-context.ts';
import { midRanks } from '../statistics/ranking.ts';
import { gateStream, permutation } from '../statistics/random.ts';
import { quantile } from '../statistics/statistics.ts';

/**
 * Membership attacks as scores of real images, all of T and then all of H: higher = more likely a
 * member. Each sees the cohort, the reference people and the queried images, and nothing of who is
 * a member.
 */
export type Scores = Float64Array;

/** Neighbours of the variant of GAN-Leaks that looks at more than the nearest. */
const severalNeighbours = 5;
/** Queries on which the Monte Carlo attack settles its radii. */
const radiusQueries = 400;
const densityDimensions = 16;
const imagesPerDimension = 10;

/**
 * The three spaces measure in different units, so scores are joined as ranks: the mean over spaces
 * of each image's rank.
 */
export function joinSpaces(scores: readonly Scores[]): Scores {
  const joined = new Float64Array(scores[0]?.length ?? 0);
  for (const each of scores)
    midRanks(each).ranks.forEach((rank, i) => (joined[i]! += rank / each.length / scores.length));
  return joined;
}

/** What one space tells of each queried image, in one pass over the cohort and one over R. */
export interface Nearness {
  /** Distance to the nearest synthetic image, and mean over the five nearest. */
  synthetic: { one: Scores; several: Scores };
  reference: { one: Scores; several: Scores };
  /** Synthetic images within either radius of the Monte Carlo attack. */
  within: { median: Scores; percentile: Scores };
}

export async function measureNearness(
  space: AttackSpace,
  seed: number,
  context: TaskContext,
): Promise<Nearness> {
  const queries = stack(space.training, space.holdout);
  const radii = await chooseRadii(queries, space.synthetic, seed, context);
  const empty = (): Scores => new Float64Array(queries.count);
  const within = { median: empty(), percentile: empty() };
  const nearest = async (
    templates: Features,
    use?: (query: number, squared: Float32Array) => void,
  ) => {
    const found = { one: empty(), several: empty() };
    await forEachSquaredDistance(queries, templates, context, (query, squared) => {
      const least = smallestOf(squared, severalNeighbours);
      found.one[query] = Math.sqrt(least[0]!);
      found.several[query] = least.reduce((sum, x) => sum + Math.sqrt(x), 0) / least.length;
      use?.(query, squared);
    });
    return found;
  };
  const synthetic = await nearest(space.synthetic, (query, squared) => {
    for (const name of ['median', 'percentile'] as const) {
      const limit = radii[name] ** 2;
      let count = 0;
      for (let s = 0; s < squared.length; s += 1) count += Number(squared[s]! < limit);
      within[name][query] = count;
    }
  });
  return { synthetic, reference: await nearest(space.reference), within };
}

/**
 * Hilprecht 2019: the median of the distances to the nearest synthetic image, and a low percentile
 * of all distances.
 */
async function chooseRadii(
  queries: Features,
  synthetic: Features,
  seed: number,
  context: TaskContext,
): Promise<{ median: number; percentile: number }> {
  const rows = permutation(gateStream(seed, 'subsets', 300), queries.count).slice(0, radiusQueries);
  const least: number[] = [];
  const low: number[] = [];
  await forEachSquaredDistance(takeRows(queries, rows), synthetic, context, (_query, squared) => {
    const distances = Float64Array.from(squared, Math.sqrt);
    least.push(quantile(distances, 0));
    low.push(quantile(distances, 0.01));
  });
  return { median: quantile(least, 0.5), percentile: quantile(low, 0.5) };
}

function smallestOf(values: Float32Array, count: number): number[] {
  return argsortSmallest(values, count).map((i) => values[i]!);
}

/**
 * GAN-Leaks, full black box, calibrated (Chen 2020): how much nearer the cohort comes to an image
 * than the reference people do. Those stand in for the reference model: no second generator is at
 * hand that was trained without T, and R are the people on whom it would have been trained. An
 * image that everything is near to scores nothing by that.
 */
export function scoreGanLeaks(
  nearness: readonly Nearness[],
  neighbours: 'one' | 'several',
): Scores {
  return joinSpaces(
    nearness.map(({ synthetic, reference }) =>
      reference[neighbours].map((d, i) => d - synthetic[neighbours][i]!),
    ),
  );
}

/**
 * Monte Carlo attack (Hilprecht 2019): how many synthetic images lie within a radius. Its set
 * variant is the mean over a person's images.
 */
export function scoreMonteCarlo(
  nearness: readonly Nearness[],
  radius: 'median' | 'percentile',
): Scores {
  return joinSpaces(nearness.map(({ within }) => within[radius]));
}

/**
 * Distance of each image to its nearest reference person's, over all spaces, as a rank: how much of
 * an outlier it is.
 */
export function scoreOutliers(nearness: readonly Nearness[]): Scores {
  return joinSpaces(nearness.map(({ reference }) => reference.one));
}

/** A space on as many principal axes of R as its people carry, each with deviation 1 over R. */
function toDensitySpace(space: AttackSpace): AttackSpace {
  const dimensions = Math.max(
    2,
    Math.min(densityDimensions, Math.floor(space.reference.count / imagesPerDimension)),
  );
  const project = principalAxes(space.reference, dimensions);
  const scale = standardiser(project(space.reference));
  const see = (features: Features): Features => scale.apply(project(features));
  const { name, synthetic, training, holdout, reference } = space;
  return {
    name,
    synthetic: see(synthetic),
    training: see(training),
    holdout: see(holdout),
    reference: see(reference),
  };
}

/**
 * DOMIAS (van Breugel 2023): log p_S(x) - log p_R(x), each a Gaussian kernel density of Scott's
 * bandwidth n^(-1 / (d + 4)).
 */
export async function scoreDomias(
  spaces: readonly AttackSpace[],
  context: TaskContext,
): Promise<Scores> {
  const scores: Scores[] = [];
  for (const space of spaces.map(toDensitySpace)) {
    const queries = stack(space.training, space.holdout);
    const ofSynthetic = await logDensity(queries, space.synthetic, context);
    const ofReference = await logDensity(queries, space.reference, context);
    scores.push(ofSynthetic.map((x, i) => x - ofReference[i]!));
  }
  return joinSpaces(scores);
}

/**
 * Log of the Gaussian kernel density of `sample`, but for the constant (2 pi)^(-d / 2) that all
 * densities of this width share.
 */
export async function logDensity(
  queries: Features,
  sample: Features,
  context: TaskContext,
): Promise<Scores> {
  const { count, width } = sample;
  const bandwidth = count ** (-1 / (width + 4));
  const density = new Float64Array(queries.count);
  await forEachSquaredDistance(queries, sample, context, (query, squared) => {
    const nearest = smallestOf(squared, 1)[0]!;
    let sum = 0;
    for (let s = 0; s < count; s += 1)
      sum += Math.exp((nearest - squared[s]!) / (2 * bandwidth * bandwidth));
    density[query] =
      Math.log(sum / count) - nearest / (2 * bandwidth * bandwidth) - width * Math.log(bandwidth);
  });
  return density;
}

/**
 * Identity attack (after Webster 2021): not whether one image was seen but whether its person was.
 * How near any one synthetic image comes to all of a person's images at once, by their mean
 * distance, beyond how near the reference people come: a copy of one slice is near to the others
 * too. One score a person, in the order of `subjects`.
 *
 * @param subjects person of each image of T and then of H
 */
export async function scoreIdentity(
  spaces: AttackSpaces,
  subjects: readonly string[],
  context: TaskContext,
): Promise<Scores> {
  const people = rowsByPerson(subjects);
  const scores: Scores[] = [];
  for (const space of [spaces.identity, spaces.pixel]) {
    const queries = takeRows(stack(space.training, space.holdout), people.flat());
    const ofPerson = people.flatMap((rows, person) => rows.map(() => person));
    const nearest = async (templates: Features): Promise<Scores> => {
      const found = new Float64Array(people.length);
      const sum = new Float64Array(templates.count);
      await forEachSquaredDistance(queries, templates, context, (query, squared) => {
        const person = ofPerson[query]!;
        if (ofPerson[query - 1] !== person) sum.fill(0);
        let least = Infinity;
        for (let t = 0; t < sum.length; t += 1) {
          sum[t]! += Math.sqrt(squared[t]!);
          least = Math.min(least, sum[t]!);
        }
        if (ofPerson[query + 1] !== person) found[person] = least / people[person]!.length;
      });
      return found;
    };
    const synthetic = await nearest(space.synthetic);
    const reference = await nearest(space.reference);
    scores.push(reference.map((d, i) => d - synthetic[i]!));
  }
  return joinSpaces(scores);
}

/**
 * Feature-likelihood (Jiralerspong 2023): log-likelihood of each image under a mixture of Gaussians
 * centred on the synthetic images, in nats per dimension, equal weights. Published, the bandwidths
 * are fitted on T, which by itself makes T likelier than H; here they are fitted on R, so that the
 * gap between T and H is the generator's alone.
 */
export async function scoreLikelihood(given: AttackSpace, context: TaskContext): Promise<Scores> {
  const space = toDensitySpace(given);
  const { width, count } = space.synthetic;
  const variances = await fitBandwidths(space.reference, space.synthetic, context);
  const constants = variances.map((v) => -0.5 * width * Math.log(v) - Math.log(count));
  const queries = stack(space.training, space.holdout);
  const likelihood = new Float64Array(queries.count);
  const terms = new Float64Array(count);
  await forEachSquaredDistance(queries, space.synthetic, context, (query, squared) => {
    likelihood[query] = logSum(squared, variances, constants, terms) / width;
  });
  return likelihood;
}

/**
 * EM of one variance per component, each held to the common one by as much as a single image
 * weighs.
 */
async function fitBandwidths(
  sample: Features,
  centres: Features,
  context: TaskContext,
): Promise<Float64Array> {
  const { width, count } = centres;
  let common = 0;
  await forEachSquaredDistance(
    sample,
    centres,
    context,
    (_query, squared) => (common += smallestOf(squared, 1)[0]! / (width * sample.count)),
  );
  common = Math.max(common, 1e-6);
  let variances = new Float64Array(count).fill(common);
  const terms = new Float64Array(count);
  for (let round = 0; round < 5; round += 1) {
    const weight = new Float64Array(count).fill(1);
    const spread = new Float64Array(count).fill(common * width);
    const constants = variances.map((v) => -0.5 * width * Math.log(v));
    await forEachSquaredDistance(sample, centres, context, (_query, squared) => {
      const total = logSum(squared, variances, constants, terms);
      for (let s = 0; s < count; s += 1) {
        const share = Math.exp(terms[s]! - total);
        weight[s]! += share;
        spread[s]! += share * squared[s]!;
      }
    });
    variances = spread.map((x, s) => x / (weight[s]! * width));
  }
  return variances;
}

/** log sum over components of exp(constant - d² / (2 v)); leaves the terms behind. */
function logSum(
  squared: Float32Array,
  variances: Float64Array,
  constants: Float64Array,
  terms: Float64Array,
): number {
  let max = -Infinity;
  for (let s = 0; s < terms.length; s += 1) {
    terms[s] = constants[s]! - squared[s]! / (2 * variances[s]!);
    if (terms[s]! > max) max = terms[s]!;
  }
  let sum = 0;
  for (let s = 0; s < terms.length; s += 1) sum += Math.exp(terms[s]! - max);
  return max + Math.log(sum);
}
