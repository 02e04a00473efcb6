import { describe, expect, it } from 'vitest';
import { ageBands, calciumGrades, sexes, type ImageLabels } from '@scapis/contracts';
import { constant, evaluate } from '@scapis/numerics';
import { phantomImageSet, phantomVolumeSet } from '@scapis/phantom';
import { discriminator, generator, networkLayouts } from './architecture.ts';
import {
  latentSize,
  sampleLatents,
  ganConfig,
  imageShape,
  toGanConfig,
  type GanConfig,
  type GanConfigInput,
  storedGanConfig,
} from '../config.ts';
import { estimate } from '../training/estimate.ts';
import { RandomStream } from '../base/philox.ts';
import { mixGenerators } from '../generators/mixture.ts';
import { openGenerator } from '../generators/generator.ts';
import type { ImageSet } from '../base/image-set.ts';
import { createTraining, openTraining } from '../training/training.ts';
import { lossNames } from '../steps/state.ts';

/** Few channels at every size: the sizes are what is tried here. */
function narrow(size: GanConfig['size'], dimensions: 2 | 3, more: GanConfigInput = {}): GanConfig {
  const widths = Array<number>(Math.log2(size / 4) + 1).fill(4);
  return toGanConfig({
    architecture: { name: 'residual', expansion: 1, labelLength: 4 },
    dimensions,
    size,
    latentLength: 8,
    generatorChannels: widths,
    discriminatorChannels: widths,
    featureLength: 8,
    batch: 2,
    totalSteps: 40,
    augmentation: { translation: 2 },
    ...more,
  });
}

const images = (size: number): ImageSet => phantomImageSet({ seed: 'large', subjects: 2, size });
const volumes = (size: number): ImageSet => phantomVolumeSet({ seed: 'large', subjects: 2, size });
const labels: ImageLabels[] = [0, 1].map((i) => ({
  calciumGrade: calciumGrades[i] ?? 'none',
  sex: sexes[i] ?? 'female',
  ageBand: ageBands[i] ?? '50-54',
}));

/**
 * Compiling takes a tenth of a second of two free cores; on a machine that is busy, many times
 * that.
 */
const patience = { timeout: 120_000 };

describe('the residual network', patience, () => {
  it.each([
    ['128 pixels', narrow(128, 2), images(128)],
    ['256 pixels', narrow(256, 2), images(256)],
    ['volumes of 64', narrow(64, 3), volumes(64)],
  ])('trains at %s and generates', async (_, config, set) => {
    const run = await createTraining({ config, images: set, seed: 1 });
    const points = await run.run({ steps: 2 });
    expect(
      points.flatMap(({ losses }) => lossNames.map((name) => losses[name])).every(Number.isFinite),
    ).toBe(true);
    const generator = await run.generator();
    const sampled = await generator.sample({ labels: labels.slice(0, 1), seed: 1 });
    expect(sampled).toHaveLength(config.size ** config.dimensions);
    expect(sampled.every((value) => value > -1 && value < 1)).toBe(true);
    expect(new Set(sampled).size).toBeGreaterThan(sampled.length / 2);
    await Promise.all([run.dispose(), generator.dispose()]);
  });

  it.each([
    ['images', narrow(16, 2, { guidance: null }), images(16)],
    ['volumes', narrow(16, 3, { guidance: null }), volumes(16)],
  ])(
    'of %s, killed and resumed, equals one that was not; its generator samples the same from its file',
    async (_, config, set) => {
      const whole = await createTraining({ config, images: set, seed: 1 });
      await whole.run({ steps: 6 });
      const first = await createTraining({ config, images: set, seed: 1 });
      const start = first.checkpoint();
      await first.run({ steps: 3 });
      const resumed = await openTraining(first.checkpoint(), set);
      await resumed.run({ steps: 3 });
      expect(resumed.checkpoint()).toEqual(whole.checkpoint());
      expect(resumed.checkpoint()).not.toEqual(start);
      const [a, b] = await Promise.all(
        [whole, resumed].map((run) => openGenerator(run.generatorFile())),
      );
      const sampled = await a?.sample({ labels, seed: 3 });
      expect(await b?.sample({ labels, seed: 3 })).toEqual(sampled);
      expect(sampled?.subarray(0, sampled.length / 2)).not.toEqual(
        sampled?.subarray(sampled.length / 2),
      );
      await Promise.all([
        whole.dispose(),
        first.dispose(),
        resumed.dispose(),
        a?.dispose(),
        b?.dispose(),
      ]);
    },
  );

  it.each([
    ['images', 2, images(16)],
    ['volumes', 3, volumes(16)],
  ] as const)(
    'of %s has the exact penalty that finite differences estimate',
    async (_, dimensions, set) => {
      const penaltyOf = async (penalty: GanConfigInput['penalty']): Promise<number> => {
        const run = await createTraining({
          config: narrow(16, dimensions, { penalty, batch: 16, guidance: null }),
          images: set,
          seed: 1,
        });
        const [point] = await run.run({ steps: 1 });
        await run.dispose();
        return point?.losses.penalty ?? NaN;
      };
      const [exact, estimated] = await Promise.all([
        penaltyOf({ kind: 'exact' }),
        penaltyOf({ kind: 'finite-difference', sigma: 1e-2 }),
      ]);
      // One random direction for each of 32 images: the mean of a chi-squared variable, within four
      // standard errors.
      expect(Math.abs(estimated / exact - 1)).toBeLessThan(4 * Math.sqrt(2 / 32));
    },
  );

  it('has a label of its own in each picture, and blocks that start as the identity', () => {
    const config = narrow(16, 3, {
      architecture: { name: 'residual', blocksPerStage: 2, groupWidth: 3 },
    });
    const weights = generator(config).initialise(new RandomStream(1, 'initialWeights'));
    expect(weights.get('stage2.1.narrow.weight')?.data.every((value) => value === 0)).toBe(true);
    // 8 channels inside a block; the largest divisor up to 3 is 2.
    expect(weights.get('stage2.1.grouped.weight')?.shape).toEqual([8, 2, 3, 3, 3]);
    expect(weights.get('input.weight')?.shape).toEqual([4, 8 + 32]);
  });
});

