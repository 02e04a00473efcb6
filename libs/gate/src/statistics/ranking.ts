import { betaBinomialUpperTail, clopperPearson } from './statistics.ts';

/**
 * How well one number tells members from non-members. All of it by ranks: no score needs a scale.
 */

/**
 * Upper tail P(Z >= z) of the standard normal, by the complementary error function (Numerical
 * Recipes 6.2; relative error 1.2e-7).
 */
export function normalUpperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398,
    1.48851587, -0.82215223, 0.17087277,
  ];
  const polynomial = series.reduceRight((sum, c) => sum * t + c, 0);
  const tail = (t / 2) * Math.exp(-x * x + polynomial);
  return z >= 0 ? tail : 1 - tail;
}

/** z with P(Z >= z) = p. */
export function normalQuantile(p: number): number {
  let [low, high] = [-40, 40];
  for (let step = 0; step < 80; step += 1) {
    const middle = (low + high) / 2;
    if (normalUpperTail(middle) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** @returns ranks from 1, ties at their mean, and the sum over ties of t³ - t. */
export function midRanks(values: ArrayLike<number>): { ranks: Float64Array; ties: number } {
  const order = Array.from({ length: values.length }, (_, i) => i).sort(
    (i, j) => values[i]! - values[j]!,
  );
  const ranks = new Float64Array(values.length);
  let ties = 0;
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    for (let i = from; i < to; i += 1) ranks[order[i]!] = (from + to + 1) / 2;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  return { ranks, ties };
}

export interface MannWhitney {
  /** P(member scores higher) + P(tie) / 2: the area under the ROC curve. */
  auc: number;
  /**
   * Positive when members score higher; normal approximation with the variance of ties (Mann and
   * Whitney 1947).
   */
  z: number;
}

/** @throws RangeError when either side is empty */
export function mannWhitney(members: ArrayLike<number>, others: ArrayLike<number>): MannWhitney {
  const [m, n] = [members.length, others.length];
  if (m === 0 || n === 0)
    throw new RangeError('A rank test needs at least one score on either side.');
  const { ranks, ties } = midRanks(joined(members, others));
  const u = sumOf(ranks.subarray(0, m)) - (m * (m + 1)) / 2;
  const variance = ((m * n) / 12) * (m + n + 1 - ties / Math.max((m + n) * (m + n - 1), 1));
  return { auc: u / (m * n), z: variance > 0 ? (u - (m * n) / 2) / Math.sqrt(variance) : 0 };
}

/**
 * Interval of an AUC by DeLong, DeLong and Clarke-Pearson 1988, in the rank form of Sun and Xu
 * 2014: the variance is that of each side's placements, its share of the other side that it beats.
 * One score a person, or it's too short. An AUC of exactly 0 or 1 gets the rule-of-three length,
 * since placements that don't vary would claim certainty.
 */
export function delongInterval(
  members: ArrayLike<number>,
  others: ArrayLike<number>,
  confidence = 0.95,
): [number, number] {
  const [m, n] = [members.length, others.length];
  const { auc } = mannWhitney(members, others);
  const all = midRanks(joined(members, others)).ranks;
  const own = { members: midRanks(members).ranks, others: midRanks(others).ranks };
  const placements = {
    members: own.members.map((rank, i) => (all[i]! - rank) / n),
    others: own.others.map((rank, j) => 1 - (all[m + j]! - rank) / m),
  };
  const variance = varianceOf(placements.members, auc) / m + varianceOf(placements.others, auc) / n;
  const half =
    variance > 0 ? normalQuantile((1 - confidence) / 2) * Math.sqrt(variance) : 3 / Math.min(m, n);
  return [Math.max(auc - half, 0), Math.min(auc + half, 1)];
}

function varianceOf(values: Float64Array, mean: number): number {
  return values.length < 2
    ? 0
    : values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
}

export interface TruePositives {
  /**
   * False-positive rate that the threshold has in truth: rank / (others + 1). With few people it
   * can't be as low as asked for.
   */
  falsePositiveRate: number;
  caught: number;
  rate: number;
  /** Clopper-Pearson, 95 %. */
  interval: [number, number];
  /** Exact chance of as many or more if members and others were alike. */
  pValue: number;
}

/**
 * Members that score above all but the asked share of the others; ties with the threshold don't
 * count.
 */
export function truePositives(
  members: ArrayLike<number>,
  others: ArrayLike<number>,
  falsePositiveRate: number,
): TruePositives {
  const rank = Math.max(1, Math.floor(falsePositiveRate * (others.length + 1)));
  const threshold = Float64Array.from(others).sort()[others.length - rank]!;
  const caught = Array.from(members).filter((score) => score > threshold).length;
  return {
    falsePositiveRate: rank / (others.length + 1),
    caught,
    rate: caught / members.length,
    interval: clopperPearson(caught, members.length),
    pValue: betaBinomialUpperTail(members.length, rank, others.length + 1 - rank, caught),
  };
}

/**
 * @returns the ROC curve as [false-positive rate, true-positive rate] from (0, 0) to (1, 1), in at
 * most `points` steps.
 */
export function rocCurve(
  members: ArrayLike<number>,
  others: ArrayLike<number>,
  points = 64,
): { x: number[]; y: number[] } {
  const up = Float64Array.from(members).sort().reverse();
  const side = Float64Array.from(others).sort().reverse();
  const x = [0];
  const y = [0];
  for (let at = 1; at <= points; at += 1) {
    const taken = Math.ceil((at * side.length) / points);
    const threshold = side[taken - 1]!;
    const above = up.findIndex((score) => score <= threshold);
    x.push(taken / side.length);
    y.push(at === points ? 1 : (above < 0 ? up.length : above) / up.length);
  }
  return { x, y };
}

function joined(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const all = new Float64Array(a.length + b.length);
  all.set(Array.from(a));
  all.set(Array.from(b), a.length);
  return all;
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0);
}
