import { z } from 'zod';
import { gateCheckNames } from '../gate/checks.ts';
import { evidence, gateVerdicts } from '../gate/evidence.ts';
import { spokenMessage } from '../messages/stored.ts';
import { newestReceiptFormat } from '../receipts.ts';
import { cohortVersionStates, runStates } from '../states.ts';
import { decisions } from './decisions.ts';
import { at, id, personRef, provider, sha256 } from './fields.ts';
import { review } from './reviews.ts';

export const labelMixes = ['balanced', 'cohort-like'] as const;
export const cohortRequest = z
  .object({
    ensembleId: id
      .nullable()
      .default(null)
      .describe('draws from its chosen members by their shares; without it, from `generatorIds`'),
    generatorIds: z
      .array(id)
      .max(8)
      .default([])
      .describe('more than one: each image is drawn from one of them, evenly'),
    title: z.string().trim().min(3).max(200),
    count: z.int().min(50).max(20_000).default(2_000),
    seed: z.int().min(0).max(2_147_483_647).default(1),
    labelMix: z.enum(labelMixes).default('cohort-like'),
  })
  .refine(({ ensembleId, generatorIds }) => (ensembleId === null) === generatorIds.length > 0, {
    path: ['generatorIds'],
    message: 'name either an ensemble or generators',
  });
export const gateRun = z.object({
  id,
  state: z.enum(runStates),
  stage: z.string().nullable(),
  progress: z.number().min(0).max(1),
  verdict: z.enum(gateVerdicts).nullable(),
  failure: spokenMessage.nullable(),
  createdAt: at,
  finishedAt: at.nullable(),
  evidence: evidence.nullable(),
  hasClosestPairs: z.boolean(),
});
const checkNames = z.array(z.enum(gateCheckNames));
/** One of the two signatures that set a failed privacy check aside. */
export const overrideSignature = z.object({
  person: personRef,
  checks: checkNames,
  reason: z.string(),
  at,
});
/** A refusal and what became of it. */
export const override = z.object({
  checks: checkNames.describe(
    'privacy checks that were made and failed: an override names them all',
  ),
  finalChecks: checkNames.describe(
    'what failed that nobody may override: privacy checks not made, the input, the self-test',
  ),
  signaturesNeeded: z.int(),
  signatures: z.array(overrideSignature).describe('oldest first'),
});
export const overrideRequest = z.object({
  checks: checkNames.min(1).describe('every privacy check that failed'),
  reason: z
    .string()
    .trim()
    .min(40)
    .max(5_000)
    .describe("this person's own reason; it stays with the cohort for ever"),
});
/** What a cohort may be used for, by the gate's verdict. */
export const cohortUsages = ['unrestricted', 'method-development-only', 'of-no-use'] as const;
export type CohortUsage = (typeof cohortUsages)[number];

export const submitRequest = z.object({
  noUseReason: z
    .string()
    .trim()
    .min(40)
    .max(5_000)
    .nullable()
    .describe(
      'why a cohort of no use is to be released: it goes wherever the cohort goes; null for any other cohort',
    ),
});
export const cohortVersion = z.object({
  id,
  cohortId: id,
  title: z.string(),
  number: z.int(),
  applicationId: id,
  permitId: id,
  datasetId: id,
  datasetTitle: z.string(),
  state: z.enum(cohortVersionStates),
  count: z.int(),
  drawn: z.int(),
  labelMix: z.enum(labelMixes),
  author: personRef,
  createdAt: at,
  releasedAt: at.nullable(),
  withdrawnAt: at.nullable(),
  withdrawReason: z.string().nullable(),
  usage: z.enum(cohortUsages).nullable(),
  noUseReason: z
    .object({ by: personRef, reason: z.string() })
    .nullable()
    .describe('why it is to be released though the gate found it of no use'),
  failure: spokenMessage.nullable(),
  trainingRunIds: z.array(id),
  ensembleId: id.nullable(),
  provider,
  declaredGenerators: z
    .array(
      z.object({
        importId: id,
        title: z.string(),
        framework: z.string(),
        recipe: z.string(),
        declaredBy: personRef,
        declaredAt: at,
        takesLabel: z.boolean(),
      }),
    )
    .describe(
      'generators among its origins whose training is declared by a person, not recorded by the lab',
    ),
  refusals: z
    .array(
      z.object({ cohortVersionId: id, title: z.string(), number: z.int(), at, checks: checkNames }),
    )
    .describe(
      "other cohorts of the same generators' training that the gate refused, oldest first, with the checks that failed: a reviewer ought to know how often it was tried",
    ),
  gateRun: gateRun.nullable(),
  override: override.nullable().describe('null: the gate did not refuse it'),
  isOverridden: z
    .boolean()
    .describe('two people set its failed privacy checks aside: a mark that stays for ever'),
  review: review.nullable(),
  hasSampleSheet: z.boolean(),
  bundle: z.object({ name: z.string(), size: z.int(), sha256 }).nullable(),
  decisions,
});
export const cohortSummary = cohortVersion.pick({
  id: true,
  cohortId: true,
  title: true,
  number: true,
  state: true,
  count: true,
  datasetTitle: true,
  author: true,
  createdAt: true,
  releasedAt: true,
  usage: true,
  isOverridden: true,
});

/** Details of `download_incomplete`: what was never delivered, first and last byte included. */
export const missingRanges = z.object({
  missing: z.array(z.object({ first: z.int(), last: z.int() })).min(1),
});

export const receipt = z.object({
  schema: z
    .literal(newestReceiptFormat)
    .optional()
    .describe('the form of the receipt; none in receipts that rest on what was asked for'),
  id,
  number: z.int(),
  cohortVersionId: id,
  cohortTitle: z.string(),
  person: personRef,
  permitId: id,
  termsVersion: z.int(),
  bundleName: z.string(),
  bundleSha256: sha256,
  bundleSize: z.int(),
  startedAt: at,
  completedAt: at,
  override: z
    .array(overrideSignature)
    .optional()
    .describe(
      'only where the cohort was released in spite of failed privacy checks: who signed, which, why',
    ),
  statement: z
    .object({ en: z.string(), sv: z.string() })
    .optional()
    .describe('what the receipt proves and what it does not'),
  signature: z.string().describe('Ed25519 over the canonical JSON of the other fields, base64'),
  publicKey: z.string(),
});

// Audit, provenance
