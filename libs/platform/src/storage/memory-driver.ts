import type { BlobDriver } from './blob.ts';

/** Blobs in memory, for tests: `blobs` may be looked into and damaged. */
export function openMemoryDriver(blobs: Map<string, Buffer> = new Map()): BlobDriver {
  const writtenAt = new Map<string, Date>();
  return {
    create() {
      const chunks: Buffer[] = [];
      return Promise.resolve({
        write(bytes) {
          // Copied: the caller may use his buffer again.
          chunks.push(Buffer.from(bytes));
          return Promise.resolve();
        },
        commit(name) {
          blobs.set(name, Buffer.concat(chunks));
          writtenAt.set(name, new Date());
          return Promise.resolve();
        },
        abort: () => Promise.resolve(),
      });
    },
    open(name) {
      const blob = blobs.get(name);
      if (blob === undefined) return Promise.resolve(null);
      return Promise.resolve({
        size: blob.length,
        read: (position, length) => Promise.resolve(blob.subarray(position, position + length)),
        close: () => Promise.resolve(),
      });
    },
    remove(name) {
      blobs.delete(name);
      return Promise.resolve();
    },
    async *list() {
      for (const [name, { length: size }] of [...blobs])
        yield await Promise.resolve({
          name,
          size,
          writtenAt: writtenAt.get(name) ?? new Date(),
        });
    },
  };
}
