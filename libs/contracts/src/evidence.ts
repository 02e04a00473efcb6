import { z } from 'zod';

/**
 * The release gate's checks: one row each. `family` decides what a failure means: a privacy or
 * self-test failure refuses the release; a fidelity or utility failure marks the cohort "method
 * development only" (synthesis.md 4.2).
 * `isReport`: measured for people to read and without a limit of its own that decides; it must still have been made.
 */
export const gateChecks = {
  input: { family: 'self-test', id: 'P0' },
  'self-test': { family: 'self-test', id: 'P6' },
  'copy-contrastive': { family: 'privacy', id: 'P1a' },
  'copy-pixel': { family: 'privacy', id: 'P1b' },
  'copy-spectrum': { family: 'privacy', id: 'P1c' },
  'attack-gan-leaks': { family: 'privacy', id: 'P2a' },
  'attack-monte-carlo': { family: 'privacy', id: 'P2b' },
  'attack-domias': { family: 'privacy', id: 'P2c' },
  'attack-surrogate': { family: 'privacy', id: 'P2d' },
  'attack-identity': { family: 'privacy', id: 'P2e' },
  'attack-vulnerable': { family: 'privacy', id: 'P2f' },
  'data-copying': { family: 'privacy', id: 'P3a' },
  identifiability: { family: 'privacy', id: 'P3b' },
  authenticity: { family: 'privacy', id: 'P3c' },
  'likelihood-gap': { family: 'privacy', id: 'P3d' },
  'singling-out': { family: 'privacy', id: 'P4a' },
  linkability: { family: 'privacy', id: 'P4b' },
  inference: { family: 'privacy', id: 'P4c' },
  memorisation: { family: 'privacy', id: 'P7', isReport: true },
  cells: { family: 'privacy', id: 'P5' },
  'frechet-contrastive': { family: 'fidelity', id: 'F1a' },
  'frechet-random': { family: 'fidelity', id: 'F1b' },
  coverage: { family: 'fidelity', id: 'F2a' },
  density: { family: 'fidelity', id: 'F2b' },
  'frechet-radiomics': { family: 'fidelity', id: 'F1c' },
  'frechet-task': { family: 'fidelity', id: 'F1d' },
  kid: { family: 'fidelity', id: 'F1e', isReport: true },
  'precision-recall': { family: 'fidelity', id: 'F2c', isReport: true },
  vendi: { family: 'fidelity', id: 'F2d' },
  'hu-realism': { family: 'fidelity', id: 'F3a' },
  'noise-texture': { family: 'fidelity', id: 'F3b', isReport: true },
  'calcium-score': { family: 'fidelity', id: 'F3c', isReport: true },
  utility: { family: 'utility', id: 'U1' },
  'label-consistency': { family: 'utility', id: 'U2' },
  'subgroup-gap': { family: 'utility', id: 'U3' },
  ranking: { family: 'utility', id: 'U4' },
  calibration: { family: 'utility', id: 'U5', isReport: true },
  conformal: { family: 'utility', id: 'U6', isReport: true },
} as const satisfies Record<
  string,
  { family: 'self-test' | 'privacy' | 'fidelity' | 'utility'; id: string; isReport?: true }
>;
export type GateCheck = keyof typeof gateChecks;
/** The checks that can fail by what they find; the others are told for information. */
export type JudgedCheck = {
  [Check in GateCheck]: (typeof gateChecks)[Check] extends { isReport: true } ? never : Check;
}[GateCheck];
export const isJudged = (check: GateCheck): check is JudgedCheck =>
  !('isReport' in gateChecks[check]);
export const gateCheckNames = Object.keys(gateChecks) as [GateCheck, ...GateCheck[]];

/**
 * What each check asks, for a reader without statistics: on the demo's page and in the datasheet.
 */
export const gateQuestions: Record<GateCheck, string> = {
  input: 'Are the images whole, different, and enough to judge?',
  'self-test': 'Does the search find copies that we hide ourselves?',
  'copy-contrastive': 'Is an image nearer to a training image than chance allows?',
  'copy-pixel': 'Is one the same picture, moved, mirrored or brightened?',
  'copy-spectrum': 'Does one hold the same waves and noise, wherever they lie?',
  'attack-gan-leaks': 'Do they come nearer to training people than to others?',
  'attack-monte-carlo': 'Do more of them lie around training people?',
  'attack-domias': 'Are they dense where only training people are?',
  'attack-surrogate': 'Can a network that knows them tell who was trained on?',
  'attack-identity': 'Is a whole person, not one picture, recognised?',
  'attack-vulnerable': 'Are rare and unusual people safe too?',
  'data-copying': 'Are they nearer to training images than real people are?',
  identifiability: 'Are training people nearer to them than to each other?',
  authenticity: 'Are they as much their own as other real people?',
  'likelihood-gap': 'Are training people likelier under them than others?',
  'singling-out': 'Do they point at exactly one training person?',
  linkability: 'Do they join two halves of a training person?',
  inference: 'Do they tell a training person’s grade better than another’s?',
  memorisation: 'What did training itself record?',
  cells: 'Are there enough people behind each label combination?',
  'frechet-contrastive': 'As a whole, how like the real ones? (learned space)',
  'frechet-random': 'As a whole, how like the real ones? (fixed space)',
  coverage: 'Is the whole variety of the real ones there? (worst space)',
  density: 'Do they lie where the real ones lie? (worst space)',
  utility: 'Does a model trained on them read real images?',
  'label-consistency': 'Do they show what their labels say?',
  'frechet-radiomics': 'As a whole, how like the real ones? (what can be measured)',
  'frechet-task': 'As a whole, how like the real ones? (what a classifier sees)',
  kid: 'The same by a second distance, fair for few images',
  'precision-recall': 'Do real ones lie among the synthetic? (worst space)',
  vendi: 'Does any grade repeat the same picture?',
  'hu-realism': 'Have the organs the grey values of a CT?',
  'noise-texture': 'Has fine detail the strength of a CT’s noise? (dB)',
  'calcium-score': 'How far is each grade’s calcium from the real one?',
  'subgroup-gap': 'Does a sex or age band lose more than the others?',
  ranking: 'Would a team choose the same method?',
  calibration: 'Is a model’s stated certainty as good? (difference)',
  conformal: 'Do 90 % sets hold the truth in 90 %?',
};

