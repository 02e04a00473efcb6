import { calciumGrades, type ImageLabels } from '@scapis/contracts';
import { RandomStream } from '@scapis/gan';
import { describe, expect, it } from 'vitest';
import { chooseByCoverage } from './choose-members.ts';
import type { Features } from '../statistics/linear-algebra.ts';

// People are points of a plane: in each of two grades, half around (0, 0) and half around (10, 0).

const people = 80;
const labels = Array.from({ length: 2 * people }, (_, row): ImageLabels => ({
  calciumGrade: row < people ? 'none' : 'severe',
  sex: 'female',
  ageBand: '50-54',
}));

/** One point per label: at 0 or 10 as `centreOf` says of row and label, with a deviation of 1. */
function points(seed: number, centreOf: (row: number, labels: ImageLabels) => number): Features {
  const noise = new RandomStream(seed, 'gate').normals(2 * labels.length);
  const data = Float32Array.from(
    noise,
    (value, at) => value + (at % 2 === 0 ? centreOf(at / 2, labels[at / 2]!) : 0),
  );
  return { count: labels.length, width: 2, data };
}

const both = (row: number): number => 10 * (row % 2);
const target = points(1, both);
const real = points(2, both);
const low = [points(3, () => 0), points(4, () => 0)];
const high = [points(5, () => 10), points(6, () => 10)];
const far = [points(7, () => 100), points(8, () => 100)];

function choose(
  drawn: Features[][],
  isLast: (at: number) => boolean = () => true,
): ReturnType<typeof chooseByCoverage> {
  return chooseByCoverage({
    labels,
    people: labels.map((_, row) => String(row)),
    target,
    drawn,
    real,
    candidates: drawn.map((_, at) => ({ id: String(at), isLast: isLast(at) })),
  });
}

describe('the choice of members', () => {
  it('joins generators that each cover half of the people', () => {
    const choice = choose([low, far, high]);
    expect(choice.images).toBe(labels.length);
    expect(choice.candidates.map(({ coverage }) => Math.round(10 * coverage))).toEqual([5, 0, 5]);
    expect(choice.coverage.chosen).toBeGreaterThan(0.8);
    expect(choice.coverage.chosen).toBeGreaterThan(choice.coverage.even);
    expect(choice.coverage.even).toBeGreaterThan(choice.coverage.best);
    expect(choice.coverage.best).toBeGreaterThan(choice.coverage.mean);
    expect(choice.coverage.training).toBeGreaterThan(0.9);
    for (const { members } of choice.shares) {
      expect(members.map(({ id }) => id)).toEqual(['0', '2']);
      expect(members.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    }
    expect(choice.path[1]).toBeGreaterThan(1.5 * (choice.path[0] ?? NaN));
  });

  it('chooses for each grade on its own', () => {
    // The first has learnt all of those without calcium and lost the others; the second the
    // reverse.
    const first = [
      points(9, (row, { calciumGrade }) => (calciumGrade === 'none' ? both(row) : 100)),
      points(10, (row, { calciumGrade }) => (calciumGrade === 'none' ? both(row) : 100)),
    ];
    const second = [
      points(11, (row, { calciumGrade }) => (calciumGrade === 'none' ? 100 : both(row))),
      points(12, (row, { calciumGrade }) => (calciumGrade === 'none' ? 100 : both(row))),
    ];
    const { shares, coverage } = choose([first, second]);
    expect(shares.map(({ calciumGrade, members }) => [calciumGrade, members])).toEqual([
      ['none', [{ id: '0', share: 1 }]],
      ['severe', [{ id: '1', share: 1 }]],
    ]);
    expect(coverage.chosen).toBeGreaterThan(coverage.even + 0.1);
  });

  it('stays with one where no other helps, and counts an early one among the best alone', () => {
    const choice = choose([far, low, [...low]], (at) => at !== 1);
    expect(choice.shares.map(({ members }) => members)).toEqual([
      [{ id: '2', share: 1 }],
      [{ id: '2', share: 1 }],
    ]);
    expect(choice.coverage.mean).toBeLessThan(choice.coverage.best);
    expect(calciumGrades).toContain(choice.shares[0]?.calciumGrade);
  });

  it('takes an earlier generator where it covers clearly more, and not where that may be luck', () => {
    const isLast = (at: number): boolean => at === 0;
    const clear = choose([low, high], isLast);
    expect(clear.shares.every(({ members }) => members.some(({ id }) => id === '1'))).toBe(true);
    // Another draw of the same distribution covers a few people more by luck.
    const lucky = [points(13, both), points(14, both)];
    const same = choose([[points(15, both), points(16, both)], lucky], isLast);
    expect(same.shares.map(({ members }) => members)).toEqual([
      [{ id: '0', share: 1 }],
      [{ id: '0', share: 1 }],
    ]);
  });

  it('counts people, not their images, before it calls a gain clear', () => {
    // As many images as before, all of two people: nothing can be clear of two.
    const two = labels.map((_, row) => String(row % 2));
    const { shares } = chooseByCoverage({
      labels,
      people: two,
      target,
      drawn: [low, high],
      real,
      candidates: [
        { id: '0', isLast: true },
        { id: '1', isLast: false },
      ],
    });
    expect(shares.map(({ members }) => members)).toEqual([
      [{ id: '0', share: 1 }],
      [{ id: '0', share: 1 }],
    ]);
  });

  it('says when nobody has neighbours', () => {
    const few = labels.slice(0, 4);
    const cut = (features: Features): Features => ({
      count: 4,
      width: 2,
      data: features.data.slice(0, 8),
    });
    expect(() =>
      chooseByCoverage({
        labels: few,
        people: few.map(String),
        target: cut(target),
        drawn: [low.map(cut)],
        real: cut(real),
        candidates: [{ id: '0', isLast: true }],
      }),
    ).toThrow('more than 5');
  });
});
