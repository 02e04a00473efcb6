import { describe, expect, it } from 'vitest';

import { ctObject } from '../dicom/ct.fixture.ts';
import { getText, setBytes, setNumbers, setText } from '../dicom/dataset.ts';
import type { DicomDataset, TextVr } from '../dicom/dataset.ts';
import { readDicom, writeDicom } from '../dicom/dicom.ts';
import { deidentifyToFile } from './deidentify.ts';
import { findResidualIdentity } from './residual-identity.ts';
import type { ResidualIdentity } from './residual-identity.ts';
import { createPseudonymizer } from './pseudonyms.ts';

const pseudonyms = createPseudonymizer(new Uint8Array(32).fill(7));

/** What is found of a person when a value was forgotten in the file. */
function foundIn(
  person: { name?: string; id?: string; born?: string; charset?: string },
  forget: (dataset: DicomDataset) => void,
): ResidualIdentity | null {
  const source = ctObject((dataset) => {
    setText(dataset, '00100010', 'PN', person.name ?? 'Åström^Örjan');
    setText(dataset, '00100020', 'LO', person.id ?? '19640823-3234');
    setText(dataset, '00100030', 'DA', person.born ?? '19640823');
  });
  const { object } = deidentifyToFile(source, pseudonyms);
  forget(object.dataset);
  return findResidualIdentity(source.dataset, writeDicom(object));
}
const text =
  (value: string, vr: TextVr = 'LO', tag = '00080070') =>
  (dataset: DicomDataset): void =>
    setText(dataset, tag, vr, value);
/** The bytes of a text, taken for another character set than they are in. */
const misread = (value: string, as: string): string =>
  new TextDecoder(as).decode(new TextEncoder().encode(value));

describe('finds what was forgotten', () => {
  it.each<[string, string, ResidualIdentity]>([
    ['the family name', 'Åström', 'name'],
    ['within other words', 'Thorax Åström 5 mm', 'name'],
    ['in capitals', 'ÅSTRÖM', 'name'],
    ['decomposed', 'Åström'.normalize('NFD'), 'name'],
    ['without accents', 'Astrom_5mm', 'name'],
    ['with digraphs', 'Aastroem', 'name'],
    ['with signs for lost letters', '?str?m', 'name'],
    ['with two for one', '??str??m', 'name'],
    ['with an s', 'Åströms scan', 'name'],
    ['UTF-8 taken for Latin-1', misread('Åström', 'iso-8859-1'), 'name'],
    ['UTF-8 taken for Windows-1252', misread('Åström', 'windows-1252'), 'name'],
    ['UTF-8 taken for Cyrillic', misread('Åström', 'iso-8859-5'), 'name'],
    ['the given name', 'ORJAN', 'name'],
    ['a whole personnummer', '196408233234', 'personnummer'],
    ['with a dash', '19640823-3234', 'personnummer'],
    ['short', '640823-3234', 'personnummer'],
    ['short, without a sign', 'pnr6408233234', 'personnummer'],
    ['of someone over 100', '640823+3234', 'personnummer'],
    ['with a space', '640823 3234', 'personnummer'],
    ['the birth date', 'born 19640823', 'birth-date'],
    ['as people write it', '1964-08-23', 'birth-date'],
    ['in German', '23.08.1964', 'birth-date'],
    ['in American', '08/23/1964', 'birth-date'],
  ])('%s: %s', (_what, value, kind) => {
    expect(foundIn({}, text(value))).toBe(kind);
  });

  it('in every place that a file has for text', () => {
    const item: DicomDataset = new Map();
    setText(item, '00080104', 'LO', 'Åström');
    expect(
      foundIn({}, (dataset) =>
        dataset.set('00082218', { kind: 'sequence', vr: 'SQ', items: [item] }),
      ),
    ).toBe('name');
    expect(foundIn({}, text('ASTROM', 'CS', '00180022'))).toBe('name');
    expect(foundIn({}, text('http://pacs/6408233234', 'UR', '00287FE0'))).toBe('personnummer');
    expect(foundIn({}, text('196408233234', 'DS', '00189305'))).toBe('personnummer');
    expect(foundIn({}, text('1.2.752.196408233234', 'UI', '00080016'))).toBe('personnummer');
    expect(
      foundIn({}, (dataset) => setBytes(dataset, '00283006', 'OB', Buffer.from('xx Åström xx'))),
    ).toBe('name');
  });

  it('among the pixels, where they are wide enough for letters', () => {
    const draw = (words: string) => (dataset: DicomDataset) => {
      const element = dataset.get('7FE00010');
      const bytes = Uint8Array.from(element?.kind === 'binary' ? element.bytes : []);
      bytes.set(Buffer.from(words, 'latin1'), 400);
      setBytes(dataset, '7FE00010', 'OW', bytes);
    };
    expect(foundIn({}, draw('Åström^Örjan'))).toBe('name');
    expect(foundIn({}, draw('19640823-3234'))).toBe('personnummer');
    expect(foundIn({}, draw('Lindholm^Anna'))).toBeNull();
  });

  it('a person whose name is in another script, and one with two short names', () => {
    expect(foundIn({ name: 'Yamada^Tarou=山田^太郎=やまだ^たろう' }, text('山田太郎様'))).toBe(
      'name',
    );
    expect(foundIn({ name: 'Иванова^Анна' }, text('Серия Иванова'))).toBe('name');
    for (const value of ['Bo Ek', 'ek, bo', 'EK^BO', 'Ek_Bo'])
      expect(foundIn({ name: 'Ek^Bo' }, text(value)), value).toBe('name');
  });

  it('an ID that is no personnummer, however it is spelled', () => {
    for (const value of ['SCP-00417-L', 'scp 00417 l', 'x SCP00417L x'])
      expect(foundIn({ id: 'SCP-00417-L' }, text(value)), value).toBe('patient-id');
    expect(foundIn({ id: '70412' }, text('case 70412'))).toBe('patient-id');
  });

  it('a personnummer that stood elsewhere in the file than in its ID', () => {
    const source = ctObject((dataset) => {
      setText(dataset, '00100020', 'LO', 'S1');
      setText(dataset, '00104000', 'LT', 'pnr 19640823-3234');
    });
    const { object } = deidentifyToFile(source, pseudonyms);
    setText(object.dataset, '00080070', 'LO', '6408233234');
    expect(findResidualIdentity(source.dataset, writeDicom(object))).toBe('personnummer');
  });
});

