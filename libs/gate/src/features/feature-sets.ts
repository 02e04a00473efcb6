import type { Features } from '../statistics/linear-algebra.ts';

/** Features of the cohort, the training and the holdout images in one space, row for image. */
export interface FeatureSets {
  synthetic: Features;
  training: Features;
  holdout: Features;
}
