import { ageBands, calciumGrades, sexes, type ImageLabels } from '@scapis/contracts';
import { describe, expect, it } from 'vitest';
import { planLabels, type LabelledPeople } from './label-plan.ts';

const people = (labels: ImageLabels, count: number): ImageLabels[] =>
  Array.from({ length: count }, () => labels);
const toTraining = (labels: ImageLabels[]): LabelledPeople => ({
  labels,
  subjects: labels.map((_, index) => `P-${index}`),
});
const healthy: ImageLabels = { calciumGrade: 'none', sex: 'female', ageBand: '50-54' };
const alsoHealthy: ImageLabels = { calciumGrade: 'none', sex: 'male', ageBand: '50-54' };
const ill: ImageLabels = { calciumGrade: 'severe', sex: 'male', ageBand: '60-64' };

describe('the labels of a cohort', () => {
  it('follow the training people, smoothed by one', () => {
    const plan = planLabels({
      training: toTraining([...people(healthy, 29), ...people(ill, 9)]),
      mix: 'cohort-like',
      minimumCell: 5,
      count: 400,
    });
    expect(
      plan.filter((labels) => labels === plan[0] || labels.calciumGrade === 'none'),
    ).toHaveLength(300);
    expect(plan.filter((labels) => labels.calciumGrade === 'severe')).toHaveLength(100);
  });

  it('are balanced over grades, then within them', () => {
    const plan = planLabels({
      training: toTraining([
        ...people(healthy, 50),
        ...people(alsoHealthy, 20),
        ...people(ill, 10),
      ]),
      mix: 'balanced',
      minimumCell: 10,
      count: 400,
    });
    for (const sex of ['female', 'male'])
      expect(
        plan.filter((labels) => labels.calciumGrade === 'none' && labels.sex === sex),
      ).toHaveLength(100);
    expect(plan.filter((labels) => labels.calciumGrade === 'severe')).toHaveLength(200);
  });

  it('are balanced over grades however few images each combination gets', () => {
    // Dealt out by combinations alone, their roundings add up within a grade: two images too many.
    const cells = (calciumGrade: ImageLabels['calciumGrade'], count: number): ImageLabels[] =>
      ageBands
        .flatMap((ageBand) => sexes.map((sex) => ({ calciumGrade, sex, ageBand })))
        .slice(0, count)
        .flatMap((labels) => people(labels, 12));
    const training = toTraining([
      ...cells('none', 5),
      ...cells('mild', 1),
      ...cells('moderate', 3),
      ...cells('severe', 3),
    ]);
    for (let count = 1; count <= 120; count += 1) {
      const plan = planLabels({ training, mix: 'balanced', minimumCell: 10, count });
      for (const grade of calciumGrades)
        expect(
          Math.abs(plan.filter((labels) => labels.calciumGrade === grade).length - count / 4),
        ).toBeLessThan(1);
    }
  });

  it('never show a combination that too few people hold', () => {
    for (const mix of ['balanced', 'cohort-like'] as const) {
      const plan = planLabels({
        training: toTraining([...people(healthy, 30), ...people(ill, 9)]),
        mix,
        minimumCell: 10,
        count: 100,
      });
      expect(plan.every((labels) => labels.calciumGrade === 'none')).toBe(true);
    }
  });

  it('keep their mix in every prefix', () => {
    const plan = planLabels({
      training: toTraining([...people(healthy, 29), ...people(ill, 9)]),
      mix: 'cohort-like',
      minimumCell: 5,
      count: 400,
    });
    for (const length of [40, 100, 333]) {
      const share =
        plan.slice(0, length).filter((labels) => labels.calciumGrade === 'severe').length / length;
      expect(Math.abs(share - 0.25)).toBeLessThan(2 / length);
    }
  });

  it('are refused for a dataset without one large cell', () => {
    expect(() =>
      planLabels({
        training: toTraining(people(ill, 9)),
        mix: 'balanced',
        minimumCell: 10,
        count: 10,
      }),
    ).toThrow(/10 people/);
  });
});
