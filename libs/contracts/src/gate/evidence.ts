import { z } from 'zod';
import { canaryTransformationNames } from './canaries.ts';
import { judgedCounts, measured, releasedCohort } from './check-result.ts';
import { gateCheckNames } from './checks.ts';
import { gateThresholds } from './thresholds.ts';

export const gateVerdicts = [
  'passed',
  'passed-method-development-only',
  'of-no-use',
  'refused',
  'void',
] as const;
export type GateVerdict = (typeof gateVerdicts)[number];

export const checkResult = z.object({ check: z.enum(gateCheckNames), ...measured.shape });
export type CheckResult = z.infer<typeof checkResult>;

export const selfTestRow = z.object({
  form: z.enum(canaryTransformationNames),
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
        'sha256 over the sources that decide the verdict; missing in files older than this',
      ),
    onnxRuntime: z.string(),
    node: z.string(),
  }),
  counts: judgedCounts,
  splitHashes: z
    .object({ T: z.string(), H: z.string(), R: z.string() })
    .describe('sha256 over the sorted pseudonyms of each split'),
  imagesSha256: z.string().describe('sha256 over the synthetic pixels as stored'),
  released: z
    .array(releasedCohort)
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