describe('raises no false alarm', () => {
  it.each([
    ['a name of two letters', { name: 'Bo^Åsa' }, 'Bo Medical'],
    ['a name within a word', { name: 'Lind^Anna' }, 'Lindgren Annandale'],
    ['a name that a maker bears', { name: 'Philips^Per' }, 'Philips Medical Systems'],
    ['a name that stands in every file', { name: 'Chest^Axial' }, 'CHEST'],
    ['the ID 0000', { id: '0000' }, 'model 0000'],
    ['the ID 00000000', { id: '00000000' }, 'model 00000000'],
    ['the ID 1', { id: '1' }, 'model 1'],
    ['an ID of a word of every file', { id: 'ANONYMOUS' }, 'anonymous'],
    ['an ID within a longer number', { id: '70412' }, '1704123'],
    ['a placeholder for a birth date', { born: '19000101' }, 'since 19000101'],
    ['a birth date of the year 1', { born: '00010101' }, '00010101'],
    ['a birth date within a number', {}, '5196408235'],
  ])('%s', (_what, person, value) => {
    expect(foundIn({ name: 'Åström^Örjan', id: 'S-1', ...person }, text(value))).toBeNull();
  });

  it('where numbers and dates stand that happen to be equal', () => {
    expect(foundIn({ id: '70412' }, text('70412', 'DS', '00189305'))).toBeNull();
    expect(foundIn({ id: '10008' }, text('', 'LO'))).toBeNull();
    expect(foundIn({ born: '20150401' }, text('20150401', 'DA', '00080020'))).toBeNull();
    expect(foundIn({}, text('0.19640823', 'DS', '00189305'))).toBeNull();
  });

  it('takes no long time over a name made for that', () => {
    const name = `${'ö'.repeat(60)}^${'\u0308'.repeat(9)}`;
    expect(foundIn({ name }, text('-'.repeat(59)))).toBeNull();
    expect(foundIn({ name }, text('Siemens'))).toBeNull();
  });

  it('in 300 clean files of as many people', () => {
    const names = ['Ek^Bo', 'Åkesson^Åsa', 'Heart^Siv', 'von Post^Eva', 'Li^Wu', 'Soft^Lina'];
    for (let index = 0; index < 300; index += 1) {
      const source = ctObject((dataset) => {
        setText(dataset, '00100010', 'PN', names[index % names.length] ?? '');
        setText(dataset, '00100020', 'LO', `${1000 + 37 * index}`);
        setText(
          dataset,
          '00100030',
          'DA',
          `${1950 + (index % 30)}0${1 + (index % 9)}1${index % 10}`,
        );
        setText(dataset, '00080070', 'LO', 'GE MEDICAL SYSTEMS');
        setText(dataset, '00081090', 'LO', 'Revolution CT');
        setText(dataset, '00181210', 'SH', 'STANDARD');
        setNumbers(dataset, '00280101', 'US', index % 2 === 0 ? 16 : 12);
        setNumbers(dataset, '00280102', 'US', index % 2 === 0 ? 15 : 11);
      });
      const { residue, bytes } = deidentifyToFile(source, pseudonyms);
      expect(residue, `person ${index}`).toBeNull();
      expect(getText(readDicom(bytes).dataset, '00080070')).toBe('GE MEDICAL SYSTEMS');
    }
  });
});
