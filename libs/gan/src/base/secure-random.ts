import { randomFillSync } from 'node:crypto';

/**
 * Randomness for differential privacy, from the operating system's cryptographic generator. Whoever
 * could predict the noise could subtract it, so it must not be repeatable. Everything else in this
 * library is seeded.
 */

const normalsPerPart = 65_536;

/**
 * @returns normal numbers of this deviation.
 * A single floating-point sample has gaps among its possible values, and the gaps can reveal the
 * value that it was added to (Mironov 2012). So each number is the sum of two Box-Muller samples
 * from four uniform numbers of 53 bits; an attacker needs some 2^106 trials to find its origin
 * (Holohan & Braghin 2021; Opacus does the same). The noise is added in float64 and the result
 * rounded to float32, which hides the low bits of the sum. Samples end at 8.5 deviations; the
 * probability beyond is less than 1e-16.
 */
export function secureNormals(count: number, deviation: number): Float64Array {
  const out = new Float64Array(count);
  const scale = deviation / Math.SQRT2;
  for (let start = 0; start < count; start += normalsPerPart) {
    const part = Math.min(normalsPerPart, count - start);
    const uniforms = secureUniforms(4 * part);
    // 1 - u is never 0.
    const normal = (at: number): number =>
      Math.sqrt(-2 * Math.log(1 - (uniforms[at] ?? 0))) *
      Math.cos(2 * Math.PI * (uniforms[at + 1] ?? 0));
    for (let i = 0; i < part; i++) out[start + i] = scale * (normal(4 * i) + normal(4 * i + 2));
  }
  return out;
}

/** @returns numbers in [0, 1), 53 bits fine */
function secureUniforms(count: number): Float64Array {
  const words = randomFillSync(new Uint32Array(2 * count));
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++)
    out[i] = ((words[2 * i] ?? 0) * 2 ** 21 + ((words[2 * i + 1] ?? 0) >>> 11)) / 2 ** 53;
  return out;
}

/**
 * Poisson sampling.
 * @returns a subset of 0..count-1: each number with probability `rate`, independently
 */
export function poissonSample(count: number, rate: number): number[] {
  return [...secureUniforms(count)].flatMap((u, index) => (u < rate ? [index] : []));
}

/** @returns an integer in 0..count-1 */
export function secureInteger(count: number): number {
  return Math.floor((secureUniforms(1)[0] ?? 0) * count);
}
