import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate, sizeOf, type Tensor } from '@scapis/numerics';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { networkLayouts } from '../networks/architecture.ts';
import { latentSize, toGanConfig } from '../config.ts';
import { ganStep } from './gan-step.ts';
import { compile } from '../runtime/runtime.ts';
import { lossNames, stateNames } from './state.ts';
import { partitionBounds, dataParallelStep } from './data-parallel-step.ts';

// A whole step against PyTorch's, from the same inputs (tools/golden-steps.py has the formulas and
// made the fixture).

const state = z.object({ norm: z.number(), every29th: z.array(z.number()) });
const step = z.object({
  losses: z.record(z.enum(lossNames), z.number()),
  states: z.record(z.string(), state),
});
const golden = z
  .object({ scalars: z.record(z.string(), z.number()), exact: step, 'finite-difference': step })
  .parse(
    JSON.parse(
      readFileSync(join(import.meta.dirname, '__fixtures__', 'golden-steps.json'), 'utf8'),
    ),
  );

const size = 16;
const wave = (phase: number, scale: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => scale * Math.cos(phase + 1.7 * i));
const moments = (phase: number, count: number): Float64Array =>
  wave(phase, 0.01, count).map((x) => 0.02 + x);

/** [size, size]: a 1 where row i takes row i - by. */
const shift = (by: number): number[] =>
  Array.from({ length: size * size }, (_, at) => Number(Math.floor(at / size) - by === at % size));
const transposed = (matrix: number[]): number[] =>
  matrix.map((_, at) => matrix[(at % size) * size + Math.floor(at / size)] ?? 0);
const augmentation = (
  name: string,
  down: number,
  right: number,
  contrast: number[],
  brightness: number[],
): Record<string, number[]> => ({
  [`${name}.shiftY`]: [...shift(down), ...shift(down)],
  [`${name}.shiftX`]: [...transposed(shift(right)), ...transposed(shift(right))],
  [`${name}.contrast`]: contrast,
  [`${name}.brightness`]: brightness,
});

