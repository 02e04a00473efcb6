import { z } from 'zod';
import { gateThresholds } from '../gate/thresholds.ts';
import { ageBands, calciumGrades, sexes, splits } from '../labels.ts';
import { spokenMessage } from '../messages/stored.ts';
import { datasetVersionStates } from '../states.ts';
import { decisions } from './decisions.ts';
import { at, id, personRef } from './fields.ts';

export const datasetCounts = z.object({
  files: z.int(),
  accepted: z.int(),
  quarantined: z.int(),
  rejected: z.int(),
  subjects: z.int(),
  series: z.int(),
  images: z.int(),
  bySplit: z.record(z.enum(splits), z.object({ subjects: z.int(), images: z.int() })),
  byCell: z
    .array(
      z.object({
        calciumGrade: z.enum(calciumGrades),
        sex: z.enum(sexes),
        ageBand: z.enum(ageBands),
        subjects: z.int(),
      }),
    )
    .describe('cells under 10 people are merged away, not shown'),
  byReason: z.record(z.string(), z.int()),
});
export const datasetVersion = z.object({
  id,
  datasetId: id,
  number: z.int(),
  state: z.enum(datasetVersionStates),
  createdAt: at,
  uploadedBy: personRef.nullable(),
  approvedBy: personRef.nullable(),
  approvedAt: at.nullable(),
  counts: datasetCounts.nullable(),
  progress: z.object({ done: z.int(), total: z.int() }).nullable(),
  failure: spokenMessage.nullable(),
  hasContactSheet: z.boolean(),
  deidentification: z
    .record(z.string(), z.int())
    .nullable()
    .describe('how often each action of the PS3.15 profile was taken'),
  findings: z
    .array(z.object({ code: z.string(), count: z.int() }))
    .describe('what the series check found'),
  decisions,
});
/**
 * What may be learnt of any one person from all private training on a dataset together
 * (differential privacy, by adding or removing a person).
 */
export const privacyBudget = z.object({
  epsilon: z.number().min(0.01).max(100).default(10),
  delta: z
    .number()
    .min(1e-12)
    .max(1e-3)
    .default(1e-5)
    .describe('below one over the number of people'),
  isRequired: z.boolean().default(false).describe('training without the guarantee is refused'),
});
export type PrivacyBudget = z.output<typeof privacyBudget>;
/** The release gate's limits as one person set them. */
export const thresholdVersion = z.object({
  id,
  number: z.int(),
  values: gateThresholds,
  setBy: personRef.nullable(),
  reason: z.string(),
  at,
});
export const dataset = z.object({
  id,
  title: z.string(),
  description: z.string(),
  createdAt: at,
  thresholdVersions: z
    .array(thresholdVersion)
    .min(1)
    .describe('newest first; the first is in force'),
  privacy: privacyBudget.extend({
    spent: z.number().describe('epsilon of all private runs composed, reserved ones included'),
    privateRuns: z.int(),
  }),
  versions: z.array(datasetVersion),
  decisions,
});
export const datasetSummary = z.object({
  id,
  title: z.string(),
  description: z.string(),
  approvedVersionId: id.nullable(),
  subjects: z.int().nullable(),
  images: z.int().nullable(),
  createdAt: at,
});
export const datasetCreate = z.object({
  title: z.string().trim().min(3).max(200),
  description: z.string().trim().min(10).max(5_000),
  thresholds: gateThresholds.partial().optional(),
  privacy: privacyBudget.optional(),
});
export const datasetFile = z.object({
  ordinal: z.int(),
  verdict: z.enum(['accepted', 'quarantined', 'rejected']),
  reason: z.string().nullable(),
});

// Training
