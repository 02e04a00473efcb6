import { concat, maximum, mul, neg, sub, type Tensor } from '@scapis/numerics';

/**
 * The windows that a radiologist would set, in HU / 1000: everything, soft tissue, calcium. Small
 * calcifications fill a tenth of the full range of grey.
 */
export const windows = [
  [-1, 1],
  [-0.16, 0.24],
  [0.1, 0.6],
] as const;

/**
 * @returns [N, 3, ...]: images [N, 1, ...] in [-1, 1] with each window's range stretched to [-1, 1]
 * and cut off outside.
 */
export function throughWindows(images: Tensor): Tensor {
  const clip = (x: Tensor): Tensor => neg(maximum(neg(maximum(x, -1)), -1));
  return concat(
    windows.map(([low, high]) =>
      high - low === 2 ? images : clip(mul(sub(images, (low + high) / 2), 2 / (high - low))),
    ),
    1,
  );
}
