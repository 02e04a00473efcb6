import { z } from 'zod';
import { objectKinds } from '../audit.ts';
import { actionName } from './fields.ts';

/**
 * One condition of a decision: what must hold, whether it does, and where that is known from. The
 * page words it from `conditions.<code>`.
 */
export const conditionCodes = [
  'signed-in',
  'has-role',
  'is-member',
  'is-applicant',
  'is-author',
  'is-staff',
  'state-allows',
  'not-own',
  'not-team-mate',
  'not-voted',
  'not-signed',
  'not-uploader',
  'permit-active',
  'permit-not-expired',
  'permit-not-revoked',
  'permit-names-dataset',
  'permit-names-person',
  'terms-signed',
  'dataset-approved',
  'cohort-released',
  'gate-passed',
  'gate-needed',
  'gate-not-overtaken',
  'generator-ready',
  'form-complete',
  'nobody-voted',
  'privacy-check-failed',
  'checks-made',
  'not-overridden-by-me',
] as const;
export type ConditionCode = (typeof conditionCodes)[number];
export const condition = z.object({
  code: z.enum(conditionCodes),
  met: z.boolean(),
  source: z
    .object({ kind: z.enum(objectKinds), id: z.string() })
    .nullable()
    .describe('the object the answer comes from'),
  params: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .describe('values for the sentence: role, state, date ...'),
});
export type Condition = z.infer<typeof condition>;

/**
 * The answer to "may this person do this to that now?". `allowed` is true when every condition is
 * met.
 */
export const decision = z.object({
  action: actionName,
  allowed: z.boolean(),
  conditions: z.array(condition),
});
export type Decision = z.infer<typeof decision>;

/** The decisions that an answer carries with the thing itself. */
export const decisions = z
  .array(decision)
  .describe('what this person may do with it now and, for what he may not, why');
