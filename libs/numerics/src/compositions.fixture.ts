import { broadcast, maximum, neg, reshape } from './build.ts';
import type { Tensor } from './tensor.ts';

/** Compositions that only tests use: references for faster forms, and a kink. */

/** |x|; its gradient at 0 is -1 here. */
export const abs = (x: Tensor): Tensor => maximum(x, neg(x));

/** Repeats each pixel of x [N, C, H, W] twice in both directions: [N, C, 2H, 2W]. */
export function upsampleNearest(x: Tensor): Tensor {
  const [n = 0, c = 0, h = 0, w = 0] = x.shape;
  return reshape(broadcast(reshape(x, [n, c, h, 1, w, 1]), [n, c, h, 2, w, 2]), [
    n,
    c,
    2 * h,
    2 * w,
  ]);
}
