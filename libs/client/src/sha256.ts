/**
 * First 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4,
 * 4.2.2).
 */
const roundConstants = new Uint32Array(64);
/**
 * First 32 bits of the fractional parts of the square roots of the first 8 primes (FIPS 180-4,
 * 5.3.3).
 */
const initialState = new Uint32Array(8);
const primes: number[] = [];
for (let n = 2; primes.length < 64; n += 1)
  if (primes.every((prime) => n % prime !== 0)) primes.push(n);
primes.forEach((prime, index) => {
  roundConstants[index] = fraction(Math.cbrt(prime));
  if (index < 8) initialState[index] = fraction(Math.sqrt(prime));
});

/**
 * SHA-256 (FIPS 180-4) fed piece by piece: WebCrypto's digest wants the whole bundle in memory at
 * once. About 150 MB/s, which is faster than any download here.
 */
export class Sha256 {
  #state = Uint32Array.from(initialState);
  #block = new Uint8Array(64);
  #blockView = new DataView(this.#block.buffer);
  #schedule = new Uint32Array(64);
  #filled = 0;
  #length = 0;

  update(bytes: Uint8Array): this {
    this.#length += bytes.length;
    let offset = 0;
    if (this.#filled > 0) {
      offset = Math.min(64 - this.#filled, bytes.length);
      this.#block.set(bytes.subarray(0, offset), this.#filled);
      this.#filled += offset;
      if (this.#filled < 64) return this;
      this.#compress(this.#blockView, 0);
      this.#filled = 0;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (; offset + 64 <= bytes.length; offset += 64) this.#compress(view, offset);
    this.#block.set(bytes.subarray(offset), 0);
    this.#filled = bytes.length - offset;
    return this;
  }

  /** @returns the digest as 64 hexadecimal digits. Nothing may be fed after this. */
  hex(): string {
    const bits = this.#length * 8;
    this.#block.fill(0, this.#filled);
    this.#block[this.#filled] = 0x80;
    if (this.#filled >= 56) {
      this.#compress(this.#blockView, 0);
      this.#block.fill(0);
    }
    this.#blockView.setUint32(56, Math.floor(bits / 2 ** 32));
    this.#blockView.setUint32(60, bits >>> 0);
    this.#compress(this.#blockView, 0);
    return Array.from(this.#state, (word) => word.toString(16).padStart(8, '0')).join('');
  }

  #compress(view: DataView, offset: number): void {
    const w = this.#schedule;
    const at = (index: number): number => w[index] ?? 0;
    for (let t = 0; t < 16; t += 1) w[t] = view.getUint32(offset + t * 4);
    for (let t = 16; t < 64; t += 1) {
      const x = at(t - 15);
      const y = at(t - 2);
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = at(t - 16) + s0 + at(t - 7) + s1;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = this.#state;
    for (let t = 0; t < 64; t += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (roundConstants[t] ?? 0) + at(t)) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    const sums = [a, b, c, d, e, f, g, h];
    sums.forEach((sum, index) => {
      this.#state[index] = (this.#state[index] ?? 0) + sum;
    });
  }
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}
