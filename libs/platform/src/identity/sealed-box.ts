import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Encrypts small values that only this lab may read again: tokens in the session table, the state
 * of a sign-in in a cookie.
 */
export interface SealedBox {
  /**
   * `bound` (a row's id, a cookie's name) must be the same when opening, so that a sealed value
   * can't be moved elsewhere.
   */
  seal(value: unknown, bound: string): Buffer;
  /** Null when the value was changed, moved, or sealed with another secret. */
  open(sealed: Uint8Array, bound: string): unknown;
}

const NONCE = 12;
const TAG = 16;

export function createSealedBox(secret: string, purpose: string): SealedBox {
  const key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  return {
    seal(value, bound) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound));
      return Buffer.concat([
        nonce,
        cipher.update(JSON.stringify(value), 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
    },
    open(sealed, bound) {
      const bytes = Buffer.from(sealed);
      if (bytes.length < NONCE + TAG) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), {
        authTagLength: TAG,
      }).setAAD(Buffer.from(bound));
      decipher.setAuthTag(bytes.subarray(-TAG));
      try {
        return JSON.parse(
          Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString(
            'utf8',
          ),
        ) as unknown;
      } catch {
        return null;
      }
    },
  };
}
