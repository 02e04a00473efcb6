import { describe, expect, it } from 'vitest';
import { gradients } from './backward.ts';
import {
  add,
  broadcast,
  conv,
  convInputGradient,
  div,
  input,
  leakyRelu,
  linear,
  matmul,
  mul,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  transpose,
} from './build.ts';
import { evaluate } from './evaluate.ts';
import { perSampleGradients } from './per-sample.ts';
import { sizeOf, type Shape, type Tensor } from './tensor.ts';

const samples = 3;
const numbers = (count: number, seed: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(1 + seed * 17 + i * 1.7));

/** Compares with a loop that gives the ordinary gradient one sample at a time. */
function expectLoop(
  weights: Record<string, Shape>,
  x: Shape,
  f: (x: Tensor, w: Record<string, Tensor>) => Tensor,
): void {
  const w = Object.fromEntries(
    Object.entries(weights).map(([name, shape]) => [name, input(name, shape)]),
  );
  const feeds = Object.fromEntries(
    Object.entries(weights).map(([name, shape], i) => [name, numbers(sizeOf(shape), i + 1)]),
  );
  const [batch, seeds] = [input('x', [samples, ...x]), input('seeds', [samples])];
  const values = numbers(samples * sizeOf(x), 0);
  const seedValues = numbers(samples, 9);
  const together = evaluate(perSampleGradients(f(batch, w), seeds, Object.values(w), [batch]), {
    ...feeds,
    x: values,
    seeds: seedValues,
  });
  const one = input('x', [1, ...x]);
  const alone = gradients(reshape(f(one, w), []), Object.values(w));
  for (let n = 0; n < samples; n++) {
    const expected = evaluate(alone, {
      ...feeds,
      x: values.subarray(n * sizeOf(x), (n + 1) * sizeOf(x)),
    });
    for (const [at, gradient] of expected.entries()) {
      const own = together[at]?.subarray(n * gradient.length, (n + 1) * gradient.length) ?? [];
      expect(own).toHaveLength(gradient.length);
      for (const [i, value] of gradient.entries())
        expect(own[i]).toBeCloseTo(value * (seedValues[n] ?? NaN), 10);
    }
  }
}

describe('gradients of single samples', () => {
  it.each([
    { stride: 1, padding: 1, kernel: 3, size: 5 },
    { stride: 2, padding: 1, kernel: 4, size: 6 },
    { stride: 2, padding: 0, kernel: 3, size: 6 },
    { stride: 3, padding: 2, kernel: 5, size: 7 },
    { stride: 1, padding: 0, kernel: 1, size: 3 },
  ])(
    'of a convolution with a kernel of $kernel and stride $stride',
    ({ stride, padding, kernel, size }) => {
      expectLoop({ w: [3, 2, kernel, kernel], b: [3] }, [2, size, size], (x, { w, b }) =>
        sum(square(conv(x, given(w), { stride, padding }, b)), [1, 2, 3]),
      );
    },
  );

  it('of layers, biases and label projections, deep and reused', () => {
    expectLoop(
      { first: [4, 5], bias: [4], gain: [1, 4], row: [4], all: [] },
      [5],
      (x, { first, bias, gain, row, all }) => {
        const hidden = leakyRelu(linear(x, given(first), bias));
        const again = mul(add(hidden, given(row)), add(given(gain), sub(hidden, given(row))));
        return mul(sum(add(again, given(bias)), [1]), given(all));
      },
    );
  });

  it('of weights that are made into others first', () => {
    expectLoop({ w: [2, 2, 2, 2], m: [4, 4], v: [2, 2] }, [2, 4, 4], (x, { w, m, v }) => {
      // Standardised and mixed weights: a root of a sum of squares, products with constants and
      // with each other.
      const scaled = div(given(w), sqrt(sum(square(given(w)), [1, 2, 3], true)));
      const y = tanh(conv(x, scaled, { stride: 2, padding: 0 }));
      const mixed = matmul(reshape(transpose(given(v)), [1, 4]), mul(given(m), 0.5));
      return sum(
        mul(
          reshape(y, [x.shape[0] ?? 0, 8]),
          reshape(broadcast(reshape(mixed, [1, 4]), [2, 4]), [1, 8]),
        ),
        [1],
      );
    });
  });

  it('keep the axes of products that have several', () => {
    expectLoop({ w: [3, 4], u: [2, 5] }, [5, 3], (x, { w, u }) =>
      sum(square(matmul(matmul(given(u), x), given(w))), [1, 2]),
    );
  });

  it('are zeros for a weight that takes no part', () => {
    const [x, w, unused] = [input('x', [2, 3]), input('w', [3, 1]), input('unused', [2])];
    const [, zeros] = perSampleGradients(
      reshape(matmul(x, w), [2]),
      input('seeds', [2]),
      [w, unused],
      [x],
    );
    expect([
      ...(evaluate([given(zeros)], { x: [1, 2, 3, 4, 5, 6], w: [1, 1, 1], seeds: [1, -2] })[0] ??
        []),
    ]).toEqual([0, 0, 0, 0]);
  });

  it('are refused where samples mix or a rule is missing', () => {
    const [x, w] = [input('x', [2, 3]), input('w', [3, 3])];
    const centred = sub(matmul(x, w), sum(matmul(x, w), [0], true));
    expect(() => perSampleGradients(sum(centred, [1]), input('seeds', [2]), [w], [x])).toThrow(
      'sum: [1,3] mixes the 2 samples',
    );
    const [images, kernel] = [input('images', [2, 3, 2, 2]), input('kernel', [3, 1, 2, 2])];
    const grown = convInputGradient(images, kernel, { stride: 2, padding: 0, height: 4, width: 4 });
    expect(() =>
      perSampleGradients(sum(grown, [1, 2, 3]), input('seeds', [2]), [kernel], [images]),
    ).toThrow('convInputGradient takes a weight');
  });
});

function given(tensor: Tensor | undefined): Tensor {
  if (tensor === undefined) throw new Error('a tensor is missing');
  return tensor;
}
