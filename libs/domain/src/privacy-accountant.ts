import { fourier, logAdd, logErfc, logSubtract, normalAbove } from './special-functions.ts';

/**
 * What training with noise costs in privacy. Two accountants for one mechanism, the
 * Poisson-subsampled Gaussian: each step takes each person with probability `sampleRate`, sums
 * what they contribute (each at most C long) and adds normal noise of deviation `noiseMultiplier`
 * C. Both bound (epsilon, delta) for the adding or removing of one subject with all their images.
 * Both take several kinds of steps at once, so runs on one dataset are composed as they should be,
 * by their whole privacy curves: adding up epsilons would overstate the sum several times.
 */

export interface NoisySteps {
  /** Deviation of the noise over the longest contribution of one person. */
  noiseMultiplier: number;
  /** Probability that a person takes part in a step: expected batch / people. */
  sampleRate: number;
  steps: number;
}

/**
 * Orders of Rényi divergence: those of Opacus, and some high ones for small epsilons. More orders
 * never make the bound worse than fewer.
 */
const orders: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 10),
  ...Array.from({ length: 52 }, (_, i) => 12 + i),
  ...[80, 96, 128, 192, 256, 512],
];

/**
 * Epsilon by Rényi differential privacy: divergences of all orders (Mironov, Talwar & Zhang 2019,
 * "Rényi Differential Privacy of the Sampled Gaussian Mechanism") add up over steps; the conversion
 * is that of Canonne, Kamath & Steinke 2020, proposition 12 (as in Opacus). Quick and never below
 * the true value: 6 to 8 per cent above it for epsilons of 1 to 10 over many steps, more for small
 * ones.
 * @throws RangeError for noise, rates, steps or deltas that are out of bounds
 */
export function rdpEpsilon(releases: readonly NoisySteps[], delta: number): number {
  check(releases, delta);
  const done = releases.filter(({ steps }) => steps > 0);
  if (done.length === 0) return 0;
  return Math.max(
    0,
    Math.min(
      ...orders.map((order) => {
        const divergence = done.reduce(
          (total, release) => total + release.steps * renyiDivergence(release, order),
          0,
        );
        return (
          divergence + Math.log1p(-1 / order) - (Math.log(delta) + Math.log(order)) / (order - 1)
        );
      }),
    ),
  );
}

/**
 * Of one step, at one order above 1: log E[(mixture / normal)^order] / (order - 1), the expectation
 * under the normal distribution.
 */
export function renyiDivergence(
  { noiseMultiplier: sigma, sampleRate: q }: NoisySteps,
  order: number,
): number {
  if (q === 1) return order / (2 * sigma ** 2);
  return (
    (Number.isInteger(order)
      ? logMomentWhole(q, sigma, order)
      : logMomentFractional(q, sigma, order)) /
    (order - 1)
  );
}

/**
 * log E[(mixture / normal)^order] for a whole order: the binomial sum (Mironov et al. 2019, section
 * 3.3, equation 6).
 */
function logMomentWhole(q: number, sigma: number, order: number): number {
  let [total, logBinomial] = [-Infinity, 0];
  for (let i = 0; i <= order; i++) {
    total = logAdd(
      total,
      logBinomial + i * Math.log(q) + (order - i) * Math.log1p(-q) + (i * i - i) / (2 * sigma ** 2),
    );
    logBinomial += Math.log((order - i) / (i + 1));
  }
  return total;
}

/**
 * The same for any order above 1: two alternating series, split where mixture and normal are alike
 * (Mironov et al. 2019, section 3.3).
 */
