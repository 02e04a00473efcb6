import { z } from 'zod';

export const checkVerdicts = ['pass', 'fail', 'report'] as const;

const series = z.object({ name: z.string(), values: z.array(z.number()) });

/** What one check measured; evidence.ts adds which check it was. */
export const measured = z.object({
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
    .describe('95% interval where one is computed'),
  details: z
    .record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]))
    .describe('further named numbers of this check'),
  histograms: z
    .array(z.object({ name: z.string(), edges: z.array(z.number()), counts: z.array(z.number()) }))
    .describe('data of its plot; edges has one entry more than counts'),
  curves: z.array(z.object({ name: z.string(), x: series, y: series })),
});
export type Measured = z.infer<typeof measured>;
export type Details = Measured['details'];

export const judgedCounts = z.object({
  synthetic: z.int(),
  training: z.int(),
  control: z.int(),
  reference: z.int(),
  trainingPeople: z.int(),
  controlPeople: z.int(),
  referencePeople: z.int(),
});

export const releasedCohort = z.object({
  cohortVersionId: z.string(),
  images: z.int(),
  imagesSha256: z.string(),
});

/** What a check's sentences are about: what was looked at. */
export interface JudgedCohort {
  counts: z.infer<typeof judgedCounts>;
  released: readonly z.infer<typeof releasedCohort>[];
}