describe.each(['exact', 'finite-difference'] as const)('a step with the %s penalty', (kind) => {
  const config = toGanConfig({
    size,
    latentLength: 4,
    generatorChannels: [8, 8, 4],
    discriminatorChannels: [4, 8],
    featureLength: 8,
    batch: 2,
    augmentation: { translation: 1 },
    penalty: { kind, sigma: 0.05 },
  });
  const layouts = networkLayouts(config);
  const labels = new Float64Array(18);
  for (const at of [3, 5, 7, 9, 13, 17]) labels[at] = 1;
  const feeds: Record<string, ArrayLike<number>> = {
    generator: wave(1, 0.3, layouts.generator.size),
    discriminator: wave(2, 0.3, layouts.discriminator.size),
    classifier: wave(3, 0.3, layouts.classifier.size),
    average: wave(4, 0.3, layouts.generator.size),
    discriminatorSecond: moments(8, layouts.discriminator.size),
    generatorSecond: moments(9, layouts.generator.size),
    classifierFirst: wave(10, 0.01, layouts.classifier.size),
    classifierSecond: moments(11, layouts.classifier.size),
    z: wave(5, 1, 2 * latentSize(config)),
    labels,
    real: wave(6, 0.8, 2 * size * size),
    ...augmentation('real', 1, -1, [1.1, 0.9], [0.05, -0.05]),
    ...augmentation('fake', -1, 0, [0.8, 1.2], [-0.02, 0.03]),
    ...(kind === 'finite-difference' && {
      noise: wave(7, 1, 4 * 3 * size * size).map((x) => (x > 0 ? 1 : -1)),
    }),
    ...Object.fromEntries(Object.entries(golden.scalars).map(([name, value]) => [name, [value]])),
  };
  const outputs = ganStep(config, layouts, { withPenalty: true });

  /**
   * Differences relative to 1 and to the number itself: second moments are squares of gradients and
   * may be large.
   */
  const check = (found: (name: string) => ArrayLike<number>, tolerance: number): void => {
    const { losses, states } = golden[kind];
    for (const name of lossNames)
      expect(
        Math.abs((found(name)[0] ?? NaN) - losses[name]) / (1 + Math.abs(losses[name])),
        name,
      ).toBeLessThan(tolerance);
    for (const name of stateNames.filter((each) => each in states)) {
      const { norm, every29th } = states[name] ?? { norm: NaN, every29th: [] };
      const values = Array.from(found(`next.${name}`));
      expect(Math.abs(Math.hypot(...values) - norm) / norm, name).toBeLessThan(tolerance);
      const sampled = values.filter((_, at) => at % 29 === 0);
      expect(sampled.length, name).toBe(every29th.length);
      sampled.forEach((value, at) => {
        const expected = every29th[at] ?? NaN;
        expect(
          Math.abs(value - expected) / (1 + Math.abs(expected)),
          `${name} ${29 * at}`,
        ).toBeLessThan(tolerance);
      });
    }
  };

  const byReference = (
    graph: Record<string, Tensor>,
    fed: Record<string, ArrayLike<number>>,
  ): Record<string, number[]> => {
    const values = evaluate(
      Object.values(graph),
      Object.fromEntries(Object.entries(fed).map(([name, data]) => [name, Array.from(data)])),
    );
    return Object.fromEntries(
      Object.keys(graph).map((name, at) => [name, Array.from(values[at] ?? [])]),
    );
  };

  it("is PyTorch's, to ten digits, by the reference evaluator", () => {
    const found = byReference(outputs, feeds);
    check((name) => found[name] ?? [], 1e-9);
  });

  it("is PyTorch's, to ten digits, in micro-batches of one image", () => {
    const graphs = dataParallelStep({ ...config, shards: 2 }, layouts);
    /** The noise has real images first: of the batch in the fixture, of a micro-batch here. */
    const noiseOf = (part: number): number[] =>
      [0, 1].flatMap((side) =>
        Array.from(feeds['noise'] ?? []).slice(
          (2 * side + part) * 3 * size * size,
          (2 * side + part + 1) * 3 * size * size,
        ),
      );
    const ofPart = (part: number): Record<string, ArrayLike<number>> => ({
      ...feeds,
      ...Object.fromEntries(
        Object.entries(feeds)
          .filter(([name]) => /^(z|labels|real|real\..*|fake\..*)$/.test(name))
          .map(([name, values]) => [
            name,
            Array.from(values).slice((part * values.length) / 2, ((part + 1) * values.length) / 2),
          ]),
      ),
      noise: noiseOf(part),
    });
    const gradients = (
      graph: Record<string, Tensor>,
      changed: Record<string, ArrayLike<number>> = {},
    ): Record<string, number[]> => {
      const found = [0, 1].map((part) => byReference(graph, { ...ofPart(part), ...changed }));
      const mean = Object.fromEntries(
        Object.entries(found[0] ?? {}).map(([name, [value = NaN]]) => [
          name,
          [(value + (found[1]?.[name]?.[0] ?? NaN)) / 2],
        ]),
      );
      return {
        ...mean,
        ...Object.fromEntries(
          found.flatMap((each, part) =>
            Object.entries(each).map(([name, values]) => [`${name}.${part}`, values]),
          ),
        ),
      };
    };
    /** Each half of the weights, then both joined; the squares are summed. */
    const updated = (
      halves: readonly Record<string, Tensor>[],
      from: Record<string, ArrayLike<number>>,
    ): Record<string, number[]> => {
      const half = (values: ArrayLike<number>, at: number): number[] =>
        values.length > 1
          ? Array.from(values).slice(...partitionBounds(values.length, at, 2))
          : Array.from(values);
      const found = halves.map((graph, at) =>
        byReference(
          graph,
          Object.fromEntries(
            Object.entries(from).map(([name, values]) => [name, half(values, at)]),
          ),
        ),
      );
      const names = Object.keys(found[0] ?? {});
      return Object.fromEntries(
        names.map((name) => [name, found.flatMap((each) => each[name] ?? [])]),
      );
    };
    const discriminatorFound = gradients(graphs.discriminatorGradientsWithPenalty);
    const discriminatorNext = updated(graphs.discriminatorUpdate, {
      ...feeds,
      ...discriminatorFound,
    });
    const generatorFound = gradients(graphs.generatorGradient, {
      discriminator: discriminatorNext['next.discriminator'] ?? [],
    });
    const generatorNext = updated(graphs.generatorUpdate, { ...feeds, ...generatorFound });
    const length = (squares: readonly number[] = []): number[] => [
      Math.sqrt(squares.reduce((sum, each) => sum + each, 0)),
    ];
    const [discriminatorGradient, generatorGradient] = [
      length(discriminatorNext['discriminatorSquares']),
      length(generatorNext['generatorSquares']),
    ];
    const found: Record<string, number[]> = {
      ...discriminatorFound,
      ...generatorFound,
      ...discriminatorNext,
      ...generatorNext,
      discriminatorGradient,
      generatorGradient,
    };
    check((name) => found[name] ?? [], 1e-9);
  });

  it("is PyTorch's, to float32, by ONNX Runtime", async () => {
    const program = await compile(outputs);
    const fed = Object.fromEntries(
      Object.entries(program.inputs).map(([name, shape]) => {
        const data = Float32Array.from(feeds[name] ?? []);
        if (data.length !== sizeOf(shape)) throw new Error(`${name} has ${data.length} values`);
        return [name, data];
      }),
    );
    const results = await program.run(fed);
    await program.dispose();
    check((name) => results[name] ?? [], 5e-5);
  });
});
