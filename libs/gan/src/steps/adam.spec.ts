import { describe, expect, it } from 'vitest';
import { input, linear, log, mean, square, sub, sum, type Tensor } from '@scapis/numerics';
import { compileTrainStep, type TrainStep } from './adam.ts';
import {
  parameterLayout,
  flattenParameters,
  unflattenParameters,
  type Parameters,
} from '../base/parameters.ts';

const adam = { learningRate: 0.05, beta1: 0.9, beta2: 0.99, eps: 1e-8 };
const start = (): Parameters =>
  new Map([
    ['weight', { shape: [1, 2], data: Float32Array.of(0.5, -0.5) }],
    ['bias', { shape: [1], data: Float32Array.of(0) }],
  ]);
const batch = {
  x: Float32Array.of(1, 0, 0, 1, 1, 1, 2, 1),
  y: Float32Array.of(3.5, -0.5, 2.5, 5.5),
};

function regression(
  extra: Partial<typeof adam> & { weightDecay?: number } = {},
): Promise<TrainStep> {
  return compileTrainStep({
    parameters: start(),
    inputs: { x: [4, 2], y: [4, 1] },
    loss: ({ weight, bias }, { x, y }) => {
      const error = square(sub(linear(given(x), given(weight), given(bias)), given(y)));
      return { loss: mean(error), metrics: { total: sum(error) } };
    },
    adam: { ...adam, ...extra },
  });
}

function given(tensor: Tensor | undefined): Tensor {
  return tensor ?? input('missing', []);
}

describe('compileTrainStep', () => {
  it('finds the line through the points', async () => {
    const train = await regression();
    let last: Record<string, number> = {};
    for (let i = 0; i < 400; i++) last = await train.step(batch);
    expect(last['loss']).toBeLessThan(1e-4);
    expect(last['total']).toBeCloseTo(4 * (last['loss'] ?? NaN), 6);
    expect(
      [...(train.parameters().get('weight')?.data ?? [])].map((value) => Math.round(value)),
    ).toEqual([3, -1]);
  });

  it('takes the same steps as Adam written out in float64', async () => {
    const train = await regression({ weightDecay: 0.1 });
    for (let i = 0; i < 5; i++) await train.step(batch);
    expect(flat(train)).toEqual(expectedAdam(5).map((value): unknown => expect.closeTo(value, 5)));
  });

  it('gives the same bytes twice', async () => {
    const [a, b] = [await regression(), await regression()];
    for (const train of [a, b]) for (let i = 0; i < 20; i++) await train.step(batch);
    expect(flat(a)).toEqual(flat(b));
  });

  it('stops at a loss that is not finite, names the step and keeps the weights', async () => {
    const train = await compileTrainStep({
      parameters: new Map([['w', { shape: [1], data: Float32Array.of(1) }]]),
      inputs: { x: [1] },
      loss: ({ w }, { x }) => sum(log(sub(given(w), given(x)))),
      adam,
    });
    await train.step({ x: Float32Array.of(0) });
    const before = flat(train);
    await expect(train.step({ x: Float32Array.of(100) })).rejects.toThrow(/^step 2: loss is NaN/);
    expect(flat(train)).toEqual(before);
  });
});

describe('packing', () => {
  it('keeps names, shapes and values', () => {
    const layout = parameterLayout(start());
    expect(unflattenParameters(layout, flattenParameters(layout, start()))).toEqual(start());
  });

  it('refuses weights that are missing or of another size', () => {
    const layout = parameterLayout(start());
    expect(() => flattenParameters(layout, new Map())).toThrow(
      'weight weight must have 2 values, it has none',
    );
  });
});

function flat(train: TrainStep): number[] {
  return [...train.parameters().values()].flatMap(({ data }) => [...data]);
}

/** AdamW on the same regression, in plain arithmetic. */
function expectedAdam(steps: number): number[] {
  const w = [0.5, -0.5, 0];
  const [m, v] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (let t = 1; t <= steps; t++) {
    const g = [0, 0, 0];
    for (let row = 0; row < 4; row++) {
      const x = [batch.x[2 * row] ?? 0, batch.x[2 * row + 1] ?? 0, 1];
      const error =
        x.reduce((total, value, i) => total + value * (w[i] ?? 0), 0) - (batch.y[row] ?? 0);
      x.forEach((value, i) => (g[i] = (g[i] ?? 0) + (2 * error * value) / 4));
    }
    for (let i = 0; i < 3; i++) {
      m[i] = 0.9 * (m[i] ?? 0) + 0.1 * (g[i] ?? 0);
      v[i] = 0.99 * (v[i] ?? 0) + 0.01 * (g[i] ?? 0) ** 2;
      const step = (m[i] ?? 0) / (1 - 0.9 ** t) / (Math.sqrt((v[i] ?? 0) / (1 - 0.99 ** t)) + 1e-8);
      w[i] = (w[i] ?? 0) * (1 - 0.05 * 0.1) - 0.05 * step;
    }
  }
  return w;
}
