/**
 * How far a classifier's stated probabilities can be believed. Scores and probabilities are [rows,
 * classes], row after row.
 */

/** @returns softmax of each row of scores divided by the temperature. */
export function softmaxRows(
  scores: ArrayLike<number>,
  classes: number,
  temperature = 1,
): Float64Array {
  const out = new Float64Array(scores.length);
  for (let start = 0; start < scores.length; start += classes) {
    let max = -Infinity;
    for (let c = 0; c < classes; c += 1) max = Math.max(max, scores[start + c]! / temperature);
    let total = 0;
    for (let c = 0; c < classes; c += 1)
      total += out[start + c] = Math.exp(scores[start + c]! / temperature - max);
    for (let c = 0; c < classes; c += 1) out[start + c]! /= total;
  }
  return out;
}

/**
 * The one number that best fits held-out labels by log likelihood (Guo 2017). Golden section on its
 * logarithm, between 1/20 and 20.
 */
export function fitTemperature(
  scores: ArrayLike<number>,
  truth: ArrayLike<number>,
  classes: number,
): number {
  const loss = (logTemperature: number): number => {
    const probabilities = softmaxRows(scores, classes, Math.exp(logTemperature));
    let sum = 0;
    for (let row = 0; row < truth.length; row += 1)
      sum -= Math.log(Math.max(probabilities[row * classes + truth[row]!]!, 1e-12));
    return sum;
  };
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [-Math.log(20), Math.log(20)];
  let [a, b] = [high - golden * (high - low), low + golden * (high - low)];
  let [lossA, lossB] = [loss(a), loss(b)];
  for (let step = 0; step < 30; step += 1) {
    if (lossA < lossB) {
      [high, b, lossB] = [b, a, lossA];
      a = high - golden * (high - low);
      lossA = loss(a);
    } else {
      [low, a, lossA] = [a, b, lossB];
      b = low + golden * (high - low);
      lossB = loss(b);
    }
  }
  return Math.exp((low + high) / 2);
}

export interface Reliability {
  /**
   * Expected calibration error: sum over bins of share * |accuracy - confidence|, L1 (Naeini 2015).
   */
  error: number;
  /** Mean confidence, accuracy and number of rows of each bin that holds any. */
  bins: { confidence: number; accuracy: number; count: number }[];
}

/** Equal bins of the greatest probability; the 15 of torchmetrics unless said. */
export function reliability(
  probabilities: Float64Array,
  truth: ArrayLike<number>,
  classes: number,
  binCount = 15,
): Reliability {
  const bins = Array.from({ length: binCount }, () => ({ confidence: 0, accuracy: 0, count: 0 }));
  for (let row = 0; row < truth.length; row += 1) {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    const confidence = Math.max(...own);
    const bin = bins[Math.min(binCount - 1, Math.max(0, Math.ceil(confidence * binCount) - 1))]!;
    bin.count += 1;
    bin.confidence += confidence;
    bin.accuracy += Number(own.indexOf(confidence) === truth[row]);
  }
  const held = bins
    .filter(({ count }) => count > 0)
    .map(({ confidence, accuracy, count }) => ({
      confidence: confidence / count,
      accuracy: accuracy / count,
      count,
    }));
  return {
    error: held.reduce(
      (sum, bin) => sum + (bin.count / truth.length) * Math.abs(bin.accuracy - bin.confidence),
      0,
    ),
    bins: held,
  };
}

/**
 * Split conformal prediction (Vovk 2005; Angelopoulos and Bates 2021): the score of a row is 1 - p
 * of its true class.
 * @returns the ceil((n + 1)(1 - miss)) smallest calibration score, Infinity when n is too small for
 * it: the set of a new row is every class whose score is at most this, and holds the truth with
 * probability 1 - miss or more where calibration and new rows are exchangeable.
 */
export function conformalThreshold(scores: readonly number[], miss: number): number {
  const rank = Math.ceil((scores.length + 1) * (1 - miss));
  return rank > scores.length ? Infinity : [...scores].sort((a, b) => a - b)[rank - 1]!;
}

/** @returns 1 - p of the true class of each row. */
export function conformalScores(
  probabilities: Float64Array,
  truth: ArrayLike<number>,
  classes: number,
): number[] {
  return Array.from(truth, (own, row) => 1 - probabilities[row * classes + own]!);
}

/**
 * Rank correlation of Spearman: Pearson's over ranks, ties sharing their mean rank. NaN where one
 * side is all equal.
 */
export function spearman(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length || a.length < 2)
    throw new Error(
      `A rank correlation needs two equally long lists of 2 or more, got ${a.length} and ${b.length}.`,
    );
  const [x, y] = [ranks(a), ranks(b)];
  const centre = (a.length + 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i += 1) {
    xy += (x[i]! - centre) * (y[i]! - centre);
    xx += (x[i]! - centre) ** 2;
    yy += (y[i]! - centre) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}
