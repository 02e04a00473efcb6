import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

import { centralDirectory, startEntry } from './stored-zip.ts';
import type { ZipEntryRecord } from './stored-zip.ts';

export type BundleEntry = { name: string; bytes: Uint8Array };
type BundleFile = { name: string; size: number; sha256: string };
export type Bundle = { sha256: string; size: number; files: BundleFile[] };

/**
 * A cohort has thousands of small files; one system call for each would take longer than hashing
 * them.
 */
const writeBytes = 1024 * 1024;

export const manifestName = 'manifest-sha256.txt';

/**
 * Writes a released bundle: a zip whose bytes follow from its content alone, with a manifest that
 * `sha256sum -c` reads as its last file. Files are stored, not deflated: deflate gives other bytes
 * on another processor, and an exact range of one image can be fetched. The zip stands at `path`
 * only when it is whole and on disk; until then it is `path`.part.
 * @param entries names with forward slashes, in ascending order (by UTF-16 code unit), each once.
 * @returns the zip's hash and size, and those of each file but the manifest.
 * @throws Error when a name is unfit or out of order, or the disk fails; nothing is left behind
 * then.
 */
export async function writeBundle(
  path: string,
  entries: AsyncIterable<BundleEntry> | Iterable<BundleEntry>,
): Promise<Bundle> {
  const partial = `${path}.part`;
  const handle = await open(partial, 'w');
  const digest = createHash('sha256');
  const files: BundleFile[] = [];
  const records: ZipEntryRecord[] = [];
  let size = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  const flush = async (): Promise<void> => {
    await handle.writeFile(Buffer.concat(waiting));
    waiting = [];
    waitingBytes = 0;
  };
  const write = async (...parts: Uint8Array[]): Promise<void> => {
    for (const part of parts) {
      digest.update(part);
      size += part.length;
      waitingBytes += part.length;
      waiting.push(part);
    }
    if (waitingBytes >= writeBytes) await flush();
  };
  const add = async ({ name, bytes }: BundleEntry): Promise<void> => {
    const { header, record } = startEntry(name, bytes, size);
    records.push(record);
    await write(header, bytes);
  };
  try {
    try {
      for await (const entry of entries) {
        checkName(entry.name, files.at(-1)?.name);
        await add(entry);
        files.push({
          name: entry.name,
          size: entry.bytes.length,
          sha256: createHash('sha256').update(entry.bytes).digest('hex'),
        });
      }
      const manifest = files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
      await add({ name: manifestName, bytes: new TextEncoder().encode(manifest) });
      await write(centralDirectory(records, size));
      await flush();
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return { sha256: digest.digest('hex'), size, files };
}

function checkName(name: string, previous: string | undefined): void {
  const hasSafeParts = name
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..');
  // A line break would forge a line of the manifest; a backslash is a separator on some systems.
  const isPrintable = [...name].every(
    (letter) => letter >= ' ' && letter !== '\\' && letter !== '\x7f',
  );
  if (!hasSafeParts || !isPrintable)
    throw new Error('A bundle entry has an unsafe name. Use relative names with forward slashes.');
  if (name === manifestName)
    throw new Error(`The bundle writes ${manifestName} itself. Leave it out.`);
  if (previous !== undefined && name <= previous)
    throw new Error('Bundle entries must come in ascending order of their names, each once.');
}
