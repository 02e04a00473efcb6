import type { KeyObject } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyring, type StoredObject } from '@scapis/platform';
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
  delete(sha256: string): Promise<void>;
  /**
   * Decrypts an object to a file that only this user can read, for a reader that needs a file, and
   * removes it afterwards. A run that was killed leaves the file until the job is run again: it has
   * the same name then.
   */
  withPlainFile<T>(sha256: string, use: (path: string) => Promise<T>): Promise<T>;
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

/** @param wrapped the data key as the row holds it. @throws LabError storage_damaged */
export function openVault({ storage, masterKey }: LabContext, wrapped: Uint8Array): Vault {
  const key: KeyObject = openKeyring(masterKey).unwrapDataKey(wrapped);
  return {
    write: (content) => storage.write(content, { key }),
    read: (sha256) => storage.readBytes(sha256, { key }),
    delete: (sha256) => storage.delete(sha256, { key }),
    async withPlainFile(sha256, use) {
      const path = join(tmpdir(), `scapis-lab-${sha256.slice(0, 32)}`);
      await rm(path, { force: true });
      const file = await open(path, 'wx', 0o600);
      try {
        for await (const chunk of await storage.read(sha256, { key }))
          await file.writeFile(chunk as Uint8Array);
        await file.close();
        return await use(path);
      } finally {
        await file.close().catch(() => undefined);
        await rm(path, { force: true });
      }
    },
  };
}
