import { randomFillSync } from 'node:crypto';

/**
 * Randomness that a privacy guarantee rests on, from the operating system's cryptographic
 * generator: who could guess it could subtract the noise. It can't be repeated, which is the point;
 * everything else in this library is seeded.
 */

const normalsPerPart = 65_536;

/**
 * @returns normal numbers of this deviation.
 *
 * A single floating-point draw leaves gaps among its possible results, which can tell which value
 * it was added to (Mironov 2012). Each number here is the sum of two Box-Muller draws from four
 * uniform numbers of 53 bits, so that finding what it can have come from takes some 2^106 trials
 * (Holohan & Braghin 2021; Opacus does the same). It is added in float64 and the result rounded to
 * float32: the sum's own low bits never leave. The draws end at 8.5 deviations, beyond which lies
 * less than 1e-16.
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
 * Poisson sampling: @returns which of 0..count-1 were drawn, each with probability `rate`, whatever
 * happens to the others.
 */
export function poissonSample(count: number, rate: number): number[] {
  return [...secureUniforms(count)].flatMap((u, index) => (u < rate ? [index] : []));
}

/** @returns an integer in 0..count-1 */
export function secureInteger(count: number): number {
  return Math.floor((secureUniforms(1)[0] ?? 0) * count);
}
