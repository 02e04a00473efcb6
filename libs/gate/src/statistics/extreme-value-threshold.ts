import { betaBinomialUpperTail, binomialUpperTail } from './statistics.ts';

/**
 * Thresholds for "too close to a training image", fitted on the distances of a null sample of
 * non-members (docs/gate.md, P1). Two rules, each with a false-alarm rate that holds at any sample
 * size:
 *
 * 1. Flagged share. The flagging distance is the `quantile` order statistic of the null sample.
 *    Under "no copying" the number of synthetic images below it is beta-binomial (exact,
 *    statistics.ts): the p-value includes that the threshold is itself an estimate. With fewer than
 *    1 / quantile null images the closest one sets the distance.
 *
 * 2. Copy distance. "No image beyond the worst null match", taken literally, refuses clean cohorts:
 *    of n + m exchangeable images the closest is synthetic with probability n / (n + m). So a copy
 *    must be closer than the closest null image and closer than the distance under which fewer than
 *    `significance` of n images are expected by chance. That distance is extrapolated from the
 *    exceedances. The chance that the nearest of many points lies within r falls as r^d, with d the
 *    intrinsic dimension (Levina and Bickel 2004), so log distances below the k-th smallest are
 *    exponential (Hill 1975). The ratio of a new log excess to the sum of the k - 1 seen ones has
 *    the exact law P(> y) = (1 + y)^-(k-1). No plug-in estimate is used: fewer non-members give a
 *    smaller distance, never more alarms.
 *
 * Images of one person are not independent, so only the closest image of each person counts as an
 * exceedance (declustering).
 *
 * Relatives: a few people of the null sample who share a scan, a device or their very person with a
 * training person lie far below the tail, flatten its exponent and would set the closest distance
 * by themselves. They are told by the exact law of exponential spacings (Rényi 1953) and left out
 * (Bhattacharya, Kallitsis and Stoev 2019, "Data-adaptive trimming of the Hill estimator"). A null
 * sample without relatives loses people with a chance of at most `relativeSignificance`; otherwise
 * both rules stand as they are. So the test of relatives is one more among those that share out the
 * significance, and the sum keeps its bound.
 */
export interface ExtremeValueFit {
  /**
   * Images of the null sample without its relatives, and the share of the exceedances that are
   * independent.
   */
  count: number;
  effectiveShare: number;
  /** The sorted distances without those of relatives, closest first. */
  sorted: Float64Array;
  /** People left out because they lie too far below the tail to belong to it, closest first. */
  relatives: readonly string[];
  /**
   * `exceedances` images lie at or below `threshold`. `logExcess` is the sum of log(threshold /
   * distance) over the closest image of each of `people` people below it.
   */
  threshold: number;
  exceedances: number;
  people: number;
  logExcess: number;
}

/**
 * Fewest people with an exceedance. Below this the extrapolation is so wide that no copy could be
 * told from chance.
 */
export const fewestExceedances = 8;

/**
 * Share of the null sample that counts as exceedances: small enough for the power law to hold,
 * large enough to rest on many people.
 */
const exceedanceShare = 0.2;

/**
 * Share of the people in the tail that may be told to be relatives of training people, and how many
 * others it takes to tell them by.
 */
const mostRelatives = 0.5;
const fewestOthers = 4;

/**
 * @param distances null image -> nearest training image, all > 0
 * @param people whose image each is
 * @param relativeSignificance chance that a null sample without relatives loses people as such
 */
export function fitExtremeValues(
  distances: ArrayLike<number>,
  people: readonly string[],
  relativeSignificance: number,
): ExtremeValueFit {
  const fit = fitTail(distances, people);
  const count = countRelatives(fit.excesses, relativeSignificance);
  if (count === 0) return { ...fit, relatives: [] };
  const nearest = fit.excesses.slice(0, count);
  const least = nearest.at(-1)!.distance;
  const kept = [...people.keys()].filter((image) => distances[image]! > least);
  return {
    ...fitTail(
      kept.map((image) => distances[image]!),
      kept.map((image) => people[image]!),
    ),
    relatives: nearest.map(({ person }) => person),
  };
}

interface Excess {
  person: string;
  distance: number;
  /** log(threshold / distance), exponential in the tail. */
  log: number;
}

