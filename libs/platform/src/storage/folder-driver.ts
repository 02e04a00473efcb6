import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LabError } from '@scapis/contracts';
import type { BlobDriver } from './blob.ts';

/** A half-written file this old belongs to a process that is gone. */
const LEFTOVER_MS = 24 * 3600 * 1000;

/**
 * Blobs as files, spread over 256 folders by the start of their name. A file is written under
 * `incoming/`, synced, then renamed to its place: a crash leaves either all of it or nothing
 * visible.
 */
export async function openFolderDriver(folder: string): Promise<BlobDriver> {
  const incoming = join(folder, 'incoming');
  await guardDisk(() => mkdir(incoming, { recursive: true, mode: 0o700 }));
  await removeLeftovers(incoming);
  const pathOf = (name: string): string =>
    join(folder, (name.split('-').at(-1) ?? name).slice(0, 2), name);
  const known = new Set<string>();

  return {
    async create() {
      const draft = join(incoming, randomUUID());
      const file = await guardDisk(() => open(draft, 'wx', 0o600));
      let isOpen = true;
      const close = async (): Promise<void> => {
        if (isOpen) {
          isOpen = false;
          await file.close();
        }
      };
      return {
        async write(bytes) {
          // writeFile, since write may take a part only.
          await guardDisk(() => file.writeFile(bytes));
        },
        async commit(name) {
          const path = pathOf(name);
          const parent = dirname(path);
          await guardDisk(async () => {
            await file.sync();
            await close();
            if (!known.has(parent)) {
              await mkdir(parent, { recursive: true, mode: 0o700 });
              known.add(parent);
            }
            await rename(draft, path);
            await syncFolder(parent);
          });
        },
        async abort() {
          await close();
          await rm(draft, { force: true });
        },
      };
    },

    async open(name) {
      const file = await open(pathOf(name), 'r').catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return null;
        throw error;
      });
      if (file === null) return null;
      const { size } = await file.stat();
      return {
        size,
        async read(position, length) {
          const buffer = Buffer.allocUnsafe(length);
          let filled = 0;
          while (filled < length) {
            const { bytesRead } = await file.read(
              buffer,
              filled,
              length - filled,
              position + filled,
            );
            if (bytesRead === 0) break;
            filled += bytesRead;
          }
          return buffer.subarray(0, filled);
        },
        close: () => file.close(),
      };
    },

    async remove(name) {
      await rm(pathOf(name), { force: true });
    },

    async *list() {
      for (const part of await readdir(folder)) {
        if (!/^[0-9a-f]{2}$/.test(part)) continue;
        for (const name of await readdir(join(folder, part))) {
          // Whatever else somebody put there is not the lab's.
          if (!/^(?:sealed-)?[0-9a-f]{64}$/.test(name)) continue;
          const found = await stat(pathOf(name)).catch(() => null);
          if (found !== null) yield { name, size: found.size, writtenAt: found.mtime };
        }
      }
    },
  };
}

async function removeLeftovers(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > LEFTOVER_MS) await rm(path, { force: true });
  }
}

/** A rename is lasting only once its folder is on the disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A full disk or quota as an error that says what to do. */
export async function guardDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new LabError('storage_full', { cause: error, privateDetail: code });
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
