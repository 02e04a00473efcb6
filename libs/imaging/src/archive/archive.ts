import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';

import { CodedError, type UploadFault } from '@scapis/contracts';
import { fromRandomAccessReaderPromise, openPromise, RandomAccessReader } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';

/**
 * Reads an upload: a zip or a folder. Names never leave this module, for they may hold identities;
 * entries are numbered in the order of their names. Tables of labels come first, so that their
 * faults are met before any image is read. The whole list of an archive is checked before the first
 * file is read, so a hostile archive leaves nothing behind. Nothing is ever written, and a zip is
 * never unpacked to disk: path escape, links and duplicates do no harm here, but say that the
 * archive was made to harm, so all of it is refused.
 */
export type UploadEntry = {
  /** From 1, and how many there are. */
  ordinal: number;
  of: number;
  /**
   * 'labels' is the table of labels, a file named labels.csv in any folder; all else is taken for
   * DICOM.
   */
  kind: 'file' | 'labels';
  bytes: Uint8Array;
};

/** A zip that lies elsewhere than in a plain file, such as encrypted in storage. */
export type UploadSource = {
  size: number;
  /** Fewer bytes than asked for only at the end. */
  read(position: number, length: number): Promise<Uint8Array>;
};

export type UploadLimits = {
  maxEntries: number;
  maxEntryBytes: number;
  maxTotalBytes: number;
  /**
   * Inflated to compressed size. Deflate reaches 1032; a CT slice 2 to 4, a slice of nothing but
   * air some hundred, but that is small.
   */
  maxRatio: number;
};

const defaultUploadLimits: UploadLimits = {
  maxEntries: 200_000,
  maxEntryBytes: 256 * 1024 * 1024,
  maxTotalBytes: 64 * 1024 * 1024 * 1024,
  maxRatio: 200,
};
/** Below this size the ratio says nothing. */
const ratioFromBytes = 1024 * 1024;

/** The upload as a whole is refused; the sentence names no file. */
export class UploadError extends CodedError {
  override name = 'UploadError';

  constructor(fault: UploadFault) {
    super(fault);
  }
}

/**
 * @param location path of a zip file or a folder, or the bytes of a zip.
 * @yields the files, one in memory at a time.
 * @throws UploadError before the first file when the list is refused, or later when the bytes of an
 * entry are damaged; what the source throws is passed on.
 */
export async function* openUpload(
  location: string | UploadSource,
  limits: Partial<UploadLimits> = {},
): AsyncGenerator<UploadEntry> {
  const all = { ...defaultUploadLimits, ...limits };
  if (typeof location !== 'string') {
    const reader = new SourceReader(location);
    try {
      yield* readZip(() => openSource(reader), all);
    } catch (error) {
      // yauzl and the checks here take a source that fails for a damaged zip.
      throw reader.fault ?? error;
    }
    return;
  }
  const status = await lstat(location).catch(() => null);
  if (!status) throw refused('upload_gone');
  if (status.isSymbolicLink()) throw refused('upload_is_link');
  if (status.isDirectory()) yield* readFolder(location, all);
  else yield* readZip(() => openFile(location), all);
}

async function* readZip(
  openZip: () => Promise<ZipFile>,
  limits: UploadLimits,
): AsyncGenerator<UploadEntry> {
  const zip = await openZip();
  try {
    for (const { ordinal, of, kind, entry } of toOrder(await listZip(zip, limits)))
      yield { ordinal, of, kind, bytes: await inflate(zip, entry, limits) };
  } finally {
    zip.close();
  }
}

type Named<T> = { name: string } & T;

/** Numbers files in the order of their names; tables of labels go before all others. */
function toOrder<T>(
  files: readonly Named<T>[],
): (Named<T> & Pick<UploadEntry, 'ordinal' | 'of' | 'kind'>)[] {
  return [...files]
    .sort(byName)
    .map((file, index) => ({
      ...file,
      ordinal: index + 1,
      of: files.length,
      kind: kindOf(file.name),
    }))
    .sort((first, second) => Number(second.kind === 'labels') - Number(first.kind === 'labels'));
}

async function listZip(zip: ZipFile, limits: UploadLimits): Promise<Named<{ entry: Entry }>[]> {
  try {
    return await listEntries(zip, limits);
  } catch (error) {
    if (error instanceof UploadError) throw error;
    // yauzl's own message quotes the name of the entry.
    const isEscape =
      error instanceof Error &&
      /^(?:invalid relative path|absolute path|invalid characters in fileName)/.test(error.message);
    throw isEscape ? refused('archive_name_escapes') : refused('upload_damaged');
  }
}

async function listEntries(zip: ZipFile, limits: UploadLimits): Promise<Named<{ entry: Entry }>[]> {
  const files: Named<{ entry: Entry }>[] = [];
  const seen = new Set<string>();
  let entryCount = 0;
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    entryCount += 1;
    if (entryCount > limits.maxEntries) throw tooMany(limits);
    const name = entry.fileName;
    checkEntry(entry, limits);
    if (name.endsWith('/')) continue;
    // Names that differ only in case are two files wherever case counts, and nothing is unpacked.
    const key = name.normalize('NFC');
    if (seen.has(key)) throw refused('archive_name_twice');
    seen.add(key);
    total += entry.uncompressedSize;
    if (total > limits.maxTotalBytes) throw refused('upload_too_large');
    if (!isSystemFile(name)) files.push({ name, entry });
  }
  if (files.length === 0) throw refused('upload_without_files');
  return files;
}

