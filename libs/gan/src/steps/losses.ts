import {
  add,
  gradients,
  maximum,
  mean,
  mul,
  reshape,
  slice,
  softplus,
  square,
  sub,
  sum,
  type Tensor,
} from '@scapis/numerics';

/** Adversarial losses and gradient penalties, as graph. */

/**
 * Relativistic pairing loss (RpGAN; Jolicoeur-Martineau 2019, Huang 2024) on logits [N]. The
 * discriminator's loss takes (real, fake), the generator's (fake, real).
 */
export function relativisticLoss(high: Tensor, low: Tensor): Tensor {
  return mean(softplus(sub(low, high)));
}

/**
 * Hinge loss of the discriminator (Lim & Ye 2017) on logits [N] of real and generated images. The
 * generator's loss is minus the mean of its logits.
 */
export function hingeLoss(real: Tensor, fake: Tensor): Tensor {
  return add(mean(maximum(sub(1, real), 0)), mean(maximum(add(fake, 1), 0)));
}

/**
 * LeCam regularisation (Tseng 2021, equation 4): mean squared distance of real logits [N] to the
 * running mean of generated logits, and the other way round.
 * @param anchors the running means [2]: real, generated
 */
export function leCamPenalty(real: Tensor, fake: Tensor, anchors: Tensor): Tensor {
  const anchor = (at: number): Tensor => reshape(slice(anchors, [at], [at + 1]), []);
  return add(mean(square(sub(real, anchor(1)))), mean(square(sub(fake, anchor(0)))));
}

/**
 * Exact zero-centred gradient penalty: mean over images of |d logit / d image|^2. Times gamma / 2
 * it is R1 on real images and R2 on generated ones (Mescheder 2018). The logit of an image must
 * depend on that image only (no batch norm), so that the gradient of the sum holds each image's.
 */
export function exactPenalty(discriminate: (images: Tensor) => Tensor, images: Tensor): Tensor {
  const [gradient] = gradients(sum(discriminate(images)), [images]);
  if (gradient === undefined) throw new Error('the discriminator has no gradient');
  return mul(sum(square(gradient)), 1 / (images.shape[0] ?? 1));
}

/**
 * The same penalty by finite differences, without second derivatives. A Taylor expansion of D gives
 * E[(D(x + sigma e) - D(x))^2] / sigma^2 = |grad D|^2 + O(sigma^2), for directions e of zero mean
 * and unit covariance.
 * @param logits D(x) [N]
 * @param movedLogits D(x + sigma e) [N]
 */
export function finiteDifferencePenalty(
  logits: Tensor,
  movedLogits: Tensor,
  sigma: number,
): Tensor {
  return mul(mean(square(sub(movedLogits, logits))), 1 / sigma ** 2);
}
