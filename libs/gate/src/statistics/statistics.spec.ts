import { describe, expect, it } from 'vitest';
import {
  betaBinomialUpperTail,
  binomialUpperTail,
  clopperPearson,
  histograms,
  logGamma,
  quantile,
} from './statistics.ts';

describe('statistics', () => {
  it('knows the gamma function', () => {
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
    expect(logGamma(0.25)).toBeCloseTo(1.2880225246980774, 10);
  });

  it('sums binomial tails', () => {
    expect(binomialUpperTail(3, 0.5, 2)).toBeCloseTo(0.5, 12);
    expect(binomialUpperTail(10, 0.1, 1)).toBeCloseTo(1 - 0.9 ** 10, 12);
    expect(binomialUpperTail(10, 0.1, 0)).toBe(1);
    expect(binomialUpperTail(10, 0, 1)).toBe(0);
  });

  it('gives the beta-binomial law of new draws below a control order statistic', () => {
    // One control draw: the share of n draws below it is uniform, so P(X >= x) = (n + 1 - x) / (n +
    // 1).
    expect(betaBinomialUpperTail(9, 1, 1, 4)).toBeCloseTo(0.6, 10);
    // All n new draws below the least of m control draws: n! m! / (n + m)!.
    expect(betaBinomialUpperTail(2, 1, 3, 2)).toBeCloseTo(1 / 10, 10);
  });

  it('gives exact intervals of a share', () => {
    expect(clopperPearson(0, 10)).toEqual([0, expect.closeTo(1 - 0.025 ** 0.1, 8)]);
    // Brown, Cai and DasGupta's usual example.
    const [low, high] = clopperPearson(5, 10);
    expect(low).toBeCloseTo(0.1871, 4);
    expect(high).toBeCloseTo(0.8129, 4);
  });

  it('interpolates quantiles and bins samples over common edges', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    const [a, b] = histograms({ a: [0, 1, 1], b: [2] }, 2);
    expect(a).toEqual({ name: 'a', edges: [0, 1, 2], counts: [1, 2] });
    expect(b?.counts).toEqual([0, 1]);
    expect(histograms({ a: [] })).toEqual([]);
  });
});
