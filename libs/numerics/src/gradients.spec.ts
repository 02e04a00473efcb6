import { describe, expect, it } from 'vitest';
import { gradients } from './backward.ts';
import {
  averagePool,
  conv2d,
  downsampleBilinear,
  input,
  linear,
  mean,
  mul,
  scalar,
  sigmoid,
  square,
  sum,
  upsampleBilinear,
  upsampleConv,
} from './build.ts';
import { abs, upsampleNearest } from './compositions.fixture.ts';
import { checkGradients } from './check-gradients.fixture.ts';
import { evaluate } from './evaluate.ts';
import { gradientRules } from './gradients.ts';
import { ops } from './ops.ts';
import { GraphError, sizeOf, type Shape, type Tensor } from './tensor.ts';
import { opCases, type OpCase } from './op-cases.fixture.ts';

const tolerance = 1e-6;

/**
 * Fixed values in 0.3..1.7, none equal: away from the kinks of maximum and leakyRelu, inside the
 * domain of log and sqrt.
 */
function values(shape: Shape, seed: number): number[] {
  return Array.from(
    { length: sizeOf(shape) },
    (_, i) => 1 + 0.7 * Math.sin(1.3 + 2.1 * i + 5 * seed),
  );
}

function worstError({ build, shapes, center = 0 }: OpCase, order: number): number {
  const arguments_ = shapes.map((shape, seed) => ({
    shape,
    data: values(shape, seed).map((value) => value + center),
  }));
  return checkGradients(build, arguments_, { order });
}

describe('the tables', () => {
  it('answer for the same operations, and each has a case here', () => {
    expect(Object.keys(gradientRules).sort()).toEqual(Object.keys(ops).sort());
    expect(Object.keys(opCases).sort()).toEqual(Object.keys(ops).sort());
  });

  it('has cases that really use their operation', () => {
    for (const [op, cases] of Object.entries(opCases))
      for (const { build, shapes } of cases)
        expect(usesOp(build(...shapes.map((shape, i) => input(`x${i}`, shape))), op)).toBe(true);
  });
});

describe.each(Object.entries(opCases))('gradient of %s', (_, cases) => {
  it.each(cases.map((each) => [each.name, each] as const))('%s, first order', (_name, each) => {
    expect(worstError(each, 1)).toBeLessThan(tolerance);
  });
  it.each(cases.map((each) => [each.name, each] as const))('%s, second order', (_name, each) => {
    expect(worstError(each, 2)).toBeLessThan(tolerance);
  });
});

const compositions: Record<string, OpCase> = {
  abs: { name: '', shapes: [[5]], center: -1, build: (x) => abs(x) },
  square: { name: '', shapes: [[3]], build: square },
  sigmoid: { name: '', shapes: [[4]], build: sigmoid },
  mean: { name: '', shapes: [[2, 3]], build: (x) => mean(x, [1]) },
  linear: { name: '', shapes: [[2, 3], [4, 3], [4]], build: linear },
  upsampleNearest: { name: '', shapes: [[1, 2, 2, 3]], build: (x) => upsampleNearest(x) },
  averagePool: { name: '', shapes: [[1, 2, 4, 4]], build: (x) => averagePool(x) },
  upsampleConv: { name: '', shapes: [[1, 2, 3, 3], [2, 2, 3, 3], [2]], build: upsampleConv },
  upsampleBilinear: { name: '', shapes: [[1, 2, 2, 3]], build: (x) => upsampleBilinear(mul(x, x)) },
  'upsampleBilinear of volumes': {
    name: '',
    shapes: [[1, 2, 1, 2, 2]],
    build: (x) => upsampleBilinear(mul(x, x)),
  },
  downsampleBilinear: {
    name: '',
    shapes: [[1, 2, 4, 2]],
    build: (x) => downsampleBilinear(mul(x, x)),
  },
  'downsampleBilinear of volumes': {
    name: '',
    shapes: [[1, 1, 4, 2, 2]],
    build: (x) => downsampleBilinear(mul(x, x)),
  },
  'conv 4x4, stride 2': {
    name: '',
    shapes: [[1, 2, 6, 6], [2, 2, 4, 4], [2]],
    build: (x, w, bias) => conv2d(x, w, { stride: 2, padding: 1, bias }),
  },
};
describe('compositions', () => {
  it.each(Object.entries(compositions))('%s, first and second order', (_, each) => {
    expect(worstError(each, 1)).toBeLessThan(tolerance);
    expect(worstError(each, 2)).toBeLessThan(tolerance);
  });
});

describe('checkGradients', () => {
  it('finds a gradient that central differences contradict', () => {
    // At its kink |x| has the one-sided slope -1 in our rule and 0 between both sides.
    expect(checkGradients(abs, [{ shape: [1], data: [0] }])).toBeGreaterThan(0.5);
    expect(checkGradients(abs, [{ shape: [1], data: [0.5] }])).toBeLessThan(tolerance);
  });
});

describe('gradients', () => {
  it('are zeros where the loss does not depend on the input', () => {
    const [x, unused] = [input('x', [2]), input('unused', [3])];
    expect(
      evaluate(gradients(sum(x), [x, unused]), { x: [1, 2] }).map((part) => [...part]),
    ).toEqual([
      [1, 1],
      [0, 0, 0],
    ]);
  });

  it('add up over every use', () => {
    const x = input('x', []);
    expect(evaluate(gradients(mul(mul(x, x), x), [x]), { x: [2] })[0]?.[0]).toBe(12);
  });

  it('stop at detached tensors', () => {
    const x = input('x', []);
    const detached = mul(x, x);
    expect(evaluate(gradients(mul(detached, x), [x], [detached]), { x: [2] })[0]?.[0]).toBe(4);
  });

  it('refuse a loss that is no scalar', () => {
    expect(() => gradients(input('x', [2]), [])).toThrow(GraphError);
  });

  it('reach through 20,000 steps without recursion', () => {
    const x = input('x', []);
    let y = x;
    for (let i = 0; i < 20_000; i++) y = mul(y, scalar(1));
    expect(evaluate(gradients(y, [x]), { x: [3] })[0]?.[0]).toBe(1);
  });
});

function usesOp(root: Tensor, op: string): boolean {
  return root.op === op || root.inputs.some((each) => usesOp(each, op));
}
