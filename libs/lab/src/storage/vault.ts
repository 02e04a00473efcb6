import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { openKeyring, type Content, type StoredObject } from '@scapis/platform';
import type { LabContext } from '../context.ts';

/**
 * The encrypted objects of one dataset version or cohort version: its data key, unwrapped, and the
 * storage that it opens.
 */
export interface Vault {
  /** @throws LabError storage_full */
  write(content: Uint8Array | AsyncIterable<Uint8Array>): Promise<StoredObject>;
  /** @throws LabError not_found, storage_damaged */
  read(sha256: string): Promise<Uint8Array>;
  has(sha256: string): Promise<boolean>;
  delete(sha256: string): Promise<void>;
  /**
   * Opens an object for a reader that jumps about in it, such as of a zip; it is decrypted piece by
   * piece in memory and never lies open on disk.
   * @throws LabError not_found, storage_damaged
   */
  withContent<T>(sha256: string, use: (content: Content) => Promise<T>): Promise<T>;
}

/**
 * @returns a new random key of 32 bytes in the wrapped form that goes into a row: a data key, or a
 * dataset's pseudonym secret.
 */
export function createSecret(context: LabContext): Buffer {
  return openKeyring(context.masterKey).createDataKey().wrapped;
}

/** @returns the 32 bytes of a wrapped secret. @throws LabError storage_damaged */
export function openSecret(context: LabContext, wrapped: Uint8Array): Uint8Array {
  return openKeyring(context.masterKey).unwrapDataKey(wrapped).export();
}

/**
 * The key of one application's ethics document: that of one can't be read under another.
 */
export function documentKeyOf({ masterKey }: LabContext, applicationId: string): KeyObject {
  return createSecretKey(
    Buffer.from(hkdfSync('sha256', masterKey, applicationId, 'scapis-lab/ethics-document/1', 32)),
  );
}

/** @param wrapped the data key as the row holds it. @throws LabError storage_damaged */
export function openVault({ storage, masterKey }: LabContext, wrapped: Uint8Array): Vault {
  const key: KeyObject = openKeyring(masterKey).unwrapDataKey(wrapped);
  return {
    write: (content) => storage.write(content, { key }),
    read: (sha256) => storage.readBytes(sha256, { key }),
    has: async (sha256) => (await storage.findSize(sha256, { key })) !== null,
    delete: (sha256) => storage.delete(sha256, { key }),
    async withContent(sha256, use) {
      const content = await storage.open(sha256, { key });
      try {
        return await use(content);
      } finally {
        await content.close();
      }
    },
  };
}
