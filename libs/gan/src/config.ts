import { z } from 'zod';
import type { RandomStream } from './base/philox.ts';

/**
 * Configuration of a training run. With the images and the seed it decides the whole run. It is
 * stored with runs, checkpoints and generators, so names of keys stay as they are.
 */

/** The closed list of networks and their settings. architecture.ts has a row for every name. */
const architecture = z.discriminatedUnion('name', [
  /** dcgan.ts: one convolution for each doubling of the side. Images only. */
  z.object({ name: z.literal('plain') }),
  /** r3gan.ts: residual blocks with grouped convolutions, for large images and for volumes. */
  z.object({
    name: z.literal('residual'),
    blocksPerStage: z.number().int().min(1).max(4).default(1),
    /** Channels inside a block, as a multiple of those outside it. */
    expansion: z.number().int().min(1).max(4).default(2),
    /** Most channels in a group of the grouped convolution. */
    groupWidth: z.number().int().min(1).max(64).default(16),
    /** Length of the generator's embedding of the labels. */
    labelLength: z.number().int().min(1).max(256).default(32),
  }),
]);
export type Architecture = z.output<typeof architecture>;
export type ArchitectureName = Architecture['name'];

/**
 * Differential privacy of the subjects in the training data (dp-sgd.ts). Noise and sampling come
 * from a cryptographic source, so the seed does not repeat such a run.
 */
const privacyConfig = z.object({
  /** Deviation of the noise, divided by `clip`. `rdpEpsilon` in @scapis/domain gives its cost. */
  noiseMultiplier: z.number().min(0.3).max(1000),
  /** Clipping norm (max_grad_norm): the longest gradient that one subject adds to a step. */
  clip: z.number().min(1e-4).max(1000).default(1),
  /**
   * Probability that a subject takes part in a discriminator step: batch / subjects. Epsilon is
   * computed from it.
   */
  sampleRate: z.number().gt(0).max(1),
  /** DP-SGD steps of the discriminator for each generator step, which costs no privacy. */
  discriminatorSteps: z.number().int().min(1).max(500).default(1),
});
export type PrivacyConfig = z.output<typeof privacyConfig>;

const channels = z.number().int().min(4).max(1024);
const largestVolume = 64;

