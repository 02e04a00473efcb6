import { labelVectorLength } from '@scapis/contracts';
import {
  add,
  concat,
  conv,
  downsampleBilinear,
  leakyRelu,
  linear,
  matmul,
  mul,
  reshape,
  sizeOf,
  sum,
  tanh,
  transpose,
  upsampleBilinear,
  type Shape,
  type Tensor,
} from '@scapis/numerics';
import type { Architecture, GanConfig } from '../config.ts';
import { splitLatents, reader, type DiscriminatorNetwork, type GeneratorNetwork } from './dcgan.ts';
import type { Parameters } from '../base/parameters.ts';
import type { RandomStream } from '../base/philox.ts';

/**
 * A small R3GAN (Huang 2024), for large images and for volumes. Stages of residual blocks [1x1
 * wider, 3x3 grouped, 1x1 narrower], with linear interpolation between stages and no normalisation
 * layers. Both networks are piecewise linear but for the last tanh, so the second derivative in the
 * exact penalty is that of convolutions.
 */

/** Initial weights: normal with this deviation; 0 = zeros. */
interface WeightSpec {
  shape: Shape;
  deviation: number;
}
type Specs = Record<string, WeightSpec>;
type Settings = Extract<Architecture, { name: 'residual' }>;

const slope = 0.2;
/** Preserves the variance through a leakyRelu (He 2015). */
const activationGain = Math.sqrt(2 / (1 + slope ** 2));

/** Latents z [N, latentSize] and labels [N, 9] -> images [N, ...imageShape] in (-1, 1). */
export function generator(config: GanConfig): GeneratorNetwork {
  const { dimensions, latentLength, generatorChannels: widths, pixelNoise } = config;
  const { labelLength } = settingsOf(config);
  const [first = 0] = widths;
  const last = widths.at(-1) ?? 0;
  const specs: Specs = {
    'label.weight': spec([labelLength, labelVectorLength], 1),
    'input.weight': spec([first, latentLength + labelLength], latentLength + labelLength),
    basis: spec([first, ...cube(4, dimensions)], 1),
    ...stageSpecs(config, widths),
    ...(pixelNoise &&
      Object.fromEntries(
        widths
          .slice(1)
          .map((width, stage) => [
            `stage${stage + 1}.noise`,
            zeros([width, ...cube(1, dimensions)]),
          ]),
      )),
    'output.weight': spec([1, last, ...cube(1, dimensions)], last),
    'output.bias': zeros([1]),
  };
  return {
    initialise: (random) => initialise(specs, random),
    forward(weights, z, labels) {
      const w = reader(weights);
      const { latent, noise } = splitLatents(config, z);
      const inputs = concat([latent, linear(labels, w('label.weight'))], 1);
      const [count = 0] = z.shape;
      let x = mul(
        reshape(linear(inputs, w('input.weight')), [count, first, ...cube(1, dimensions)]),
        w('basis'),
      );
      for (const stage of widths.keys()) {
        // The number of channels changes at the smaller side, which costs less.
        if (stage > 0) x = upsampleBilinear(change(x, weights[`stage${stage}.change`]));
        const own = noise[stage - 1];
        if (own !== undefined) x = add(x, mul(own, w(`stage${stage}.noise`)));
        x = blocks(config, x, w, stage);
      }
      return tanh(conv(x, w('output.weight'), dense, w('output.bias')));
    },
  };
}

/** Projection discriminator (Miyato & Koyama 2018) of images or volumes. */
export function discriminator(config: GanConfig): DiscriminatorNetwork {
  const { dimensions, featureLength, discriminatorChannels: widths } = config;
  const [first = 0] = widths;
  const last = widths.at(-1) ?? 0;
  const specs: Specs = {
    'input.weight': spec([first, 1, ...cube(1, dimensions)], 1),
    'input.bias': zeros([first]),
    ...stageSpecs(config, widths),
    basis: spec([last, ...cube(4, dimensions)], 4 ** dimensions),
    'feature.weight': spec([featureLength, last], last),
    'feature.bias': zeros([featureLength]),
    'logit.weight': spec([1, featureLength], featureLength),
    'label.weight': spec([featureLength, labelVectorLength], 1),
  };
  return {
    initialise: (random) => initialise(specs, random),
    preprocess: (images) => images,
    preprocessedChannels: 1,
    discriminate(weights, preprocessed, labels) {
      const w = reader(weights);
      let x = conv(preprocessed, w('input.weight'), dense, w('input.bias'));
      for (const stage of widths.keys()) {
        if (stage > 0) x = change(downsampleBilinear(x), weights[`stage${stage}.change`]);
        x = blocks(config, x, w, stage);
      }
      // A depthwise convolution with a kernel as large as its image.
      const pooled = sum(mul(x, w('basis')), [...x.shape.keys()].slice(2));
      const features = linear(pooled, w('feature.weight'), w('feature.bias'));
      const projected = mul(
        matmul(labels, transpose(w('label.weight'))),
        1 / Math.sqrt(featureLength),
      );
      return sum(mul(features, add(projected, w('logit.weight'))), [1]);
    },
  };
}

