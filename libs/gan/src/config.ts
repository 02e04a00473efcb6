import { z } from 'zod';
import { labelVectorLength } from '@scapis/contracts';

/** Everything that decides a training run beside the images and the seed. Stored in checkpoints and generators. */

/**
 * Differential privacy of the patients in the training data (Abadi et al. 2016; DP-GAN after Bie, Kamath & Zhang 2023): see private-step.ts for
 * what it changes. Noise and sampling come from a cryptographic source, so such a run is not repeated by its seed.
 */
export const privacyConfig = z.object({
  /** Deviation of the noise over `clip`. What it costs: `rdpEpsilon` in @scapis/domain. */
  noiseMultiplier: z.number().min(0.3).max(1000),
  /** The longest gradient that one patient contributes to a step. */
  clip: z.number().min(1e-4).max(1000).default(1),
  /** Probability that a patient takes part in a step of the discriminator: batch / patients. Epsilon is computed from it. */
  sampleRate: z.number().gt(0).max(1),
  /** Noisy steps of the discriminator for each step of the generator, which costs no privacy. */
  discriminatorSteps: z.number().int().min(1).max(500).default(1),
});
export type PrivacyConfig = z.output<typeof privacyConfig>;

const channels = z.number().int().min(4).max(1024);

export const ganConfig = z
  .object({
    /** Pixels per side. */
    size: z.union([16, 32, 64, 128, 256].map((size) => z.literal(size))).default(64),
    latentLength: z.number().int().min(2).max(512).default(64),
    /** Channels of the generator at 4x4, 8x8, ... up to the full size. */
    generatorChannels: z.array(channels).min(3).max(7).default([128, 64, 32, 16, 8]),
    /** Channels after each stride-2 convolution of the discriminator, down to 4x4. */
    discriminatorChannels: z.array(channels).min(2).max(6).default([16, 32, 64, 128]),
    /** Length of the discriminator's feature vector, which labels are projected on. */
    featureLength: z.number().int().min(8).max(1024).default(64),
    batch: z.number().int().min(2).max(1024).default(32),
    /** Schedules run over this many steps; a run may stop earlier. */
    totalSteps: z.number().int().min(1).max(10_000_000).default(2500),
    learningRate: z.number().min(1e-6).max(0.1).default(5e-4),
    beta1: z.number().min(0).max(0.99).default(0),
    beta2: z.number().min(0.5).max(0.99999).default(0.99),
    /** Zero-centred gradient penalty on real and generated images (R1 + R2; Mescheder 2018, Huang 2024). */
    penalty: z
      .object({
        /** `finite-difference` needs no second derivative: lambda (D(x) - D(x + sigma e))^2 with lambda = gamma / (2 sigma^2). */
        kind: z.enum(['exact', 'finite-difference']).default('finite-difference'),
        /** Weight at the start and at 70 % of the run (cosine between). */
        gamma: z.tuple([z.number().min(0).max(1000), z.number().min(0).max(1000)]).default([1, 0.1]),
        sigma: z.number().min(1e-4).max(1).default(0.05),
        /** Applied every so many steps, so many times stronger. */
        every: z.number().int().min(1).max(64).default(4),
      })
      .prefault({}),
    /** Of the generator's average; approached in the first steps. */
    averageDecay: z.number().min(0).max(0.99999).default(0.998),
    /** Differentiable augmentation of real and generated images (Zhao 2020). No flips: the heart lies on the left. */
    augmentation: z
      .object({
        translation: z.number().int().min(0).max(32).default(4),
        brightness: z.number().min(0).max(1).default(0.1),
        contrast: z.number().min(0).max(0.9).default(0.2),
      })
      .prefault({}),
    /** null = training without a privacy guarantee. */
    privacy: privacyConfig.nullable().default(null),
  })
  .superRefine((config, context) => {
    const stages = Math.log2(config.size / 4);
    const wrong = (path: string, count: number): void => {
      context.addIssue({ code: 'custom', path: [path], message: `${config.size} pixels need ${count} numbers of channels here` });
    };
    if (config.generatorChannels.length !== stages + 1) wrong('generatorChannels', stages + 1);
    if (config.discriminatorChannels.length !== stages) wrong('discriminatorChannels', stages);
    if (config.augmentation.translation >= config.size / 4)
      context.addIssue({ code: 'custom', path: ['augmentation', 'translation'], message: 'must be below a quarter of the image' });
  });
export type GanConfig = z.output<typeof ganConfig>;
export type GanConfigInput = z.input<typeof ganConfig>;

/** @returns the configuration with defaults filled in. @throws ZodError that names each bad field. */
export function toGanConfig(input: GanConfigInput = {}): GanConfig {
  return ganConfig.parse(input);
}

export interface Estimate {
  generatorParameters: number;
  discriminatorParameters: number;
  /** Multiply-accumulates of one forward pass for one image, as the programs compute it. */
  generatorMacs: number;
  discriminatorMacs: number;
  /** Multiply-accumulates of a whole training step per real image, penalty included on average. */
  trainingMacsPerImage: number;
  /** What training holds in memory at its peak, roughly: states, activations and their gradients. */
  memoryBytes: number;
}

/** @returns what a configuration costs, before anything is compiled. */
export function estimate(config: GanConfig): Estimate {
  const { generatorChannels: g, discriminatorChannels: d, latentLength, featureLength, size, batch } = config;
  const first = (g[0] ?? 0) * 16;
  const total = {
    generatorParameters: (latentLength + labelVectorLength + 1) * first,
    discriminatorParameters: 0,
    generatorMacs: 0,
    discriminatorMacs: 0,
  };
  total.generatorMacs = (latentLength + labelVectorLength) * first;
  let activations = first;
  g.slice(1).forEach((to, stage) => {
    const from = g[stage] ?? 0;
    total.generatorParameters += from * to * 9 + to;
    total.generatorMacs += from * to * 16 * (4 * 2 ** stage) ** 2;
    activations += to * (8 * 2 ** stage) ** 2 * 3;
  });
  const last = g.at(-1) ?? 0;
  total.generatorParameters += last * 9 + 1;
  total.generatorMacs += last * 9 * size * size;
  d.forEach((to, stage) => {
    const from = d[stage - 1] ?? 1;
    const pixels = (size / 2 ** (stage + 1)) ** 2;
    total.discriminatorParameters += from * to * 16 + to;
    total.discriminatorMacs += from * to * 16 * pixels;
    activations += 2 * (to * pixels * 3 + from * pixels * 8);
  });
  const flat = (d.at(-1) ?? 0) * 16;
  total.discriminatorParameters += flat * featureLength + featureLength + featureLength + featureLength * labelVectorLength;
  total.discriminatorMacs += flat * featureLength + featureLength * (1 + labelVectorLength);
  // Generator: forward, two gradients. Discriminator: real and fake forward and two gradients, then both forward and one gradient for the
  // generator; the penalty's perturbed images cost what real and fake cost.
  const trainingMacsPerImage = 3 * total.generatorMacs + (6 + 3 + 6 / config.penalty.every) * total.discriminatorMacs;
  const states = 2 * (3 * total.generatorParameters + 2 * total.discriminatorParameters);
  return { ...total, trainingMacsPerImage, memoryBytes: 4 * (states + batch * activations * 2) };
}