function logMomentFractional(q: number, sigma: number, order: number): number {
  const split = sigma ** 2 * Math.log(1 / q - 1) + 0.5;
  const scale = Math.SQRT2 * sigma;
  let [below, above, logBinomial, sign] = [-Infinity, -Infinity, 0, 1];
  for (let i = 0; ; i++) {
    const j = order - i;
    const terms = [
      logBinomial +
        i * Math.log(q) +
        j * Math.log1p(-q) +
        (i * i - i) / (2 * sigma ** 2) +
        logErfc((i - split) / scale) -
        Math.LN2,
      logBinomial +
        j * Math.log(q) +
        i * Math.log1p(-q) +
        (j * j - j) / (2 * sigma ** 2) +
        logErfc((split - j) / scale) -
        Math.LN2,
    ] as const;
    const join = sign > 0 ? logAdd : logSubtract;
    [below, above] = [join(below, terms[0]), join(above, terms[1])];
    if (Math.max(...terms) < -30) return logAdd(below, above);
    // binomial(order, i + 1) = binomial(order, i) (order - i) / (i + 1)
    if (j < 0) sign = -sign;
    logBinomial += Math.log(Math.abs(j) / (i + 1));
  }
}

/** Share of delta that the numbers of `prvEpsilon` may be off by. */
const deltaError = 1e-3;
/** What an answer within a second or so can be worked out on. */
const largestGrid = 2 ** 18;

/**
 * Epsilon by the distribution of the privacy loss itself, put on a grid and composed by fast
 * Fourier transform (Gopi, Lee & Wutschitz 2021, "Numerical Composition of Differential Privacy",
 * theorem 5.5). Returns the upper bound, errors of grid and truncation included. Removing and
 * adding a person are composed apart and the worse one counts, since neither is known to dominate
 * (Lebeda, Regehr, Kamath & Steinke 2024).
 * @param epsilonError how much the bound may lie above the true value; the time goes with its
 * inverse and the root of the steps. Default: a hundredth of `rdpEpsilon`, at least 0.01, and more
 * where that would take long. Never above `rdpEpsilon`, which is a bound too.
 * @throws RangeError as `rdpEpsilon`
 */
export function prvEpsilon(
  releases: readonly NoisySteps[],
  delta: number,
  epsilonError?: number,
): number {
  const bound = rdpEpsilon(releases, delta);
  const done = releases.filter(({ steps }) => steps > 0);
  if (done.length === 0) return 0;
  const error = { epsilon: epsilonError ?? Math.max(0.01, bound / 100), delta: delta * deltaError };
  let grid = chooseGrid(done, error);
  while (epsilonError === undefined && grid.size > largestGrid) {
    error.epsilon *= 1.5;
    grid = chooseGrid(done, error);
  }
  const exact = Math.max(
    ...(['remove', 'add'] as const).map(
      (way) => epsilonAt(compose(done, way, grid), grid, delta - error.delta) + error.epsilon,
    ),
  );
  return Math.min(bound, exact);
}

interface Grid {
  /** The losses are at -limit + i step, i = 0..size-1, plus a shift. */
  limit: number;
  step: number;
  size: number;
}

/**
 * Gopi et al. 2021, section 5: the limit such that losses beyond it hold a quarter of the error in
 * delta, the step for the error in epsilon.
 */
function chooseGrid(
  releases: readonly NoisySteps[],
  error: { epsilon: number; delta: number },
): Grid {
  const count = releases.reduce((total, { steps }) => total + steps, 0);
  const limit =
    Math.max(
      error.epsilon,
      rdpEpsilon(releases, error.delta / 4),
      ...releases.map((release) => rdpEpsilon([{ ...release, steps: 1 }], error.delta / 8 / count)),
    ) + 3;
  const step = error.epsilon / Math.sqrt((count / 2) * Math.log(12 / error.delta));
  const size = 2 ** Math.ceil(Math.log2((2 * limit) / step));
  return { limit, step: (2 * limit) / size, size };
}

/**
 * @returns probabilities of the composed loss on the grid, and what is to be added to the grid's
 * values.
 */
