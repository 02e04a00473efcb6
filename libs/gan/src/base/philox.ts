/**
 * Randomness as a pure function of (seed, purpose, index, position): Philox 4x32-10 (Salmon et al.
 * 2011), a counter-based generator. Each training step and each sampled image opens its own stream.
 * So no random state is stored to resume a run, and image i is the same whatever else is sampled.
 * Not for keys or passwords.
 */

/**
 * Purposes of streams. Two purposes never share numbers, even with one seed. The values are part of
 * the reproducible result.
 */
const purposes = {
  initialWeights: 1,
  trainingStep: 2,
  sampling: 3,
  ensemble: 4,
  gate: 5,
  monitor: 6,
} as const;
export type Purpose = keyof typeof purposes;

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carried = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + (middle >>> 16) + (carried >>> 16)) | 0;
}

/**
 * Ten rounds of Philox 4x32: writes four random words to `out`, from a counter of four words and a
 * key of two. It allocates nothing, because it runs once for every four words.
 */
export function philox(
  out: Uint32Array,
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): void {
  let c0 = counter[0] | 0;
  let c1 = counter[1] | 0;
  let c2 = counter[2] | 0;
  let c3 = counter[3] | 0;
  let k0 = key[0] | 0;
  let k1 = key[1] | 0;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(multiplier0, c0);
    const high1 = multiplyHigh(multiplier1, c2);
    const low0 = Math.imul(multiplier0, c0);
    const low1 = Math.imul(multiplier1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + weyl0) | 0;
    k1 = (k1 + weyl1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** 1 / the deviation of the sum of four random bytes. */
const noiseScale = 1 / Math.sqrt((4 * (256 ** 2 - 1)) / 12);

export class RandomStream {
  readonly #key: readonly [number, number];
  readonly #index: number;
  readonly #purpose: number;
  #block = 0;
  readonly #words = new Uint32Array(4);
  #used = 4;

  /**
   * @param seed a safe integer, 0 or more; @param index number of the stream of this purpose, below
   * 2^32: the step or the image
   */
  constructor(seed: number, purpose: Purpose, index = 0) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new Error(`a seed is an integer from 0 to 2^53-1, not ${seed}`);
    if (!Number.isInteger(index) || index < 0 || index >= 2 ** 32)
      throw new Error(`a stream's index is below 2^32, not ${index}`);
    this.#key = [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
    this.#index = index;
    this.#purpose = purposes[purpose];
  }

  /** @returns 32 random bits */
  word(): number {
    if (this.#used === 4) {
      philox(this.#words, [this.#block++, 0, this.#index, this.#purpose], this.#key);
      this.#used = 0;
    }
    return this.#words[this.#used++] ?? 0;
  }

  /** @returns a number in [low, high), 32 bits fine */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.word() / 2 ** 32);
  }

  /** @returns an integer in 0..count-1, with a bias below count / 2^32 */
  integer(count: number): number {
    return Math.floor(this.uniform(0, count));
  }

  /** @returns standard normal numbers (Box-Muller) */
  normals(count: number): Float32Array {
    const out = new Float32Array(count);
    for (let i = 0; i < count; i += 2) {
      const radius = Math.sqrt(-2 * Math.log((this.word() + 1) / 2 ** 32));
      const angle = this.uniform(0, 2 * Math.PI);
      out[i] = radius * Math.cos(angle);
      if (i + 1 < count) out[i + 1] = radius * Math.sin(angle);
    }
    return out;
  }

  /**
   * Fills `out` with nearly normal numbers: sums of four random bytes, of mean 0 and deviation 1.
   * Their fourth moment is 2.7 (normal: 3) and they lie within +-3.5. Good enough for noise, and
   * five times as fast as `normals`.
   */
  fillNoise(out: Float32Array): void {
    for (let i = 0; i < out.length; i++) {
      const bits = this.word();
      out[i] =
        ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) *
        noiseScale;
    }
  }

  /** @returns -1 or +1 with equal probability */
  signs(count: number): Float32Array {
    const out = new Float32Array(count);
    for (let i = 0, bits = 0; i < count; i++, bits >>>= 1) {
      if (i % 32 === 0) bits = this.word();
      out[i] = (bits & 1) * 2 - 1;
    }
    return out;
  }
}
