import { describe, expect, it } from 'vitest';
import { ageBands, calciumGrades, sexes, type ImageLabels } from '@scapis/contracts';
import { add, evaluate, input, neg, reshape, softplus, sum, type Tensor } from '@scapis/numerics';
import { latentSize, sampleLatents, ganConfig, toGanConfig } from '../config.ts';
import { discriminator, generator, networkLayouts } from '../networks/architecture.ts';
import { flatGradient } from './adam.ts';
import { clippedGradientSum } from './dp-sgd.ts';
import { RandomStream } from '../base/philox.ts';
import { readSafetensors, writeSafetensors } from '../base/safetensors.ts';
import { poissonSample, secureInteger, secureNormals } from '../base/secure-random.ts';
import type { ImageSet } from '../base/image-set.ts';
import { createTraining, openTraining } from '../training/training.ts';
import { augment } from './augmentation.ts';
import { flattenParameters, parameterViews } from '../base/parameters.ts';

const privacy = { noiseMultiplier: 1.5, clip: 0.7, sampleRate: 0.5, discriminatorSteps: 3 };
const config = toGanConfig({
  size: 16,
  latentLength: 4,
  generatorChannels: [4, 4, 4],
  discriminatorChannels: [4, 6],
  featureLength: 8,
  batch: 4,
  totalSteps: 30,
  augmentation: { translation: 1 },
  privacy,
});
const random = new RandomStream(3, 'initialWeights');
const networks = {
  generator: generator(config).initialise(random),
  discriminator: discriminator(config).initialise(random),
};
const layouts = networkLayouts(config);
const state = {
  generator: flattenParameters(layouts.generator, networks.generator),
  discriminator: flattenParameters(layouts.discriminator, networks.discriminator),
};

const pairs = 3;
const feeds = {
  ...state,
  real: random.normals(pairs * 256).map(Math.tanh),
  labels: Float32Array.from({ length: pairs * 9 }, (_, i) => Number(i % 5 === 0)),
  z: sampleLatents(random, config, pairs),
  ...Object.fromEntries(
    ['real', 'fake'].flatMap((name) => [
      [
        `${name}.shiftY`,
        Float32Array.from({ length: pairs * 256 }, (_, i) => Number((i % 256) % 17 === 0)),
      ],
      [
        `${name}.shiftX`,
        Float32Array.from({ length: pairs * 256 }, (_, i) => Number((i % 256) % 17 === 0)),
      ],
      [`${name}.contrast`, Float32Array.of(1, 1.1, 0.9)],
      [`${name}.brightness`, Float32Array.of(0, 0.05, -0.05)],
    ]),
  ),
};

/** The ordinary gradient of one pair's loss, in float64. */
function gradientOfPair(n: number): Float64Array {
  const one = (name: keyof typeof feeds, count: number): Float32Array =>
    (feeds[name] as Float32Array).subarray(n * count, (n + 1) * count);
  const inputs = (name: string): Parameters<typeof augment>[1] => ({
    shiftY: input(`${name}.shiftY`, [1, 16, 16]),
    shiftX: input(`${name}.shiftX`, [1, 16, 16]),
    contrast: input(`${name}.contrast`, [1, 1]),
    brightness: input(`${name}.brightness`, [1, 1]),
  });
  const weights = parameterViews(
    layouts.discriminator,
    input('discriminator', [layouts.discriminator.size]),
  );
  const labels = input('labels', [1, 9]);
  const fake = generator(config).forward(
    parameterViews(layouts.generator, input('generator', [layouts.generator.size])),
    input('z', [1, latentSize(config)]),
    labels,
  );
  const logit = (images: Tensor, name: string): Tensor =>
    discriminator(config).forward(weights, augment(images, inputs(name)), labels);
  const loss = reshape(
    add(softplus(neg(logit(input('real', [1, 1, 16, 16]), 'real'))), softplus(logit(fake, 'fake'))),
    [],
  );
  const alone = Object.fromEntries(
    Object.entries({
      real: 256,
      labels: 9,
      z: latentSize(config),
      'real.shiftY': 256,
      'real.shiftX': 256,
      'real.contrast': 1,
      'real.brightness': 1,
      'fake.shiftY': 256,
      'fake.shiftX': 256,
      'fake.contrast': 1,
      'fake.brightness': 1,
    }).map(([name, count]) => [name, one(name as keyof typeof feeds, count)]),
  );
  return (
    evaluate([flatGradient(layouts.discriminator, loss, weights)], { ...state, ...alone })[0] ??
    new Float64Array()
  );
}

