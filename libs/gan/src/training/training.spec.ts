import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { latentSize, ganConfig, type GanConfig } from '../config.ts';
import { schedule } from './schedule.ts';
import { createTraining, openTraining, type Training } from './training.ts';
import { readSafetensors, writeSafetensors } from '../base/safetensors.ts';
import { mixGenerators } from '../generators/mixture.ts';
import { openGenerator, type Generator } from '../generators/generator.ts';
import { toyConfig as config, toyLabel, toySet } from './toy.fixture.ts';

const start = (seed = 1): Promise<Training> => createTraining({ config, images: toySet(), seed });

/**
 * Compiling takes a tenth of a second of two free cores; on a machine that is busy, many times
 * that.
 */
const patience = { timeout: 60_000 };

describe('a training run', patience, () => {
  it('gives the same bytes for the same seed and data, and others for another seed', async () => {
    const [a, b, c] = await Promise.all([start(), start(), start(2)]);
    for (const run of [a, b, c]) await run.run({ steps: 9 });
    expect(a.checkpoint()).toEqual(b.checkpoint());
    expect(a.generatorFile()).not.toEqual(c.generatorFile());
    await Promise.all([a, b, c].map((run) => run.dispose()));
  });

  it('that was killed and resumed equals one that was not', async () => {
    const whole = await start();
    await whole.run({ steps: 15 });
    const first = await start();
    await first.run({ steps: 6 });
    const saved = first.checkpoint();
    await first.run({ steps: 3 });
    const resumed = await openTraining(saved, toySet());
    expect(resumed.step).toBe(6);
    await resumed.run({ steps: 9 });
    expect(resumed.checkpoint()).toEqual(whole.checkpoint());
    await Promise.all([whole, first, resumed].map((run) => run.dispose()));
  });

  it('with hinge, spectral normalisation and LeCam keeps their state too', async () => {
    const options = {
      config: { ...config, adversarial: 'hinge' as const, spectralNorm: true, leCam: 0.1 },
      images: toySet(),
      seed: 1,
    };
    const [whole, first] = [await createTraining(options), await createTraining(options)];
    await whole.run({ steps: 8 });
    await first.run({ steps: 5 });
    const resumed = await openTraining(first.checkpoint(), toySet());
    const points = await resumed.run({ steps: 3 });
    expect(resumed.checkpoint()).toEqual(whole.checkpoint());
    expect(Object.values(points[0]?.losses ?? {}).every(Number.isFinite)).toBe(true);
    const { tensors } = readSafetensors(whole.checkpoint());
    expect([...(tensors.get('anchors/logits')?.data ?? [])].every((value) => value !== 0)).toBe(
      true,
    );
    // The memorisation monitor reads the normalised discriminator.
    const { labels, pixels } = toySet();
    expect((await whole.discriminate(pixels, labels)).every(Number.isFinite)).toBe(true);
    await Promise.all([whole, first, resumed].map((run) => run.dispose()));
  });

  it('keeps its first moments too when beta1 is above 0', async () => {
    const options = { config: { ...config, beta1: 0.5 }, images: toySet(), seed: 1 };
    const whole = await createTraining(options);
    await whole.run({ steps: 6 });
    const first = await createTraining(options);
    await first.run({ steps: 3 });
    const resumed = await openTraining(first.checkpoint(), toySet());
    await resumed.run({ steps: 3 });
    expect(resumed.checkpoint()).toEqual(whole.checkpoint());
    await Promise.all([whole, first, resumed].map((run) => run.dispose()));
  });

  it('reports at fixed steps, stops when asked, and ends with its schedule', async () => {
    const run = await start();
    const points = await run.run({ shouldStop: () => run.step === 25 });
    expect(points.map(({ step }) => step)).toEqual([20, 25]);
    expect(Object.values(points[0]?.losses ?? {}).every(Number.isFinite)).toBe(true);
    expect(points[0]?.imagesPerSecond).toBeGreaterThan(0);
    await run.run();
    expect(run.step).toBe(40);
    expect(await run.run()).toEqual([]);
    await run.dispose();
  });

  it("stops with the step's number when a loss is no longer a number, and keeps its state", async () => {
    const run = await createTraining({
      config: { ...config, learningRate: 0.1 },
      images: toySet(),
      seed: 1,
    });
    await run.run({ steps: 2 });
    const { tensors, metadata } = readSafetensors(run.checkpoint());
    tensors.get('discriminator/logit.weight')?.data.fill(NaN);
    const broken = await openTraining(writeSafetensors({ tensors, metadata }), toySet());
    const before = broken.checkpoint();
    await expect(broken.run()).rejects.toMatchObject({
      message: expect.stringMatching(/^step 3: discriminatorLoss is NaN/),
      step: 3,
      loss: 'discriminatorLoss',
    });
    expect(broken.checkpoint()).toEqual(before);
    await Promise.all([run, broken].map((each) => each.dispose()));
  });

  it("begins with another run's networks, under a configuration of its own", async () => {
    const first = await start();
    await first.run({ steps: 6 });
    const from = first.checkpoint();
    const slower = { ...config, learningRate: 1e-4, batch: 8 };
    const second = await createTraining({ config: slower, images: toySet(), seed: 3, from });
    expect(second.step).toBe(0);
    expect(readSafetensors(second.generatorFile()).tensors).toEqual(
      readSafetensors(first.generatorFile()).tensors,
    );
    const classifierOf = (file: Uint8Array) =>
      readSafetensors(file).tensors.get('classifier/class.weight');
    expect(classifierOf(second.checkpoint())).toEqual(classifierOf(from) ?? 'one');
    await second.run({ steps: 2 });
    expect(second.generatorFile()).not.toEqual(first.generatorFile());
    const wider = { ...config, generatorChannels: [16, 8, 4] };
    await expect(
      createTraining({ config: wider, images: toySet(), seed: 3, from }),
    ).rejects.toThrow('is missing or not');
    await expect(createTraining({ config, images: toySet(13), seed: 3, from })).rejects.toThrow(
      'other images',
    );
    const hidden = {
      ...config,
      privacy: { noiseMultiplier: 1, clip: 1, sampleRate: 0.5, discriminatorSteps: 1 },
    };
    await expect(
      createTraining({ config: hidden, images: toySet(), seed: 3, from }),
    ).rejects.toThrow('a private run begins anew');
    await Promise.all([first, second].map((run) => run.dispose()));
  });

  it('generates and discriminates any number of images', async () => {
    const run = await start();
    await run.run({ steps: 3 });
    const labels = [0, 1, 2, 3, 4, 5].map(toyLabel);
    const length = latentSize(config);
    const z = new Float32Array(6 * length).map((_, i) => Math.sin(i));
    const images = await run.generate(z, labels);
    expect(images).toHaveLength(6 * 256);
    const logits = await run.discriminate(images, labels);
    expect(logits).toHaveLength(6);
    // Each depends on its own image and label alone.
    expect((await run.discriminate(images.subarray(5 * 256), labels.slice(5)))[0]).toBeCloseTo(
      logits[5] ?? NaN,
      5,
    );
    expect((await run.generate(z.subarray(5 * length), labels.slice(5)))[7]).toBeCloseTo(
      images[5 * 256 + 7] ?? NaN,
      5,
    );
    await run.dispose();
  });

  it('with the exact penalty takes another way than with finite differences', async () => {
    const exact = await createTraining({
      config: { ...config, penalty: { ...config.penalty, kind: 'exact', every: 1 } },
      images: toySet(),
      seed: 1,
    });
    const estimated = await createTraining({
      config: { ...config, penalty: { ...config.penalty, sigma: 1e-3, every: 1 } },
      images: toySet(),
      seed: 1,
    });
    const [[a], [b]] = [await exact.run({ steps: 1 }), await estimated.run({ steps: 1 })];
    // One step with the same weights: both measure the same gradient, one along random directions.
    expect((b?.losses.penalty ?? NaN) / (a?.losses.penalty ?? NaN)).toBeGreaterThan(0.4);
    expect((b?.losses.penalty ?? NaN) / (a?.losses.penalty ?? NaN)).toBeLessThan(2.5);
    expect(exact.checkpoint()).not.toEqual(estimated.checkpoint());
    await Promise.all([exact, estimated].map((each) => each.dispose()));
  });
});

