import { calciumGrades, sexes } from '@scapis/contracts';
import {
  add,
  conv,
  leakyRelu,
  linear,
  logSumExp,
  mean,
  mul,
  reshape,
  sizeOf,
  slice,
  sub,
  sum,
  type Tensor,
} from '@scapis/numerics';
import type { GanConfig } from '../config.ts';
import { reader, type Network, type Weights } from './dcgan.ts';
import type { RandomStream } from '../base/philox.ts';
import { throughWindows, windows } from './ct-windows.ts';

/**
 * Guidance of the generator by a classifier (the auxiliary classifier of Odena, Olah & Shlens 2017,
 * as a network of its own): it learns to read the labels off the real images, beside the
 * discriminator, and the generator is told how far its own images are from showing what was asked.
 * Calcium fills a few of 4,096 pixels, and a discriminator under a gradient penalty takes far
 * longer to miss it than a demo lasts (docs/training.md has the figures).
 */

/**
 * The part of the label vector that an image shows, group by group, and what each counts. Age shows
 * too little: a classifier would learn people by heart.
 */
const shownGroups = [
  { length: calciumGrades.length, weight: 1 },
  { length: sexes.length, weight: 0.25 },
] as const;
const shownLength = shownGroups.reduce((total, { length }) => total + length, 0);

const slope = 0.2;
const kernel = 4;

/**
 * Images [N, 1, ...] -> scores [N, grades + sexes]: a stride-2 convolution for each halving down to
 * 4 pixels a side.
 */
export function labelClassifier({
  size,
  dimensions,
}: GanConfig): Network & { forward: (weights: Weights, images: Tensor) => Tensor } {
  const widths = Array.from({ length: Math.log2(size / 4) }, (_, stage) =>
    Math.min(64, 16 * 2 ** stage),
  );
  const cells = (widths.at(-1) ?? 0) * 4 ** dimensions;
  const cube = Array<number>(dimensions).fill(kernel);
  const specs = widths.map((to, stage) => ({
    name: `down${stage + 1}`,
    shape: [to, widths[stage - 1] ?? windows.length, ...cube],
  }));
  return {
    initialise: (random: RandomStream) =>
      new Map(
        [...specs, { name: 'class', shape: [shownLength, cells] }].flatMap(({ name, shape }) => {
          const [to = 0, ...rest] = shape;
          // Of a variance that leakyRelu keeps (He 2015): this network is to learn fast.
          const deviation = Math.sqrt(2 / sizeOf(rest));
          const data = random.normals(sizeOf(shape)).map((value) => value * deviation);
          return [
            [`${name}.weight`, { shape, data }] as const,
            [`${name}.bias`, { shape: [to], data: new Float32Array(to) }] as const,
          ];
        }),
      ),
    forward(weights, images) {
      const w = reader(weights);
      let x = throughWindows(images);
      for (const { name } of specs)
        x = leakyRelu(
          conv(x, w(`${name}.weight`), { stride: 2, padding: 1 }, w(`${name}.bias`)),
          slope,
        );
      return linear(reshape(x, [x.shape[0] ?? 0, cells]), w('class.weight'), w('class.bias'));
    },
  };
}

/**
 * @returns the weighted cross entropy of scores [N, shown] against label vectors [N,
 * labelVectorLength], mean over the batch.
 */
export function shownCrossEntropy(scores: Tensor, labels: Tensor): Tensor {
  const [count = 0] = scores.shape;
  let start = 0;
  const parts = shownGroups.map(({ length, weight }) => {
    const group = (x: Tensor): Tensor => slice(x, [0, start], [count, start + length]);
    const loss = mul(
      mean(sub(logSumExp(group(scores), 1), sum(mul(group(scores), group(labels)), [1]))),
      weight,
    );
    start += length;
    return loss;
  });
  return parts.reduce((total, part) => add(total, part));
}