const dense = { stride: 1, padding: 0 };

function stageSpecs(config: GanConfig, widths: readonly number[]): Specs {
  const { dimensions } = config;
  const { blocksPerStage, expansion } = settingsOf(config);
  // Fixup (Zhang 2019): a block starts as the identity, and more blocks start with smaller weights.
  // With three layers a block, the exponent is -1 / (2 * 3 - 2).
  const gain = activationGain * (blocksPerStage * widths.length) ** -0.25;
  return Object.fromEntries(
    widths.flatMap((width, stage): [string, WeightSpec][] => {
      const before = widths[stage - 1] ?? width;
      const inner = expansion * width;
      const part = groupWidthOf(config, inner);
      const own = [...Array(blocksPerStage).keys()].flatMap((block): [string, WeightSpec][] => [
        [
          `stage${stage}.${block}.widen.weight`,
          spec([inner, width, ...cube(1, dimensions)], width, gain),
        ],
        [`stage${stage}.${block}.widen.bias`, zeros([inner])],
        [
          `stage${stage}.${block}.grouped.weight`,
          spec([inner, part, ...cube(3, dimensions)], part * 3 ** dimensions, gain),
        ],
        [`stage${stage}.${block}.grouped.bias`, zeros([inner])],
        [`stage${stage}.${block}.narrow.weight`, zeros([width, inner, ...cube(1, dimensions)])],
      ]);
      return before === width
        ? own
        : [[`stage${stage}.change`, spec([width, before, ...cube(1, dimensions)], before)], ...own];
    }),
  );
}

function blocks(
  config: GanConfig,
  start: Tensor,
  w: (name: string) => Tensor,
  stage: number,
): Tensor {
  let x = start;
  for (let block = 0; block < settingsOf(config).blocksPerStage; block++) {
    const weight = (name: string): Tensor => w(`stage${stage}.${block}.${name}`);
    const wide = leakyRelu(conv(x, weight('widen.weight'), dense, weight('widen.bias')), slope);
    const inner = wide.shape[1] ?? 0;
    const grouped = { stride: 1, padding: 1, groups: inner / groupWidthOf(config, inner) };
    const mixed = leakyRelu(
      conv(wide, weight('grouped.weight'), grouped, weight('grouped.bias')),
      slope,
    );
    x = add(x, conv(mixed, weight('narrow.weight'), dense));
  }
  return x;
}

/** Changes the number of channels, where a stage has another one. */
function change(x: Tensor, weight: Tensor | undefined): Tensor {
  return weight === undefined ? x : conv(x, weight, dense);
}

/** @returns the largest divisor of `inner` up to the configured group width. */
function groupWidthOf(config: GanConfig, inner: number): number {
  let width = Math.min(settingsOf(config).groupWidth, inner);
  while (inner % width !== 0) width--;
  return width;
}

function settingsOf({ architecture }: GanConfig): Settings {
  if (architecture.name !== 'residual')
    throw new Error(`the ${architecture.name} network has no residual blocks`);
  return architecture;
}

function spec(shape: Shape, fanIn: number, gain = 1): WeightSpec {
  return { shape, deviation: gain / Math.sqrt(fanIn) };
}

function zeros(shape: Shape): WeightSpec {
  return { shape, deviation: 0 };
}

function cube(length: number, dimensions: number): number[] {
  return Array<number>(dimensions).fill(length);
}

function initialise(specs: Specs, random: RandomStream): Parameters {
  return new Map(
    Object.entries(specs).map(([name, { shape, deviation }]) => {
      const size = sizeOf(shape);
      const data =
        deviation === 0
          ? new Float32Array(size)
          : random.normals(size).map((value) => value * deviation);
      return [name, { shape: [...shape], data }];
    }),
  );
}
