import type { Words } from '../locale.ts';

/**
 * Canaries of the self-test (P6): real training images that the gate hides in the cohort, each
 * under one of these transformations. The copy search must find those of each.
 */
export const canaryTransformations = {
  exact: { en: 'exact', sv: 'exakt' },
  noisy: { en: 'with noise', sv: 'med brus' },
  shifted: { en: 'shifted', sv: 'förskjuten' },
  contrast: { en: 'contrast changed', sv: 'ändrad kontrast' },
  flipped: { en: 'mirrored', sv: 'spegelvänd' },
  rotated: { en: 'turned a few degrees', sv: 'vriden några grader' },
  zoomed: { en: 'cropped and enlarged', sv: 'beskuren och förstorad' },
  blended: { en: 'blended with another person', sv: 'blandad med en annan person' },
  'one-person': { en: 'one image of one person', sv: 'en bild av en person' },
} as const satisfies Record<string, Words>;
export type CanaryTransformation = keyof typeof canaryTransformations;
export const canaryTransformationNames = Object.keys(canaryTransformations) as [
  CanaryTransformation,
  ...CanaryTransformation[],
];
