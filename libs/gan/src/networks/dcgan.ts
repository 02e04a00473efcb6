import { labelVectorLength } from '@scapis/contracts';
import {
  add,
  concat,
  constant,
  conv,
  conv2d,
  leakyRelu,
  linear,
  matmul,
  mul,
  reshape,
  sizeOf,
  sum,
  tanh,
  transpose,
  upsampleConv,
  type Shape,
  slice,
  type Tensor,
} from '@scapis/numerics';
import { noiseSides, type GanConfig } from '../config.ts';
import type { Parameters } from '../base/parameters.ts';
import type { RandomStream } from '../base/philox.ts';
import { applyCtWindows, ctWindows } from './ct-windows.ts';

/**
 * A conditional DCGAN (Radford et al. 2016) for images of any power-of-two size: one convolution
 * for each doubling of the side. It has no normalisation layers, so that each logit depends on its
 * own image only.
 */

/** The weights of one network in a graph, by name. */
export type Weights = Record<string, Tensor>;

interface WeightSpec {
  shape: Shape;
  /** Inputs that one output sums over; null = starts at 0. */
  fanIn: number | null;
}

const slope = 0.2;
/**
 * Initial weights have variance 1 / (3 fan-in), PyTorch's default. Variance-preserving weights (He
 * 2015) are 2.4 times larger and made training slower in a comparison of one run each.
 */
const gain = 1 / Math.sqrt(3);

function generatorSpecs({
  latentLength,
  generatorChannels,
  pixelNoise,
}: GanConfig): Record<string, WeightSpec> {
  const [first = 0] = generatorChannels;
  const inputs = latentLength + labelVectorLength;
  const last = generatorChannels.at(-1) ?? 0;
  return {
    'input.weight': { shape: [first * 16, inputs], fanIn: inputs },
    'input.bias': { shape: [first * 16], fanIn: null },
    ...Object.fromEntries(
      generatorChannels
        .slice(1)
        .flatMap((to, stage): [string, WeightSpec][] => [
          ...convSpecs(`up${stage + 1}`, generatorChannels[stage] ?? 0, to, 3),
          ...(pixelNoise
            ? [[`up${stage + 1}.noise`, { shape: [to, 1, 1], fanIn: null }] as [string, WeightSpec]]
            : []),
        ]),
    ),
    'output.weight': { shape: [1, last, 3, 3], fanIn: last * 9 },
    'output.bias': { shape: [1], fanIn: null },
  };
}

function discriminatorSpecs({
  discriminatorChannels,
  featureLength,
}: GanConfig): Record<string, WeightSpec> {
  const flat = (discriminatorChannels.at(-1) ?? 0) * 16;
  return {
    ...Object.fromEntries(
      discriminatorChannels.flatMap((to, stage) =>
        convSpecs(`down${stage + 1}`, discriminatorChannels[stage - 1] ?? ctWindows.length, to, 4),
      ),
    ),
    'feature.weight': { shape: [featureLength, flat], fanIn: flat },
    'feature.bias': { shape: [featureLength], fanIn: null },
    'logit.weight': { shape: [1, featureLength], fanIn: featureLength },
    'label.weight': { shape: [featureLength, labelVectorLength], fanIn: 1 },
  };
}

function convSpecs(name: string, from: number, to: number, kernel: number): [string, WeightSpec][] {
  return [
    [`${name}.weight`, { shape: [to, from, kernel, kernel], fanIn: from * kernel * kernel }],
    [`${name}.bias`, { shape: [to], fanIn: null }],
  ];
}

export interface Network {
  /** Random weights, zero biases. */
  initialise(random: RandomStream): Parameters;
}

export type GeneratorNetwork = Network & {
  forward: (weights: Weights, z: Tensor, labels: Tensor) => Tensor;
};
export interface DiscriminatorNetwork extends Network {
  /**
   * Images [N, 1, ...] -> [N, preprocessedChannels, ...], the input of the first layer. The
   * gradient penalty is taken in this space.
   */
  preprocess(images: Tensor): Tensor;
  preprocessedChannels: number;
  /** Preprocessed images and labels [N, 9] -> logits [N]. */
  discriminate(weights: Weights, preprocessed: Tensor, labels: Tensor): Tensor;
}