export const checkVerdicts = ['pass', 'fail', 'report'] as const;
export const gateVerdicts = [
  'passed',
  'passed-method-development-only',
  'refused',
  'void',
] as const;
export type GateVerdict = (typeof gateVerdicts)[number];

/**
 * Forms in which the self-test hides real training images in the cohort; the copy search must find
 * each.
 */
export const plantedForms = [
  'exact',
  'noisy',
  'shifted',
  'contrast',
  'flipped',
  'rotated',
  'zoomed',
  'blended',
  'one-person',
] as const;
export type PlantedForm = (typeof plantedForms)[number];

/**
 * Thresholds of one dataset, set before training and stored with the dataset (defaults:
 * synthesis.md chapter 2 and 4.2).
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
    .describe("greatest upper 95 % bound of an attack's AUC that passes whatever its p"),
  attackTruePositives: z
    .number()
    .min(0)
    .max(1)
    .default(0.03)
    .describe(
      "greatest upper 95 % bound of an attack's true positives at 1 % false ones that passes whatever its p",
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
      'greatest upper 95 % bound of the control-corrected risk of singling out, linking and inferring that passes whatever its p',
    ),
  plantedShare: z
    .number()
    .min(0.001)
    .max(0.1)
    .default(0.005)
    .describe('share of the cohort replaced by planted copies in the self-test'),
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

const series = z.object({ name: z.string(), values: z.array(z.number()) });

export const checkResult = z.object({
  check: z.enum(gateCheckNames),
  verdict: z.enum(checkVerdicts),
  value: z.number().nullable().describe('what was measured on the synthetic cohort'),
  baseline: z.number().nullable().describe('the same measure real against real, at equal n'),
  threshold: z.number().nullable(),
  passesWhen: z.enum(['at-least', 'at-most', 'equal', 'between']).nullable(),
  unit: z.enum([
    'share',
    'count',
    'distance',
    'ratio',
    'accuracy',
    'people',
    'similarity',
    'correlation',
    'decibel',
    'z-score',
  ]),
  interval: z
    .tuple([z.number(), z.number()])
    .nullable()
    .describe('95 % interval where one is computed'),
  details: z
    .record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]))
    .describe('further named numbers of this check'),
  histograms: z
    .array(z.object({ name: z.string(), edges: z.array(z.number()), counts: z.array(z.number()) }))
    .describe('data of its plot; edges has one entry more than counts'),
  curves: z.array(z.object({ name: z.string(), x: series, y: series })),
});
export type CheckResult = z.infer<typeof checkResult>;

export const selfTestRow = z.object({
  form: z.enum(plantedForms),
  planted: z.int(),
  caughtContrastive: z.int(),
  caughtPixel: z.int(),
  caughtSpectrum: z.int().optional().describe('missing in files older than this search'),
  caught: z.int(),
  needed: z.int(),
});

/**
 * The evidence file: all that the gate found about one cohort version, with what is needed to run
 * it again. It holds no clock and no duration, so the same cohort, data, seed, thresholds and code
 * give the same bytes; when it ran and how long it took is the gate run's, in the database and the
 * audit log. Version 1, still readable, had both in the file.
 */
export const evidence = z.object({
  schema: z.enum(['scapis-lab/evidence/1', 'scapis-lab/evidence/2']),
  cohortVersionId: z.string(),
  datasetVersionId: z.string(),
  verdict: z.enum(gateVerdicts),
  seed: z.int(),
  code: z.object({
    version: z.string(),
    sourcesSha256: z
      .string()
      .optional()
      .describe(
        'sha256 over the source files of the gate and of what it is made of; missing in files older than this',
      ),
    onnxRuntime: z.string(),
    node: z.string(),
  }),
  counts: z.object({
    synthetic: z.int(),
    training: z.int(),
    control: z.int(),
    reference: z.int(),
    trainingPeople: z.int(),
    controlPeople: z.int(),
    referencePeople: z.int(),
  }),
  splitHashes: z
    .object({ T: z.string(), H: z.string(), R: z.string() })
    .describe('sha256 over the sorted pseudonyms of each split'),
  imagesSha256: z.string().describe('sha256 over the synthetic pixels as stored'),
  released: z
    .array(z.object({ cohortVersionId: z.string(), images: z.int(), imagesSha256: z.string() }))
    .default([])
    .describe(
      'cohorts of the same dataset that were released before: privacy was judged of all of them together with this one',
    ),
  thresholds: gateThresholds,
  thresholdVersions: z
    .array(z.int().min(1))
    .optional()
    .describe(
      "versions of the dataset's limits that `thresholds` is the strictest of; missing in files older than versions",
    ),
  checks: z.array(checkResult),
  selfTest: z.object({ passed: z.boolean(), rows: z.array(selfTestRow) }),
});
export type Evidence = z.infer<typeof evidence>;

/**
 * The closest pairs that the copy search found: shown to reviewers inside the lab only, so they are
 * no part of the evidence file.
 */
export interface ClosestPair {
  syntheticIndex: number;
  trainingIndex: number;
  space: 'contrastive' | 'pixel' | 'spectrum';
  distance: number;
  threshold: number;
}
