import { ageBands, calciumGrades, sexes } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';

import { chestHu } from '../dicom/ct.fixture.ts';
import { getNumbers, getText, getTexts } from '../dicom/dataset.ts';
import { createDecoderPool } from '../pixels/decoder-pool.ts';
import { readDicom, walkElements } from '../dicom/dicom.ts';
import { readGeometry } from './geometry.ts';
import { decodeSlice } from '../pixels/pixels.ts';
import { writeSyntheticCt } from './synthetic-ct.ts';
import type { SyntheticCt } from './synthetic-ct.ts';

const input: SyntheticCt = {
  image: { rows: 32, columns: 32, hu: chestHu() },
  spacing: [5.3125, 5.3125],
  sliceThicknessMm: 3,
  cohortId: '0199f0a2-7c1e-7000-8000-000000000001',
  index: 17,
  labels: { calciumGrade: 'mild', sex: 'female', ageBand: '55-59' },
  generator: { name: 'scapis-gan-64', sha256: 'ab'.repeat(32), seed: '42/17' },
};

describe('writeSyntheticCt', () => {
  const file = writeSyntheticCt(input);
  const object = readDicom(file.bytes);

  it('labels the file as synthetic in every place that the standard has for it', () => {
    expect(getText(object.dataset, '0008001C')).toBe('YES');
    expect(getTexts(object.dataset, '00080008')).toEqual(['DERIVED', 'SECONDARY', 'AXIAL']);
    const contributor = [...walkElements(object.dataset)].find(
      ({ path }) => path.join('/') === '0018A001/0040A170/00080100',
    )?.element;
    expect(contributor).toMatchObject({ values: ['109100'] });
    for (const tag of ['00100010', '00081030', '0008103E', '00204000'])
      expect(getText(object.dataset, tag)).toMatch(/^SYNTHETIC/);
    expect(getText(object.dataset, '00082111')).toContain(
      `sha256:${input.generator.sha256}, seed 42/17`,
    );
    expect([getText(object.dataset, '00100020'), getText(object.dataset, '00120062')]).toEqual([
      file.patientId,
      'YES',
    ]);
  });

  it('gives the pixels back to the bit, in place and scale', async () => {
    const decoder = createDecoderPool();
    expect((await decodeSlice(object, decoder)).image).toEqual(input.image);
    await decoder.close();
    expect(readGeometry(object.dataset)?.spacing).toEqual([5.3125, 5.3125]);
    expect(getNumbers(object.dataset, '00200032')).toEqual([-82.34375, -82.34375, 0]);
  });

  it('is a series of its own number, with the spacing that readers of a lone slice look for', () => {
    expect([
      getNumbers(object.dataset, '00200011'),
      getNumbers(object.dataset, '00200013'),
    ]).toEqual([[17], [1]]);
    expect(getNumbers(object.dataset, '00180088')).toEqual([3]);
    expect(getNumbers(object.dataset, '00180050')).toEqual([3]);
  });

  it('is the same again, and another file for another image or cohort', () => {
    expect(writeSyntheticCt(input)).toEqual(file);
    const uids = [input, { ...input, index: 18 }, { ...input, cohortId: 'other' }].flatMap(
      (each) => {
        const { sopInstanceUid, studyInstanceUid, seriesInstanceUid } = writeSyntheticCt(each);
        return [sopInstanceUid, studyInstanceUid, seriesInstanceUid];
      },
    );
    expect(new Set(uids).size).toBe(9);
    expect(uids.every((uid) => /^2\.25\.[1-9]\d{0,38}$/.test(uid))).toBe(true);
  });

  it('carries every label', () => {
    for (const calciumGrade of calciumGrades)
      for (const sex of sexes)
        for (const ageBand of ageBands) {
          const { dataset } = readDicom(
            writeSyntheticCt({ ...input, labels: { calciumGrade, sex, ageBand } }).bytes,
          );
          expect(getText(dataset, '00204000')).toBe(
            `SYNTHETIC. calciumGrade=${calciumGrade}; sex=${sex}; ageBand=${ageBand}`,
          );
          expect(getText(dataset, '00100040')).toBe(sex === 'female' ? 'F' : 'M');
        }
  });
});
