import {
  add,
  gradients,
  matmul,
  maximum,
  mean,
  mul,
  reshape,
  sizeOf,
  slice,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
} from '@scapis/numerics';
import type { RandomStream } from '../base/philox.ts';

/** Adversarial losses, penalties and augmentation as graph. */

/**
 * Relativistic pairing (Jolicoeur-Martineau 2019; Huang 2024): the discriminator's loss on logits
 * [N] of real and generated images.
 */
export function relativisticLoss(wanted: Tensor, other: Tensor): Tensor {
  return mean(softplus(sub(other, wanted)));
}

/**
 * Hinge loss of the discriminator (Lim & Ye 2017) on logits [N] of real and generated images. The
 * generator's is minus the mean of its logits.
 */
export function hingeLoss(real: Tensor, fake: Tensor): Tensor {
  return add(mean(maximum(sub(1, real), 0)), mean(maximum(add(fake, 1), 0)));
}

/**
 * LeCam (Tseng 2021, equation 4): squared distance of each side's logits [N] to the running mean
 * `anchors` [2] (real, generated) of the other's.
 */
export function leCamPenalty(real: Tensor, fake: Tensor, anchors: Tensor): Tensor {
  const anchor = (at: number): Tensor => reshape(slice(anchors, [at], [at + 1]), []);
  return add(mean(square(sub(real, anchor(1)))), mean(square(sub(fake, anchor(0)))));
}

/**
 * Exact zero-centred gradient penalty: mean over images of |d logit / d image|^2 (times gamma / 2 =
 * R1 on real, R2 on generated images). The logit of an image must depend on that image only (no
 * batch norm), so that the gradient of the sum is each image's own.
 */
export function exactPenalty(discriminate: (images: Tensor) => Tensor, images: Tensor): Tensor {
  const [gradient] = gradients(sum(discriminate(images)), [images]);
  if (gradient === undefined) throw new Error('the discriminator has no gradient');
  return mul(sum(square(gradient)), 1 / (images.shape[0] ?? 1));
}

/**
 * The same to leading order without second derivatives: E[(D(x + sigma e) - D(x))^2] / sigma^2 =
 * |grad D|^2 for directions e of unit covariance (reference/synthesis.md 6.1).
 */
export function finiteDifferencePenalty(
  logits: Tensor,
  movedLogits: Tensor,
  sigma: number,
): Tensor {
  return mul(mean(square(sub(movedLogits, logits))), 1 / sigma ** 2);
}

export interface AugmentationInputs {
  /** Of volumes only: [N, size, size], as rows, for the slabs. */
  slabs?: Tensor;
  /**
   * [N, size, size], multiplied from the left: a 1 at (i, k) puts row k of the image into row i; a
   * row of zeros is air.
   */
  rows: Tensor;
  /** [N, size, size], multiplied from the right: a 1 at (k, j) puts column k into column j. */
  columns: Tensor;
  /** [N, 1]: factor around the image's mean. */
  contrast: Tensor;
  /** [N, 1]: added value. */
  brightness: Tensor;
}

/**
 * DiffAugment (Zhao 2020) on [N, 1, size, size], or volumes, in [-1, 1]: shift by whole pixels (air
 * comes in at the border), contrast, brightness. A shift is two matrix products, which any runtime
 * does fast and differentiates; flips are left out, because the heart lies on the left.
 */
export function augment(
  images: Tensor,
  { slabs, rows, columns, contrast, brightness }: AugmentationInputs,
): Tensor {
  const [count = 0, , ...lengths] = images.shape;
  const aboveAir = reshape(add(images, 1), [count, ...lengths]);
  const shifted =
    slabs === undefined
      ? matmul(matmul(rows, aboveAir), columns)
      : shiftVolumes(aboveAir, slabs, rows, columns);
  const moved = reshape(sub(shifted, 1), [count, sizeOf(lengths)]);
  const level = mean(moved, [1], true);
  return reshape(add(add(mul(sub(moved, level), contrast), level), brightness), images.shape);
}

/** Volumes [N, depth, height, width]: each slab as an image, then the slabs. */
function shiftVolumes(volumes: Tensor, slabs: Tensor, rows: Tensor, columns: Tensor): Tensor {
  const [count = 0, depth = 0, height = 0, width = 0] = volumes.shape;
  const forSlabs = (shift: Tensor): Tensor => reshape(shift, [count, 1, ...shift.shape.slice(1)]);
  const moved = matmul(matmul(forSlabs(rows), volumes), forSlabs(columns));
  return reshape(matmul(slabs, reshape(moved, [count, depth, height * width])), volumes.shape);
}

export interface AugmentationFeeds {
  slabs?: Float32Array;
  rows: Float32Array;
  columns: Float32Array;
  contrast: Float32Array;
  brightness: Float32Array;
}

/** Draws the augmentation of `count` images, or volumes. */
export function drawAugmentation(
  random: RandomStream,
  count: number,
  size: number,
  strength: { translation: number; brightness: number; contrast: number },
  dimensions: 2 | 3 = 2,
): AugmentationFeeds {
  const feeds: AugmentationFeeds = {
    ...(dimensions === 3 && { slabs: new Float32Array(count * size * size) }),
    rows: new Float32Array(count * size * size),
    columns: new Float32Array(count * size * size),
    contrast: new Float32Array(count),
    brightness: new Float32Array(count),
  };
  const span = 2 * strength.translation + 1;
  for (let n = 0; n < count; n++) {
    const [down, right] = [
      random.integer(span) - strength.translation,
      random.integer(span) - strength.translation,
    ];
    for (let i = 0; i < size; i++) {
      if (i - down >= 0 && i - down < size) feeds.rows[(n * size + i) * size + i - down] = 1;
      if (i - right >= 0 && i - right < size) feeds.columns[(n * size + i - right) * size + i] = 1;
    }
    if (feeds.slabs !== undefined) {
      const up = random.integer(span) - strength.translation;
      for (let i = 0; i < size; i++)
        if (i - up >= 0 && i - up < size) feeds.slabs[(n * size + i) * size + i - up] = 1;
    }
    feeds.contrast[n] = random.uniform(1 - strength.contrast, 1 + strength.contrast);
    feeds.brightness[n] = random.uniform(-strength.brightness, strength.brightness);
  }
  return feeds;
}

/**
 * @returns the feeds under the names that a step's program has for one of its sides: `real.rows`
 * ...
 */
export function prefixed(
  name: 'real' | 'fake',
  feeds: AugmentationFeeds,
): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(feeds).map(([key, values]: [string, Float32Array]) => [
      `${name}.${key}`,
      values,
    ]),
  );
}
