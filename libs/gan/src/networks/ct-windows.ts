import { concat, maximum, mul, neg, sub, type Tensor } from '@scapis/numerics';

/**
 * CT windows [low, high] in HU / 1000: full range, soft tissue, calcium. In the full range, small
 * calcifications span only a tenth of the grey values.
 */
export const ctWindows = [
  [-1, 1],
  [-0.16, 0.24],
  [0.1, 0.6],
] as const;

/**
 * @param images [N, 1, ...] in [-1, 1]
 * @returns [N, 3, ...]: the images in each window, clipped and scaled to [-1, 1].
 */
export function applyCtWindows(images: Tensor): Tensor {
  const clip = (x: Tensor): Tensor => neg(maximum(neg(maximum(x, -1)), -1));
  return concat(
    ctWindows.map(([low, high]) =>
      high - low === 2 ? images : clip(mul(sub(images, (low + high) / 2), 2 / (high - low))),
    ),
    1,
  );
}
