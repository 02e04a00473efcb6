import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/**
 * SHA-256 (FIPS 180-4) fed piece by piece. WebCrypto's digest needs the whole bundle in memory at
 * once.
 */
export class Sha256 {
  #hash = sha256.create();

  update(bytes: Uint8Array): this {
    this.#hash.update(bytes);
    return this;
  }

  /** @returns the digest as 64 hexadecimal digits. Nothing may be fed after this. */
  hex(): string {
    return bytesToHex(this.#hash.digest());
  }
}
