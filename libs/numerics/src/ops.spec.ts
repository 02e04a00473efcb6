import { describe, expect, it } from 'vitest';
import { gradients } from './backward.ts';
import {
  add,
  averagePool,
  broadcast,
  concat,
  constant,
  conv,
  conv2d,
  convInputGradient,
  convWeightGradient,
  downsampleBilinear,
  greater,
  input,
  logSumExp,
  matmul,
  mul,
  reshape,
  slice,
  sum,
  transpose,
  upsampleBilinear,
  upsampleConv,
  where,
} from './build.ts';
import { upsampleNearest } from './compositions.fixture.ts';
import { evaluate } from './evaluate.ts';
import { printGraph, toOnnx } from './onnx.ts';
import { sizeOf, type Shape, type Tensor } from './tensor.ts';

const run = (x: Tensor, feeds = {}): number[] => [...(evaluate([x], feeds)[0] ?? [])];
const wave = (shape: Shape, seed = 0): Tensor =>
  constant(
    Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1 + seed + 1.7 * i)),
    shape,
  );

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 10));
}

describe('reference values', () => {
  it('convolves as written on paper', () => {
    const x = constant([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]);
    const w = constant([1, 10, 100, 1000], [1, 1, 2, 2]);
    expect(run(conv2d(x, w))).toEqual([5421, 6532, 8754, 9865]);
    expect(run(conv2d(x, w, { padding: 1 })).slice(0, 4)).toEqual([1000, 2100, 3200, 300]);
  });

  it('sums weight gradients over images and pixels', () => {
    const x = constant([1, 2, 3, 4, 1, 1, 1, 1], [2, 1, 2, 2]);
    const g = constant([1, 10], [2, 1, 1, 1]);
    expect(run(convWeightGradient(x, g, { stride: 1, padding: 0, kernel: 2 }))).toEqual([
      11, 12, 13, 14,
    ]);
  });

  it('keeps logSumExp finite for large values', () => {
    expectClose(run(logSumExp(constant([1000, 1000], [2]))), [1000 + Math.log(2)]);
  });

  it('permutes, joins and cuts', () => {
    const x = constant([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(run(transpose(x))).toEqual([1, 4, 2, 5, 3, 6]);
    expect(run(concat([x, x], 1))).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
    expect(run(slice(x, [0, 1], [2, 3]))).toEqual([2, 3, 5, 6]);
  });
});

describe('rearranged convolutions', () => {
  it('gives what upsampling and a 3x3 convolution give', () => {
    const [x, w, bias] = [wave([2, 3, 4, 5]), wave([2, 3, 3, 3], 1), wave([2], 2)];
    expectClose(
      run(upsampleConv(x, w, bias)),
      run(conv2d(upsampleNearest(x), w, { padding: 1, bias })),
    );
  });

  it('interpolates as nearest pixels and a blur do, and halves as a blur and means do', () => {
    const blur = (x: Tensor): Tensor =>
      conv(x, repeated([1, 2, 1, 2, 4, 2, 1, 2, 1].map((value) => value / 16)), {
        stride: 1,
        padding: 1,
        groups: 3,
      });
    const repeated = (kernel: number[]): Tensor =>
      constant([...kernel, ...kernel, ...kernel], [3, 1, 3, 3]);
    const x = wave([2, 3, 4, 6]);
    expectClose(run(upsampleBilinear(x)), run(blur(upsampleNearest(x))));
    expectClose(run(downsampleBilinear(x)), run(averagePool(blur(x))));
  });

  it('resamples a volume that is even along its depth as its slabs', () => {
    const slab = wave([2, 3, 4, 6]);
    const volume = broadcast(reshape(slab, [2, 3, 1, 4, 6]), [2, 3, 8, 4, 6]);
    const middle = (x: Tensor): Tensor => {
      const [n = 0, c = 0, depth = 0, height = 0, width = 0] = x.shape;
      return reshape(slice(x, [0, 0, depth / 2, 0, 0], [n, c, depth / 2 + 1, height, width]), [
        n,
        c,
        height,
        width,
      ]);
    };
    for (const resample of [upsampleBilinear, downsampleBilinear])
      expectClose(run(middle(resample(volume))), run(resample(slab)));
  });

  it('in groups give what each group alone gives, one after the other', () => {
    const [x, w] = [wave([2, 4, 3, 3]), wave([6, 2, 3, 3], 1)];
    const part = (t: Tensor, axis: number, start: number, end: number): Tensor =>
      slice(
        t,
        t.shape.map((_, at) => (at === axis ? start : 0)),
        t.shape.map((length, at) => (at === axis ? end : length)),
      );
    const alone = [0, 1].map((group) =>
      conv2d(part(x, 1, 2 * group, 2 * group + 2), part(w, 0, 3 * group, 3 * group + 3), {
        padding: 1,
      }),
    );
    expectClose(run(conv(x, w, { stride: 1, padding: 1, groups: 2 })), run(concat(alone, 1)));
  });

  it('of a volume are sums of convolutions of its slabs', () => {
    const [x, w] = [wave([1, 2, 3, 4, 4]), wave([2, 2, 3, 3, 3], 1)];
    const slab = (t: Tensor, at: number): Tensor => {
      const [n = 0, c = 0, , height = 0, width = 0] = t.shape;
      return reshape(slice(t, [0, 0, at, 0, 0], [n, c, at + 1, height, width]), [
        n,
        c,
        height,
        width,
      ]);
    };
    const slabs = [0, 1, 2].map((at) => conv2d(slab(x, at), slab(w, at), { padding: 1 }));
    expectClose(run(slab(conv(x, w, { stride: 1, padding: 1 }), 1)), run(slabs.reduce(add)));
  });

  it.each([
    [4, 2, 1, 8],
    [3, 2, 1, 8],
    [3, 2, 1, 7],
    [3, 3, 0, 9],
    [2, 2, 0, 5],
  ])(
    'kernel %i, stride %i, padding %i, size %i is every stride-th pixel of the plain one',
    (kernel, stride, padding, size) => {
      const [x, w] = [wave([2, 2, size, size]), wave([3, 2, kernel, kernel], 1)];
      const dense = conv2d(x, w, { padding });
      const length = dense.shape[3] ?? 0;
      const expected = run(dense).filter(
        (_, flat) =>
          (Math.floor(flat / length) % length) % stride === 0 && (flat % length) % stride === 0,
      );
      expectClose(run(conv2d(x, w, { stride, padding })), expected);
    },
  );
});

describe('a graph that makes no sense', () => {
  const x = input('x', [2, 3]);
  it.each([
    ['add', () => add(x, input('y', [2, 4]))],
    ['matmul', () => matmul(x, x)],
    ['reshape', () => reshape(x, [7])],
    ['slice', () => slice(x, [0, 2], [2, 4])],
    ['conv', () => conv2d(input('i', [1, 1, 4, 4]), input('w', [1, 1, 3, 3]), { padding: 3 })],
    ['conv', () => conv2d(input('i', [1, 1, 2, 2]), input('w', [1, 1, 3, 3]))],
    [
      'conv',
      () =>
        conv(input('i', [1, 4, 4, 4]), input('w', [3, 2, 3, 3]), {
          stride: 1,
          padding: 1,
          groups: 2,
        }),
    ],
    [
      'conv',
      () => conv(input('i', [1, 2, 4, 4, 4]), input('w', [2, 2, 3, 3]), { stride: 1, padding: 1 }),
    ],
    [
      'convWeightGradient',
      () =>
        convWeightGradient(input('i', [1, 3, 4, 4]), input('g', [1, 2, 4, 4]), {
          stride: 1,
          padding: 1,
          kernel: 3,
          groups: 2,
        }),
    ],
    [
      'convInputGradient',
      () =>
        convInputGradient(input('g', [1, 2, 4, 4]), input('w', [2, 2, 3, 3]), {
          stride: 1,
          padding: 1,
          depth: 4,
          height: 4,
          width: 4,
        }),
    ],
    ['where', () => where(x, x, x)],
    ['constant', () => constant([1], [2])],
  ])('is refused by %s', (op, build) => {
    expect(build).toThrow(new RegExp(`^${op}: `));
  });

  it('is refused when inputs share a name, or an output takes one', () => {
    expect(() => toOnnx({ name: 'p', outputs: { y: add(x, input('x', [3])) } })).toThrow(
      /two inputs/,
    );
    expect(() => toOnnx({ name: 'p', outputs: { x: add(x, 1) } })).toThrow(
      /names an input and an output/,
    );
  });

  it('says which input is missing or has the wrong length', () => {
    expect(() => evaluate([x], {})).toThrow('input x was not fed');
    expect(() => evaluate([x], { x: [1] })).toThrow('takes 6 values, 1 were fed');
  });
});

describe('emission', () => {
  it('writes inputs, outputs and shared constants', () => {
    const x = input('x', [2, 3]);
    const model = toOnnx({ name: 'p', outputs: { y: mul(add(x, 1), 1), again: greater(x, 1) } });
    expect(model.graph.input.map(({ name }) => name)).toEqual(['x']);
    expect(model.graph.output.map(({ name, type }) => [name, type.tensorType.elemType])).toEqual([
      ['y', 1],
      ['again', 9],
    ]);
    expect(model.graph.initializer).toHaveLength(1);
  });

  it('prints a program and its gradient', () => {
    const [x, w] = [input('x', [1, 2]), input('w', [2, 1])];
    const loss = sum(matmul(x, w));
    const [dw] = gradients(loss, [w]);
    expect(`\n${printGraph({ loss, dw: dw ?? loss })}`).toMatchInlineSnapshot(`
      "
      x [1,2] = input
      w [2,1] = input
      %2 [1,1] = matmul x w
      %3 [1,1] = sum %2 axes=[0,1]
      %4 [] = reshape %3
      %5 [2,1] = transpose x order=[1,0]
      %6 [] = constant data=1
      %7 [1,1] = reshape %6
      %8 [2,1] = matmul %5 %7
      loss <- %4
      dw <- %8"
    `);
  });
});
