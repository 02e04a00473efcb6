import { describe, expect, it } from 'vitest';
import {
  add,
  conv2d,
  downsampleBilinear,
  evaluate,
  greater,
  gradients,
  input,
  matmul,
  mul,
  sizeOf,
  sum,
  upsampleBilinear,
  upsampleConv,
  where,
  type Shape,
  type Tensor,
} from '@scapis/numerics';
import { opCases } from '@scapis/numerics/testing';
import { compile, compileModel, OutOfMemoryError } from './runtime.ts';

/** Largest |runtime - reference| / (1 + |reference|) over all outputs. */
async function disagreement(
  outputs: Record<string, Tensor>,
  shapes: readonly Shape[],
  center = 0,
): Promise<number> {
  const feeds = Object.fromEntries(
    shapes.map((shape, seed) => [
      `x${seed}`,
      Float32Array.from(
        { length: sizeOf(shape) },
        (_, i) => center + 1 + 0.7 * Math.sin(1.3 + 2.1 * i + 5 * seed),
      ),
    ]),
  );
  const program = await compile(outputs);
  const used = Object.fromEntries(
    Object.keys(program.inputs).map((name) => [name, feeds[name] ?? new Float32Array()]),
  );
  const results = await program.run(used);
  await program.dispose();
  const expected = evaluate(Object.values(outputs), feeds);
  return Object.keys(outputs).reduce((worst, name, at) => {
    const [actual, reference] = [results[name], expected[at]];
    if (actual === undefined || reference?.length !== actual.length) return Infinity;
    return actual.reduce(
      (most, value, i) =>
        Math.max(
          most,
          Math.abs(value - (reference[i] ?? NaN)) / (1 + Math.abs(reference[i] ?? NaN)),
        ),
      worst,
    );
  }, 0);
}

/** A float32 input or output of a ModelProto. */
function valueOf(name: string, shape: Shape): object {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: 1, shape: { dim } } } };
}

/** The value, the gradient in every input, and the gradient of that: the rules are emitted too. */
function withGradients(y: Tensor, inputs: readonly Tensor[]): Record<string, Tensor> {
  const first = gradients(sum(mul(y, y)), inputs);
  const second = gradients(first.map((g) => sum(mul(g, g))).reduce(add), inputs);
  return { y, ...Object.fromEntries([...first, ...second].map((g, i) => [`g${i}`, g])) };
}

describe('ONNX Runtime against the float64 reference', () => {
  it.each(Object.entries(opCases))('%s', async (_, cases) => {
    for (const { build, shapes, center } of cases) {
      const inputs = shapes.map((shape, i) => input(`x${i}`, shape));
      expect(
        await disagreement(withGradients(build(...inputs), inputs), shapes, center),
      ).toBeLessThan(2e-5);
    }
  });

  it('upsampling and strided convolutions', async () => {
    const shapes = [
      [2, 3, 6, 6],
      [4, 3, 3, 3],
      [3, 3, 4, 4],
    ];
    const [x, w, v] = shapes.map((shape, i) => input(`x${i}`, shape));
    if (x === undefined || w === undefined || v === undefined) throw new Error('three inputs');
    expect(await disagreement(withGradients(upsampleConv(x, w), [x, w]), shapes)).toBeLessThan(
      2e-5,
    );
    expect(
      await disagreement(withGradients(conv2d(x, v, { stride: 2, padding: 1 }), [x, v]), shapes),
    ).toBeLessThan(2e-5);
  });

  it.each([upsampleBilinear, downsampleBilinear])('%o of images and volumes', async (resample) => {
    for (const shape of [
      [2, 16, 4, 6],
      [2, 3, 4, 2, 6],
    ]) {
      const x = input('x0', shape);
      expect(await disagreement(withGradients(resample(mul(x, x)), [x]), [shape])).toBeLessThan(
        2e-5,
      );
    }
  });
});

