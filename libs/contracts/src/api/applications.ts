import { z } from 'zod';
import { auditEventTypes } from '../audit.ts';
import { applicationStates } from '../states.ts';
import { decisions } from './decisions.ts';
import { at, date, id, personRef, sha256 } from './fields.ts';
import { review } from './reviews.ts';

export const ethicsNumberPattern = /^(19|20)\d{2}-\d{5}-\d{2}$/;
/**
 * What an applicant fills in. A draft may hold any part of it; `applicationForm` itself is asked at
 * submission.
 */
export const applicationForm = z.object({
  title: z.string().trim().min(5).max(200),
  organisation: z
    .string()
    .trim()
    .min(2)
    .max(200)
    .describe('Swedish research body that answers for the project'),
  responsibleResearcher: z
    .string()
    .trim()
    .min(3)
    .max(200)
    .describe('holds a PhD; someone else may fill in the form'),
  purpose: z.string().trim().min(50).max(10_000),
  ethicsNumber: z
    .string()
    .regex(ethicsNumberPattern)
    .describe('diary number of Etikprövningsmyndigheten, e.g. 2026-01234-01'),
  ethicsValidUntil: date,
  accessUntil: date.describe('last day of access asked for; not after the ethics approval ends'),
  datasetIds: z.array(id).min(1).max(20),
});
export const applicationDraft = z
  .object({
    title: z.string().trim().max(200),
    organisation: z.string().trim().max(200),
    responsibleResearcher: z.string().trim().max(200),
    purpose: z.string().trim().max(10_000),
    ethicsNumber: z.string().trim().max(40),
    ethicsValidUntil: date.nullable(),
    accessUntil: date.nullable(),
    datasetIds: z.array(id).max(20),
  })
  .partial();
export type ApplicationForm = z.infer<typeof applicationForm>;
export type ApplicationDraft = z.infer<typeof applicationDraft>;

export const applicationSummary = z.object({
  id,
  number: z.int(),
  title: z.string(),
  organisation: z.string(),
  state: z.enum(applicationStates),
  applicant: personRef,
  createdAt: at,
  submittedAt: at.nullable(),
  decidedAt: at.nullable(),
  permitId: id.nullable(),
});
export const application = applicationSummary.extend({
  responsibleResearcher: z.string(),
  purpose: z.string(),
  ethicsNumber: z.string(),
  ethicsValidUntil: date.nullable(),
  accessUntil: date.nullable(),
  ethicsDocument: z.object({ name: z.string(), size: z.int(), sha256 }).nullable(),
  datasets: z.array(z.object({ id, title: z.string() })),
  members: z.array(personRef.extend({ hasSignedTerms: z.boolean() })),
  events: z.array(
    z.object({
      at,
      actor: personRef.nullable(),
      type: z.enum(auditEventTypes),
      comment: z.string(),
    }),
  ),
  review: review.nullable(),
  missing: z.array(z.string()).describe('fields that must be filled in before submission'),
  decisions,
});
