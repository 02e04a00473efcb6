import type { GanConfig } from '../config.ts';
import type { ParameterLayout } from '../base/parameters.ts';
import type { NetworkLayouts } from '../networks/architecture.ts';

/**
 * The vectors that a run carries from step to step. Names are stored in checkpoints. `First` and
 * `Second` are Adam's moments; `average` is the EMA of the generator's weights; `spectral` holds
 * the singular vectors of spectral normalisation; `anchors` are LeCam's running means.
 */
export const stateNames = [
  'generator',
  'generatorFirst',
  'generatorSecond',
  'average',
  'discriminator',
  'discriminatorFirst',
  'discriminatorSecond',
  'spectral',
  'anchors',
  'classifier',
  'classifierFirst',
  'classifierSecond',
] as const;
export type StateName = (typeof stateNames)[number];

/** The vectors of one run: those that `stateLayouts` names. */
export type State = Partial<Record<StateName, Float32Array>>;

/**
 * Reported by every step, each a scalar from before the update. `generatorLoss` is the adversarial
 * part. `penalty` is 0 in steps without a gradient penalty. The last two are 0 in runs without
 * guidance.
 */
export const lossNames = [
  'discriminatorLoss',
  'generatorLoss',
  'penalty',
  'realLogit',
  'fakeLogit',
  'discriminatorGradient',
  'generatorGradient',
  'classifierLoss',
  'guidanceLoss',
] as const;
export type LossName = (typeof lossNames)[number];
export type Losses = Partial<Record<LossName, number>>;

/** Running means of the logits: real, generated. */
const anchorLayout: ParameterLayout = {
  size: 2,
  entries: [{ name: 'logits', shape: [2], start: 0 }],
};

/** @returns the state vectors of a configuration, each with its layout. */
export function stateLayouts(
  config: GanConfig,
  layouts: NetworkLayouts,
): Partial<Record<StateName, ParameterLayout>> {
  const hasFirstMoments = config.beta1 > 0;
  return {
    generator: layouts.generator,
    ...(hasFirstMoments && { generatorFirst: layouts.generator }),
    generatorSecond: layouts.generator,
    average: layouts.generator,
    discriminator: layouts.discriminator,
    ...(hasFirstMoments && { discriminatorFirst: layouts.discriminator }),
    discriminatorSecond: layouts.discriminator,
    ...(config.spectralNorm && { spectral: layouts.spectral }),
    ...(config.leCam > 0 && { anchors: anchorLayout }),
    ...(config.guidance !== null && {
      classifier: layouts.classifier,
      classifierFirst: layouts.classifier,
      classifierSecond: layouts.classifier,
    }),
  };
}