describe('a compiled program', () => {
  it("writes into the caller's array and reads it back as the next state", async () => {
    const state = input('state', [3]);
    const program = await compile({ next: mul(state, 2) });
    let [now, spare] = [Float32Array.of(1, 2, 3), new Float32Array(3)];
    for (let i = 0; i < 3; i++) {
      await program.run({ state: now }, { next: spare });
      [now, spare] = [spare, now];
    }
    expect([...now]).toEqual([8, 16, 24]);
    await program.dispose();
  });

  it('gives an output that is an input, and one tensor under two names', async () => {
    const x = input('x', [2]);
    const y = add(x, 1);
    const program = await compile({ same: x, y, again: y });
    const results = await program.run({ x: Float32Array.of(1, 2) });
    expect([results.same, results.y, results.again].map((values) => [...(values ?? [])])).toEqual([
      [1, 2],
      [2, 3],
      [2, 3],
    ]);
  });

  describe('gives the same bytes wherever its arrays begin', () => {
    const shape = [2, 5, 16, 17];
    const x = input('x', shape);
    const model = (node: object, out: Shape): object => ({
      irVersion: 8,
      opsetImport: [{ version: 13 }],
      graph: { name: 'g', node: [node], input: [valueOf('x', shape)], output: [valueOf('y', out)] },
    });
    const means: Record<string, () => ReturnType<typeof compile>> = {
      'a sum': () => compile({ y: sum(mul(x, x), [2, 3]) }),
      'a mean of a foreign model': () =>
        compileModel(
          model(
            {
              opType: 'ReduceMean',
              input: ['x'],
              output: ['y'],
              attribute: [
                { name: 'axes', type: 7, ints: [2, 3] },
                { name: 'keepdims', type: 2, i: 0 },
              ],
            },
            [2, 5],
          ),
          { y: [2, 5] },
        ),
      'an output': () => compile({ y: mul(x, 1 / 3) }),
    };
    it.each(Object.entries(means))('%s', async (_name, open) => {
      const program = await open();
      const length = sizeOf(shape);
      const written = sizeOf(program.outputs.y ?? []);
      const seen = new Set<string>();
      for (let offset = 0; offset <= 64; offset += Float32Array.BYTES_PER_ELEMENT) {
        const view = new Float32Array(new ArrayBuffer(length * 4 + 64), offset, length);
        view.set(view.map((_, i) => 1 + 0.7 * Math.sin(1.3 * i)));
        const into = new Float32Array(new ArrayBuffer(written * 4 + 64), offset, written);
        const { y } = await program.run({ x: view }, { y: into });
        expect(y).toEqual(into);
        seen.add([...into].join());
      }
      expect(seen.size).toBe(1);
      await program.dispose();
    });
  });

  it('says what is wrong with its feeds', async () => {
    const program = await compile({ y: where(greater(input('x', [2]), 0), 1, 0) });
    await expect(program.run({})).rejects.toThrow('input x was not fed');
    await expect(program.run({ x: Float32Array.of(1) })).rejects.toThrow(
      'x takes 2 values of shape [2], 1 were given',
    );
    await expect(program.run({ x: new Float32Array(2), z: new Float32Array(2) })).rejects.toThrow(
      'has no input z; it takes x',
    );
  });

  it('names a lack of memory as such', async () => {
    // An outer product of 2^47 numbers: more than any machine can address.
    const program = await compile({
      y: sum(matmul(input('column', [2 ** 23, 1]), input('row', [1, 2 ** 24]))),
    });
    await expect(
      program.run({ column: new Float32Array(2 ** 23), row: new Float32Array(2 ** 24) }),
    ).rejects.toThrow(OutOfMemoryError);
  });
});

describe('providers', () => {
  it('are tried in order, and what cannot be used is told once with what to do', async () => {
    const told: string[] = [];
    const options = {
      providers: ['cuda', 'cpu'] as const,
      onFallback: (sentence: string) => told.push(sentence),
    };
    const programs = [
      await compile({ y: add(input('x', [1]), 1) }, options),
      await compile({ y: add(input('x', [1]), 2) }, options),
    ];
    // Asked for before NVIDIA's libraries are loaded, which read it then.
    expect(process.env.NVIDIA_TF32_OVERRIDE).toBe('0');
    // Where a GPU's libraries are installed nothing falls back, and nothing is told.
    expect(programs.map(({ provider }) => provider)).toEqual(
      Array(2).fill(told.length === 0 ? 'cuda' : 'cpu'),
    );
    expect(
      told.filter(
        (sentence) =>
          !/^The next compute provider .*: cuda cannot be used here \(.+\)\. Needs an NVIDIA driver/.test(
            sentence,
          ),
      ),
    ).toEqual([]);
    expect(told.length).toBeLessThan(2);
    const results = await Promise.all(
      programs.map((program) => program.run({ x: Float32Array.of(1) })),
    );
    expect(results.map(({ y }) => y?.[0])).toEqual([2, 3]);
    await Promise.all(programs.map((program) => program.dispose()));
  });
});
