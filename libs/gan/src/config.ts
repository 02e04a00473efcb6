import { z } from 'zod';
import type { RandomStream } from './base/philox.ts';

/**
 * Everything that decides a training run beside the images and the seed. Stored in checkpoints and
 * generators.
 */

/**
 * The closed list of networks, each with its own settings; architecture.ts must answer for every
 * name.
 */
const architecture = z.discriminatedUnion('name', [
  /** The demo's (dcgan.ts): a convolution for each doubling of the size. Images only. */
  z.object({ name: z.literal('plain') }),
  /** Residual blocks in groups (r3gan.ts), for large images and for volumes. */
  z.object({
    name: z.literal('residual'),
    blocksPerStage: z.number().int().min(1).max(4).default(1),
    /** Channels inside a block, as a multiple of those outside. */
    expansion: z.number().int().min(1).max(4).default(2),
    /** At most so many channels of a block meet in its convolution. */
    groupWidth: z.number().int().min(1).max(64).default(16),
    /** Length of the generator's vector for the labels. */
    labelLength: z.number().int().min(1).max(256).default(32),
  }),
]);
export type Architecture = z.output<typeof architecture>;
export type ArchitectureName = Architecture['name'];

/**
 * Differential privacy of the patients in the training data (Abadi et al. 2016; DP-GAN after Bie,
 * Kamath & Zhang 2023): see dp-sgd.ts for what it changes. Noise and sampling come from a
 * cryptographic source, so such a run is not repeated by its seed.
 */
export const privacyConfig = z.object({
  /** Deviation of the noise over `clip`. What it costs: `rdpEpsilon` in @scapis/domain. */
  noiseMultiplier: z.number().min(0.3).max(1000),
  /** The longest gradient that one patient contributes to a step. */
  clip: z.number().min(1e-4).max(1000).default(1),
  /**
   * Probability that a patient takes part in a step of the discriminator: batch / patients. Epsilon
   * is computed from it.
   */
  sampleRate: z.number().gt(0).max(1),
  /** Noisy steps of the discriminator for each step of the generator, which costs no privacy. */
  discriminatorSteps: z.number().int().min(1).max(500).default(1),
});
export type PrivacyConfig = z.output<typeof privacyConfig>;

const channels = z.number().int().min(4).max(1024);
const largestVolume = 64;

export const ganConfig = z
  .object({
    /** Runs stored before there was a choice have none: plain. */
    architecture: architecture.prefault({ name: 'plain' }),
    /** 2: images; 3: volumes, of 16 to 64 pixels on a side. */
    dimensions: z.union([z.literal(2), z.literal(3)]).default(2),
    /** Pixels per side. */
    size: z.union([16, 32, 64, 128, 256].map((size) => z.literal(size))).default(64),
    latentLength: z.number().int().min(2).max(512).default(64),
    /**
     * Random values at each pixel of each stage of the generator, of a strength that each channel
     * learns (StyleGAN; Karras 2019): a CT is noisy. Runs stored before there was a choice have
     * none.
     */
    pixelNoise: z.boolean().default(false),
    /**
     * The plain generator's last doubling is blurred, as linear interpolation would: repeated
     * pixels leave a grid. Runs stored before there was a choice are not.
     */
    antialias: z.boolean().default(false),
    /**
     * Channels of the generator at 4x4, 8x8, ... up to the full size. Omitted: as `defaultWidth`
     * says.
     */
    generatorChannels: z.array(channels).min(3).max(7).optional(),
    /**
     * Channels of the discriminator down to 4x4: after each stride-2 convolution; of a residual
     * one, from the full size on.
     */
    discriminatorChannels: z.array(channels).min(2).max(7).optional(),
    /** Length of the discriminator's feature vector, which labels are projected on. */
    featureLength: z.number().int().min(8).max(1024).default(64),
    batch: z.number().int().min(2).max(1024).default(16),
    /**
     * Each step is computed in so many equal parts of the batch, by as many threads where the
     * machine has them, and their gradients are averaged. The parts are the same numbers whichever
     * thread computes them, so the result is not the machine's; another count rounds otherwise.
     */
    shards: z.number().int().min(1).max(16).default(1),
    /** Schedules run over this many steps; a run may stop earlier. */
    totalSteps: z.number().int().min(1).max(10_000_000).default(7000),
    learningRate: z.number().min(1e-6).max(0.1).default(5e-4),
    /**
     * How it falls: over the last 40 % of the run to a tenth; by a cosine over the whole run to 0;
     * not at all.
     */
    learningRateDecay: z.enum(['late', 'cosine', 'none']).default('late'),
    beta1: z.number().min(0).max(0.99).default(0),
    beta2: z.number().min(0.5).max(0.99999).default(0.99),
    /**
     * `relativistic`: real and generated images in pairs (RpGAN); `hinge`: each against a margin,
     * as with spectral normalisation.
     */
    adversarial: z.enum(['relativistic', 'hinge']).default('relativistic'),
    /**
     * Divides each weight of the discriminator by its largest singular value (spectral-norm.ts).
     */
    spectralNorm: z.boolean().default(false),
    /**
     * Weight of LeCam's regularisation (Tseng 2021): keeps logits near the running mean of the
     * other side's. 0: none.
     */
    leCam: z.number().min(0).max(10).default(0),
    /**
     * Zero-centred gradient penalty on real and generated images (R1 + R2; Mescheder 2018, Huang
     * 2024).
     */
    penalty: z
      .object({
        /**
         * `finite-difference` needs no second derivative, and sees the gradient along one random
         * direction: lambda (D(x) - D(x + sigma e))^2 with lambda = gamma / (2 sigma^2).
         */
        kind: z.enum(['exact', 'finite-difference']).default('exact'),
        /** Weight at the start and at 70 % of the run (cosine between). */
        gamma: z
          .tuple([z.number().min(0).max(1000), z.number().min(0).max(1000)])
          .default([1, 0.3]),
        /** In what the discriminator sees: 1 is half of a CT window. */
        sigma: z.number().min(1e-4).max(1).default(0.02),
        /** Applied every so many steps, so many times stronger. */
        every: z.number().int().min(1).max(64).default(4),
      })
      .prefault({}),
    /**
     * A classifier of the labels that an image shows tells the generator how far its images are
     * from them (label-classifier.ts); null: none.
     */
    guidance: z
      .object({
        /**
         * Of the classifier's cross entropy in the generator's loss; approached over the first
         * 12,000 images.
         */
        weight: z.number().min(0).max(10).default(0.02),
        /** The classifier's own, falling to a fifth over the run. */
        learningRate: z.number().min(1e-6).max(0.1).default(2e-3),
      })
      .nullable()
      .prefault({}),
    /** Of the generator's average; approached in the first steps. */
    averageDecay: z.number().min(0).max(0.99999).default(0.999),
    /**
     * Differentiable augmentation of real and generated images (Zhao 2020). No flips: the heart
     * lies on the left.
     */
    augmentation: z
      .object({
        translation: z.number().int().min(0).max(32).default(2),
        /**
         * In HU / 1000: more than some 20 HU would hide from the discriminator what a window of
         * soft tissue shows.
         */
        brightness: z.number().min(0).max(1).default(0.02),
        contrast: z.number().min(0).max(0.9).default(0.05),
      })
      .prefault({}),
    /** null = training without a privacy guarantee. */
    privacy: privacyConfig.nullable().default(null),
  })
  // A private run shows the real images to nothing but its discriminator.
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
 * @returns the configuration with defaults filled in; a new one has pixel noise and antialias,
 * which a stored one has only if it says so. @throws ZodError that names each bad field.
 */
