import { calciumGrades, toCalciumGrade } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { scapisGradeMix } from '../anatomy/calcium.ts';
import { outcomeRisk, phantomSubject, type PhantomSubject } from './subject.ts';

const cohort = Array.from({ length: 2000 }, (_, index) =>
  phantomSubject({ seed: 'people', index }),
);
const share = (
  people: readonly PhantomSubject[],
  isCounted: (person: PhantomSubject) => boolean,
): number => people.filter(isCounted).length / people.length;

describe('phantomSubject', () => {
  it('draws the same person again, and another for another seed or index', () => {
    expect(phantomSubject({ seed: 'people', index: 7 })).toEqual(cohort[7]);
    expect(phantomSubject({ seed: 'others', index: 7 }).anatomy).not.toEqual(cohort[7]?.anatomy);
    expect(cohort[8]?.anatomy).not.toEqual(cohort[7]?.anatomy);
  });

  it('keeps the grade mix of SCAPIS, or the one that is asked for', () => {
    for (const grade of calciumGrades)
      expect(share(cohort, (person) => person.calciumGrade === grade)).toBeCloseTo(
        scapisGradeMix[grade],
        1.3,
      );
    const gradeMix = { none: 0, mild: 1, moderate: 0, severe: 1 };
    const mixed = Array.from({ length: 400 }, (_, index) =>
      phantomSubject({ seed: 'mix', index, gradeMix }),
    );
    expect(share(mixed, (person) => person.calciumGrade === 'severe')).toBeCloseTo(0.5, 0.9);
    expect(
      share(
        mixed,
        (person) => person.calciumGrade === 'none' || person.calciumGrade === 'moderate',
      ),
    ).toBe(0);
  });

  it('gives men and older people more calcium', () => {
    const hasCalcium = (person: PhantomSubject): boolean => person.calciumGrade !== 'none';
    const bySex = (sex: PhantomSubject['sex']): number =>
      share(
        cohort.filter((person) => person.sex === sex),
        hasCalcium,
      );
    const byBand = (band: PhantomSubject['ageBand']): number =>
      share(
        cohort.filter((person) => person.ageBand === band),
        hasCalcium,
      );
    expect(bySex('male')).toBeGreaterThan(bySex('female') + 0.15);
    expect(byBand('60-64')).toBeGreaterThan(byBand('50-54') + 0.1);
  });

  it('names the grade of the score, and holds the plaques that make it', () => {
    for (const person of cohort) {
      expect(person.calciumGrade).toBe(toCalciumGrade(person.agatston));
      expect(person.plaques.length > 0).toBe(person.agatston > 0);
    }
  });

  it('has an outcome that follows calcium and the hidden subgroup', () => {
    const severe = { calciumGrade: 'severe', isSubgroup: false } as const;
    expect(outcomeRisk(severe)).toBeGreaterThan(outcomeRisk({ ...severe, calciumGrade: 'none' }));
    expect(outcomeRisk({ ...severe, isSubgroup: true })).toBeGreaterThan(outcomeRisk(severe));
    const inGroup = cohort.filter((person) => person.isSubgroup);
    const outside = cohort.filter((person) => !person.isSubgroup);
    expect(share(inGroup, (person) => person.outcome)).toBeGreaterThan(
      2 * share(outside, (person) => person.outcome),
    );
    expect(Math.min(...inGroup.map((person) => person.anatomy.epicardialFatMm))).toBeGreaterThan(
      Math.max(...outside.map((person) => person.anatomy.epicardialFatMm)),
    );
  });

  it('refuses an index that is nobody and a mix that is empty', () => {
    expect(() => phantomSubject({ seed: 1, index: -1 })).toThrow(/whole number of 0 or more/);
    expect(() =>
      phantomSubject({ seed: 1, index: 0, gradeMix: { none: 0, mild: 0, moderate: 0, severe: 0 } }),
    ).toThrow(/not all 0/);
  });
});
