import { RandomStream } from '@scapis/gan';
import { describe, expect, it } from 'vitest';
import { controlledRisk, fisherUpperTail, wilson } from './proportions.ts';
import {
  delongInterval,
  mannWhitney,
  midRanks,
  normalQuantile,
  normalUpperTail,
  rocCurve,
  truePositives,
} from './ranking.ts';

describe('normal law', () => {
  it('has the tabled tails and quantiles', () => {
    expect(normalUpperTail(0)).toBeCloseTo(0.5, 7);
    expect(normalUpperTail(1.959964)).toBeCloseTo(0.025, 6);
    expect(normalUpperTail(-1)).toBeCloseTo(0.8413447, 6);
    expect(normalUpperTail(4) / 3.1671241833e-5).toBeCloseTo(1, 5);
    expect(normalQuantile(0.025)).toBeCloseTo(1.959964, 5);
    expect(normalQuantile(0.9)).toBeCloseTo(-1.281552, 5);
  });
});

describe('rank tests', () => {
  it('gives ties their mean rank', () => {
    const { ranks, ties } = midRanks([3, 1, 3, 2]);
    expect([...ranks]).toEqual([3.5, 1, 3.5, 2]);
    expect(ties).toBe(6);
  });

  it('agrees with the count by hand: 5 of 6 pairs won and one tied', () => {
    const { auc, z } = mannWhitney([2, 4, 5], [1, 2]);
    expect(auc).toBeCloseTo(5.5 / 6, 12);
    // U = 5.5, mean 3, variance 6 / 12 (6 - 6 / 20) = 2.85.
    expect(z).toBeCloseTo(2.5 / Math.sqrt(2.85), 12);
    expect(mannWhitney([1, 1], [1]).z).toBe(0);
    expect(() => mannWhitney([], [1])).toThrow('at least one score');
  });

  it('is blind to order and to any rising change of scale, and turns with the sign', () => {
    const random = new RandomStream(3, 'gate');
    const [members, others] = [random.normals(40), random.normals(25)];
    const { auc } = mannWhitney(members, others);
    expect(mannWhitney([...members].reverse(), [...others].reverse()).auc).toBe(auc);
    expect(mannWhitney(members.map(Math.exp), others.map(Math.exp)).auc).toBeCloseTo(auc, 12);
    expect(
      mannWhitney(
        members.map((x) => -x),
        others.map((x) => -x),
      ).auc,
    ).toBeCloseTo(1 - auc, 12);
  });

  it('has the interval of DeLong, computed by hand from the placements', () => {
    // Placements of members 1/2, 1, 1 and of others 1, 2/3; AUC 5/6; variance (1/12)/3 + (1/18)/2 =
    // 1/18.
    const [low, high] = delongInterval([2, 4, 5], [1, 3]);
    const half = 1.959964 * Math.sqrt(1 / 18);
    expect(low).toBeCloseTo(5 / 6 - half, 5);
    expect(high).toBe(1);
    // Perfect separation is no certainty.
    expect(delongInterval([5, 6, 7], [1, 2])[0]).toBe(0);
  });

  it('covers a known AUC about as often as it says', () => {
    // Shift of one deviation: AUC = P(Z < 1 / sqrt 2) = 0.7602.
    let covered = 0;
    for (let run = 0; run < 200; run += 1) {
      const random = new RandomStream(9, 'gate', run);
      const [low, high] = delongInterval(
        random.normals(60).map((x) => x + 1),
        random.normals(40),
      );
      covered += Number(low <= 0.7602 && high >= 0.7602);
    }
    expect(covered / 200).toBeGreaterThan(0.9);
  });

  it('counts true positives beyond the threshold that so many control people can carry', () => {
    const others = Array.from({ length: 199 }, (_, i) => i);
    // Rank floor(0.01 * 200) = 2: the second greatest of the others, 197.
    expect(truePositives([198, 197, 5, 500], others, 0.01)).toMatchObject({
      caught: 2,
      rate: 0.5,
      falsePositiveRate: 0.01,
    });
    // At 0.1 % 199 people can't do better than one in 200, and say so.
    expect(truePositives([198, 500], others, 0.001)).toMatchObject({
      caught: 1,
      falsePositiveRate: 0.005,
    });
    // One member, one other: the member is greater half the time.
    expect(truePositives([2], [1], 0.5).pValue).toBeCloseTo(0.5, 12);
  });

  it('draws the ROC curve from corner to corner, rising', () => {
    const { x, y } = rocCurve([3, 4, 5, 1], [2, 0], 2);
    expect(x).toEqual([0, 0.5, 1]);
    expect(y).toEqual([0, 0.75, 1]);
  });
});

describe('risks with a control', () => {
  it('has the tabled Wilson interval', () => {
    // 10 of 50 (Newcombe 1998): 0.1124 to 0.3304.
    const [low, high] = wilson({ successes: 10, attacks: 50 });
    expect(low).toBeCloseTo(0.1124, 4);
    expect(high).toBeCloseTo(0.3304, 4);
    expect(() => wilson({ successes: 0, attacks: 0 })).toThrow('No share');
  });

  it('corrects by what the control gives away: (p - q) / (1 - q)', () => {
    const { risk, interval } = controlledRisk(
      { successes: 60, attacks: 100 },
      { successes: 20, attacks: 100 },
    );
    expect(risk).toBeCloseTo(0.5, 12);
    expect(interval[0]).toBeLessThan(0.5);
    expect(interval[1]).toBeGreaterThan(0.5);
    expect(
      controlledRisk({ successes: 20, attacks: 100 }, { successes: 20, attacks: 100 }).risk,
    ).toBe(0);
  });

  it('stays between -1 and 1 where the control leaves little or nothing to reveal', () => {
    expect(controlledRisk({ successes: 50, attacks: 50 }, { successes: 50, attacks: 50 })).toEqual({
      risk: 0,
      interval: [-1, 1],
    });
    expect(controlledRisk({ successes: 40, attacks: 50 }, { successes: 50, attacks: 50 })).toEqual({
      risk: -1,
      interval: [-1, -1],
    });
    expect(controlledRisk({ successes: 50, attacks: 50 }, { successes: 49, attacks: 50 })).toEqual({
      risk: 1,
      interval: [-1, 1],
    });
  });

  it('has the exact p of the tea-tasting lady: 17 of 70', () => {
    expect(fisherUpperTail({ successes: 3, attacks: 4 }, { successes: 1, attacks: 4 })).toBeCloseTo(
      17 / 70,
      10,
    );
    expect(fisherUpperTail({ successes: 0, attacks: 4 }, { successes: 0, attacks: 4 })).toBe(1);
  });
});
