import {
  createPseudonymizer,
  deidentifyToFile,
  getNumber,
  getNumbers,
  getText,
  readDicom,
  type DicomDataset,
} from '@scapis/imaging';
import { describe, expect, it } from 'vitest';
import { heartHeightsMm } from '../images/image-set.ts';
import { phantomSlice } from '../images/slice.ts';
import { phantomSubject } from '../subject/subject.ts';
import { plantedIdentifiers, writePhantomSeries } from './series.ts';

const subject = phantomSubject({ seed: 'series', index: 4 });
const files = writePhantomSeries(subject);

/** The value at a path such as 00400275[0].00400007, text or bytes as UTF-8. */
function textAt(dataset: DicomDataset, path: string): string {
  const [, tag = '', item, , rest] = /^([0-9A-F]{8})(?:\[(\d+)\])?(\.(.+))?$/.exec(path) ?? [];
  const element = dataset.get(tag);
  if (element?.kind === 'sequence') {
    const inside = element.items[Number(item)];
    return inside && rest ? textAt(inside, rest) : '';
  }
  if (element?.kind === 'binary') return new TextDecoder().decode(element.bytes);
  return element?.kind === 'text' ? element.values.join('\\') : '';
}

describe('writePhantomSeries', () => {
  it('writes CT slices that read back as the HU that were drawn', () => {
    expect(files.map((file) => file.fileName)).toEqual(['IM0001.dcm', 'IM0002.dcm', 'IM0003.dcm']);
    files.forEach((file, index) => {
      const { dataset } = readDicom(file.bytes);
      const pixels = dataset.get('7FE00010');
      if (pixels?.kind !== 'binary') throw new Error('The file has no pixels.');
      const view = new DataView(
        pixels.bytes.buffer,
        pixels.bytes.byteOffset,
        pixels.bytes.byteLength,
      );
      const intercept = getNumber(dataset, '00281052') ?? NaN;
      const hu = Int16Array.from(
        { length: pixels.bytes.length / 2 },
        (_, at) => view.getUint16(2 * at, true) + intercept,
      );
      expect(hu).toEqual(phantomSlice(subject, heartHeightsMm(3)[index] ?? NaN));
      expect(getNumber(dataset, '00280010')).toBe(128);
      expect(getNumbers(dataset, '00200032')[2]).toBe(heartHeightsMm(3)[index]);
      expect(getNumbers(dataset, '00280030')[0]).toBeCloseTo(340 / 128, 5);
    });
  });

  it('says that it is a phantom wherever a person would look', () => {
    for (const planting of [false, true]) {
      for (const { bytes } of writePhantomSeries(subject, { plantIdentifiers: planting })) {
        const { dataset } = readDicom(bytes);
        for (const tag of ['00081030', '0008103E', '00204000', '00181030'])
          expect(getText(dataset, tag)).toContain('PHANTOM');
      }
    }
  });

  it('keeps one study, series and frame of reference per scan, and one UID per slice', () => {
    const uidsOf = (scan: number, tag: string): Set<string> =>
      new Set(
        writePhantomSeries(subject, { scan }).map(({ bytes }) =>
          getText(readDicom(bytes).dataset, tag),
        ),
      );
    for (const tag of ['0020000D', '0020000E', '00200052']) {
      expect(uidsOf(0, tag).size).toBe(1);
      expect(uidsOf(0, tag)).not.toEqual(uidsOf(1, tag));
    }
    expect(uidsOf(0, '00080018').size).toBe(3);
    expect(uidsOf(0, '00100020')).toEqual(uidsOf(1, '00100020'));
  });

  it('gives the same bytes again', () => {
    expect(writePhantomSeries(phantomSubject({ seed: 'series', index: 4 }))).toEqual(files);
  });

  it('hides every identifier of the answer key where the key says', () => {
    const options = { slices: 2, plantIdentifiers: true };
    const datasets = writePhantomSeries(subject, options).map(
      ({ bytes }) => readDicom(bytes).dataset,
    );
    const key = plantedIdentifiers(subject, options);
    for (const { path, value } of key)
      expect(
        datasets.some((dataset) => textAt(dataset, path).includes(value)),
        `${path} ${value}`,
      ).toBe(true);
    expect(key.length).toBeGreaterThan(25);
    expect(plantedIdentifiers(subject).length).toBeLessThan(key.length);
  });

  it('writes as many slices as wanted, at the heights wanted', () => {
    expect(writePhantomSeries(subject, { slices: 5 })).toHaveLength(5);
    const [only] = writePhantomSeries(subject, { heightsMm: [-30], matrix: 64 });
    const { dataset } = readDicom(only?.bytes ?? new Uint8Array());
    expect(getNumbers(dataset, '00200032')[2]).toBe(-30);
    expect(getNumber(dataset, '00280011')).toBe(64);
    expect(() => writePhantomSeries(subject, { slices: 0 })).toThrow(/1 or more/);
  });
});

describe('the answer key', () => {
  it('is what the lab de-identifies: no value of it is left anywhere in the bytes', () => {
    const pseudonyms = createPseudonymizer(new Uint8Array(32).fill(7));
    for (let index = 0; index < 5; index++) {
      const person = phantomSubject({ seed: 'planted', index });
      const options = { plantIdentifiers: true, matrix: 32 };
      for (const { bytes } of writePhantomSeries(person, options)) {
        const text = new TextDecoder().decode(deidentifyToFile(readDicom(bytes), pseudonyms).bytes);
        for (const { kind, path, value } of plantedIdentifiers(person, options))
          expect(text.includes(value), `${kind} of (${path})`).toBe(false);
      }
    }
  });
});