describe.each(['plain', 'residual'] as const)('pixel noise of the %s network', (name) => {
  const config = toGanConfig({
    size: 16,
    architecture: { name },
    latentLength: 8,
    generatorChannels: [4, 4, 4],
    augmentation: { translation: 2 },
  });
  const weights = generator(config).initialise(new RandomStream(1, 'initialWeights'));
  const generate = (z: Float32Array, strength: number): number[] => {
    const given = Object.fromEntries(
      [...weights].map(([key, { shape, data }]) => [
        key,
        constant(key.endsWith('.noise') ? data.map(() => strength) : data, shape),
      ]),
    );
    const [image = new Float64Array()] = evaluate(
      [
        generator(config).forward(
          given,
          constant(z, [1, z.length]),
          constant([1, 0, 0, 0, 1, 0, 1, 0, 0], [1, 9]),
        ),
      ],
      {},
    );
    return [...image];
  };
  const latents = sampleLatents(new RandomStream(2, 'sampling'), config, 2);
  const [one, other] = [
    latents.subarray(0, latents.length / 2),
    latents.subarray(latents.length / 2),
  ];
  /** The latent vector of one image with the pixel noise of another. */
  const grafted = Float32Array.from(one, (value, at) => (at < 8 ? value : (other[at] ?? NaN)));

  it('has a value for each pixel of each stage but the first, and begins without effect', () => {
    expect(latentSize(config)).toBe(8 + 8 ** 2 + 16 ** 2);
    expect([...weights.keys()].filter((key) => key.endsWith('.noise'))).toHaveLength(2);
    expect(generate(grafted, 0)).toEqual(generate(one, 0));
  });

  it('changes the image around each of its pixels once a channel has learnt a strength', () => {
    const [before, after] = [generate(one, 0.5), generate(grafted, 0.5)];
    expect(before.filter((value, at) => value === after[at])).toEqual([]);
    const lastPixel = Float32Array.from(one);
    lastPixel[one.length - 1] = 3;
    const moved = generate(lastPixel, 0.5).flatMap((value, at) =>
      value === before[at] ? [] : [at],
    );
    expect(moved).toContain(255);
    // The last stage: a convolution or two of 3 x 3 from the corner; noise comes after the blur.
    expect(moved.every((at) => Math.min(Math.floor(at / 16), at % 16) >= 13)).toBe(true);
  });
});

