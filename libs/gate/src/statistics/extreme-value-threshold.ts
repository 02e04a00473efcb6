import { betaBinomialUpperTail } from './statistics.ts';

/**
 * Where chance ends: thresholds for "too close to a training image", read from the control people's
 * distances to the training images.
 *
 * The spec's two rules (synthesis.md 4.2, P1) are kept, each with a false-alarm rate that holds at
 * any number of control images:
 *
 * 1. Flagged share. The flagging distance is the `quantile` order statistic of the control. The
 * number of synthetic images below it is
 *    beta-binomial under "no copying" (exact, statistics.ts), so the p-value counts in that the threshold is an estimate. With fewer
 *    than 1/quantile control images the closest control image takes its place.
 * 2. No image beyond the worst control match. Taken literally this refuses perfect cohorts: of n +
 * m exchangeable images the closest is
 *    synthetic with probability n / (n + m). So an image counts as a copy when it is closer than the closest control image AND closer
 *    than the distance under which fewer than `significance` images are expected among n by chance. That distance is extrapolated: the
 *    chance that the nearest of many points lies within r falls as r^d with d the intrinsic dimension (Levina and Bickel 2004), so
 *    log-distances below the k-th smallest are exponential (Hill 1975), and the ratio of a new excess to the sum of the k - 1 seen ones
 *    has the exact law P(> y) = (1 + y)^-(k-1). No plug-in estimate is trusted: few controls give a smaller distance, never more alarms.
 *
 * Images of one person are not independent, so only the closest image of each person enters the
 * tail (declustering).
 */
export interface ExtremeValueFit {
  /** Control images and the share of them that are as good as independent in the tail. */
  count: number;
  effectiveShare: number;
  /** The sorted distances, closest first. */
  sorted: Float64Array;
  /**
   * Tail: k images lie at or below `start`; `excess` = sum of log(start / distance) over the
   * `people` closest images below it.
   */
  threshold: number;
  exceedances: number;
  people: number;
  logExcess: number;
}

/**
 * Fewest people that the tail may rest on. Below this the extrapolation is so wide that no copy
 * could be told from chance.
 */
export const fewestExceedances = 8;

/**
 * Share of the control images that form the tail: small enough for the power law to hold, large
 * enough to rest on many people.
 */
const exceedanceShare = 0.2;

/**
 * @param distances control image -> nearest training image, all > 0
 * @param people whose image each is
 */
export function fitExtremeValues(
  distances: ArrayLike<number>,
  people: readonly string[],
): ExtremeValueFit {
  const count = distances.length;
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (i, j) => distances[i]! - distances[j]!,
  );
  const closestOf = new Map<string, number>();
  let inTail = 0;
  const wanted = Math.max(Math.ceil(exceedanceShare * count), fewestExceedances + 1);
  for (const index of order) {
    // The tail grows past its share until it rests on enough people.
    if (inTail >= wanted && closestOf.size > fewestExceedances) break;
    inTail += 1;
    const person = people[index]!;
    if (!closestOf.has(person)) closestOf.set(person, distances[index]!);
  }
  const sorted = Float64Array.from(order, (i) => distances[i]!);
  const start = sorted[inTail - 1] ?? NaN;
  // The person whose image defines the start has excess 0 by construction and isn't counted.
  const excesses = [...closestOf.values()].filter((d) => d < start).map((d) => Math.log(start / d));
  return {
    count,
    sorted,
    threshold: start,
    exceedances: inTail,
    effectiveShare: closestOf.size / Math.max(inTail, 1),
    people: excesses.length,
    logExcess: excesses.reduce((sum, x) => sum + x, 0),
  };
}

/**
 * @returns the distance under which fewer than `expected` of `n` images are expected by chance, and
 * never beyond the closest control image.
 */
export function copyDistance(tail: ExtremeValueFit, n: number, expected: number): number {
  const rate = (n * tail.exceedances) / (tail.count + 1);
  const growth = (rate / expected) ** (1 / tail.people) - 1;
  return Math.min(
    tail.threshold * Math.exp(-tail.logExcess * Math.max(growth, 0)),
    tail.sorted[0] ?? NaN,
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
  tail: ExtremeValueFit,
  distances: ArrayLike<number>,
  quantile: number,
): FlaggedShare {
  const n = distances.length;
  const rank = Math.max(1, Math.floor(quantile * (tail.count + 1)));
  const distance = tail.sorted[rank - 1] ?? NaN;
  let flagged = 0;
  for (let i = 0; i < n; i += 1) flagged += Number(distances[i]! < distance);
  // Correlated images of one person carry less information: both counts shrink by the share that is
  // as good as independent.
  const independent = Math.max(1, tail.count * tail.effectiveShare);
  const a = Math.max(1, rank * tail.effectiveShare);
  return {
    distance,
    flagged,
    expected: (n * rank) / (tail.count + 1),
    pValue: betaBinomialUpperTail(n, a, independent + 1 - a, flagged),
  };
}
