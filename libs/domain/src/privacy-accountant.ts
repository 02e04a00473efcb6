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

/** Share of delta that losses beyond the grids of `prvEpsilon` may hold. */
const truncatedShare = 1e-3;
/** Points of a grid. */
const gridSize = 2 ** 12;
/** Steps that are composed on a grid of their own before the next block of blocks. */
const blockSteps = 128;
/**
 * What a step may add to or take from the mass above any loss by rounding: a coefficient of the
 * transform is off by some log2(size) / 2 units in the last place (Higham 2002, section 24.1), and
 * the power of the steps multiplies that by their number.
 */
const roundingPerStep = 16 * Number.EPSILON;

/**
 * Epsilon by the distribution of the privacy loss itself, put on a grid and composed by fast
 * Fourier transform (Koskela, Jälkö & Honkela 2020). Two steps keep it an upper bound with few
 * points: losses between two points are divided among them so that delta is nowhere lowered
 * (Doroshenko, Ghazi, Kamath, Kumar & Manurangsi 2022, "Connect the Dots: Tighter Discrete
 * Approximations of Privacy Loss Distributions"), and blocks of steps are composed on a fine grid
 * before blocks of blocks are on a coarser one (Ghazi, Kamath, Kumar & Manurangsi 2022, "Faster
 * Privacy Accounting via Evolving Discretization"). Removing and adding a person are composed apart
 * and the worse one counts, since neither is known to dominate (Lebeda, Regehr, Kamath & Steinke
 * 2024).
 *
 * Some 10 ms for one kind of steps; less than a hundredth above the true value, or 0.01. Never
 * above `rdpEpsilon`, which it is where rounding could hide all of delta (10^8 steps with a delta
 * of 10^-7).
 * @throws RangeError as `rdpEpsilon`
 */
export function prvEpsilon(releases: readonly NoisySteps[], delta: number): number {
  const bound = rdpEpsilon(releases, delta);
  const done = releases.filter(({ steps }) => steps > 0);
  const steps = done.reduce((total, release) => total + release.steps, 0);
  const left = delta * (1 - truncatedShare) - roundingPerStep * steps - gridSize * Number.EPSILON;
  if (bound === 0 || left <= 0) return bound;
  const exact = ways.map((way) => {
    const truncated = (delta * truncatedShare) / done.length;
    const parts = done.flatMap((release) => toParts(release, way, truncated));
    return epsilonAt(compose(parts, truncated / 8), left);
  });
  return Math.min(bound, Math.max(...exact));
}

/** The distribution of a privacy loss: mass[i] is the probability of (first + i) * step. */
interface Loss {
  step: number;
  first: number;
  mass: Float64Array;
}

/** A loss that is composed with itself, on any grid. */
interface Part {
  times: number;
  /** From its least to its greatest value. */
  width: number;
  toGrid: (step: number) => Loss;
}

/**
 * A release's steps as blocks of blocks: their number written with the base `blockSteps`.
 * @param truncated mass that they may leave out: half of it the single steps, an eighth the blocks
 * of each level, of which there are three below 128^4 steps
 */
function toParts(release: NoisySteps, way: Way, truncated: number): Part[] {
  const ends = endsOf(release, way, truncated / 2 / release.steps);
  const parts: Part[] = [];
  let part: Part = {
    times: release.steps,
    width: ends[1] - ends[0],
    toGrid: (step) => discretise(release, way, step, ends),
  };
  while (part.times > blockSteps) {
    const [times, rest] = [Math.floor(part.times / blockSteps), part.times % blockSteps];
    if (rest > 0) parts.push({ ...part, times: rest });
    const block = compose([{ ...part, times: blockSteps }], truncated / 8 / times);
    part = { times, width: gridSize * block.step, toGrid: (step) => coarsen(block, step) };
  }
  return [...parts, part];
}

/**
 * @returns the loss of all parts together, on the finest grid of `gridSize` points that holds it
 * but for this mass on either side. What lies above is left out; what lies below comes out on top,
 * which errs upwards.
 */
function compose(parts: readonly Part[], truncated: number): Loss {
  const times = parts.map((part) => part.times);
  // A bounded loss's deviation is at most half its width.
  let width = Math.hypot(...parts.map((part) => part.width * Math.sqrt(part.times)));
  // Few points are enough to find a width; with all of them it is found to hold, or widened.
  let size = gridSize / 8;
  for (let attempt = 0; ; attempt++) {
    const step = width / (size - 2);
    const losses = parts.map(({ toGrid }) => toGrid(step));
    const [high, low] = [1, -1].map((side) => side * tailBound(losses, times, side, truncated)) as [
      number,
      number,
    ];
    const needed = high - low;
    if (needed <= width && (needed > 0.8 * width || attempt > 5)) {
      if (size === gridSize) {
        const first = Math.ceil(high / step) - size + 1;
        return { step, first, mass: convolve(losses, times, first) };
      }
      size = gridSize;
    }
    width = needed * (needed <= width ? 1.01 : 1.1);
  }
}

