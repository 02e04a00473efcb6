import { getText, readDicom } from '@scapis/imaging';
import { describe, expect, it } from 'vitest';
import { phantomImageSet, phantomVolumeSet } from '../images/image-set.ts';
import { fictiveIdentity, luhnDigit } from '../subject/identity.ts';
import { phantomSubject } from '../subject/subject.ts';
import { phantomCohort, toLabelsCsv } from './cohort.ts';

describe('phantomCohort', () => {
  it('yields each person with a label row that finds the files', () => {
    const cases = [...phantomCohort({ seed: 'cohort', subjects: 4, slices: 2, matrix: 64 })];
    expect(cases).toHaveLength(4);
    for (const { subject, files, label } of cases) {
      expect(files).toHaveLength(2);
      for (const { bytes } of files)
        expect(getText(readDicom(bytes).dataset, '00100020')).toBe(label.patientId);
      expect(label).toMatchObject({
        calciumGrade: subject.calciumGrade,
        sex: subject.sex,
        agatston: subject.agatston,
        site: subject.site,
      });
    }
    const lines = toLabelsCsv(cases.map(({ label }) => label))
      .trimEnd()
      .split('\n');
    expect(lines[0]).toBe('patientId,calciumGrade,sex,ageBand,agatston,site,outcome');
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(line.split(',')).toHaveLength(7);
  });
});

describe('fictiveIdentity', () => {
  const people = Array.from({ length: 3000 }, (_, index) =>
    phantomSubject({ seed: 'identity', index }),
  );

  it('gives each person of a cohort a number of their own, with the age and sex that they have', () => {
    const numbers = people.map((person) => fictiveIdentity(person).personnummer);
    expect(new Set(numbers).size).toBe(people.length);
    for (const person of people.slice(0, 200)) {
      const { personnummer, studyDate, birthDate } = fictiveIdentity(person);
      expect(personnummer).toMatch(/^19\d{6}-\d{4}$/);
      expect(Number(studyDate.slice(0, 4)) - Number(birthDate.slice(0, 4))).toBe(person.age);
      expect(Number(personnummer[11]) % 2 === 1).toBe(person.sex === 'male');
    }
  });

  it("can't be anyone's: the check digit is always wrong", () => {
    expect(luhnDigit('811218987')).toBe(6);
    for (const person of people) {
      const digits = fictiveIdentity(person).personnummer.replace('-', '').slice(2);
      expect(luhnDigit(digits.slice(0, 9))).not.toBe(Number(digits[9]));
    }
  });
});

describe('phantomImageSet', () => {
  const set = phantomImageSet({ seed: 'set', subjects: 5, slicesPerSubject: 2, size: 32 });

  it('holds pictures in [-1, 1] with one label and one person each', () => {
    expect(set).toMatchObject({ size: 32, count: 10 });
    expect(set.pixels).toHaveLength(10 * 32 * 32);
    expect(set.labels).toHaveLength(10);
    expect(set.subjects).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4].map((index) => `set-${index}`));
    expect(set.pixels.every((value) => value >= -1 && value <= 1)).toBe(true);
    expect(set.pixels[0]).toBeLessThan(-0.95);
  });

  it('is the same again, and starts the same when it is longer', () => {
    expect(phantomImageSet({ seed: 'set', subjects: 5, slicesPerSubject: 2, size: 32 })).toEqual(
      set,
    );
    expect(
      phantomImageSet({ seed: 'set', subjects: 7, slicesPerSubject: 2, size: 32 }).pixels.slice(
        0,
        set.pixels.length,
      ),
    ).toEqual(set.pixels);
  });
});

describe('phantomVolumeSet', () => {
  const set = phantomVolumeSet({ seed: 'set', subjects: 2, size: 16 });

  it('holds one cube of the heart for each subject, drawn anew the same', () => {
    expect(set).toMatchObject({ size: 16, dimensions: 3, count: 2, subjects: ['set-0', 'set-1'] });
    expect(set.pixels).toHaveLength(2 * 16 ** 3);
    expect(set.labels[0]).toEqual(
      phantomImageSet({ seed: 'set', subjects: 1, size: 16 }).labels[0],
    );
    expect(phantomVolumeSet({ seed: 'set', subjects: 1, size: 16 }).pixels).toEqual(
      set.pixels.slice(0, 16 ** 3),
    );
  });

  it('has soft tissue in the middle and differs from slab to slab', () => {
    const at = (slab: number, row: number, column: number): number =>
      set.pixels[(slab * 16 + row) * 16 + column] ?? NaN;
    expect(Math.abs(at(8, 8, 8))).toBeLessThan(0.2);
    expect(set.pixels.slice(0, 256)).not.toEqual(set.pixels.slice(256, 512));
    expect(() => phantomVolumeSet({ seed: 'set', subjects: 0 })).toThrow(RangeError);
  });
});