describe('bad input', patience, () => {
  it('is refused before anything is compiled', async () => {
    const images = toySet();
    await expect(
      createTraining({ config, images: { ...images, size: 32 }, seed: 1 }),
    ).rejects.toThrow('32 pixels wide');
    await expect(
      createTraining({ config, images: { ...images, labels: [] }, seed: 1 }),
    ).rejects.toThrow('12 labels');
    await expect(
      createTraining({
        config,
        images: { ...images, pixels: images.pixels.map((x, i) => (i === 300 ? NaN : x)) },
        seed: 1,
      }),
    ).rejects.toThrow('image 1 has the value NaN');
    await expect(
      createTraining({ config: { ...config, batch: 0 }, images, seed: 1 }),
    ).rejects.toThrow('batch');
  });

  it('of a checkpoint is named', async () => {
    const run = await start();
    const saved = run.checkpoint();
    await expect(openTraining(saved.subarray(0, 1000), toySet())).rejects.toThrow(
      'header is longer than the file',
    );
    await expect(openTraining(saved, toySet(13))).rejects.toThrow('other images');
    await expect(openTraining(run.generatorFile(), toySet())).rejects.toThrow(
      'not a scapis-gan-checkpoint-1 file',
    );
    await expect(openGenerator(saved)).rejects.toThrow('not a scapis-generator-1 file');
    const { tensors, metadata } = readSafetensors(saved);
    tensors.delete('average/input.bias');
    await expect(openTraining(writeSafetensors({ tensors, metadata }), toySet())).rejects.toThrow(
      'average/input.bias is missing',
    );
  });
});