export const ganConfig = z
  .object({
    architecture: architecture.prefault({ name: 'plain' }),
    /** 2: images; 3: volumes of 16 to 64 pixels a side. */
    dimensions: z.union([z.literal(2), z.literal(3)]).default(2),
    /** Pixels per side. */
    size: z.union([16, 32, 64, 128, 256].map((size) => z.literal(size))).default(64),
    /** Length of the latent vector, without the pixel noise. */
    latentLength: z.number().int().min(2).max(512).default(64),
    /**
     * Noise inputs at each pixel of each stage of the generator, with a learned strength for each
     * channel (StyleGAN; Karras 2019), because CT images are noisy.
     */
    pixelNoise: z.boolean().default(true),
    /**
     * Blurs the plain generator's last upsampling, as linear interpolation would. Nearest-neighbour
     * upsampling leaves a visible grid.
     */
    antialias: z.boolean().default(true),
    /** Channels of the generator at 4x4, 8x8, ... up to the full size; default `defaultWidth`. */
    generatorChannels: z.array(channels).min(3).max(7).optional(),
    /**
     * Channels of the discriminator down to 4x4. Plain: after each stride-2 convolution. Residual:
     * from the full size on.
     */
    discriminatorChannels: z.array(channels).min(2).max(7).optional(),
    /** Length of the discriminator's feature vector, which the projection of labels uses. */
    featureLength: z.number().int().min(8).max(1024).default(64),
    batch: z.number().int().min(2).max(1024).default(16),
    /**
     * Data-parallel micro-batches of a step: equal parts of the batch with averaged gradients.
     * As many threads compute them as the machine has. The number of threads does not change the
     * result; another number of micro-batches rounds differently.
     */
    shards: z.number().int().min(1).max(16).default(1),
    /** Length of the schedules. A run may stop earlier. */
    totalSteps: z.number().int().min(1).max(10_000_000).default(7000),
    learningRate: z.number().min(1e-6).max(0.1).default(5e-4),
    /** late: to a tenth over the last 40 % of the run. cosine: to 0 over the whole run. */
    learningRateDecay: z.enum(['late', 'cosine', 'none']).default('late'),
    beta1: z.number().min(0).max(0.99).default(0),
    beta2: z.number().min(0.5).max(0.99999).default(0.99),
    /**
     * relativistic: real and generated images in pairs (RpGAN). hinge: each against a margin, usual
     * with spectral normalisation.
     */
    adversarial: z.enum(['relativistic', 'hinge']).default('relativistic'),
    /** Spectral normalisation of the discriminator (spectral-norm.ts). */
    spectralNorm: z.boolean().default(false),
    /** Weight of LeCam regularisation (Tseng 2021); 0: none. */
    leCam: z.number().min(0).max(10).default(0),
    /**
     * Zero-centred gradient penalty on real and generated images (R1 + R2; Mescheder 2018, Huang
     * 2024).
     */
    penalty: z
      .object({
        /**
         * finite-difference: lambda (D(x) - D(x + sigma e))^2, lambda = gamma / (2 sigma^2). It
         * needs no second derivative, and measures the gradient along one random direction e.
         */
        kind: z.enum(['exact', 'finite-difference']).default('exact'),
        /** Weight at the start, and from 70 % of the run on (cosine between). */
        gamma: z
          .tuple([z.number().min(0).max(1000), z.number().min(0).max(1000)])
          .default([1, 0.3]),
        /** Of preprocessed images: 1 is half the width of a CT window. */
        sigma: z.number().min(1e-4).max(1).default(0.02),
        /** Lazy regularisation interval (Karras 2020): every n steps, n times stronger. */
        every: z.number().int().min(1).max(64).default(4),
      })
      .prefault({}),
    /** Guidance of the generator by a classifier of labels (label-classifier.ts); null: none. */
    guidance: z
      .object({
        /** Of the cross entropy in the generator's loss; ramps up over the first 12,000 images. */
        weight: z.number().min(0).max(10).default(0.02),
        /** Of the classifier; falls to a fifth over the run. */
        learningRate: z.number().min(1e-6).max(0.1).default(2e-3),
      })
      .nullable()
      .prefault({}),
    /** EMA decay of the generator's weights; ramps up in the first steps. */
    averageDecay: z.number().min(0).max(0.99999).default(0.999),
    /** DiffAugment of real and generated images (augmentation.ts). */
    augmentation: z
      .object({
        translation: z.number().int().min(0).max(32).default(2),
        /**
         * In HU / 1000. Much more than 20 HU would hide differences of soft tissue from the
         * discriminator.
         */
        brightness: z.number().min(0).max(1).default(0.02),
        contrast: z.number().min(0).max(0.9).default(0.05),
      })
      .prefault({}),
    /** null = training without a privacy guarantee. */
    privacy: privacyConfig.nullable().default(null),
  })
  // In a DP-SGD run only the discriminator may read real images.
  .transform((config) => ({
    ...config,
    ...withChannels(config),
    guidance: config.privacy === null ? config.guidance : null,
  }))
  .superRefine((config, context) => {
    const { size, dimensions, generatorChannels, discriminatorChannels } = config;
    const refuse = (path: string[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    const expected = defaultChannels(config);
    const wrong = (path: string, count: number): void =>
      refuse([path], `${size} pixels need ${count} numbers of channels here`);
    if (generatorChannels.length !== expected.generatorChannels.length)
      wrong('generatorChannels', expected.generatorChannels.length);
    if (discriminatorChannels.length !== expected.discriminatorChannels.length)
      wrong('discriminatorChannels', expected.discriminatorChannels.length);
    if (config.augmentation.translation >= size / 4)
      refuse(['augmentation', 'translation'], 'must be below a quarter of the image');
    if (config.batch % config.shards !== 0)
      refuse(
        ['shards'],
        `a batch of ${config.batch} can't be cut into ${config.shards} equal parts`,
      );
    if (config.privacy !== null && config.shards > 1)
      refuse(['shards'], 'a private run takes its steps whole');
    if (
      config.privacy !== null &&
      (config.adversarial !== 'relativistic' || config.spectralNorm || config.leCam > 0)
    )
      refuse(
        ['privacy'],
        'a private run has the relativistic loss alone: hinge, spectral normalisation and LeCam are not counted by its epsilon',
      );
    if (dimensions === 3 && size > largestVolume)
      refuse(
        ['size'],
        `volumes have at most ${largestVolume} pixels on a side; choose a smaller part of the body or larger pixels`,
      );
    if (dimensions === 3 && config.architecture.name === 'plain')
      refuse(
        ['architecture'],
        'the plain network draws images only; choose the residual one for volumes',
      );
  });
export type GanConfig = z.output<typeof ganConfig>;
export type GanConfigInput = z.input<typeof ganConfig>;

/**
 * @returns the configuration with defaults filled in.
 * @throws ZodError that names each bad field
 */
export function toGanConfig(input: GanConfigInput = {}): GanConfig {
  return ganConfig.parse(input);
}

/** Keys that stored configurations may lack, with the value that was in force before the key. */
const storedDefaults = { pixelNoise: false, antialias: false };

/** Parses a configuration as it was stored: a key that it lacks has the value of its time. */
export const storedGanConfig = z.preprocess(
  (stored) =>
    typeof stored === 'object' && stored !== null ? { ...storedDefaults, ...stored } : stored,
  ganConfig,
);

interface ImageForm {
  architecture: Architecture;
  dimensions: 2 | 3;
  size: number;
}

interface Channels {
  generatorChannels: number[];
  discriminatorChannels: number[];
}

function withChannels({
  generatorChannels,
  discriminatorChannels,
  ...form
}: ImageForm & Partial<Channels>): Channels {
  const defaults = defaultChannels(form);
  return {
    generatorChannels: generatorChannels ?? defaults.generatorChannels,
    discriminatorChannels: discriminatorChannels ?? defaults.discriminatorChannels,
  };
}

/**
 * Default channels at each number of pixels a side, chosen to train on two CPU cores. Volumes have
 * more pixels, so fewer channels.
 */
const defaultWidth: Record<ArchitectureName, (side: number, dimensions: 2 | 3) => number> = {
  plain: (side) => Math.min(128, Math.max(8, 512 / side)),
  residual: (side, dimensions) =>
    dimensions === 2
      ? Math.min(128, Math.max(8, 2048 / side))
      : Math.min(64, Math.max(4, 256 / side)),
};

function defaultChannels({ architecture: { name }, dimensions, size }: ImageForm): Channels {
  const sides = Array.from({ length: Math.log2(size / 4) + 1 }, (_, stage) => 4 * 2 ** stage);
  const widths = sides.map((side) => defaultWidth[name](side, dimensions));
  const down = widths.toReversed();
  return {
    generatorChannels: widths,
    discriminatorChannels: name === 'plain' ? down.slice(1) : down,
  };
}

/** The settings that the size of latents depends on. */
type LatentForm = Pick<GanConfig, 'latentLength' | 'pixelNoise' | 'size' | 'dimensions'>;

/** @returns random latents of `count` images [count, latentSize]. */
export function sampleLatents(random: RandomStream, form: LatentForm, count: number): Float32Array {
  const length = latentSize(form);
  const latents = new Float32Array(count * length);
  for (let start = 0; start < latents.length; start += length) {
    latents.set(random.normals(form.latentLength), start);
    random.fillNoise(latents.subarray(start + form.latentLength, start + length));
  }
  return latents;
}

/**
 * @returns the length of all latents of one image: the latent vector, then the pixel noise of each
 * stage.
 */
export function latentSize({ latentLength, pixelNoise, size, dimensions }: LatentForm): number {
  return (
    latentLength +
    (pixelNoise ? noiseSides(size).reduce((sum, side) => sum + side ** dimensions, 0) : 0)
  );
}

/** @returns the pixels a side of each stage with noise: all but the first, at 4x4. */
export function noiseSides(size: number): number[] {
  return Array.from({ length: Math.log2(size / 4) }, (_, stage) => 8 * 2 ** stage);
}

/** @returns the shape of one image [1, size, size] or volume [1, size, size, size]. */
export function imageShape({
  size,
  dimensions = 2,
}: {
  size: number;
  dimensions?: 2 | 3;
}): number[] {
  return [1, ...Array<number>(dimensions).fill(size)];
}