function compose(
  releases: readonly NoisySteps[],
  way: Way,
  { limit, step, size }: Grid,
): { mass: Float64Array; shift: number } {
  // Products of transforms, kept as logarithm of the modulus and angle times steps: whole numbers
  // of turns fall away.
  const [logModulus, angle] = [new Float64Array(size), new Float64Array(size)];
  let shift = 0;
  for (const release of releases) {
    const loss = lossOf(release, way);
    // Index 0 stands for the loss 0 and negative losses come from the far end, so that transforms
    // compose without a shift of the grid.
    const [real, imaginary] = [new Float64Array(size), new Float64Array(size)];
    let [total, mean] = [0, 0];
    for (const [weight, centre] of loss.parts) {
      let edge = loss.tail(-limit - step / 2, centre);
      for (let i = 0; i < size; i++) {
        const value = -limit + i * step;
        const next = loss.tail(value + step / 2, centre);
        const p = weight * massBetween(edge, next);
        const place = (i + size / 2) % size;
        real[place] = (real[place] ?? 0) + p;
        total += p;
        mean += p * value;
        edge = next;
      }
    }
    for (let i = 0; i < size; i++) real[i] = (real[i] ?? 0) / total;
    // The grid's mean is moved to the true one: what keeps rounding errors from adding up over the
    // steps.
    shift += release.steps * (loss.mean(limit) - mean / total);
    fourier(real, imaginary, 'forward');
    for (let i = 0; i < size; i++) {
      const [x, y] = [real[i] ?? 0, imaginary[i] ?? 0];
      logModulus[i] = (logModulus[i] ?? 0) + (release.steps * Math.log(x * x + y * y)) / 2;
      angle[i] = (angle[i] ?? 0) + release.steps * Math.atan2(y, x);
    }
  }
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < size; i++) {
    const modulus = Math.exp(logModulus[i] ?? 0) / size;
    [real[i], imaginary[i]] = [
      modulus * Math.cos(angle[i] ?? 0),
      modulus * Math.sin(angle[i] ?? 0),
    ];
  }
  fourier(real, imaginary, 'back');
  const mass = new Float64Array(size);
  for (let i = 0; i < size; i++) mass[i] = real[(i + size / 2) % size] ?? 0;
  return { mass, shift };
}

/**
 * @returns the least epsilon with sum over losses t > epsilon of P(t) (1 - exp(epsilon - t)) <=
 * delta.
 */
function epsilonAt(
  { mass, shift }: { mass: Float64Array; shift: number },
  { limit, step, size }: Grid,
  delta: number,
): number {
  let [above, discounted] = [0, 0];
  for (let i = size - 1; i >= 0; i--) {
    const loss = -limit + i * step + shift;
    // Between this loss and the next one only what lies above counts, and delta is a simple
    // function of epsilon there.
    if (loss < 0 || above - Math.exp(loss) * discounted > delta)
      return Math.max(0, Math.log((above - delta) / discounted));
    const p = mass[i] ?? 0;
    above += p;
    discounted += p * Math.exp(-loss);
  }
  return 0;
}

type Way = 'remove' | 'add';

interface Loss {
  /** The normal distributions that the output is drawn from, with their weights. */
  parts: readonly (readonly [weight: number, centre: number])[];
  /**
   * What lies beyond the output that has this loss, in the part with this centre: right of the
   * centre the probability above, left of it minus the probability below, so that differences of
   * small numbers keep their digits.
   */
  tail: (loss: number, centre: number) => number;
  /** Its mean within -limit..limit, given that it lies there. */
  mean: (limit: number) => number;
}

/** @returns the probability between two tails, whichever way round the outputs run. */
function massBetween(a: number, b: number): number {
  const [isLeftOfCentre, isNextLeft] = [a < 0 || Object.is(a, -0), b < 0 || Object.is(b, -0)];
  return Math.abs(a - b + Number(isLeftOfCentre) - Number(isNextLeft));
}