function checkEntry(entry: Entry, limits: UploadLimits): void {
  // yauzl has taken backslashes, which tools of Windows write, for slashes, and refused "..",
  // absolute paths and drive letters; a NUL is an escape that other programs would fall for.
  if (entry.fileName.includes('\0')) throw refused('archive_name_escapes');
  if (entry.isEncrypted()) throw refused('upload_encrypted');
  const fileType = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (fileType !== 0 && fileType !== 0o100000 && fileType !== 0o040000) {
    throw refused('archive_holds_link');
  }
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw refused('upload_compression_unknown');
  }
  if (entry.uncompressedSize > limits.maxEntryBytes) throw refused('upload_too_large');
  if (
    entry.uncompressedSize > ratioFromBytes &&
    entry.uncompressedSize > limits.maxRatio * entry.compressedSize
  ) {
    throw refused('archive_inflates');
  }
}

async function inflate(zip: ZipFile, entry: Entry, limits: UploadLimits): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      // yauzl stops when the declared size is passed; this holds even if that check should fail one
      // day.
      if (length > limits.maxEntryBytes) throw refused('upload_too_large');
    }
  } catch (error) {
    throw error instanceof UploadError ? error : refused('upload_damaged');
  }
  const bytes = new Uint8Array(Buffer.concat(chunks));
  // yauzl does not compare the checksum.
  if (crc32(bytes) !== entry.crc32) throw refused('upload_damaged');
  return bytes;
}

const zipOptions = { autoClose: false, strictFileNames: false };

function openFile(location: string): Promise<ZipFile> {
  return openPromise(location, zipOptions).catch(() => {
    throw refused('upload_not_zip');
  });
}

function openSource(reader: SourceReader): Promise<ZipFile> {
  return fromRandomAccessReaderPromise(reader, reader.size, zipOptions).catch(() => {
    throw refused('upload_not_zip');
  });
}

/**
 * A source as yauzl reads it. The directory is read in pieces of some fifty bytes, so the block
 * that the last piece came from is kept.
 */
class SourceReader extends RandomAccessReader {
  static readonly #blockBytes = 256 * 1024;
  readonly size: number;
  /** What the source threw first. */
  fault: unknown = null;
  readonly #source: UploadSource;
  #block: { start: number; bytes: Uint8Array } = { start: 0, bytes: new Uint8Array() };

  constructor(source: UploadSource) {
    super();
    this.#source = source;
    this.size = source.size;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#chunks(start, end), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#readBlock(position, length).then(
      (bytes) => {
        buffer.set(bytes, offset);
        callback(null);
      },
      (error: unknown) => callback(error as Error),
    );
  }

  async *#chunks(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let position = start; position < end;) {
      const bytes = await this.#read(position, Math.min(SourceReader.#blockBytes, end - position));
      if (bytes.length === 0) throw new Error('the source ends before its end');
      position += bytes.length;
      yield bytes;
    }
  }

  async #readBlock(position: number, length: number): Promise<Uint8Array> {
    const isKept =
      position >= this.#block.start &&
      position + length <= this.#block.start + this.#block.bytes.length;
    if (!isKept)
      this.#block = {
        start: position,
        bytes: await this.#read(position, Math.max(length, SourceReader.#blockBytes)),
      };
    const from = position - this.#block.start;
    const bytes = this.#block.bytes.subarray(from, from + length);
    if (bytes.length < length) throw new Error('the source ends before its end');
    return bytes;
  }

  async #read(position: number, length: number): Promise<Uint8Array> {
    try {
      return await this.#source.read(position, Math.min(length, this.size - position));
    } catch (error) {
      this.fault ??= error;
      throw error;
    }
  }
}

async function* readFolder(root: string, limits: UploadLimits): AsyncGenerator<UploadEntry> {
  const files: Named<{ size: number }>[] = [];
  let total = 0;
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const name = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) continue;
    if (!entry.isFile()) throw refused('folder_holds_link');
    if (isSystemFile(entry.name)) continue;
    const { size } = await lstat(name);
    if (size > limits.maxEntryBytes) throw refused('upload_too_large');
    total += size;
    if (total > limits.maxTotalBytes) throw refused('upload_too_large');
    files.push({ name, size });
    if (files.length > limits.maxEntries) throw tooMany(limits);
  }
  if (files.length === 0) throw refused('upload_without_files');
  for (const { ordinal, of, kind, name } of toOrder(files))
    yield { ordinal, of, kind, bytes: await readPlainFile(name) };
}

async function readPlainFile(name: string): Promise<Uint8Array> {
  try {
    // The file was no link when it was listed; O_NOFOLLOW holds if it has become one since.
    const handle = await open(name, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return new Uint8Array(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch {
    throw refused('upload_file_unreadable');
  }
}

function byName(first: { name: string }, second: { name: string }): number {
  return first.name < second.name ? -1 : first.name > second.name ? 1 : 0;
}

function kindOf(name: string): UploadEntry['kind'] {
  return /(?:^|[/\\])labels\.csv$/i.test(name) ? 'labels' : 'file';
}

/** What operating systems leave in folders by themselves. */
function isSystemFile(name: string): boolean {
  return /(?:^|\/)(?:__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i.test(name);
}

function refused(code: Exclude<UploadFault['code'], 'upload_too_many_files'>): UploadError {
  return new UploadError({ code, params: {} });
}
function tooMany({ maxEntries }: UploadLimits): UploadError {
  return new UploadError({ code: 'upload_too_many_files', params: { most: maxEntries } });
}