/**
 * Chernoff's bound of losses composed so many times: the least `x` found with P(side * loss > x) <=
 * mass, by exp(-t x) times the product of E[exp(t * side * loss)].
 */
function tailBound(
  losses: readonly Loss[],
  times: readonly number[],
  side: number,
  mass: number,
): number {
  const variance = losses.reduce((sum, loss, i) => sum + (times[i] ?? 0) * varianceOf(loss), 0);
  // The bound has one minimum over t. It lies at this t for a normal loss, below it where greater
  // losses are more likely.
  let t = Math.sqrt((2 * Math.log(1 / mass)) / variance);
  for (let least = Infinity; ; t /= 1.5) {
    const log = losses.reduce(
      (sum, loss, i) => sum + (times[i] ?? 0) * logMoment(loss, side * t),
      0,
    );
    const bound = (log - Math.log(mass)) / t;
    if (bound >= least) return least;
    least = bound;
  }
}

function varianceOf({ step, first, mass }: Loss): number {
  let sum = 0;
  let square = 0;
  for (let i = 0; i < mass.length; i++) {
    const value = (first + i) * step;
    sum += (mass[i] ?? 0) * value;
    square += (mass[i] ?? 0) * value * value;
  }
  return Math.max(square - sum ** 2, step ** 2);
}

/** log E[exp(t * loss)] */
function logMoment({ step, first, mass }: Loss, t: number): number {
  // By Horner's rule, towards the end with the greatest exponent.
  const [isUpward, size] = [t > 0, mass.length];
  const decay = Math.exp(-Math.abs(t) * step);
  let sum = 0;
  for (let i = 0; i < size; i++) sum = sum * decay + (mass[isUpward ? i : size - 1 - i] ?? 0);
  return t * (isUpward ? first + size - 1 : first) * step + Math.log(sum);
}

/**
 * @returns the mass of the losses' sum, each taken so many times, at the indices first .. first +
 * gridSize - 1
 */
function convolve(losses: readonly Loss[], times: readonly number[], first: number): Float64Array {
  // Products of transforms, kept as logarithm of the modulus and angle times steps: whole numbers
  // of turns fall away. Indices count modulo the size, those of the parts and of the sum alike.
  const size = gridSize;
  const place = (index: number): number => ((index % size) + size) % size;
  const [logModulus, angle] = [new Float64Array(size), new Float64Array(size)];
  for (const [at, loss] of losses.entries()) {
    const [real, imaginary] = [new Float64Array(size), new Float64Array(size)];
    for (const [i, p] of loss.mass.entries()) {
      const index = place(loss.first + i);
      real[index] = (real[index] ?? 0) + p;
    }
    fourier(real, imaginary, 'forward');
    for (let i = 0; i < size; i++) {
      const x = real[i] ?? 0;
      const y = imaginary[i] ?? 0;
      logModulus[i] = (logModulus[i] ?? 0) + ((times[at] ?? 0) * Math.log(x * x + y * y)) / 2;
      angle[i] = (angle[i] ?? 0) + (times[at] ?? 0) * Math.atan2(y, x);
    }
  }
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < size; i++) {
    const modulus = Math.exp(logModulus[i] ?? 0) / size;
    real[i] = modulus * Math.cos(angle[i] ?? 0);
    imaginary[i] = modulus * Math.sin(angle[i] ?? 0);
  }
  fourier(real, imaginary, 'back');
  return Float64Array.from({ length: size }, (_, i) => Math.max(real[place(first + i)] ?? 0, 0));
}

/**
 * Divides what lies at a loss among the points below and above it, such that its probability stays
 * what it is under both of the neighbouring databases (Doroshenko et al. 2022, section 4): a + b =
 * p and a exp(-lower) + b exp(-upper) = p exp(-loss).
 * @param fraction of the way from the lower point to the upper one, 0..1
 * @returns the share of the upper one
 */
function shareOfUpper(fraction: number, step: number): number {
  return Math.expm1(-fraction * step) / Math.expm1(-step);
}

/** The same loss on a grid of wider steps. */
function coarsen(loss: Loss, step: number): Loss {
  const ratio = loss.step / step;
  const first = Math.floor(loss.first * ratio);
  const last = Math.floor((loss.first + loss.mass.length - 1) * ratio) + 1;
  const mass = new Float64Array(last - first + 1);
  for (const [i, p] of loss.mass.entries()) {
    const position = (loss.first + i) * ratio;
    const lower = Math.floor(position);
    const upper = p * shareOfUpper(position - lower, step);
    mass[lower - first] = (mass[lower - first] ?? 0) + (p - upper);
    mass[lower - first + 1] = (mass[lower - first + 1] ?? 0) + upper;
  }
  return { step, first, mass };
}