/**
 * The privacy loss of one step: the logarithm of the ratio of the mixture Q = (1 - q) N(0, s^2) + q
 * N(1, s^2) to N(0, s^2), under Q where a person is removed; of the inverse, under N(0, s^2),
 * where one is added.
 */
function lossOf({ noiseMultiplier: sigma, sampleRate: q }: NoisySteps, way: Way): Loss {
  const parts: Loss['parts'] =
    way === 'add'
      ? [[1, 0]]
      : [
          [1 - q, 0],
          [q, 1],
        ];
  const sign = way === 'remove' ? 1 : -1;
  /** The output whose ratio is exp(t). */
  const outputAt = (t: number): number => {
    const ratio = Math.expm1(t) / q;
    return ratio <= -1 ? -Infinity : sigma ** 2 * Math.log1p(ratio) + 0.5;
  };
  const tail = (loss: number, centre: number): number => {
    const x = (outputAt(sign * loss) - centre) / sigma;
    return x >= 0 ? normalAbove(x) : -normalAbove(-x);
  };
  const mean = (limit: number): number => {
    const ends = [outputAt(-sign * limit), outputAt(sign * limit)];
    const [low, high] = [
      Math.max(Math.min(...ends), -12 * sigma),
      Math.min(Math.max(...ends), 1 + 12 * sigma),
    ];
    const ratio = (x: number): number => Math.log1p(q * Math.expm1((2 * x - 1) / (2 * sigma ** 2)));
    const density = (x: number): number =>
      parts.reduce(
        (sum, [weight, centre]) => sum + weight * Math.exp(-(((x - centre) / sigma) ** 2) / 2),
        0,
      );
    // Simpson's rule; the functions are smooth, and 4 000 panels over some 24 deviations leave
    // nothing but rounding.
    const panels = 4_000;
    const width = (high - low) / panels;
    let [total, moment] = [0, 0];
    for (let i = 0; i <= panels; i++) {
      const x = low + i * width;
      const share = density(x) * (i === 0 || i === panels ? 1 : i % 2 === 1 ? 4 : 2);
      total += share;
      moment += share * ratio(x);
    }
    return (sign * moment) / total;
  };
  return { parts, tail, mean };
}

/** Bounds of what `noiseFor` looks among. */
export const noiseBounds = { least: 0.3, most: 1_000 } as const;

/**
 * @returns the least noise multiplier (to a thousandth, rounded up) with which these steps cost at
 * most `epsilon` by `rdpEpsilon`, or null where no noise below `noiseBounds.most` does.
 */
export function noiseFor(
  epsilon: number,
  steps: Omit<NoisySteps, 'noiseMultiplier'>,
  delta: number,
): number | null {
  const fits = (noiseMultiplier: number): boolean =>
    rdpEpsilon([{ ...steps, noiseMultiplier }], delta) <= epsilon;
  let [low, high]: [number, number] = [noiseBounds.least, noiseBounds.most];
  if (!fits(high)) return null;
  if (fits(low)) return low;
  while (high - low > 5e-4) {
    const middle = (low + high) / 2;
    if (fits(middle)) high = middle;
    else low = middle;
  }
  return Math.ceil(high * 1_000) / 1_000;
}

function check(releases: readonly NoisySteps[], delta: number): void {
  if (!(delta > 0 && delta < 1))
    throw new RangeError(`delta lies between 0 and 1, not at ${delta}`);
  for (const { noiseMultiplier, sampleRate, steps } of releases) {
    if (!(noiseMultiplier > 0 && Number.isFinite(noiseMultiplier)))
      throw new RangeError(`noise is above 0, not ${noiseMultiplier}`);
    if (!(sampleRate > 0 && sampleRate <= 1))
      throw new RangeError(`a sampling rate is above 0 and at most 1, not ${sampleRate}`);
    if (!Number.isSafeInteger(steps) || steps < 0)
      throw new RangeError(`steps are a whole number, not ${steps}`);
  }
}
