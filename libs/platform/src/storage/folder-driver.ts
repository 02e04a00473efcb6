import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LabError, type PlainErrorCode } from '@scapis/contracts';
import { ConfigError } from '../config/config.ts';
import type { BlobDriver } from './blob.ts';

/** A half-written file this old belongs to a process that is gone. */
const LEFTOVER_MS = 24 * 3600 * 1000;

/**
 * Blobs as files, spread over 256 folders by the start of their name. A file is written under
 * `incoming/`, synced, then renamed to its place: a crash leaves either all of it or nothing
 * visible.
 * @throws ConfigError when this process can't write there, and LabError storage_full
 */
export async function openFolderDriver(folder: string): Promise<BlobDriver> {
  const incoming = join(folder, 'incoming');
  await checkWritable(folder, incoming);
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
      const file = await guardDisk(() => open(pathOf(name), 'r')).catch((error: unknown) => {
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

/**
 * Does once what every write will do, so that a folder of another user is found when the lab starts
 * and not with the first upload.
 */
async function checkWritable(folder: string, incoming: string): Promise<void> {
  const name = `probe-${randomUUID()}`;
  try {
    await guardDisk(async () => {
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      const probe = await open(join(incoming, name), 'wx', 0o600);
      try {
        await probe.sync();
      } finally {
        await probe.close();
      }
      await rename(join(incoming, name), join(folder, name));
      await rm(join(folder, name));
      // What another user of the lab has left behind.
      for (const entry of await readdir(folder, { withFileTypes: true }))
        if (entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name))
          await access(join(folder, entry.name), constants.R_OK | constants.W_OK | constants.X_OK);
    });
  } catch (error) {
    await rm(join(incoming, name), { force: true }).catch(() => undefined);
    if (!(error instanceof LabError && error.code === 'storage_unavailable')) throw error;
    const user = process.getuid === undefined ? '' : ` (number ${process.getuid()})`;
    throw new ConfigError(
      `The lab can't start: STORAGE_PATH is a folder, or would lie in one, where the user of this process${user} may not write: ${error.privateDetail}. Give that user the folder and all that is in it (chown -R), or set STORAGE_PATH to another one.`,
      { cause: error },
    );
  }
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

/** What the system says of a disk that is full, or of a folder that is gone or somebody else's. */
const DISK_FAULTS: Readonly<Record<string, PlainErrorCode>> = {
  ENOSPC: 'storage_full',
  EDQUOT: 'storage_full',
  EACCES: 'storage_unavailable',
  EPERM: 'storage_unavailable',
  EROFS: 'storage_unavailable',
  ENOTDIR: 'storage_unavailable',
  EIO: 'storage_unavailable',
  ESTALE: 'storage_unavailable',
};

/** Faults of the disk as errors that say what to do. */
export async function guardDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const fault = codeOf(error) ?? '';
    const code = DISK_FAULTS[fault];
    if (code === undefined) throw error;
    throw new LabError(code, { cause: error, privateDetail: fault });
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
