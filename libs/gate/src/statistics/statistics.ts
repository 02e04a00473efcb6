/**
 * Natural logarithm of the gamma function, Lanczos approximation (g = 7, 9 terms; relative error
 * below 1e-13 for x > 0).
 */
export function logGamma(x: number): number {
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const t = x + 6.5;
  const series = coefficients.reduce((sum, c, i) => sum + c / (x + i), 0.99999999999980993);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series);
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

export function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/** @returns P(X >= atLeast) for X ~ Binomial(n, p). */
export function binomialUpperTail(n: number, p: number, atLeast: number): number {
  if (atLeast <= 0) return 1;
  if (atLeast > n || p <= 0) return 0;
  if (p >= 1) return 1;
  return sumUp(atLeast, n, (k) => logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/**
 * @returns P(X >= atLeast) for X ~ BetaBinomial(n, a, b): the exact law of how many of n new draws
 * fall below the a-th smallest of a + b - 1 exchangeable control draws, whatever their common
 * distribution (Wilks 1942). It is the binomial test with the uncertainty of a threshold that was
 * itself estimated from few controls counted in.
 */
export function betaBinomialUpperTail(n: number, a: number, b: number, atLeast: number): number {
  if (atLeast <= 0) return 1;
  if (atLeast > n) return 0;
  const base = logBeta(a, b);
  return sumUp(atLeast, n, (k) => logChoose(n, k) + logBeta(k + a, n - k + b) - base);
}

function sumUp(from: number, to: number, logTerm: (k: number) => number): number {
  let sum = 0;
  for (let k = from; k <= to; k += 1) sum += Math.exp(logTerm(k));
  return Math.min(sum, 1);
}

/**
 * Clopper-Pearson interval of a share: exact, never shorter than its confidence (1934). Found by
 * bisection on the binomial tails.
 */
export function clopperPearson(successes: number, n: number, confidence = 0.95): [number, number] {
  if (n < 1 || successes < 0 || successes > n)
    throw new RangeError(`No share of ${successes} in ${n}.`);
  const tail = (1 - confidence) / 2;
  const low = successes === 0 ? 0 : bisect((p) => binomialUpperTail(n, p, successes) - tail);
  const high =
    successes === n ? 1 : bisect((p) => tail - (1 - binomialUpperTail(n, p, successes + 1)));
  return [low, high];
}

/** Root in [0, 1] of a function that rises through zero. */
function bisect(rising: (p: number) => number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * @returns the q-quantile by linear interpolation between order statistics (type 7 of Hyndman and
 * Fan); NaN for no values.
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return NaN;
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]!;
  return sum / values.length;
}

export interface Histogram {
  name: string;
  edges: number[];
  counts: number[];
}

/**
 * Histograms of several samples over the same `bins` equal bins between their common least and
 * greatest finite value.
 */
export function histograms(samples: Record<string, ArrayLike<number>>, bins = 40): Histogram[] {
  let low = Infinity;
  let high = -Infinity;
  for (const values of Object.values(samples)) {
    for (let i = 0; i < values.length; i += 1) {
      if (!Number.isFinite(values[i]!)) continue;
      low = Math.min(low, values[i]!);
      high = Math.max(high, values[i]!);
    }
  }
  if (!(high >= low)) return [];
  const width = (high - low) / bins || 1;
  const edges = Array.from({ length: bins + 1 }, (_, i) => low + i * width);
  return Object.entries(samples).map(([name, values]) => {
    const counts = new Array<number>(bins).fill(0);
    for (let i = 0; i < values.length; i += 1) {
      if (Number.isFinite(values[i]!))
        counts[Math.min(bins - 1, Math.floor((values[i]! - low) / width))]! += 1;
    }
    return { name, edges, counts };
  });
}
