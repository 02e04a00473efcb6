import { createHash, createHmac, type Hash, type KeyObject } from 'node:crypto';
import { Readable } from 'node:stream';
import { LabError } from '@scapis/contracts';
import { damaged, type BlobDriver, type Content, type StoredBlob } from './blob.ts';
import { openSealed, SealingWriter } from './seal.ts';

/** First and last byte, both included, as in HTTP's Range. */
export interface ByteRange {
  first: number;
  last: number;
}

export interface StoredObject {
  /** Of the content as it was written, before encryption, in hex. */
  sha256: string;
  size: number;
}

/**
 * What was written stays as it is: objects are named by their content, so there is nothing to
 * overwrite.
 */
export interface Storage {
  /**
   * Writes all or nothing: until the last byte is safe on disk nobody can see the object. With a
   * key the content is encrypted, and its name tells nothing about it.
   * @throws LabError storage_full; nothing is kept then.
   */
  write(
    content: Uint8Array | AsyncIterable<Uint8Array>,
    options?: { key?: KeyObject },
  ): Promise<StoredObject>;
  /**
   * The content, or the given range of it. A whole read is checked against `sha256`, a read with a
   * key also frame by frame: the stream ends with an error rather than with wrong bytes.
   * @throws LabError not_found, range_not_satisfiable, storage_damaged
   */
  read(sha256: string, options?: { key?: KeyObject; range?: ByteRange }): Promise<Readable>;
  /** The same in one piece, for what fits into memory. */
  readBytes(sha256: string, options?: { key?: KeyObject; range?: ByteRange }): Promise<Buffer>;
  /**
   * The content for a reader that jumps about in it; with a key, each read is checked frame by
   * frame. It must be closed.
   * @throws LabError not_found, storage_damaged
   */
  open(sha256: string, options?: { key?: KeyObject }): Promise<Content>;
  /** Size of the content in bytes, or null when there is none. */
  findSize(sha256: string, options?: { key?: KeyObject }): Promise<number | null>;
  /** Removes the object; none there is fine. */
  delete(sha256: string, options?: { key?: KeyObject }): Promise<void>;
  /** All objects, under the names they lie by. */
  list(): AsyncIterable<StoredBlob>;
  /** The name that an object lies by, whether or not it is there. */
  nameOf(sha256: string, options?: { key?: KeyObject }): string;
  /** Removes by a name of `list`. */
  remove(name: string): Promise<void>;
}

/** Bytes read at a time from what is not encrypted. */
const CHUNK = 256 * 1024;

/** Storage over any driver. */
export function openStorage(driver: BlobDriver): Storage {
  const storage: Storage = {
    async write(content, { key } = {}) {
      const hash = createHash('sha256');
      let size = 0;
      const blob = await driver.create();
      try {
        const sealing =
          key === undefined ? undefined : new SealingWriter(key, (bytes) => blob.write(bytes));
        await sealing?.begin();
        for await (const bytes of content instanceof Uint8Array ? [content] : content) {
          hash.update(bytes);
          size += bytes.length;
          await (sealing ?? blob).write(bytes);
        }
        const sha256 = hash.digest('hex');
        await sealing?.end(sha256, size);
        await blob.commit(nameOf(sha256, key));
        return { sha256, size };
      } catch (error) {
        await blob.abort();
        throw error;
      }
    },

    async read(sha256, { key, range } = {}) {
      const content = await openContent(driver, sha256, key);
      try {
        const { first, last } = range ?? { first: 0, last: content.size - 1 };
        if (
          range !== undefined &&
          (!Number.isInteger(first) ||
            !Number.isInteger(last) ||
            first < 0 ||
            last < first ||
            last >= content.size)
        ) {
          throw new LabError('range_not_satisfiable', { details: { size: content.size } });
        }
        const isWhole = first === 0 && last === content.size - 1;
        return Readable.from(
          stream(
            content,
            first,
            last,
            isWhole ? { sha256, hash: createHash('sha256') } : undefined,
          ),
          { objectMode: false },
        );
      } catch (error) {
        await content.close();
        throw error;
      }
    },

    async readBytes(sha256, options) {
      const chunks: Buffer[] = [];
      for await (const chunk of await storage.read(sha256, options)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },

    open: (sha256, { key } = {}) => openContent(driver, sha256, key),

    async findSize(sha256, { key } = {}) {
      const content = await findContent(driver, sha256, key);
      await content?.close();
      return content?.size ?? null;
    },

    async delete(sha256, { key } = {}) {
      await driver.remove(nameOf(sha256, key));
    },

    list: () => driver.list(),
    nameOf: (sha256, { key } = {}) => nameOf(sha256, key),
    remove: (name) => driver.remove(name),
  };
  return storage;
}

/**
 * With a key, the name is a keyed hash: who sees the folder can't tell whether a scan he knows is
 * in it, nor which versions share one.
 */
function nameOf(sha256: string, key: KeyObject | undefined): string {
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new LabError('not_found', { privateDetail: 'an object is named by 64 hex digits' });
  return key === undefined
    ? sha256
    : `sealed-${createHmac('sha256', key).update('name').update(sha256).digest('hex')}`;
}

async function findContent(
  driver: BlobDriver,
  sha256: string,
  key: KeyObject | undefined,
): Promise<Content | null> {
  const blob = await driver.open(nameOf(sha256, key));
  if (blob === null || key === undefined) return blob;
  try {
    return await openSealed(blob, key, sha256);
  } catch (error) {
    await blob.close();
    throw error;
  }
}

async function openContent(
  driver: BlobDriver,
  sha256: string,
  key: KeyObject | undefined,
): Promise<Content> {
  const content = await findContent(driver, sha256, key);
  if (content === null)
    throw new LabError('not_found', { privateDetail: `no object ${sha256.slice(0, 12)}` });
  return content;
}

async function* stream(
  content: Content,
  first: number,
  last: number,
  check: { sha256: string; hash: Hash } | undefined,
): AsyncGenerator<Buffer> {
  try {
    for (let position = first; position <= last;) {
      const bytes = await content.read(position, Math.min(CHUNK, last + 1 - position));
      if (bytes.length === 0) throw damaged('the object ends before its end');
      check?.hash.update(bytes);
      position += bytes.length;
      // The last bytes are held back until the whole is known to be right, so that nobody takes a
      // damaged file for complete.
      if (position > last && check !== undefined && check.hash.digest('hex') !== check.sha256)
        throw damaged('checksum mismatch');
      yield bytes;
    }
  } finally {
    await content.close();
  }
}
