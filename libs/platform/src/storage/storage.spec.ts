import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../config/config.ts';
import type { StoredBlob } from './blob.ts';
import { guardDisk, openFolderDriver } from './folder-driver.ts';
import { openKeyring } from './keyring.ts';
import { openMemoryDriver } from './memory-driver.ts';
import { openStorage, type Storage } from './storage.ts';

const folder = mkdtempSync(join(tmpdir(), 'scapis-storage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = createSecretKey(randomBytes(32));
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const FRAME = 65_536;
const SIZES = [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 300_001];

const drivers: Record<string, () => Promise<Storage>> = {
  folder: async () => openStorage(await openFolderDriver(folder)),
  memory: () => Promise.resolve(openStorage(openMemoryDriver())),
};
const cases = Object.keys(drivers).flatMap((driver) => [
  [driver, 'plain', {}] as const,
  [driver, 'with a key', { key }] as const,
]);

describe.each(cases)('storage in %s, %s', (driver, _with, options) => {
  const open = (): Promise<Storage> => drivers[driver]?.() ?? Promise.reject(new Error(driver));

  it('gives back what was written, whatever its size, and any range of it', async () => {
    const storage = await open();
    for (const size of SIZES) {
      const bytes = randomBytes(size);
      expect(await storage.write(bytes, options)).toEqual({ sha256: sha256(bytes), size });
      expect(await storage.findSize(sha256(bytes), options)).toBe(size);
      expect((await storage.readBytes(sha256(bytes), options)).equals(bytes)).toBe(true);
      for (const [first, last] of [
        [0, 0],
        [0, size - 1],
        [size - 1, size - 1],
        [FRAME - 1, FRAME],
        [7, 200_000],
      ] as const) {
        if (first < 0 || last >= size || first > last) continue;
        expect(
          (await storage.readBytes(sha256(bytes), { ...options, range: { first, last } })).equals(
            bytes.subarray(first, last + 1),
          ),
        ).toBe(true);
      }
    }
  });

  it('takes a stream of any chunking', async () => {
    const storage = await open();
    const bytes = randomBytes(200_000);
    function* chunks(): Generator<Buffer> {
      for (let at = 0, step = 1; at < bytes.length; at += step, step = (step * 7) % 30_011)
        yield bytes.subarray(at, at + step);
    }
    expect(await storage.write(Readable.from(chunks()), options)).toEqual({
      sha256: sha256(bytes),
      size: bytes.length,
    });
    expect((await storage.readBytes(sha256(bytes), options)).equals(bytes)).toBe(true);
  });

  it('keeps nothing of a write that broke off', async () => {
    const storage = await open();
    const bytes = randomBytes(100_000);
    function* broken(): Generator<Buffer> {
      yield bytes;
      throw new Error('the line is dead');
    }
    await expect(storage.write(Readable.from(broken()), options)).rejects.toThrow(
      'the line is dead',
    );
    expect(await storage.findSize(sha256(bytes), options)).toBeNull();
    if (driver === 'folder') expect(readdirSync(join(folder, 'incoming'))).toEqual([]);
  });

  it('lists what it holds by the names it lies by, and nothing half-written', async () => {
    const storage = await open();
    const began = Date.now();
    const { sha256: name } = await storage.write(Buffer.from('listed'), options);
    function* broken(): Generator<Buffer> {
      yield Buffer.from('half');
      throw new Error('the line is dead');
    }
    await expect(storage.write(Readable.from(broken()), options)).rejects.toThrow();
    const find = async (): Promise<StoredBlob | undefined> => {
      for await (const blob of storage.list())
        if (blob.name === storage.nameOf(name, options)) return blob;
      return undefined;
    };
    const found = await find();
    expect(found?.size).toBeGreaterThanOrEqual('listed'.length);
    expect(Math.abs((found?.writtenAt.getTime() ?? 0) - began)).toBeLessThan(60_000);
    await storage.remove(found?.name ?? '');
    expect(await find()).toBeUndefined();
    expect(await storage.findSize(name, options)).toBeNull();
  });

  it('opens an object for a reader that jumps about in it', async () => {
    const storage = await open();
    const bytes = randomBytes(200_000);
    const { sha256: name } = await storage.write(bytes, options);
    const content = await storage.open(name, options);
    for (const [position, length] of [
      [199_990, 10],
      [0, 4],
      [65_530, 20],
      [7, 150_000],
    ] as const)
      expect(
        (await content.read(position, length)).equals(bytes.subarray(position, position + length)),
      ).toBe(true);
    await content.close();
    await expect(storage.open('0'.repeat(64), options)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('knows no object that is not there, nor one that was deleted', async () => {
    const storage = await open();
    const { sha256: name } = await storage.write(Buffer.from('short-lived'), options);
    await storage.delete(name, options);
    await storage.delete(name, options);
    await expect(storage.read(name, options)).rejects.toMatchObject({ code: 'not_found' });
    await expect(storage.read('../../etc/passwd', options)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it.each([
    [-1, 3],
    [5, 4],
    [0, 11],
    [11, 11],
    [0.5, 3],
  ])('refuses the range %d-%d of 11 bytes', async (first, last) => {
    const storage = await open();
    const { sha256: name } = await storage.write(Buffer.from('hello world'), options);
    await expect(storage.read(name, { ...options, range: { first, last } })).rejects.toMatchObject({
      code: 'range_not_satisfiable',
    });
  });
});

describe('an encrypted object', () => {
  const content = randomBytes(3 * FRAME + 100);
  const name = sha256(content);
  const damage = async (
    change: (blob: Buffer) => Buffer,
    range?: { first: number; last: number },
  ): Promise<unknown> => {
    const blobs = new Map<string, Buffer>();
    const storage = openStorage(openMemoryDriver(blobs));
    await storage.write(content, { key });
    for (const [blobName, blob] of blobs) blobs.set(blobName, change(Buffer.from(blob)));
    return storage.readBytes(name, { key, ...(range && { range }) });
  };
  const flip = (at: number) => (blob: Buffer) => {
    blob.writeUInt8(
      blob.readUInt8(at < 0 ? blob.length + at : at) ^ 1,
      at < 0 ? blob.length + at : at,
    );
    return blob;
  };

  it.each([
    ['a bit of the magic', flip(0)],
    ['a bit of the salt', flip(10)],
    ['a bit of a frame', flip(70_000)],
    ['a bit of a tag', flip(24 + FRAME + 3)],
    ['a bit of the size', flip(-40)],
    ['a bit of the seal', flip(-1)],
    ['the last byte', (blob: Buffer) => blob.subarray(0, -1)],
    [
      'the last frame',
      (blob: Buffer) =>
        Buffer.concat([blob.subarray(0, 24 + 3 * (FRAME + 16)), blob.subarray(-40)]),
    ],
    ['all but the head', (blob: Buffer) => blob.subarray(0, 24)],
    [
      'the order of two frames',
      (blob: Buffer) =>
        Buffer.concat([
          blob.subarray(0, 24),
          blob.subarray(24 + FRAME + 16, 24 + 2 * (FRAME + 16)),
          blob.subarray(24, 24 + FRAME + 16),
          blob.subarray(24 + 2 * (FRAME + 16)),
        ]),
    ],
  ])('is refused when it has lost %s', async (_what, change) => {
    await expect(damage(change)).rejects.toMatchObject({ code: 'storage_damaged' });
  });

  it('is refused when shortened, even for a range that is still there', async () => {
    await expect(
      damage((blob) => blob.subarray(0, -FRAME), { first: 0, last: 9 }),
    ).rejects.toMatchObject({ code: 'storage_damaged' });
  });

  it('is refused under the name of another object of the same key', async () => {
    const blobs = new Map<string, Buffer>();
    const storage = openStorage(openMemoryDriver(blobs));
    await storage.write(content, { key });
    const other = await storage.write(randomBytes(content.length), { key });
    const [first, second] = [...blobs.keys()];
    blobs.set(second ?? '', blobs.get(first ?? '') ?? Buffer.alloc(0));
    await expect(
      storage.readBytes(other.sha256, { key, range: { first: 0, last: 5 } }),
    ).rejects.toMatchObject({ code: 'storage_damaged' });
  });

  it('is not to be had, found or recognised without its key', async () => {
    const blobs = new Map<string, Buffer>();
    const storage = openStorage(openMemoryDriver(blobs));
    const text = Buffer.from('PatientName^Canary'.repeat(1000));
    const { sha256: textName } = await storage.write(text, { key });
    await expect(storage.read(textName)).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      storage.read(textName, { key: createSecretKey(randomBytes(32)) }),
    ).rejects.toMatchObject({ code: 'not_found' });
    for (const [blobName, blob] of blobs) {
      expect(blobName).not.toContain(textName);
      expect(blob.includes('Canary')).toBe(false);
    }
  });
});

describe('a plain object', () => {
  it('ends in an error, not in wrong bytes, when its checksum no longer fits', async () => {
    const blobs = new Map<string, Buffer>();
    const storage = openStorage(openMemoryDriver(blobs));
    const { sha256: name } = await storage.write(randomBytes(1000));
    blobs.get(name)?.writeUInt8((blobs.get(name)?.readUInt8(500) ?? 0) ^ 1, 500);
    await expect(storage.readBytes(name)).rejects.toMatchObject({ code: 'storage_damaged' });
  });
});

describe('the keyring', () => {
  it('wraps a data key so that only its master key opens it', () => {
    const master = randomBytes(32);
    const { key: dataKey, wrapped } = openKeyring(master).createDataKey();
    expect(openKeyring(master).unwrapDataKey(wrapped).equals(dataKey)).toBe(true);
    expect(wrapped.includes(dataKey.export())).toBe(false);
    expect(() => openKeyring(randomBytes(32)).unwrapDataKey(wrapped)).toThrow(
      expect.objectContaining({ code: 'storage_damaged' }),
    );
    for (let at = 0; at < wrapped.length; at++) {
      const changed = Buffer.from(wrapped);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => openKeyring(master).unwrapDataKey(changed)).toThrow(
        expect.objectContaining({ code: 'storage_damaged' }),
      );
    }
  });
});

describe('the folder', () => {
  it('names a full disk for what it is', async () => {
    // The kernel's own device for this: every write to it fails with ENOSPC.
    await expect(guardDisk(() => writeFile('/dev/full', 'x'))).rejects.toMatchObject({
      code: 'storage_full',
      status: 507,
    });
    await expect(guardDisk(() => writeFile(join(folder, 'a', 'b'), 'x'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  // One below a file; one where the kernel lets nobody write, root neither.
  it.each(['/dev/null/storage', '/sys/storage'])(
    'says at the start that it cannot be written to: %s',
    async (path) => {
      await expect(openFolderDriver(path)).rejects.toThrow(
        /^The lab can't start: STORAGE_PATH .* may not write: (ENOTDIR|EPERM|EACCES|EROFS)\. Give /,
      );
      await expect(openFolderDriver(path)).rejects.toThrow(ConfigError);
    },
  );

  it('is left as it was by the look at its start', async () => {
    const own = mkdtempSync(join(tmpdir(), 'scapis-own-'));
    await openFolderDriver(own);
    expect(readdirSync(own, { recursive: true })).toEqual(['incoming']);
    rmSync(own, { recursive: true });
  });

  it('names a disk that goes away under it for what it is', async () => {
    await expect(guardDisk(() => writeFile('/dev/null/x', 'x'))).rejects.toMatchObject({
      code: 'storage_unavailable',
      status: 503,
    });
  });

  it('holds encrypted files that only their owner may read', async () => {
    const own = mkdtempSync(join(tmpdir(), 'scapis-own-'));
    const storage = openStorage(await openFolderDriver(own));
    await storage.write(Buffer.from('Canary'), { key });
    const files = readdirSync(own, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files).toHaveLength(1);
    for (const file of files)
      expect(readFileSync(join(file.parentPath, file.name)).includes('Canary')).toBe(false);
    rmSync(own, { recursive: true });
  });
});
