import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';

import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openUpload, UploadError } from './archive.ts';
import type { UploadEntry, UploadLimits, UploadSource } from './archive.ts';
import { centralDirectory, startEntry } from './stored-zip.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'upload-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
let count = 0;
const fresh = (): string => path.join(folder, String((count += 1)));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

async function readAll(
  location: string | UploadSource,
  limits?: Partial<UploadLimits>,
): Promise<UploadEntry[]> {
  const entries: UploadEntry[] = [];
  for await (const entry of openUpload(location, limits)) entries.push(entry);
  return entries;
}
async function codeOf(
  location: string | UploadSource,
  limits?: Partial<UploadLimits>,
): Promise<string> {
  try {
    await readAll(location, limits);
    return 'none';
  } catch (error) {
    if (error instanceof UploadError) return error.failure.code;
    throw error;
  }
}

async function zipOf(files: Record<string, string | Uint8Array>, compress = true): Promise<string> {
  const location = fresh();
  const bytes = Object.entries(files).map(([name, content]) => [
    name,
    Buffer.from(content as string),
  ]);
  await writeFile(
    location,
    zipSync(Object.fromEntries(bytes) as Record<string, Buffer>, { level: compress ? 6 : 0 }),
  );
  return location;
}

/** A zip with any names and any fields, which no honest writer would make. */
async function craftedZip(
  files: readonly (readonly [name: string, content: string])[],
  change: (zip: Buffer, directory: number) => Buffer = (zip) => zip,
): Promise<string> {
  const parts: Uint8Array[] = [];
  const records = [];
  let offset = 0;
  for (const [name, content] of files) {
    const { header, record } = startEntry(name, text(content), offset);
    parts.push(header, text(content));
    records.push(record);
    offset += header.length + content.length;
  }
  const location = fresh();
  await writeFile(
    location,
    change(Buffer.concat([...parts, centralDirectory(records, offset)]), offset),
  );
  return location;
}