/** The range of one step's loss, without this mass above it and none of importance below. */
function endsOf(release: NoisySteps, way: Way, truncated: number): [number, number] {
  // exp(-z^2 / 2) bounds the normal tail above z.
  const reach = release.noiseMultiplier * Math.sqrt(-2 * Math.log(truncated));
  const ends = [-reach, 1 + reach].map((output) => lossAt(output, release, way));
  return [Math.min(...ends), Math.max(...ends)];
}

/**
 * One step's loss on the grid: what lies between two points is divided among them by
 * `shareOfUpper`, so that delta as a function of exp(epsilon) runs through its true values at the
 * points and along chords above its convex curve between them. What lies below the range counts as
 * lying at its lower end.
 */
function discretise(
  release: NoisySteps,
  way: Way,
  step: number,
  [least, greatest]: readonly [number, number],
): Loss {
  const { noiseMultiplier: sigma, sampleRate: q } = release;
  const first = Math.floor(least / step);
  const mass = new Float64Array(Math.ceil(greatest / step) - first + 1);
  /** Of the distributions without and with the person. */
  const tailsAt = (output: number): [number, number] => [
    tail(output / sigma),
    tail((output - 1) / sigma),
  ];
  let edge = tailsAt(way === 'remove' ? -Infinity : Infinity);
  for (let i = 0; i < mass.length; i++) {
    const next = tailsAt(outputAt((first + i) * step, release, way));
    const without = massBetween(edge[0], next[0]);
    const mixture = (1 - q) * without + q * massBetween(edge[1], next[1]);
    edge = next;
    const [p, other] = way === 'remove' ? [mixture, without] : [without, mixture];
    if (p === 0) continue;
    // The loss at which p would have to lie to be `other` under the other distribution.
    const fraction = Math.log(p / other) / step - (first + i - 1);
    const share = i === 0 ? 1 : shareOfUpper(Math.min(Math.max(fraction, 0), 1), step);
    mass[i] = (mass[i] ?? 0) + p * share;
    if (i > 0) mass[i - 1] = (mass[i - 1] ?? 0) + p * (1 - share);
  }
  return { step, first, mass };
}

/**
 * @returns the least epsilon >= 0 with sum over losses t > epsilon of P(t) (1 - exp(epsilon - t))
 * <= delta
 */
function epsilonAt({ step, first, mass }: Loss, delta: number): number {
  const decay = Math.exp(-step);
  // Over the losses from the one at hand on: their mass, and that discounted by exp(loss - t).
  let [above, discounted] = [0, 0];
  for (let i = mass.length - 1; i >= 0; i--) {
    const [loss, p] = [(first + i) * step, mass[i] ?? 0];
    [above, discounted] = [above + p, discounted * decay + p];
    // Between the next lower loss and this one, delta(epsilon) = above - exp(epsilon - loss)
    // discounted.
    if (i === 0 || loss <= step || above - decay * discounted > delta)
      return above > delta ? Math.max(0, loss + Math.log((above - delta) / discounted)) : 0;
  }
  return 0;
}

/** Whether a person's images are taken away or added; the loss is drawn as things are before. */
const ways = ['remove', 'add'] as const;
type Way = (typeof ways)[number];

/**
 * The privacy loss at an output: the logarithm of the ratio of the mixture (1 - q) N(0, s^2) + q
 * N(1, s^2) to N(0, s^2), and its negative where a person is added.
 */
function lossAt(
  output: number,
  { noiseMultiplier: sigma, sampleRate: q }: NoisySteps,
  way: Way,
): number {
  const loss = logAdd(Math.log1p(-q), Math.log(q) + (2 * output - 1) / (2 * sigma ** 2));
  return way === 'remove' ? loss : -loss;
}

/**
 * The output that has this loss; -Infinity for losses beyond what not sampling the person gives.
 */
function outputAt(
  loss: number,
  { noiseMultiplier: sigma, sampleRate: q }: NoisySteps,
  way: Way,
): number {
  const t = way === 'remove' ? loss : -loss;
  // log((exp(t) - 1 + q) / q), in the form that keeps its digits.
  let log = t;
  if (q < 1 && t > 1) log = t - Math.log(q) + Math.log1p((q - 1) * Math.exp(-t));
  else if (q < 1) log = Math.log1p(Math.max(Math.expm1(t) / q, -1));
  return sigma ** 2 * log + 0.5;
}

/**
 * What lies beyond x of a standard normal: right of 0 the probability above, left of it minus the
 * probability below, so that differences of small numbers keep their digits.
 */
function tail(x: number): number {
  return x >= 0 ? normalAbove(x) : -normalAbove(-x);
}

/** @returns the probability between two tails, whichever way round they are. */
function massBetween(a: number, b: number): number {
  const [isLeftOfCentre, isNextLeft] = [a < 0 || Object.is(a, -0), b < 0 || Object.is(b, -0)];
  return Math.abs(a - b + Number(isLeftOfCentre) - Number(isNextLeft));
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
