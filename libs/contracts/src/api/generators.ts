import { z } from 'zod';
import { importReasonNames } from '../messages/import-reasons.ts';
import { spokenMessage } from '../messages/stored.ts';
import { generatorImportStates } from '../states.ts';
import { decisions } from './decisions.ts';
import { at, id, personRef, sha256 } from './fields.ts';

/**
 * A generator from elsewhere, as its team declares it. The lab cannot verify how it was trained;
 * the declaration stands by a person's name.
 */
export const generatorImportRequest = z.object({
  permitId: id,
  datasetVersionId: id,
  title: z.string().trim().min(3).max(200),
  framework: z
    .string()
    .trim()
    .min(2)
    .max(100)
    .regex(/^[^\r\n|]+$/)
    .describe('what it was made with, e.g. PyTorch 2.9, MONAI 1.5'),
  recipe: z
    .string()
    .trim()
    .min(20)
    .max(5_000)
    .describe('network, losses, steps and seed: what someone needs to train it again'),
  isTrainedInside: z
    .literal(true)
    .describe(
      'the declaration: trained inside the lab, on the training split of this dataset version and nothing else',
    ),
});
export const generatorImport = z.object({
  id,
  title: z.string(),
  applicationId: id,
  permitId: id,
  datasetVersionId: id,
  datasetTitle: z.string(),
  declaredBy: personRef,
  state: z.enum(generatorImportStates),
  framework: z.string(),
  recipe: z.string(),
  createdAt: at,
  uploadedAt: at.nullable(),
  checkedAt: at.nullable(),
  size: z.int().nullable(),
  sha256: sha256.nullable(),
  facts: z
    .object({
      size: z.int(),
      latentLength: z.int(),
      takesLabel: z.boolean(),
      parameters: z.int(),
      nodes: z.int(),
      macs: z.number(),
      memoryBytes: z.number(),
      opset: z.int(),
      range: z.tuple([z.number(), z.number()]),
    })
    .nullable()
    .describe('what the check found in an accepted file'),
  reason: z.enum(importReasonNames).nullable(),
  reasonDetail: z.string().nullable().describe("what exactly was found, in the file's own names"),
  failure: spokenMessage.nullable(),
  generatorId: id.nullable(),
  thresholdVersion: z
    .int()
    .describe("number of the dataset's limits in force when it was declared"),
  decisions,
});

// Cohorts, gate, release
