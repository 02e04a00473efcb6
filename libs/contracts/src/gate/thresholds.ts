import { z } from 'zod';
import type { Words } from '../locale.ts';

/**
 * Thresholds of one dataset, set before training and stored with the dataset. docs/gate.md says
 * where each default comes from.
 */
export const gateThresholds = z.object({
  falseAlarmQuantile: z
    .number()
    .min(0.0001)
    .max(0.05)
    .default(0.001)
    .describe('share of control images allowed beyond the flagging distance'),
  copySignificance: z
    .number()
    .min(0.0001)
    .max(0.1)
    .default(0.005)
    .describe('chance that the copy search refuses a clean cohort, over all its tests'),
  privacySignificance: z
    .number()
    .min(0.0001)
    .max(0.1)
    .default(0.005)
    .describe(
      'chance that the attacks and distance tests (P2 to P4) refuse a clean cohort, over all of them',
    ),
  attackAuc: z
    .number()
    .min(0.5)
    .max(1)
    .default(0.55)
    .describe("greatest upper 95% bound of an attack's AUC that passes whatever its p"),
  attackTruePositives: z
    .number()
    .min(0)
    .max(1)
    .default(0.03)
    .describe(
      "greatest upper 95% bound of an attack's true positives at 1% false ones that passes whatever its p",
    ),
  dataCopyingZ: z
    .number()
    .min(-20)
    .max(0)
    .default(-3)
    .describe('least z of the data-copying test that passes whatever its p'),
  neighbourDifference: z
    .number()
    .min(0)
    .max(1)
    .default(0.02)
    .describe(
      'greatest excess over the control of identifiability and of lost authenticity that passes whatever its p',
    ),
  attributedRisk: z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .describe(
      'greatest upper 95% bound of the control-corrected risk of singling out, linking and inferring that passes whatever its p',
    ),
  plantedShare: z
    .number()
    .min(0.001)
    .max(0.1)
    .default(0.005)
    .describe('share of the cohort replaced by canaries in the self-test'),
  minimumCell: z
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('people of the training split per released label combination'),
  frechetRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe('least FD(T,H) / FD(H,S) at equal n'),
  coverageRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.8)
    .describe('least coverage(H,S) / coverage(H,T)'),
  densityRatioLow: z
    .number()
    .min(0)
    .max(1)
    .default(0.7)
    .describe('least density(H,S) / density(H,T)'),
  densityRatioHigh: z
    .number()
    .min(1)
    .max(3)
    .default(1.3)
    .describe('greatest density(H,S) / density(H,T)'),
  vendiRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.8)
    .describe(
      'least number of different images (Vendi score) within a calcium grade, as a share of the real one',
    ),
  huRealism: z
    .number()
    .min(0)
    .max(1)
    .default(0.8)
    .describe(
      'least share of synthetic images whose lung, fat, soft tissue and bone all lie in the real range of HU',
    ),
  utilityRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe('least TSTR / TRTR balanced accuracy'),
  labelConsistency: z
    .number()
    .min(0)
    .max(1)
    .default(0.6)
    .describe(
      'least share of synthetic images whose calcium grade a real-trained classifier confirms',
    ),
  coverageFloor: z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .describe(
      'floor of use: least coverage(H,S) / coverage(H,T) in the space where it is second highest',
    ),
  utilityFloor: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe(
      'floor of use: least share of what real images gain over guessing (TRTR) that the cohort gains (TSTR)',
    ),
  labelFloor: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe(
      "floor of use: least agreement beyond chance (Cohen's kappa) of labels and images, over that of real ones",
    ),
  subgroupGap: z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .describe('greatest accuracy that a sex or age band may lose beyond what everyone loses'),
  rankingFidelity: z
    .number()
    .min(-1)
    .max(1)
    .default(0.8)
    .describe(
      'least rank correlation of six methods trained on the cohort with the same trained on real images',
    ),
});
export type GateThresholds = z.infer<typeof gateThresholds>;

/**
 * One row for each threshold: its name, and which way it is the stricter. Where the generators of a
 * cohort were trained under different versions of the limits, each number is taken from the
 * strictest of them (`strictestThresholds` in libs/domain).
 */
export const thresholdRows: Record<
  keyof GateThresholds,
  { stricterWhen: 'higher' | 'lower'; name: Words }
