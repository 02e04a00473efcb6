import { RandomStream } from '@scapis/gan';
import { describe, expect, it } from 'vitest';
import { balancedShare, bootstrapPeople } from './bootstrap.ts';
import {
  conformalScores,
  conformalThreshold,
  fitTemperature,
  reliability,
  softmaxRows,
  spearman,
} from './calibration.ts';
import { balancedAccuracy } from '../features/metrics.ts';
import { TaskContext } from '../task-context.ts';

describe('temperature', () => {
  it('softens and sharpens without changing which class wins', () => {
    expect([...softmaxRows([0, Math.log(3)], 2)]).toEqual([
      expect.closeTo(0.25, 12),
      expect.closeTo(0.75, 12),
    ]);
    expect(softmaxRows([0, Math.log(3)], 2, 10)[1]).toBeLessThan(0.55);
    expect([...softmaxRows([1e4, 0], 2)]).toEqual([1, 0]);
  });

  it('finds the temperature by which scores were multiplied', () => {
    // Three of four rows right at a score gap of log 3 is calibrated as it stands; gaps five times
    // too wide need temperature 5.
    const truth = [0, 0, 0, 1];
    const scores = truth.flatMap(() => [5 * Math.log(3), 0]);
    expect(fitTemperature(scores, truth, 2)).toBeCloseTo(5, 2);
  });
});

describe('reliability', () => {
  it('equals a hand-computed case', () => {
    // Ten bins: 0.9 twice, one right (|0.5 - 0.9| = 0.4), and 0.6 once, right (|1 - 0.6| = 0.4):
    // the error is 0.4.
    const { error, bins } = reliability(
      Float64Array.of(0.9, 0.1, 0.9, 0.1, 0.6, 0.4),
      [0, 1, 0],
      2,
      10,
    );
    expect(error).toBeCloseTo(0.4, 12);
    expect(bins.map(({ count }) => count)).toEqual([1, 2]);
  });

  it('is 0 where each confidence is met exactly, and 1 for certain and wrong', () => {
    expect(
      reliability(Float64Array.of(0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25), [0, 0, 0, 1], 2)
        .error,
    ).toBeCloseTo(0, 12);
    expect(reliability(Float64Array.of(1, 0), [1], 2).error).toBe(1);
  });
});

describe('conformal prediction', () => {
  it('takes the ceil((n + 1)(1 - a))-th score', () => {
    expect(conformalThreshold([0.4, 0.1, 0.3, 0.2], 0.5)).toBe(0.3);
    // Nine scores reach 90 %, eight cannot promise it.
    expect(conformalThreshold([1, 2, 3, 4, 5, 6, 7, 8, 9], 0.1)).toBe(9);
    expect(conformalThreshold([1, 2, 3, 4, 5, 6, 7, 8], 0.1)).toBe(Infinity);
  });

  it('covers what it promises on exchangeable rows', () => {
    const random = new RandomStream(1, 'gate');
    const limit = conformalThreshold(
      Array.from({ length: 400 }, () => random.uniform()),
      0.1,
    );
    const covered =
      Array.from({ length: 4000 }, () => random.uniform()).filter((score) => score <= limit)
        .length / 4000;
    expect(Math.abs(covered - 0.9)).toBeLessThan(0.05);
    expect(conformalScores(Float64Array.of(0.2, 0.8), [1], 2)[0]).toBeCloseTo(0.2, 12);
  });
});

describe('rank correlation', () => {
  it('is 1 for one order, -1 for the reverse, and shares ranks between ties', () => {
    expect(spearman([1, 2, 3], [10, 20, 400])).toBeCloseTo(1, 12);
    expect(spearman([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    // Ranks 1, 2.5, 2.5, 4 against 1..4: 4.5 / sqrt(4.5 * 5).
    expect(spearman([1, 2, 2, 9], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
    expect(spearman([1, 1], [1, 2])).toBeNaN();
    expect(() => spearman([1], [1])).toThrow('2 or more');
  });
});

describe('people, not images', () => {
  it('gives the mean balanced accuracy of several networks from their shares', () => {
    const truth = [0, 0, 0, 1];
    const networks = [
      [0, 0, 1, 1],
      [0, 1, 0, 0],
    ];
    const right = truth.map(
      (own, row) => networks.filter((predicted) => predicted[row] === own).length / 2,
    );
    expect(balancedShare(right, truth, 2)).toBeCloseTo(
      networks.reduce((sum, each) => sum + balancedAccuracy(truth, each) / 2, 0),
      12,
    );
    expect(balancedShare(right, truth, 2, [1, 0, 0, 0])).toBe(1);
  });

  it('widens the interval when one person has all the images', async () => {
    const values = Array.from({ length: 40 }, (_, i) => i % 2);
    const mean = (weights: Uint16Array): number[] => [
      weights.reduce((sum, w, i) => sum + w * values[i]!, 0) /
        weights.reduce((sum, w) => sum + w, 0),
    ];
    const width = async (subjects: string[]): Promise<number> => {
      const [interval] = await bootstrapPeople(
        subjects,
        mean,
        new RandomStream(1, 'gate'),
        new TaskContext(),
      );
      return interval === undefined ? NaN : interval[1] - interval[0];
    };
    const alone = await width(values.map((_, i) => `${i}`));
    const together = await width(values.map((value) => `${value}`));
    expect(alone).toBeLessThan(0.4);
    expect(together).toBe(1);
  });
});
