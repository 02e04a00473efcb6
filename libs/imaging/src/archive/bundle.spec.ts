import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBufferPromise, openPromise } from 'yauzl';

import { openUpload } from './archive.ts';
import { manifestName, writeBundle } from './bundle.ts';
import type { BundleEntry } from './bundle.ts';
import { centralDirectory, startEntry } from './stored-zip.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bundle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const entry = (name: string, content: string): BundleEntry => ({
  name,
  bytes: new TextEncoder().encode(content),
});
const three = [
  entry('README.md', 'Läs mig'),
  entry('dicom/000001.dcm', 'one'),
  entry('dicom/000002.dcm', ''),
];

describe('writeBundle', () => {
  it('gives bytes that follow from the content alone', async () => {
    const first = await writeBundle(path.join(folder, 'a.zip'), three);
    async function* slowly(): AsyncGenerator<BundleEntry> {
      for (const file of three) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        yield file;
      }
    }
    const second = await writeBundle(path.join(folder, 'b.zip'), slowly());
    expect(second).toEqual(first);
    const bytes = await readFile(path.join(folder, 'a.zip'));
    expect([sha(bytes), bytes.length]).toEqual([first.sha256, first.size]);
    // Pinned: a change here changes the checksum of every cohort released before.
    expect(first.sha256).toBe('bcff915b76c313f7cffb7007fdfdd1ea8cd8f89786c8cc2e98fdcab24137a8d0');
  });

  it('is read by another zip reader, manifest last and right', async () => {
    const bundle = await writeBundle(path.join(folder, 'c.zip'), three);
    const contents = new Map<string, Uint8Array>();
    const names: string[] = [];
    const zip = await openPromise(path.join(folder, 'c.zip'), { autoClose: false });
    for await (const { fileName } of zip.eachEntry()) names.push(fileName);
    zip.close();
    expect(names).toEqual(['README.md', 'dicom/000001.dcm', 'dicom/000002.dcm', manifestName]);
    for await (const { ordinal, bytes } of openUpload(path.join(folder, 'c.zip')))
      contents.set(names[ordinal - 1] ?? '', bytes);
    const manifest = new TextDecoder().decode(contents.get(manifestName));
    expect(manifest).toBe(
      bundle.files
        .map((file) => `${sha(contents.get(file.name) ?? new Uint8Array())}  ${file.name}\n`)
        .join(''),
    );
    expect(bundle.files.map(({ size }) => size)).toEqual([8, 3, 0]);
  });

  it.each([['../a'], ['/a'], ['a//b'], ['a\\b'], ['a\nb'], [''], [manifestName], ['./a']])(
    'refuses the name %j and leaves nothing',
    async (name) => {
      const location = path.join(folder, 'bad.zip');
      await expect(writeBundle(location, [entry(name, 'x')])).rejects.toThrow();
      expect((await readdir(folder)).filter((file) => file.startsWith('bad'))).toEqual([]);
    },
  );

  it('refuses entries out of order or twice, and a source that fails; the old file stays', async () => {
    const location = path.join(folder, 'kept.zip');
    const { sha256 } = await writeBundle(location, three);
    await expect(writeBundle(location, [...three].reverse())).rejects.toThrow('ascending');
    await expect(writeBundle(location, [...three, ...three])).rejects.toThrow('ascending');
    async function* failing(): AsyncGenerator<BundleEntry> {
      yield* three;
      await Promise.reject(new Error('The object store is gone.'));
    }
    await expect(writeBundle(location, failing())).rejects.toThrow('gone');
    expect(sha(await readFile(location))).toBe(sha256);
    expect((await readdir(folder)).filter((file) => file.endsWith('.part'))).toEqual([]);
  });

  it('counts more files than the old format can (zip64)', async () => {
    const { header, record } = startEntry('a', Uint8Array.of(1), 0);
    const records = Array.from({ length: 66_000 }, (_, index) => ({
      ...record,
      name: new TextEncoder().encode(String(index)),
    }));
    const zip = await fromBufferPromise(
      Buffer.concat([header, Uint8Array.of(1), centralDirectory(records, header.length + 1)]),
    );
    expect(zip.entryCount).toBe(66_000);
    for await (const { fileName } of zip.eachEntry()) {
      expect(fileName).toBe('0');
      break;
    }
  });

  it('writes offsets beyond 4 GiB as zip64', () => {
    const { record } = startEntry('a', Uint8Array.of(1), 5_000_000_000);
    const directory = Buffer.from(centralDirectory([record], 5_000_000_100));
    expect(directory.readUInt32LE(42)).toBe(0xffffffff);
    expect(directory.readBigUInt64LE(46 + 1 + 4)).toBe(5_000_000_000n);
    expect(directory.readUInt32LE(46 + 1 + 12)).toBe(0x06064b50);
  });
});
