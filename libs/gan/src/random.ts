/**
 * Randomness as a pure function of (seed, purpose, index, position): Philox 4x32-10 (Salmon et al. 2011), a counter-based generator.
 * A training step or a sampled image opens its own stream, so nothing has to be stored to resume, and image i is the same whatever is drawn
 * before or beside it. Not for keys or passwords.
 */

/** What a stream is for: two purposes never share numbers, even under one seed. Values are part of the reproducible result. */
export const purposes = { initialWeights: 1, trainingStep: 2, sampling: 3, ensemble: 4, gate: 5, monitor: 6 } as const;
export type Purpose = keyof typeof purposes;

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;

/** High 32 bits of the 64-bit product of two 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carried = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + (middle >>> 16) + (carried >>> 16)) >>> 0;
}

/** Ten rounds of Philox 4x32: a counter of four words and a key of two to four random words. Known answers are tested. */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = [multiplyHigh(multiplier0, c0), Math.imul(multiplier0, c0) >>> 0];
    const [high1, low1] = [multiplyHigh(multiplier1, c2), Math.imul(multiplier1, c2) >>> 0];
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + weyl0) >>> 0;
    k1 = (k1 + weyl1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

export class RandomStream {
  readonly #key: readonly [number, number];
  readonly #index: number;
  readonly #purpose: number;
  #block = 0;
  #words: readonly number[] = [];
  #used = 0;

  /** @param seed a safe integer, 0 or more; @param index which stream of this purpose: the step, the image (below 2^32) */
  constructor(seed: number, purpose: Purpose, index = 0) {
    if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`a seed is an integer from 0 to 2^53-1, not ${seed}`);
    if (!Number.isInteger(index) || index < 0 || index >= 2 ** 32) throw new Error(`a stream's index is below 2^32, not ${index}`);
    this.#key = [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
    this.#index = index;
    this.#purpose = purposes[purpose];
  }

  /** @returns 32 random bits */
  word(): number {
    if (this.#used === this.#words.length) {
      this.#words = philox([this.#block++, 0, this.#index, this.#purpose], this.#key);
      this.#used = 0;
    }
    return this.#words[this.#used++] ?? 0;
  }

  /** @returns a number in [low, high), 32 bits fine */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.word() / 2 ** 32);
  }

  /** @returns an integer in 0..count-1; the bias of the modulo-free product is below count / 2^32 */
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

  /** @returns -1 or +1, each as likely */
  signs(count: number): Float32Array {
    const out = new Float32Array(count);
    for (let i = 0, bits = 0; i < count; i++, bits >>>= 1) {
      if (i % 32 === 0) bits = this.word();
      out[i] = (bits & 1) * 2 - 1;
    }
    return out;
  }
}
