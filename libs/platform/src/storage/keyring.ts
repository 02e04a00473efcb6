import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { LabError } from '@scapis/contracts';

/**
 * Each dataset version has a data key of its own; the database holds it only wrapped by the lab's
 * master key, so destroying the row destroys the images.
 */
export interface Keyring {
  /** A new data key, with the wrapped form that goes into the row (61 bytes). */
  createDataKey(): { key: KeyObject; wrapped: Buffer };
  /**
   * @throws LabError storage_damaged when `wrapped` was changed or belongs to another master key.
   */
  unwrapDataKey(wrapped: Uint8Array): KeyObject;
}

const VERSION = 1;
const NONCE = 12;
const KEY = 32;
const TAG = 16;
const PURPOSE = Buffer.from('scapis data key 1');

/**
 * `masterKey`: 32 bytes, MASTER_KEY. Random nonces are safe here: a lab makes far fewer than 2^32
 * keys (NIST SP 800-38D 8.3).
 */
export function openKeyring(masterKey: Uint8Array): Keyring {
  if (masterKey.length !== KEY) throw new Error('The master key must be 32 bytes.');
  const master = createSecretKey(masterKey);
  return {
    createDataKey() {
      const bytes = randomBytes(KEY);
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', master, nonce).setAAD(PURPOSE);
      const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
      const wrapped = Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.getAuthTag()]);
      const key = createSecretKey(bytes);
      bytes.fill(0);
      return { key, wrapped };
    },
    unwrapDataKey(wrapped) {
      const bytes = Buffer.from(wrapped);
      if (bytes.length !== 1 + NONCE + KEY + TAG || bytes[0] !== VERSION)
        throw new LabError('storage_damaged', { privateDetail: 'not a wrapped data key' });
      const decipher = createDecipheriv('aes-256-gcm', master, bytes.subarray(1, 1 + NONCE), {
        authTagLength: TAG,
      }).setAAD(PURPOSE);
      decipher.setAuthTag(bytes.subarray(-TAG));
      try {
        return createSecretKey(
          Buffer.concat([decipher.update(bytes.subarray(1 + NONCE, -TAG)), decipher.final()]),
        );
      } catch {
        throw new LabError('storage_damaged', {
          privateDetail: 'the data key was wrapped by another master key, or changed',
        });
      }
    },
  };
}