interface Tail extends Omit<ExtremeValueFit, 'relatives'> {
  /** Of the closest image of each person below the threshold, greatest first. */
  excesses: Excess[];
}

function fitTail(distances: ArrayLike<number>, people: readonly string[]): Tail {
  const count = distances.length;
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (i, j) => distances[i]! - distances[j]!,
  );
  const closestOf = new Map<string, number>();
  let inTail = 0;
  const wanted = Math.max(Math.ceil(exceedanceShare * count), fewestExceedances + 1);
  for (const index of order) {
    // More exceedances are taken until they come from enough people.
    if (inTail >= wanted && closestOf.size > fewestExceedances) break;
    inTail += 1;
    const person = people[index]!;
    if (!closestOf.has(person)) closestOf.set(person, distances[index]!);
  }
  const sorted = Float64Array.from(order, (i) => distances[i]!);
  const start = sorted[inTail - 1] ?? NaN;
  // The person whose image is the threshold has excess 0 by construction and is not counted.
  const excesses = [...closestOf]
    .filter(([, distance]) => distance < start)
    .map(([person, distance]) => ({ person, distance, log: Math.log(start / distance) }));
  return {
    count,
    sorted,
    threshold: start,
    exceedances: inTail,
    effectiveShare: closestOf.size / Math.max(inTail, 1),
    people: excesses.length,
    logExcess: excesses.reduce((sum, { log }) => sum + log, 0),
    excesses,
  };
}

/**
 * How many of the greatest excesses are too great for the others' law. For k exponential numbers,
 * greatest first, the spacings j (x_j - x_(j+1)) are independent and exponential (Rényi 1953). So
 * what the r greatest have beyond the next one, over the sum of all those spacings, is Beta(r, k -
 * r), whose tail is a binomial one. Every r is tried, since relatives hide behind each other, with
 * weights 1 / r, as few are likelier than many (weighted Bonferroni). Of those r that are too
 * great, the one with the widest spacing below it parts relatives from strangers.
 *
 * @param excesses greatest first
 */
function countRelatives(excesses: readonly Excess[], significance: number): number {
  const people = excesses.length;
  const most = Math.min(Math.floor(mostRelatives * people), people - fewestOthers);
  const total = excesses.reduce((sum, { log }) => sum + log, 0);
  let weights = 0;
  for (let r = 1; r <= most; r += 1) weights += 1 / r;
  let [count, widest] = [0, 0];
  let greatest = 0;
  for (let r = 1; r <= most; r += 1) {
    const [own, next] = [excesses[r - 1]!.log, excesses[r]!.log];
    greatest += own;
    const share = (greatest - r * next) / total;
    const p = binomialUpperTail(people - 1, 1 - share, people - r);
    const spacing = r * (own - next);
    if (p < significance / (r * weights) && spacing > widest) [count, widest] = [r, spacing];
  }
  return count;
}

/**
 * @returns the distance under which fewer than `expected` of `n` images are expected by chance, and
 * never beyond the closest image of the null sample.
 */
export function copyDistance(fit: ExtremeValueFit, n: number, expected: number): number {
  const rate = (n * fit.exceedances) / (fit.count + 1);
  const growth = (rate / expected) ** (1 / fit.people) - 1;
  return Math.min(
    fit.threshold * Math.exp(-fit.logExcess * Math.max(growth, 0)),
    fit.sorted[0] ?? NaN,
  );
}

export interface FlaggedShare {
  distance: number;
  flagged: number;
  expected: number;
  pValue: number;
}

/** Rule 1 over the distances of the synthetic images. */
export function testFlaggedShare(
  fit: ExtremeValueFit,
  distances: ArrayLike<number>,
  quantile: number,
): FlaggedShare {
  const n = distances.length;
  const rank = Math.max(1, Math.floor(quantile * (fit.count + 1)));
  const distance = fit.sorted[rank - 1] ?? NaN;
  let flagged = 0;
  for (let i = 0; i < n; i += 1) flagged += Number(distances[i]! < distance);
  // Correlated images of one person carry less information: both counts shrink by the share that is
  // as good as independent.
  const independent = Math.max(1, fit.count * fit.effectiveShare);
  const a = Math.max(1, rank * fit.effectiveShare);
  return {
    distance,
    flagged,
    expected: (n * rank) / (fit.count + 1),
    pValue: betaBinomialUpperTail(n, a, independent + 1 - a, flagged),
  };
}