describe('sampling', patience, () => {
  let generators: Generator[] = [];
  beforeAll(async () => {
    generators = await Promise.all(
      [1, 2].map(async (seed) => openGenerator((await start(seed)).generatorFile())),
    );
  });
  afterAll(() => Promise.all(generators.map((each) => each.dispose())));
  const labels = [0, 1, 2, 3, 4].map(toyLabel);
  const pixels = 256;

  it('makes image i from the seed, i and its label only', async () => {
    const [one] = generators;
    const all = await one?.sample({ labels, seed: 5 });
    const changed = await one?.sample({ labels: [toyLabel(3), ...labels.slice(1)], seed: 5 });
    expect(all).toHaveLength(5 * pixels);
    expect(changed?.subarray(0, pixels)).not.toEqual(all?.subarray(0, pixels));
    expect(changed?.subarray(pixels)).toEqual(all?.subarray(pixels));
    expect(await one?.sample({ labels: labels.slice(2), seed: 5, first: 2 })).toEqual(
      all?.slice(2 * pixels),
    );
    expect(await one?.sample({ labels, seed: 6 })).not.toEqual(all);
  });

  it('mixes an ensemble image by image', async () => {
    const mixed = mixGenerators(generators);
    const request = { labels: Array.from({ length: 40 }, (_, i) => toyLabel(i)), seed: 5 };
    const [all, ...single] = await Promise.all(
      [mixed, ...generators].map((each) => each.sample(request)),
    );
    const from = request.labels.map((_, i) =>
      single.findIndex((images) =>
        images
          .subarray(i * pixels, (i + 1) * pixels)
          .every((x, at) => x === all?.[i * pixels + at]),
      ),
    );
    expect(new Set(from)).toEqual(new Set([0, 1]));
    expect(() => mixGenerators([])).toThrow('at least one');
  });

  it('gives members their share of a label', async () => {
    const shares = { none: [1, 0], mild: [0, 1], moderate: [3, 1], severe: [0.5, 0.5] };
    const mixed = mixGenerators(generators, ({ calciumGrade }) => shares[calciumGrade]);
    for (const [grade, [one = 0, two = 0]] of Object.entries(shares)) {
      const request = {
        labels: Array.from({ length: 120 }, () => ({
          ...toyLabel(0),
          calciumGrade: grade as 'none',
        })),
        seed: 5,
      };
      const [all, first] = await Promise.all(
        [mixed, generators[0]!].map((each) => each.sample(request)),
      );
      const byFirst = request.labels.filter((_, i) =>
        all!.subarray(i * pixels, (i + 1) * pixels).every((x, at) => x === first![i * pixels + at]),
      ).length;
      // Within four deviations of a sample by shares.
      expect(Math.abs(byFirst - (120 * one) / (one + two))).toBeLessThanOrEqual(
        4 * Math.sqrt((120 * one * two) / (one + two) ** 2),
      );
    }
    await expect(mixGenerators(generators, () => [1]).sample({ labels, seed: 5 })).rejects.toThrow(
      'shares',
    );
    await expect(
      mixGenerators(generators, () => [0, 0]).sample({ labels, seed: 5 }),
    ).rejects.toThrow('shares');
  });
});

describe('schedules', () => {
  it('follow the progress of the run', () => {
    const at = (progress: number): number[] =>
      Object.values(
        schedule(
          { ...config, totalSteps: 1000, penalty: { ...config.penalty, gamma: [2, 1] } },
          1000 * progress,
        ),
      ).slice(0, 2);
    expect(at(0)).toEqual([5e-4, 2]);
    expect(at(0.35)).toEqual([5e-4, expect.closeTo(1.5, 9)]);
    expect(at(0.8)).toEqual([expect.closeTo(5e-4 * 0.55, 9), 1]);
    expect(at(1)).toEqual([expect.closeTo(5e-5, 9), 1]);
    const rate = (learningRateDecay: GanConfig['learningRateDecay'], progress: number): number =>
      schedule({ ...config, totalSteps: 1000, learningRateDecay }, 1000 * progress).learningRate;
    expect([rate('cosine', 0.5), rate('cosine', 1), rate('none', 1)]).toEqual([
      expect.closeTo(2.5e-4, 9),
      expect.closeTo(0, 9),
      5e-4,
    ]);
  });
});

describe('the configuration', patience, () => {
  it('asks for as many channels as the size needs', () => {
    expect(
      ganConfig.safeParse({ ...config, size: 128 }).error?.issues.map(({ path }) => path.join('.')),
    ).toEqual(['generatorChannels', 'discriminatorChannels']);
    expect(ganConfig.safeParse({ augmentation: { translation: 16 } }).success).toBe(false);
    expect(
      ganConfig.safeParse({ leCam: 0.1, privacy: { noiseMultiplier: 1, sampleRate: 0.1 } }).error
        ?.issues[0]?.message,
    ).toContain('relativistic loss alone');
  });
});