> = {
  // A larger quantile flags from farther away, and refuses sooner.
  falseAlarmQuantile: {
    stricterWhen: 'higher',
    name: {
      en: 'Share of control images allowed beyond the flagging distance',
      sv: 'Andel kontrollbilder som får ligga bortom flaggningsavståndet',
    },
  },
  copySignificance: {
    stricterWhen: 'higher',
    name: {
      en: 'Chance that the copy search refuses a clean cohort',
      sv: 'Risken att kopiesökningen stoppar en ren kohort',
    },
  },
  privacySignificance: {
    stricterWhen: 'higher',
    name: {
      en: 'Chance that the attacks and distance tests refuse a clean cohort',
      sv: 'Risken att angreppen och avståndsproven stoppar en ren kohort',
    },
  },
  attackAuc: {
    stricterWhen: 'lower',
    name: {
      en: 'Greatest upper bound of an attack’s AUC',
      sv: 'Största övre gräns för ett angrepps AUC',
    },
  },
  attackTruePositives: {
    stricterWhen: 'lower',
    name: {
      en: 'Greatest upper bound of the true-positive rate at 1% false positives',
      sv: 'Största övre gräns för andelen funna vid 1 % falsklarm',
    },
  },
  dataCopyingZ: {
    stricterWhen: 'higher',
    name: { en: 'Least z of the data-copying test', sv: 'Minsta z i provet för datakopiering' },
  },
  neighbourDifference: {
    stricterWhen: 'lower',
    name: {
      en: 'Greatest difference of identifiability and authenticity',
      sv: 'Största skillnad i identifierbarhet och äkthet',
    },
  },
  attributedRisk: {
    stricterWhen: 'lower',
    name: {
      en: 'Greatest risk of singling out, linking and inferring',
      sv: 'Största risk för särskiljning, koppling och slutledning',
    },
  },
  // Fewer canaries are harder to find, and need a larger cohort.
  plantedShare: {
    stricterWhen: 'lower',
    name: { en: 'Share of canaries in the self-test', sv: 'Andel kanariebilder i självtestet' },
  },
  minimumCell: {
    stricterWhen: 'higher',
    name: {
      en: 'Fewest people behind a combination of labels',
      sv: 'Minsta antal personer bakom en kombination av märkningar',
    },
  },
  frechetRatio: {
    stricterWhen: 'higher',
    name: { en: 'Least Fréchet ratio', sv: 'Minsta Fréchetkvot' },
  },
  coverageRatio: {
    stricterWhen: 'higher',
    name: { en: 'Least coverage ratio', sv: 'Minsta täckningskvot' },
  },
  densityRatioLow: {
    stricterWhen: 'higher',
    name: { en: 'Least density ratio', sv: 'Minsta täthetskvot' },
  },
  densityRatioHigh: {
    stricterWhen: 'lower',
    name: { en: 'Greatest density ratio', sv: 'Största täthetskvot' },
  },
  vendiRatio: {
    stricterWhen: 'higher',
    name: { en: 'Least variety within a grade', sv: 'Minsta variation inom en grad' },
  },
  huRealism: {
    stricterWhen: 'higher',
    name: {
      en: 'Least share with the grey values of a CT',
      sv: 'Minsta andel med en DT-bilds gråvärden',
    },
  },
  utilityRatio: {
    stricterWhen: 'higher',
    name: { en: 'Least accuracy ratio', sv: 'Minsta träffsäkerhetskvot' },
  },
  labelConsistency: {
    stricterWhen: 'higher',
    name: { en: 'Least share of confirmed labels', sv: 'Minsta andel bekräftade märkningar' },
  },
  coverageFloor: {
    stricterWhen: 'higher',
    name: { en: 'Floor of use: coverage', sv: 'Lägsta nivå för användning: täckning' },
  },
  utilityFloor: {
    stricterWhen: 'higher',
    name: {
      en: 'Floor of use: gain over guessing',
      sv: 'Lägsta nivå för användning: vinst över gissning',
    },
  },
  labelFloor: {
    stricterWhen: 'higher',
    name: {
      en: 'Floor of use: agreement of labels beyond chance',
      sv: 'Lägsta nivå för användning: märkningars samstämmighet utöver slumpen',
    },
  },
  subgroupGap: {
    stricterWhen: 'lower',
    name: {
      en: 'Greatest extra loss of a sex or age band',
      sv: 'Största extra förlust för ett kön eller åldersband',
    },
  },
  rankingFidelity: {
    stricterWhen: 'higher',
    name: {
      en: 'Least agreement on the order of methods',
      sv: 'Minsta enighet om metodernas ordning',
    },
  },
};

type Shape = typeof gateThresholds.shape;
const withoutDefaults = Object.fromEntries(
  Object.entries(gateThresholds.shape).map(([name, schema]) => [name, schema.unwrap()]),
) as {
  [Name in keyof Shape]: ReturnType<Shape[Name]['unwrap']>;
};

/**
 * The next version of a dataset's limits. Each is named, so that none goes back to its default by
 * being left out.
 */
export const thresholdsChange = z.object({
  after: z
    .int()
    .min(1)
    .describe('number of the version that the values were made from; it must still be the newest'),
  values: z.object(withoutDefaults),
  reason: z.string().trim().min(20).max(2_000),
});
export type ThresholdsChange = z.infer<typeof thresholdsChange>;
