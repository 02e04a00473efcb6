import { evaluate, gradients, input, sum } from '@scapis/numerics';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../base/philox.ts';
import { initialSingularVectors, spectrallyNormalised } from './spectral-norm.ts';
import { parameterLayout } from '../base/parameters.ts';

// A matrix of singular values 3 and 1, turned by 30 degrees on either side.
const turn = (degrees: number): number[][] => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [
    [c, -s],
    [s, c],
  ];
};
const times = (a: number[][], b: number[][]): number[][] =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((total, x, k) => total + x * b[k]![j]!, 0)));
const matrix = times(
  times(turn(30), [
    [3, 0],
    [0, 1],
  ]),
  turn(-30),
);
const parameters = new Map([
  ['a.weight', { shape: [2, 2], data: Float32Array.from(matrix.flat()) }],
  ['a.bias', { shape: [2], data: new Float32Array([5, 7]) }],
]);
const layout = parameterLayout(
  initialSingularVectors(parameters, new RandomStream(1, 'initialWeights')),
);

const weights = { 'a.weight': input('w', [2, 2]), 'a.bias': input('b', [2]) };
const vectors = { 'a.weight': input('u', [2]) };

describe('spectral normalisation', () => {
  it('comes to divide by the largest singular value, and leaves biases alone', () => {
    const { weights: normalised, next } = spectrallyNormalised(layout, weights, vectors);
    if (next === null) throw new Error('no vectors');
    let u: number[] = [
      ...initialSingularVectors(parameters, new RandomStream(1, 'initialWeights')).get('a.weight')!
        .data,
    ];
    let last: number[] = [];
    for (let step = 0; step < 20; step += 1) {
      const [found = [], bias = [], moved = []] = evaluate(
        [normalised['a.weight']!, normalised['a.bias']!, next],
        { w: matrix.flat(), b: [5, 7], u },
      );
      [u, last] = [[...moved], [...found]];
      expect([...bias]).toEqual([5, 7]);
    }
    last.forEach((value, at) => expect(value).toBeCloseTo(matrix.flat()[at]! / 3, 8));
    expect(Math.hypot(...u)).toBeCloseTo(1, 8);
  });

  it('lets no gradient through the singular vectors, so that of a loss along the weight itself is none', () => {
    // sigma = u' W v is linear in W with u and v detached, so W / sigma does not change along W.
    const { weights: normalised, detached } = spectrallyNormalised(layout, weights, vectors);
    const u = turn(30).map((row) => row[0]!);
    const [found = []] = evaluate(
      gradients(sum(normalised['a.weight']!), [weights['a.weight']], detached),
      { w: matrix.flat(), u },
    );
    expect(
      [...found].reduce((total, value, at) => total + value * matrix.flat()[at]!, 0),
    ).toBeCloseTo(0, 8);
  });

  it('does nothing where there are no vectors', () => {
    expect(spectrallyNormalised(layout, weights, null)).toEqual({
      weights,
      next: null,
      detached: [],
    });
  });
});
