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
import { applyCtWindows, ctWindows } from './ct-windows.ts';

/**
 * Guidance of the generator by a classifier of labels: the auxiliary classifier of AC-GAN (Odena,
 * Olah & Shlens 2017), as a separate network. It learns the labels of real images. The generator's
 * loss adds the classifier's cross entropy on generated images. Calcium fills a few of 4,096
 * pixels, which a discriminator under a gradient penalty learns slowly (docs/training.md).
 */

/**
 * The groups of the label vector that are visible in an image, with their weights in the loss. Age
 * is hardly visible: a classifier of age would memorise subjects.
 */
const shownGroups = [
  { length: calciumGrades.length, weight: 1 },
  { length: sexes.length, weight: 0.25 },
] as const;
const shownLength = shownGroups.reduce((total, { length }) => total + length, 0);

const slope = 0.2;
const kernel = 4;

/**
 * Images [N, 1, ...] -> scores [N, grades + sexes]. One stride-2 convolution for each halving, down
 * to 4 pixels a side.
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
    shape: [to, widths[stage - 1] ?? ctWindows.length, ...cube],
  }));
  return {
    initialise: (random: RandomStream) =>
      new Map(
        [...specs, { name: 'class', shape: [shownLength, cells] }].flatMap(({ name, shape }) => {
          const [to = 0, ...rest] = shape;
          // Variance-preserving for leakyRelu (He 2015), so that the classifier learns fast.
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
      let x = applyCtWindows(images);
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
 * @param scores [N, grades + sexes]
 * @param labels label vectors [N, 9]
 * @returns the weighted cross entropy of the visible labels, mean over the batch.
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