describe('the configuration', patience, () => {
  it('stored before there was a choice means the plain network, without pixel noise and antialias', () => {
    const stored = {
      size: 64,
      generatorChannels: [128, 64, 32, 16, 8],
      discriminatorChannels: [16, 32, 64, 128],
    };
    expect(storedGanConfig.parse(stored)).toEqual(
      toGanConfig({ pixelNoise: false, antialias: false }),
    );
    const written = JSON.parse(JSON.stringify(toGanConfig())) as unknown;
    expect(storedGanConfig.parse(written)).toEqual(toGanConfig());
    expect(toGanConfig()).toMatchObject({
      architecture: { name: 'plain' },
      dimensions: 2,
      ...stored,
    });
  });

  it('has channels for every size of both networks', () => {
    for (const size of [16, 32, 64, 128, 256] as const)
      for (const name of ['plain', 'residual'] as const) {
        const config = toGanConfig({
          size,
          architecture: { name },
          augmentation: { translation: 2 },
        });
        expect(ganConfig.parse(JSON.parse(JSON.stringify(config)))).toEqual(config);
        expect(config.generatorChannels).toHaveLength(Math.log2(size) - 1);
      }
  });

  it.each([
    [{ dimensions: 3, size: 64 }, 'the plain network draws images only'],
    [
      { dimensions: 3, size: 128, architecture: { name: 'residual' } },
      'volumes have at most 64 pixels on a side',
    ],
    [
      { size: 64, architecture: { name: 'residual' }, discriminatorChannels: [16, 32, 64, 128] },
      '64 pixels need 5 numbers of channels here',
    ],
    [{ architecture: { name: 'wavelet' } }, 'Invalid'],
    [{ architecture: { name: 'residual', blocksPerStage: 9 } }, '<=4'],
  ])('%j is refused: %s', (config, message) => {
    expect(() => ganConfig.parse(config)).toThrow(message);
  });

  it('does not train on images of another kind, nor mix generators of different kinds', async () => {
    await expect(
      createTraining({ config: narrow(16, 3), images: images(16), seed: 1 }),
    ).rejects.toThrow('2 dimensions');
    const [flat, deep] = [narrow(16, 2), narrow(16, 3)].map((config) => ({
      config,
      provider: 'cpu' as const,
      sample: () => Promise.reject(new Error('not asked')),
      dispose: () => Promise.resolve(),
    }));
    if (flat === undefined || deep === undefined) throw new Error('two generators');
    expect(() => mixGenerators([flat, deep])).toThrow('one size');
  });
});

describe('an estimate', patience, () => {
  it.each([
    [
      'plain',
      toGanConfig({
        size: 32,
        generatorChannels: [16, 8, 8, 8],
        discriminatorChannels: [8, 8, 16],
        featureLength: 8,
      }),
    ],
    ['residual', narrow(32, 2)],
    ['residual, volumes', narrow(16, 3, { architecture: { name: 'residual', blocksPerStage: 2 } })],
  ])(
    'counts the weights that the %s networks really have, and more for a larger batch',
    (_, config) => {
      const random = new RandomStream(1, 'initialWeights');
      const count = (network: typeof generator | typeof discriminator): number =>
        [...network(config).initialise(random).values()].reduce(
          (total, { data }) => total + data.length,
          0,
        );
      const found = estimate(config);
      expect(found).toMatchObject({
        generatorParameters: count(generator),
        discriminatorParameters: count(discriminator),
      });
      const state = 3 * found.generatorParameters + 2 * found.discriminatorParameters;
      expect(found.memoryBytes).toBeGreaterThan(
        4 * (2 * state + config.batch * config.size ** config.dimensions),
      );
      const large = estimate({ ...config, batch: 4 * config.batch });
      expect(large.memoryBytes).toBeGreaterThan(2 * (found.memoryBytes - 8 * state));
      // What is done once a step and not for each image is little.
      expect(large.trainingMacsPerImage / found.trainingMacsPerImage).toBeCloseTo(1, 1);
    },
  );

  it('of a data-parallel step counts one more pass of the generator for each image, and the weights of each micro-batch', () => {
    const [whole, cut] = [1, 4].map((shards) => estimate({ ...toGanConfig(), shards }));
    expect(
      cut!.trainingMacsPerImage / (whole!.trainingMacsPerImage + whole!.generatorMacs),
    ).toBeCloseTo(1, 2);
    expect(cut!.memoryBytes).toBeGreaterThan(whole!.memoryBytes);
  });

  it('counts the products of a residual volume network as one does on paper', () => {
    const { generatorMacs, discriminatorMacs } = estimate(narrow(16, 3));
    // Each block: 4 -> 4 by 1x1, 4 -> 4 by 3x3x3 in one group, 4 -> 4 by 1x1.
    const blocks = [4, 8, 16].reduce((total, side) => total + side ** 3 * (16 + 16 * 27 + 16), 0);
    // Doubling a volume of n: an axis after the other, each result a sum of n; halving: of 2n,
    // slabs first.
    const doubling = (n: number): number => 4 * (2 * n * n * n + 4 * n * n * n + 8 * n * n * n) * n;
    const halving = (n: number): number =>
      4 * (n * 2 * n * 2 * n + n * n * 2 * n + n * n * n) * 2 * n;
    expect(generatorMacs).toBe(
      9 * 4 + (8 + 4) * 4 + blocks + doubling(4) + doubling(8) + 16 ** 3 * 4,
    );
    expect(discriminatorMacs).toBe(16 ** 3 * 4 + blocks + halving(8) + halving(4) + 4 * 8 + 9 * 8);
  });

  it('names the shape of one image', () => {
    expect(imageShape({ size: 8 })).toEqual([1, 8, 8]);
    expect(imageShape(narrow(16, 3))).toEqual([1, 16, 16, 16]);
    expect(networkLayouts(narrow(16, 3)).generator.entries.map(({ name }) => name)).toContain(
      'basis',
    );
  });
});