describe('zip', () => {
  it('numbers entries by their names, gives the labels first, skips what systems leave', async () => {
    const entries = await readAll(
      await zipOf({
        'b/2.dcm': 'two',
        'a/1.dcm': 'one',
        'labels.csv': 'id',
        '__MACOSX/._x': '',
        '.DS_Store': '',
      }),
    );
    expect(
      entries.map(({ ordinal, of, kind, bytes }) => [
        ordinal,
        of,
        kind,
        new TextDecoder().decode(bytes),
      ]),
    ).toEqual([
      [3, 3, 'labels', 'id'],
      [1, 3, 'file', 'one'],
      [2, 3, 'file', 'two'],
    ]);
  });

  it('gives no names away', async () => {
    const entries = await readAll(await zipOf({ 'Hemlig Anna/1.dcm': 'one' }));
    expect(JSON.stringify(entries)).not.toContain('Hemlig');
  });

  it.each([
    ['../escape.dcm'],
    ['a/../../escape.dcm'],
    ['/etc/passwd'],
    ['C:/windows.dcm'],
    ['a\\..\\b.dcm'],
    ['..\\b.dcm'],
    ['\\\\server\\b.dcm'],
    ['a\0.dcm'],
  ])('refuses a name that leads out: %j', async (name) => {
    const location = await craftedZip([
      ['ok.dcm', 'x'],
      [name, 'x'],
    ]);
    expect(await codeOf(location)).toBe('archive_name_escapes');
    await expect(readAll(location)).rejects.not.toThrow(/escape|passwd|windows/);
  });

  it('reads what tools of Windows write: backslashes, folders of their own, any case', async () => {
    const entries = await readAll(
      await craftedZip([
        ['A\\', ''],
        ['A\\2.dcm', 'two'],
        ['A\\1.dcm', 'one'],
        ['A\\LABELS.CSV', 'id'],
        ['A\\Thumbs.db', 'x'],
      ]),
    );
    expect(entries.map(({ kind, bytes }) => [kind, new TextDecoder().decode(bytes)])).toEqual([
      ['labels', 'id'],
      ['file', 'one'],
      ['file', 'two'],
    ]);
  });

  it('reads the same from a source as from a file, and passes on what the source throws', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`${index}.dcm`, String(index).repeat(20_000)]),
    );
    for (const compress of [true, false]) {
      const location = await zipOf(files, compress);
      const zip = await readFile(location);
      const sourceOf = (broken = Infinity): UploadSource => ({
        size: zip.length,
        read: (position, length) =>
          position + length > broken && position < broken
            ? Promise.reject(new Error('the disk is gone'))
            : Promise.resolve(zip.subarray(position, position + length)),
      });
      expect(await readAll(sourceOf())).toEqual(await readAll(location));
      for (const broken of [zip.length - 1, 30, Math.floor(zip.length / 2)])
        await expect(readAll(sourceOf(broken))).rejects.toThrow('the disk is gone');
    }
    expect(await codeOf({ size: 9, read: () => Promise.resolve(Buffer.from('not a zip')) })).toBe(
      'upload_not_zip',
    );
  });

  it('refuses a name that stands twice, and takes names of other case for others', async () => {
    expect(
      await codeOf(
        await craftedZip([
          ['a.dcm', '1'],
          ['a.dcm', '2'],
        ]),
      ),
    ).toBe('archive_name_twice');
    expect(
      await codeOf(
        await craftedZip([
          ['a/b.dcm', '1'],
          ['a\\b.dcm', '2'],
        ]),
      ),
    ).toBe('archive_name_twice');
    expect(
      await codeOf(
        await craftedZip([
          ['a.dcm', '1'],
          ['A.DCM', '2'],
        ]),
      ),
    ).toBe('none');
  });

  it('refuses links and devices', async () => {
    for (const mode of [0o120777, 0o020666]) {
      const asMode = (zip: Buffer, directory: number): Buffer => {
        zip.writeUInt32LE(mode * 0x10000, directory + 38);
        return zip;
      };
      expect(await codeOf(await craftedZip([['link', '/etc/passwd']], asMode))).toBe(
        'archive_holds_link',
      );
    }
  });

  it('refuses encryption and unknown compression', async () => {
    const withField =
      (offset: number, value: number) =>
      (zip: Buffer, directory: number): Buffer => {
        zip.writeUInt16LE(value, directory + offset);
        return zip;
      };
    const encrypted = (zip: Buffer, directory: number): Buffer => {
      // PKWARE's encryption puts a header of 12 bytes before the data.
      zip.writeUInt32LE(13, directory + 20);
      return withField(8, 0x0801)(zip, directory);
    };
    expect(await codeOf(await craftedZip([['a', 'x']], encrypted))).toBe('upload_encrypted');
    expect(await codeOf(await craftedZip([['a', 'x']], withField(10, 12)))).toBe(
      'upload_compression_unknown',
    );
  });

  it('refuses a bomb before it reads anything', async () => {
    const bomb = await zipOf({ 'a.dcm': 'fine', 'b.dcm': new Uint8Array(20 * 1024 * 1024) });
    let seen = 0;
    await expect(
      (async () => {
        for await (const entry of openUpload(bomb)) seen += entry.ordinal;
      })(),
    ).rejects.toMatchObject({ failure: { code: 'archive_inflates' } });
    expect(seen).toBe(0);
  });

  it('refuses a bomb that lies about its size', async () => {
    const deflated = deflateRawSync(new Uint8Array(8 * 1024 * 1024));
    const { header, record } = startEntry('a.dcm', deflated, 0);
    const directory = Buffer.from(
      centralDirectory(
        [{ ...record, crc: crc32(new Uint8Array(100)) }],
        header.length + deflated.length,
      ),
    );
    directory.writeUInt16LE(8, 10);
    directory.writeUInt32LE(100, 24);
    const location = fresh();
    await writeFile(location, Buffer.concat([header, deflated, directory]));
    expect(await codeOf(location)).toBe('upload_damaged');
  });

  it('holds the limits on count, file and whole', async () => {
    const location = await zipOf({ a: 'x'.repeat(100), b: 'x'.repeat(100), c: 'x' });
    expect(await codeOf(location, { maxEntries: 2 })).toBe('upload_too_many_files');
    expect(await codeOf(location, { maxEntryBytes: 99 })).toBe('upload_too_large');
    expect(await codeOf(location, { maxTotalBytes: 200 })).toBe('upload_too_large');
    expect(await codeOf(location, { maxEntries: 3, maxEntryBytes: 100, maxTotalBytes: 201 })).toBe(
      'none',
    );
  });

  it('refuses an archive that is cut off, damaged, empty or none', async () => {
    const whole = (zip: Buffer): Buffer => zip;
    expect(
      await codeOf(await craftedZip([['a', 'xxxx']], (zip) => whole(zip).subarray(0, -5))),
    ).toBe('upload_not_zip');
    expect(await codeOf(await craftedZip([['a', 'xxxx']], (zip) => zip.fill(0x79, 31, 33)))).toBe(
      'upload_damaged',
    );
    expect(await codeOf(await zipOf({}))).toBe('upload_without_files');
    expect(await codeOf(await zipOf({ '.DS_Store': 'x' }))).toBe('upload_without_files');
    const noZip = fresh();
    await writeFile(noZip, 'not a zip');
    expect(await codeOf(noZip)).toBe('upload_not_zip');
    expect(await codeOf(fresh())).toBe('upload_gone');
  });
});

describe('folder', () => {
  it('reads files of all depths, in the order of their names', async () => {
    const root = fresh();
    await mkdir(path.join(root, 'b'), { recursive: true });
    await writeFile(path.join(root, 'b', '1.dcm'), 'two');
    await writeFile(path.join(root, 'a.dcm'), 'one');
    await writeFile(path.join(root, 'labels.csv'), 'id');
    expect(
      (await readAll(root)).map(({ kind, bytes }) => [kind, new TextDecoder().decode(bytes)]),
    ).toEqual([
      ['labels', 'id'],
      ['file', 'one'],
      ['file', 'two'],
    ]);
  });

  it('follows no link, neither in the folder nor as the folder', async () => {
    const root = fresh();
    await mkdir(root);
    await symlink('/etc/passwd', path.join(root, 'a.dcm'));
    expect(await codeOf(root)).toBe('folder_holds_link');
    const link = fresh();
    await symlink(root, link);
    expect(await codeOf(link)).toBe('upload_is_link');
  });

  it('says when it is empty or too large', async () => {
    const root = fresh();
    await mkdir(root);
    expect(await codeOf(root)).toBe('upload_without_files');
    await writeFile(path.join(root, 'a.dcm'), 'xx');
    expect(await codeOf(root, { maxTotalBytes: 1 })).toBe('upload_too_large');
  });
});
