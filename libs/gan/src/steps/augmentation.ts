import {
  add,
  matmul,
  mean,
  mul,
  reshape,
  sizeOf,
  sub,
  type Shape,
  type Tensor,
} from '@scapis/numerics';
import type { GanConfig } from '../config.ts';
import type { RandomStream } from '../base/philox.ts';

/** DiffAugment (Zhao 2020): differentiable augmentation of real and generated images. */

/** Inputs of one side's augmentation, for N images or volumes of `size` pixels a side. */
export interface AugmentationInputs {
  /** [N, size, size], volumes only: the shift matrices along z, multiplied from the left. */
  shiftZ?: Tensor;
  /**
   * [N, size, size], shift matrices along y, multiplied from the left: a 1 at (i, k) moves row k
   * to row i. A row of zeros becomes air.
   */
  shiftY: Tensor;
  /** [N, size, size], along x, multiplied from the right: a 1 at (k, j) moves column k to j. */
  shiftX: Tensor;
  /** [N, 1]: factor around the image's mean. */
  contrast: Tensor;
  /** [N, 1]: added value. */
  brightness: Tensor;
}

/** Random values for AugmentationInputs. */
export interface AugmentationFeeds {
  shiftZ?: Float32Array;
  shiftY: Float32Array;
  shiftX: Float32Array;
  contrast: Float32Array;
  brightness: Float32Array;
}

/**
 * Shifts by whole pixels (air enters at the border), then changes contrast and brightness. A shift
 * is two matrix products, which every runtime computes and differentiates fast. There are no flips,
 * because the heart lies on the left.
 * @param images [N, 1, size, size], or volumes [N, 1, size, size, size], in [-1, 1]
 */
export function augment(
  images: Tensor,
  { shiftZ, shiftY, shiftX, contrast, brightness }: AugmentationInputs,
): Tensor {
  const [count = 0, , ...lengths] = images.shape;
  const aboveAir = reshape(add(images, 1), [count, ...lengths]);
  const shifted =
    shiftZ === undefined
      ? matmul(matmul(shiftY, aboveAir), shiftX)
      : shiftVolumes(aboveAir, shiftZ, shiftY, shiftX);
  const moved = reshape(sub(shifted, 1), [count, sizeOf(lengths)]);
  const level = mean(moved, [1], true);
  return reshape(add(add(mul(sub(moved, level), contrast), level), brightness), images.shape);
}

/** Shifts volumes [N, depth, height, width]: within each slice, then along z. */
function shiftVolumes(volumes: Tensor, shiftZ: Tensor, shiftY: Tensor, shiftX: Tensor): Tensor {
  const [count = 0, depth = 0, height = 0, width = 0] = volumes.shape;
  const perSlice = (shift: Tensor): Tensor => reshape(shift, [count, 1, ...shift.shape.slice(1)]);
  const moved = matmul(matmul(perSlice(shiftY), volumes), perSlice(shiftX));
  return reshape(matmul(shiftZ, reshape(moved, [count, depth, height * width])), volumes.shape);
}

/** Samples the augmentation of `count` images or volumes of `size` pixels a side. */
export function sampleAugmentation(
  random: RandomStream,
  count: number,
  size: number,
  strength: { translation: number; brightness: number; contrast: number },
  dimensions: 2 | 3 = 2,
): AugmentationFeeds {
  const feeds: AugmentationFeeds = {
    ...(dimensions === 3 && { shiftZ: new Float32Array(count * size * size) }),
    shiftY: new Float32Array(count * size * size),
    shiftX: new Float32Array(count * size * size),
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
      if (i - down >= 0 && i - down < size) feeds.shiftY[(n * size + i) * size + i - down] = 1;
      if (i - right >= 0 && i - right < size) feeds.shiftX[(n * size + i - right) * size + i] = 1;
    }
    if (feeds.shiftZ !== undefined) {
      const up = random.integer(span) - strength.translation;
      for (let i = 0; i < size; i++)
        if (i - up >= 0 && i - up < size) feeds.shiftZ[(n * size + i) * size + i - up] = 1;
    }
    feeds.contrast[n] = random.uniform(1 - strength.contrast, 1 + strength.contrast);
    feeds.brightness[n] = random.uniform(-strength.brightness, strength.brightness);
  }
  return feeds;
}

/** @returns the inputs of one side's augmentation in a step's program: `real.shiftY`, ... */
export function augmentationInputs(
  { size, dimensions }: GanConfig,
  side: 'real' | 'fake',
  count: number,
  input: (name: string, shape: Shape) => Tensor,
): AugmentationInputs {
  return {
    ...(dimensions === 3 && { shiftZ: input(`${side}.shiftZ`, [count, size, size]) }),
    shiftY: input(`${side}.shiftY`, [count, size, size]),
    shiftX: input(`${side}.shiftX`, [count, size, size]),
    contrast: input(`${side}.contrast`, [count, 1]),
    brightness: input(`${side}.brightness`, [count, 1]),
  };
}

/** @returns the feeds of those inputs, by their names in the program. */
export function augmentationFeeds(
  side: 'real' | 'fake',
  feeds: AugmentationFeeds,
): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(feeds).map(([key, values]: [string, Float32Array]) => [
      `${side}.${key}`,
      values,
    ]),
  );
}