const normOf = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((total, value) => total + value * value, 0));

describe('the clipped gradient', () => {
  const each = [0, 1, 2].map(gradientOfPair);
  const norms = each.map(normOf);
  const clippedSum = (clip: number, isSampled: readonly number[]): Float64Array =>
    evaluate(
      [
        clippedGradientSum(config, { ...privacy, clip }, layouts, pairs)['gradient'] ??
          sum(input('none', [])),
      ],
      { ...feeds, isSampled },
    )[0] ?? new Float64Array();

  it('is the sum of a loop over single pairs, each clipped on its own', () => {
    // Between the norms: some are shortened and some are not.
    const clip = ((norms[0] ?? 0) + (norms[1] ?? 0)) / 2;
    expect(new Set(norms.map((norm) => norm > clip)).size).toBe(2);
    const together = clippedSum(clip, [1, 1, 1]);
    for (let i = 0; i < together.length; i++) {
      const expected = each.reduce(
        (total, gradient, n) =>
          total + ((gradient[i] ?? NaN) * clip * (1 - 1e-4)) / Math.max(norms[n] ?? NaN, clip),
        0,
      );
      expect(Math.abs((together[i] ?? NaN) - expected)).toBeLessThan(1e-9);
    }
  });

  it('changes by at most maxGradNorm with one subject more or less, and not by a padding pair', () => {
    const [all, without, none] = [
      clippedSum(0.01, [1, 1, 1]),
      clippedSum(0.01, [1, 0, 1]),
      clippedSum(0.01, [0, 0, 0]),
    ];
    const change = normOf(all.map((value, i) => value - (without[i] ?? NaN)));
    expect(change).toBeLessThan(0.01);
    expect(change).toBeGreaterThan(0.0099);
    expect(normOf(none)).toBe(0);
  });
});

function toySet(count = 12, subjects = 6): ImageSet {
  const labels = Array.from({ length: count }, (_, i): ImageLabels => ({
    calciumGrade: calciumGrades[i % 4] ?? 'none',
    sex: sexes[i % 2] ?? 'female',
    ageBand: ageBands[i % 3] ?? '50-54',
  }));
  const pixels = Float32Array.from({ length: count * 256 }, (_, i) => Math.sin(i * i) * 0.9);
  return { size: 16, count, pixels, labels, subjects: labels.map((_, i) => `s${i % subjects}`) };
}

