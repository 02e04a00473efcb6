import { LabError } from '@scapis/contracts';

/**
 * Where the bytes lie: a folder, memory, later an object store. Knows nothing of content or keys.
 */
export interface BlobDriver {
  create(): Promise<BlobWriter>;
  open(name: string): Promise<BlobReader | null>;
  remove(name: string): Promise<void>;
  /** What was committed; nothing that is only half written. */
  list(): AsyncIterable<StoredBlob>;
}

export interface StoredBlob {
  name: string;
  /** Bytes as they lie in the store, encryption included. */
  size: number;
  writtenAt: Date;
}

/** Invisible until `commit`. One of `commit` and `abort` must be called. */
interface BlobWriter {
  write(bytes: Uint8Array): Promise<void>;
  commit(name: string): Promise<void>;
  abort(): Promise<void>;
}

export interface BlobReader {
  size: number;
  /** Fewer bytes than asked for only at the end of the blob. */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** An object as it is read: a blob, or what is sealed in one. */
export interface Content {
  size: number;
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export function damaged(privateDetail: string): LabError {
  return new LabError('storage_damaged', { privateDetail });
}