export function toGanConfig(input: GanConfigInput = {}): GanConfig {
  return ganConfig.parse({ pixelNoise: true, antialias: true, ...input });
}

interface Form {
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
}: Form & Partial<Channels>): Channels {
  const defaults = defaultChannels(form);
  return {
    generatorChannels: generatorChannels ?? defaults.generatorChannels,
    discriminatorChannels: discriminatorChannels ?? defaults.discriminatorChannels,
  };
}

/**
 * Channels where the picture has so many pixels on a side: for two CPU cores. Volumes have more
 * pixels, so fewer channels.
 */
const defaultWidth: Record<ArchitectureName, (side: number, dimensions: 2 | 3) => number> = {
  plain: (side) => Math.min(128, Math.max(8, 512 / side)),
  residual: (side, dimensions) =>
    dimensions === 2
      ? Math.min(128, Math.max(8, 2048 / side))
      : Math.min(64, Math.max(4, 256 / side)),
};

function defaultChannels({ architecture: { name }, dimensions, size }: Form): Channels {
  const sides = Array.from({ length: Math.log2(size / 4) + 1 }, (_, stage) => 4 * 2 ** stage);
  const widths = sides.map((side) => defaultWidth[name](side, dimensions));
  const down = widths.toReversed();
  return {
    generatorChannels: widths,
    discriminatorChannels: name === 'plain' ? down.slice(1) : down,
  };
}

/** What the length of a code depends on. */
type CodeForm = Pick<GanConfig, 'latentLength' | 'pixelNoise' | 'size' | 'dimensions'>;

/** @returns `count` codes, one after the other: for each image all that is random in it. */
export function drawCodes(random: RandomStream, form: CodeForm, count: number): Float32Array {
  const length = codeLength(form);
  const codes = new Float32Array(count * length);
  for (let start = 0; start < codes.length; start += length) {
    codes.set(random.normals(form.latentLength), start);
    random.fillNoise(codes.subarray(start + form.latentLength, start + length));
  }
  return codes;
}

/**
 * @returns how many random numbers make one image: the latent code, then the noise of each stage
 * with its pixels in order.
 */
export function codeLength({ latentLength, pixelNoise, size, dimensions }: CodeForm): number {
  return (
    latentLength +
    (pixelNoise ? noiseSides(size).reduce((sum, side) => sum + side ** dimensions, 0) : 0)
  );
}

/**
 * @returns the pixels on a side of each stage that has noise: all but the first, which the latent
 * code fills.
 */
export function noiseSides(size: number): number[] {
  return Array.from({ length: Math.log2(size / 4) }, (_, stage) => 8 * 2 ** stage);
}

/** @returns the axes of one image [1, size, size] or volume [1, size, size, size]. */
export function imageShape({
  size,
  dimensions = 2,
}: {
  size: number;
  dimensions?: 2 | 3;
}): number[] {
  return [1, ...Array<number>(dimensions).fill(size)];
}