describe('a private run', { timeout: 60_000 }, () => {
  it('trains, tells nothing measured on real images, and counts its noisy steps', async () => {
    const run = await createTraining({ config, images: toySet(), seed: 1 });
    const before = readSafetensors(run.checkpoint()).tensors;
    const [point] = await run.run({ steps: 5 });
    expect(Object.keys(point?.losses ?? {}).sort()).toEqual([
      'discriminatorGradient',
      'fakeLogit',
      'generatorGradient',
      'generatorLoss',
    ]);
    // The mean of noise of deviation 1.5 * 0.7 over 3 expected subjects, in so many weights; the
    // signal is at most 0.7 * 6 / 3 long.
    const noise = (1.5 * 0.7 * Math.sqrt(layouts.discriminator.size)) / 3;
    expect(Math.abs((point?.losses.discriminatorGradient ?? NaN) - noise)).toBeLessThan(
      0.15 * noise,
    );
    const { tensors, metadata } = readSafetensors(run.checkpoint());
    expect(metadata['noisySteps']).toBe('15');
    for (const name of [
      'generator/input.weight',
      'average/input.weight',
      'discriminator/feature.weight',
      'discriminatorSecond/feature.weight',
    ])
      expect(tensors.get(name)?.data).not.toEqual(before.get(name)?.data);
    await run.dispose();
  });

  it('begins alike under one seed and is never the same again, also when resumed', async () => {
    const start = () =>
      createTraining({ config: { ...config, beta1: 0.5 }, images: toySet(), seed: 1 });
    const [a, b] = [await start(), await start()];
    const saved = a.checkpoint();
    expect(saved).toEqual(b.checkpoint());
    await Promise.all([a, b].map((run) => run.run({ steps: 2 })));
    expect(a.checkpoint()).not.toEqual(b.checkpoint());
    const resumed = await openTraining(a.checkpoint(), toySet());
    expect(resumed.step).toBe(2);
    await resumed.run({ steps: 1 });
    expect(readSafetensors(resumed.checkpoint()).metadata['noisySteps']).toBe('9');
    await expect(openTraining(saved, toySet(12, 4))).rejects.toThrow('other images');
    await Promise.all([a, b, resumed].map((run) => run.dispose()));
  });

  it('stops when a number is not one, and refuses images without subjects', async () => {
    const run = await createTraining({ config, images: toySet(), seed: 1 });
    const { tensors, metadata } = readSafetensors(run.checkpoint());
    tensors.get('discriminator/logit.weight')?.data.fill(NaN);
    const broken = await openTraining(writeSafetensors({ tensors, metadata }), toySet());
    await expect(broken.run()).rejects.toThrow(/^step 1: generatorLoss is NaN/);
    await expect(
      createTraining({ config, images: { ...toySet(), subjects: [] }, seed: 1 }),
    ).rejects.toThrow('privacy is per subject');
    await Promise.all([run, broken].map((each) => each.dispose()));
  });

  it('is off in configurations of old', () => {
    expect(ganConfig.parse({ size: 64 }).privacy).toBeNull();
    expect(
      ganConfig
        .safeParse({ privacy: { noiseMultiplier: 0, sampleRate: 2 } })
        .error?.issues.map(({ path }) => path.join('.')),
    ).toEqual(['privacy.noiseMultiplier', 'privacy.sampleRate']);
  });
});

describe('secure randomness', () => {
  /** Bounds lie six deviations out: one failure in 500 million. */
  it('is normal, with the deviation asked', () => {
    const count = 200_000;
    const values = secureNormals(count, 3);
    const moment = (power: number): number =>
      values.reduce((total, value) => total + (value / 3) ** power, 0) / count;
    expect(Math.abs(moment(1))).toBeLessThan(6 / Math.sqrt(count));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(6 * Math.sqrt(2 / count));
    expect(Math.abs(moment(3))).toBeLessThan(6 * Math.sqrt(15 / count));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(6 * Math.sqrt(96 / count));
    expect(new Set(values.subarray(0, 70_000)).size).toBeGreaterThan(69_990);
  });

  it('draws each with the given probability, independently', () => {
    const draws = Array.from({ length: 200 }, () => poissonSample(1_000, 0.03));
    const sizes = draws.map((draw) => draw.length);
    const mean = sizes.reduce((a, b) => a + b, 0) / 200;
    const variance = sizes.reduce((total, size) => total + (size - mean) ** 2, 0) / 199;
    expect(Math.abs(mean - 30)).toBeLessThan(6 * Math.sqrt(29.1 / 200));
    expect(variance / 29.1).toBeGreaterThan(0.45);
    expect(variance / 29.1).toBeLessThan(1.8);
    expect(poissonSample(5, 1)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(Array.from({ length: 200 }, () => secureInteger(3)))).toEqual(
      new Set([0, 1, 2]),
    );
  });
});