/** Latents z [N, latentSize] and labels [N, 9] -> images [N, 1, size, size] in (-1, 1). */
export function generator(config: GanConfig): GeneratorNetwork {
  const specs = generatorSpecs(config);
  const stages = config.generatorChannels.slice(1);
  return {
    initialise: (random) => initialise(specs, random),
    forward(weights, z, labels) {
      const w = reader(weights);
      const [first = 0] = config.generatorChannels;
      const [count = 0] = z.shape;
      const { latent, noise } = splitLatents(config, z);
      let x = leakyRelu(
        linear(concat([latent, labels], 1), w('input.weight'), w('input.bias')),
        slope,
      );
      x = reshape(x, [count, first, 4, 4]);
      for (const stage of stages.keys()) {
        let up = upsampleConv(x, w(`up${stage + 1}.weight`), w(`up${stage + 1}.bias`));
        if (config.antialias && stage === stages.length - 1) up = blur(up);
        const own = noise[stage];
        x = leakyRelu(own === undefined ? up : add(up, mul(own, w(`up${stage + 1}.noise`))), slope);
      }
      return tanh(conv2d(x, w('output.weight'), { padding: 1, bias: w('output.bias') }));
    },
  };
}

/** Projection discriminator (Miyato & Koyama 2018) on each image in three CT windows. */
export function discriminator(config: GanConfig): DiscriminatorNetwork {
  const specs = discriminatorSpecs(config);
  return {
    initialise: (random) => initialise(specs, random),
    preprocess: applyCtWindows,
    preprocessedChannels: ctWindows.length,
    discriminate(weights, preprocessed, labels) {
      const w = reader(weights);
      let x = preprocessed;
      for (const stage of config.discriminatorChannels.keys())
        x = leakyRelu(
          conv2d(x, w(`down${stage + 1}.weight`), {
            stride: 2,
            padding: 1,
            bias: w(`down${stage + 1}.bias`),
          }),
          slope,
        );
      const [count = 0, ...rest] = x.shape;
      const features = linear(
        reshape(x, [count, sizeOf(rest)]),
        w('feature.weight'),
        w('feature.bias'),
      );
      const projected = mul(
        matmul(labels, transpose(w('label.weight'))),
        1 / Math.sqrt(config.featureLength),
      );
      return sum(mul(features, add(projected, w('logit.weight'))), [1]);
    },
  };
}

function initialise(specs: Record<string, WeightSpec>, random: RandomStream): Parameters {
  return new Map(
    Object.entries(specs).map(([name, { shape, fanIn }]) => {
      const size = sizeOf(shape);
      const data =
        fanIn === null
          ? new Float32Array(size)
          : random.normals(size).map((value) => (value * gain) / Math.sqrt(fanIn));
      return [name, { shape: [...shape], data }];
    }),
  );
}

/**
 * Blurs each channel by [1, 2, 1] / 4 along each axis. After nearest-neighbour upsampling, that
 * makes linear interpolation.
 */
function blur(x: Tensor): Tensor {
  const channels = x.shape[1] ?? 0;
  const kernel = [1, 2, 1].flatMap((a) => [1, 2, 1].map((b) => (a * b) / 16));
  return conv(x, constant(Array<number[]>(channels).fill(kernel).flat(), [channels, 1, 3, 3]), {
    stride: 1,
    padding: 1,
    groups: channels,
  });
}

/**
 * Splits latents [N, latentSize] into the latent vector [N, latentLength] and the noise of each
 * stage [N, 1, side, side] (volumes [N, 1, side, side, side]). Without pixel noise there is none.
 */
export function splitLatents(
  { latentLength, pixelNoise, size, dimensions }: GanConfig,
  z: Tensor,
): { latent: Tensor; noise: Tensor[] } {
  const [count = 0] = z.shape;
  if (!pixelNoise) return { latent: z, noise: [] };
  let start = latentLength;
  const noise = noiseSides(size).map((side) => {
    const part = slice(z, [0, start], [count, start + side ** dimensions]);
    start += side ** dimensions;
    return reshape(part, [count, 1, ...Array<number>(dimensions).fill(side)]);
  });
  return { latent: slice(z, [0, 0], [count, latentLength]), noise };
}

export function reader(weights: Weights): (name: string) => Tensor {
  return (name) => {
    const found = weights[name];
    if (found === undefined) throw new Error(`the network has no weight ${name}`);
    return found;
  };
}
