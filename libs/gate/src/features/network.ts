import { conv2d, leakyRelu, linear, reshape, sizeOf, type Tensor } from '@scapis/numerics';
import type { Parameters } from '@scapis/gan';
import type { RandomStream } from '../statistics/random.ts';

/**
 * A small convolutional network: 4x4 convolutions of stride 2, each with LeakyReLU, then one linear
 * layer.
 */
export interface NetworkShape {
  /** Side of the input images; divisible by 2 to the power of the number of convolutions. */
  size: number;
  /** Channels of the input; default 1. */
  inputs?: number;
  channels: readonly number[];
  outputs: number;
}

/**
 * @returns the learning rate of a short training at step `done`: 20 steps of warm-up, then a cosine
 * down to a fiftieth.
 */
export function learningRateAt(max: number, done: number, steps: number): number {
  return (
    max * Math.min(1, (done + 1) / 20) * (0.02 + 0.49 * (1 + Math.cos((Math.PI * done) / steps)))
  );
}

const kernel = 4;
const slope = 0.1;

/** @returns weights drawn by He et al. 2015, biases zero. */
export function initialWeights(
  { size, inputs = 1, channels, outputs }: NetworkShape,
  random: RandomStream,
): Parameters {
  const parameters: Parameters = new Map();
  const draw = (name: string, shape: number[], fanIn: number): void => {
    const deviation = Math.sqrt(2 / fanIn);
    parameters.set(name, { shape, data: random.normals(sizeOf(shape)).map((x) => deviation * x) });
  };
  let from = inputs;
  channels.forEach((to, layer) => {
    draw(`conv${layer}.weight`, [to, from, kernel, kernel], from * kernel * kernel);
    parameters.set(`conv${layer}.bias`, { shape: [to], data: new Float32Array(to) });
    from = to;
  });
  const side = size / 2 ** channels.length;
  if (!Number.isInteger(side))
    throw new Error(
      `The gate's networks need images whose side is a multiple of ${2 ** channels.length}, got ${size}.`,
    );
  draw('head.weight', [outputs, from * side * side], 2 * from * side * side);
  parameters.set('head.bias', { shape: [outputs], data: new Float32Array(outputs) });
  return parameters;
}

/**
 * @returns one feature map per convolution and the head's output [N, outputs], for images [N,
 * inputs, size, size].
 */
export function buildNetwork(
  { channels }: NetworkShape,
  weights: Record<string, Tensor>,
  images: Tensor,
): { maps: Tensor[]; output: Tensor } {
  const weight = (name: string): Tensor => {
    const tensor = weights[name];
    if (tensor === undefined) throw new Error(`The network has no weight "${name}".`);
    return tensor;
  };
  const maps: Tensor[] = [];
  let x = images;
  channels.forEach((_, layer) => {
    x = leakyRelu(
      conv2d(x, weight(`conv${layer}.weight`), {
        stride: 2,
        padding: 1,
        bias: weight(`conv${layer}.bias`),
      }),
      slope,
    );
    maps.push(x);
  });
  const [count = 0, ...rest] = x.shape;
  return {
    maps,
    output: linear(reshape(x, [count, sizeOf(rest)]), weight('head.weight'), weight('head.bias')),
  };
}
