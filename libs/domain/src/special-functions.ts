/**
 * What the accountants need of mathematics and JavaScript does not have. Double precision unless
 * said.
 */

const sqrtPi = Math.sqrt(Math.PI);
/**
 * Below it the series of erf is the better way, above it the continued fraction of erfc (Abramowitz
 * & Stegun 7.1.6, 7.1.14).
 */
const seriesLimit = 2.2;

/**
 * erf(x) exp(x^2) sqrt(pi) / 2 for 0 <= x: the sum of 2^n x^(2n+1) / (2n+1)!!, all terms positive.
 */
function scaledErfSeries(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; term > total * 1e-17; n++) total += term *= (2 * x * x) / (2 * n + 1);
  return total;
}

/**
 * erfc(x) exp(x^2) sqrt(pi) for x >= seriesLimit: 1 / (x + (1/2) / (x + 1 / (x + (3/2) / (x +
 * ...)))), from far inside outwards.
 */
function scaledErfcFraction(x: number): number {
  let inner = x;
  for (let n = Math.ceil(16 + 400 / (x * x)); n > 0; n--) inner = x + n / 2 / inner;
  return 1 / inner;
}

/** The complementary error function, also far out, with small relative error. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x > 27) return 0;
  return x < seriesLimit
    ? 1 - (2 / sqrtPi) * Math.exp(-x * x) * scaledErfSeries(x)
    : (Math.exp(-x * x) / sqrtPi) * scaledErfcFraction(x);
}

/** log(erfc(x)), finite for any finite x. */
export function logErfc(x: number): number {
  return x < seriesLimit ? Math.log(erfc(x)) : Math.log(scaledErfcFraction(x) / sqrtPi) - x * x;
}

/** The probability that a standard normal number is above x. */
export function normalAbove(x: number): number {
  return erfc(x / Math.SQRT2) / 2;
}

/** log(exp(a) + exp(b)) */
export function logAdd(a: number, b: number): number {
  const [high, low] = a > b ? [a, b] : [b, a];
  return low === -Infinity ? high : high + Math.log1p(Math.exp(low - high));
}

/** log(exp(a) - exp(b)) for a >= b */
export function logSubtract(a: number, b: number): number {
  return b === -Infinity ? a : a + Math.log(-Math.expm1(b - a));
}

/**
 * The discrete Fourier transform in place (Cooley & Tukey 1965, radix 2), without the factor 1/N on
 * the way back.
 * @param real, imaginary arrays of one length, a power of two
 */
export function fourier(
  real: Float64Array,
  imaginary: Float64Array,
  direction: 'forward' | 'back',
): void {
  const size = real.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j |= bit;
    if (i >= j) continue;
    [real[i], real[j]] = [at(real, j), at(real, i)];
    [imaginary[i], imaginary[j]] = [at(imaginary, j), at(imaginary, i)];
  }
  const turn = (direction === 'forward' ? -2 : 2) * Math.PI;
  // Each angle from cos and sin themselves: a product carried along would lose digits, and the
  // transform is raised to a high power.
  const [cos, sin] = [new Float64Array(size / 2), new Float64Array(size / 2)];
  for (let i = 0; i < size / 2; i++) {
    cos[i] = Math.cos((turn * i) / size);
    sin[i] = Math.sin((turn * i) / size);
  }
  for (let half = 1; half < size; half *= 2) {
    const stride = size / (2 * half);
    for (let start = 0; start < size; start += 2 * half) {
      for (let k = 0, low = start, high = start + half; k < half; k++, low++, high++) {
        const c = at(cos, k * stride);
        const s = at(sin, k * stride);
        const a = at(real, high);
        const b = at(imaginary, high);
        const x = a * c - b * s;
        const y = a * s + b * c;
        real[high] = at(real, low) - x;
        imaginary[high] = at(imaginary, low) - y;
        real[low] = at(real, low) + x;
        imaginary[low] = at(imaginary, low) + y;
      }
    }
  }
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? NaN;
}
