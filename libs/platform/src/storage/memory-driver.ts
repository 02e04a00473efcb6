import type { BlobDriver } from './storage.ts';

/** Blobs in memory, for tests: `blobs` may be looked into and damaged. */
export function openMemoryDriver(blobs: Map<string, Buffer> = new Map()): BlobDriver {
  return {
    async create() {
      const chunks: Buffer[] = [];
      return {
        async write(bytes) {
          // Copied: the caller may use his buffer again.
          chunks.push(Buffer.from(bytes));
        },
        async commit(name) {
          blobs.set(name, Buffer.concat(chunks));
        },
        abort: async () => undefined,
      };
    },
    async open(name) {
      const blob = blobs.get(name);
      if (blob === undefined) return null;
      return { size: blob.length, read: async (position, length) => blob.subarray(position, position + length), close: async () => undefined };
    },
    async remove(name) {
      blobs.delete(name);
    },
  };
}
