import { z } from 'zod';
import { application, applicationDraft, applicationSummary } from './applications.ts';
import {
  cohortRequest,
  cohortSummary,
  cohortVersion,
  overrideRequest,
  submitRequest,
  receipt,
} from './cohorts.ts';
import { dataset, datasetCreate, datasetFile, datasetSummary, datasetVersion } from './datasets.ts';
import { decision } from './decisions.ts';
import { page, pageOf } from './fields.ts';
import { generatorImport, generatorImportRequest } from './generators.ts';
import { home, notification, session } from './home.ts';
import { permit } from './permits.ts';
import { auditEvent, auditVerification, provenanceGraph } from './trail.ts';
import {
  ensemble,
  ensembleRequest,
  privacyCost,
  privacyCostRequest,
  trainingEstimate,
  trainingEvent,
  trainingPoint,
  trainingRequest,
  trainingRun,
} from './training.ts';
import type { Action } from '../roles.ts';
import { thresholdsChange } from '../gate/thresholds.ts';
import { locales } from '../locale.ts';

/**
 * The gateway's whole HTTP surface as one total table: the controllers implement it (a spec finds a
 * missing or extra handler), OpenAPI and the client are generated from it, and nothing that is not
 * here answers (docs/adr/001).
 * `access`: 'public' is the written allow-list; 'signed-in' asks for a session only; an action
 * names the decision that must allow it.
 */
export interface RouteSpec {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  access: 'public' | 'signed-in' | Action;
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Media type of a streamed request body (an upload); such a route has no `body` schema. */
  upload?: readonly string[];
  /**
   * A schema answers JSON; a media type answers bytes; 'event-stream' sends `event` objects; 'none'
   * is 204; 'redirect' is 302.
   */
  response: z.ZodType | { media: string } | { event: z.ZodType } | 'none' | 'redirect';
}

/**
 * The header that each change by session cookie carries. A page of another site cannot set it
 * without a CORS grant, and nobody has one (OWASP CSRF Prevention: custom request headers).
 */
export const clientHeader = { name: 'x-scapis-client', value: '1' } as const;

const byId = z.object({ id: z.uuid() });
const reason = z.object({ reason: z.string().trim().min(3).max(2_000) });
const voteBody = z.object({
  decision: z.enum(['approve', 'reject']),
  comment: z.string().trim().min(3).max(5_000),
});

export const routes = {
  'health.live': {
    method: 'GET',
    path: '/health',
    access: 'public',
    summary: 'The process is up',
    response: z.object({ status: z.literal('ok') }),
  },
  'health.ready': {
    method: 'GET',
    path: '/ready',
    access: 'public',
    summary: 'Database and identity answer, and the clock is right',
    response: z.object({
      status: z.enum(['ready', 'not-ready']),
      parts: z.record(z.string(), z.boolean()),
    }),
  },

  'session.login': {
    method: 'GET',
    path: '/api/login',
    access: 'public',
    summary: 'Begin sign-in (authorization code, PKCE)',
    query: z.object({ to: z.string().max(500).optional() }),
    response: 'redirect',
  },
  'session.callback': {
    method: 'GET',
    path: '/api/callback',
    access: 'public',
    summary: 'End of sign-in',
    query: z.looseObject({}),
    response: 'redirect',
  },
  'session.logout': {
    method: 'POST',
    path: '/api/logout',
    access: 'signed-in',
    summary: 'End the session here and at the identity provider',
    response: z.object({ redirectTo: z.string() }),
  },
  'session.get': {
    method: 'GET',
    path: '/api/session',
    access: 'signed-in',
    summary: 'Who I am',
    response: session,
  },
  'home.get': {
    method: 'GET',
    path: '/api/home',
    access: 'signed-in',
    summary: 'What waits for me',
    response: home,
  },
  'notifications.list': {
    method: 'GET',
    path: '/api/notifications',
    access: 'signed-in',
    summary: 'My messages',
    query: page,
    response: pageOf(notification),
  },
  'notifications.read': {
    method: 'POST',
    path: '/api/notifications/:id/read',
    access: 'signed-in',
    summary: 'Mark a message read',
    params: byId,
    response: 'none',
  },

  'applications.list': {
    method: 'GET',
    path: '/api/applications',
    access: 'application:read',
    summary: 'Applications I may see',
    query: page.extend({ state: z.string().optional() }),
    response: pageOf(applicationSummary),
  },
  'applications.create': {
    method: 'POST',
    path: '/api/applications',
    access: 'application:create',
    summary: 'Begin an application',
    body: applicationDraft,
    response: application,
  },
  'applications.get': {
    method: 'GET',
    path: '/api/applications/:id',
    access: 'application:read',
    summary: 'One application',
    params: byId,
    response: application,
  },
  'applications.edit': {
    method: 'PATCH',
    path: '/api/applications/:id',
    access: 'application:edit',
    summary: 'Save a draft; validation never blocks saving',
    params: byId,
    body: applicationDraft,
    response: application,
  },
  'applications.addMember': {
    method: 'POST',
    path: '/api/applications/:id/members',
    access: 'application:edit',
    summary: 'Add a team member by e-mail address',
    params: byId,
    body: z.object({ email: z.email() }),
    response: application,
  },
  'applications.removeMember': {
    method: 'DELETE',
    path: '/api/applications/:id/members/:personId',
    access: 'application:edit',
    summary: 'Remove a team member',
    params: byId.extend({ personId: z.uuid() }),
    response: application,
  },
  'applications.putEthicsDocument': {
    method: 'PUT',
    path: '/api/applications/:id/ethics-document',
    access: 'application:edit',
    summary: 'Attach the ethics decision (PDF)',
    params: byId,
    query: z.object({ name: z.string().min(1).max(200) }),
    upload: ['application/pdf'],
    response: application,
  },
  'applications.getEthicsDocument': {
    method: 'GET',
    path: '/api/applications/:id/ethics-document',
    access: 'application:read',
    summary: 'The ethics decision',
    params: byId,
    response: { media: 'application/pdf' },
  },
  'applications.submit': {
    method: 'POST',
    path: '/api/applications/:id/submit',
    access: 'application:submit',
    summary: 'Send it in',
    params: byId,
    response: application,
  },
  'applications.withdraw': {
    method: 'POST',
    path: '/api/applications/:id/withdraw',
    access: 'application:withdraw',
    summary: 'Take it back for good',
    params: byId,
    response: application,
  },
  'applications.return': {
    method: 'POST',
    path: '/api/applications/:id/return',
    access: 'application:return',
    summary: 'Return it with a comment',
    params: byId,
    body: z.object({ comment: z.string().trim().min(3).max(5_000) }),
    response: application,
  },
  'applications.vote': {
    method: 'POST',
    path: '/api/applications/:id/votes',
    access: 'application:vote',
    summary: 'Vote; two alike decide',
    params: byId,
    body: voteBody,
    response: application,
  },

  'permits.list': {
    method: 'GET',
    path: '/api/permits',
    access: 'permit:read',
    summary: 'Permits I may see',
    query: page,
    response: pageOf(permit),
  },
  'permits.get': {
    method: 'GET',
    path: '/api/permits/:id',
    access: 'permit:read',
    summary: 'One permit',
    params: byId,
    response: permit,
  },
  'permits.sign': {
    method: 'POST',
    path: '/api/permits/:id/signatures',
    access: 'permit:sign',
    summary: 'Sign the terms in force',
    params: byId,
    body: z.object({
      termsId: z.uuid(),
      textSha256: z.string().length(64),
      locale: z.enum(locales),
    }),
    response: permit,
  },
  'permits.revoke': {
    method: 'POST',
    path: '/api/permits/:id/revoke',
    access: 'permit:revoke',
    summary: 'End all access under it at once',
    params: byId,
    body: reason,
    response: permit,
  },

  'datasets.list': {
    method: 'GET',
    path: '/api/datasets',
    access: 'dataset:read',
    summary: 'The catalogue',
    query: page,
    response: pageOf(datasetSummary),
  },
  'datasets.create': {
    method: 'POST',
    path: '/api/datasets',
    access: 'dataset:create',
    summary: 'Name a dataset and set its thresholds',
    body: datasetCreate,
    response: dataset,
  },
  'datasets.get': {
    method: 'GET',
    path: '/api/datasets/:id',
    access: 'dataset:read',
    summary: 'One dataset',
    params: byId,
    response: dataset,
  },
  'datasets.setThresholds': {
    method: 'POST',
    path: '/api/datasets/:id/threshold-versions',
    access: 'thresholds:set',
    summary:
      'Set the limits of the release gate for training asked for from now on; what was asked for before keeps its own',
    params: byId,
    body: thresholdsChange,
    response: dataset,
  },
  'datasetVersions.create': {
    method: 'POST',
    path: '/api/datasets/:id/versions',
    access: 'dataset:ingest',
    summary: 'Open a version to upload into',
    params: byId,
    response: datasetVersion,
  },
  'datasetVersions.upload': {
    method: 'PUT',
    path: '/api/dataset-versions/:id/upload',
    access: 'dataset:ingest',
    summary: 'Upload a zip of DICOM files and labels.csv into quarantine; ingest follows',
    params: byId,
    upload: ['application/zip'],
    response: datasetVersion,
  },
  'datasetVersions.get': {
    method: 'GET',
    path: '/api/dataset-versions/:id',
    access: 'dataset:read',
    summary: 'One version',
    params: byId,
    response: datasetVersion,
  },
  'datasetVersions.files': {
    method: 'GET',
    path: '/api/dataset-versions/:id/files',
    access: 'dataset:inspect',
    summary: 'The verdict on each file',
    params: byId,
    query: page.extend({ verdict: z.string().optional() }),
    response: pageOf(datasetFile),
  },
  'datasetVersions.contactSheet': {
    method: 'GET',
    path: '/api/dataset-versions/:id/contact-sheet',
    access: 'dataset:inspect',
    summary: 'Contact sheet of the de-identified images',
    params: byId,
    response: { media: 'image/png' },
  },
  'datasetVersions.approve': {
    method: 'POST',
    path: '/api/dataset-versions/:id/approve',
    access: 'dataset:approve',
    summary: 'Approve what another person took in',
    params: byId,
    response: datasetVersion,
  },
  'datasetVersions.reject': {
    method: 'POST',
    path: '/api/dataset-versions/:id/reject',
    access: 'dataset:approve',
    summary: 'Refuse it',
    params: byId,
    body: reason,
    response: datasetVersion,
  },

  'trainingRuns.list': {
    method: 'GET',
    path: '/api/training-runs',
    access: 'training:read',
    summary: 'Training runs I may see',
    query: page,
    response: pageOf(trainingRun),
  },
  'trainingRuns.create': {
    method: 'POST',
    path: '/api/training-runs',
    access: 'training:create',
    summary: 'Ask for a training run',
    body: trainingRequest,
    response: trainingRun,
  },
  'trainingRuns.estimate': {
    method: 'POST',
    path: '/api/training-runs/estimate',
    access: 'training:create',
    summary: 'What a run would cost, before it is asked for; nothing is begun',
    body: trainingRequest.omit({ title: true }),
    response: trainingEstimate,
  },
  'trainingRuns.privacyCost': {
    method: 'POST',
    path: '/api/training-runs/privacy-cost',
    access: 'training:create',
    summary: 'What a private run would cost of the dataset’s privacy budget; nothing is asked for',
    body: privacyCostRequest,
    response: privacyCost,
  },
  'trainingRuns.get': {
    method: 'GET',
    path: '/api/training-runs/:id',
    access: 'training:read',
    summary: 'One training run',
    params: byId,
    response: trainingRun,
  },
  'trainingRuns.points': {
    method: 'GET',
    path: '/api/training-runs/:id/points',
    access: 'training:read',
    summary: 'Its losses over time',
    params: byId,
    response: z.array(trainingPoint),
  },
  'trainingRuns.events': {
    method: 'GET',
    path: '/api/training-runs/:id/events',
    access: 'training:read',
    summary: 'Live: losses and state as they come',
    params: byId,
    response: { event: trainingEvent },
  },
  'trainingRuns.sampleSheet': {
    method: 'GET',
    path: '/api/training-runs/:id/sample-sheet',
    access: 'sheet:view',
    summary: 'What the generator draws, now or at an earlier step (lab staff only: not yet gated)',
    params: byId,
    query: z.object({ step: z.coerce.number().int().min(0).optional() }),
    response: { media: 'image/png' },
  },
  'ensembles.list': {
    method: 'GET',
    path: '/api/ensembles',
    access: 'training:read',
    summary: 'Ensembles I may see',
    query: page,
    response: pageOf(ensemble),
  },
  'ensembles.create': {
    method: 'POST',
    path: '/api/ensembles',
    access: 'training:create',
    summary:
      'Ask for several networks of one recipe, of whose generators those are chosen that together cover the reference people best',
    body: ensembleRequest,
    response: ensemble,
  },
  'ensembles.get': {
    method: 'GET',
    path: '/api/ensembles/:id',
    access: 'training:read',
    summary: 'One ensemble: its runs, and what was chosen',
    params: byId,
    response: ensemble,
  },
  'ensembles.cancel': {
    method: 'POST',
    path: '/api/ensembles/:id/cancel',
    access: 'training:cancel',
    summary: 'Stop all its runs',
    params: byId,
    response: ensemble,
  },
  'trainingRuns.cancel': {
    method: 'POST',
    path: '/api/training-runs/:id/cancel',
    access: 'training:cancel',
    summary: 'Stop it after the present slice',
    params: byId,
    response: trainingRun,
  },

  'generatorImports.list': {
    method: 'GET',
    path: '/api/generator-imports',
    access: 'generator:read',
    summary: 'Generators from elsewhere that I may see',
    query: page,
    response: pageOf(generatorImport),
  },
  'generatorImports.create': {
    method: 'POST',
    path: '/api/generator-imports',
    access: 'generator:import',
    summary: 'Declare a generator that was trained elsewhere inside the lab',
    body: generatorImportRequest,
    response: generatorImport,
  },
  'generatorImports.get': {
    method: 'GET',
    path: '/api/generator-imports/:id',
    access: 'generator:read',
    summary: 'One generator from elsewhere',
    params: byId,
    response: generatorImport,
  },
  'generatorImports.upload': {
    method: 'PUT',
    path: '/api/generator-imports/:id/upload',
    access: 'generator:import',
    summary: 'Upload its ONNX file into quarantine; the check follows',
    params: byId,
    upload: ['application/octet-stream'],
    response: generatorImport,
  },

  'cohorts.list': {
    method: 'GET',
    path: '/api/cohort-versions',
    access: 'cohort:read',
    summary: 'Synthetic cohorts I may see',
    query: page,
    response: pageOf(cohortSummary),
  },
  'cohorts.create': {
    method: 'POST',
    path: '/api/cohort-versions',
    access: 'cohort:create',
    summary: 'Draw a cohort from one or more generators',
    body: cohortRequest,
    response: cohortVersion,
  },
  'cohorts.get': {
    method: 'GET',
    path: '/api/cohort-versions/:id',
    access: 'cohort:read',
    summary: 'One cohort version, with gate and review',
    params: byId,
    response: cohortVersion,
  },
  'cohorts.sampleSheet': {
    method: 'GET',
    path: '/api/cohort-versions/:id/sample-sheet',
    access: 'cohort:read',
    summary: 'Sheet of its images (before release: lab staff only)',
    params: byId,
    response: { media: 'image/png' },
  },
  'cohorts.closestPairs': {
    method: 'GET',
    path: '/api/cohort-versions/:id/closest-pairs',
    access: 'pairs:view',
    summary: 'Closest real and synthetic pairs (reviewers only; the view is recorded)',
    params: byId,
    response: { media: 'image/png' },
  },
  'cohorts.runGate': {
    method: 'POST',
    path: '/api/cohort-versions/:id/gate',
    access: 'gate:run',
    summary: 'Ask for the release gate',
    params: byId,
    response: cohortVersion,
  },
  'cohorts.evidence': {
    method: 'GET',
    path: '/api/cohort-versions/:id/evidence',
    access: 'gate:read',
    summary: 'The evidence file',
    params: byId,
    response: { media: 'application/json' },
  },
  'cohorts.evidencePdf': {
    method: 'GET',
    path: '/api/cohort-versions/:id/evidence.pdf',
    access: 'gate:read',
    summary: 'The evidence as a PDF to attach to a decision',
    params: byId,
    query: z.object({ language: z.enum(locales).default('en') }),
    response: { media: 'application/pdf' },
  },
  'cohorts.override': {
    method: 'POST',
    path: '/api/cohort-versions/:id/override-signatures',
    access: 'release:override',
    summary:
      'Sign that a refused version may be reviewed in spite of the privacy checks that it failed; the second signature lets it',
    params: byId,
    body: overrideRequest,
    response: cohortVersion,
  },
  'cohorts.submit': {
    method: 'POST',
    path: '/api/cohort-versions/:id/submit',
    access: 'release:submit',
    summary: 'Submit for release review; a cohort of no use with a written reason',
    params: byId,
    body: submitRequest,
    response: cohortVersion,
  },
  'cohorts.vote': {
    method: 'POST',
    path: '/api/cohort-versions/:id/votes',
    access: 'release:vote',
    summary: 'Vote on the release, blinded',
    params: byId,
    body: voteBody,
    response: cohortVersion,
  },
  'cohorts.withdraw': {
    method: 'POST',
    path: '/api/cohort-versions/:id/withdraw',
    access: 'release:withdraw',
    summary: 'Withdraw a released version; it stays listed with the reason',
    params: byId,
    body: reason,
    response: cohortVersion,
  },
  'cohorts.access': {
    method: 'GET',
    path: '/api/cohort-versions/:id/access',
    access: 'cohort:read',
    summary: 'The steps to the download: met and not met',
    params: byId,
    response: decision,
  },
  'cohorts.download': {
    method: 'GET',
    path: '/api/cohort-versions/:id/bundle',
    access: 'cohort:download',
    summary: 'The bundle; Range, ETag and If-Range; the permit is asked again for each range',
    params: byId,
    response: { media: 'application/zip' },
  },
  'cohorts.confirmDownload': {
    method: 'POST',
    path: '/api/cohort-versions/:id/receipts',
    access: 'cohort:download',
    summary: 'Confirm the checksum of a complete download; answers the signed receipt',
    params: byId,
    body: z.object({ sha256: z.string().length(64) }),
    response: receipt,
  },
  'receipts.list': {
    method: 'GET',
    path: '/api/receipts',
    access: 'receipt:read',
    summary: 'Receipts I may see',
    query: page,
    response: pageOf(receipt),
  },
  'receipts.key': {
    method: 'GET',
    path: '/api/receipts/key',
    access: 'public',
    summary: "The public key that this lab's receipts are signed with, for whoever verifies one",
    response: z.object({
      algorithm: z.literal('Ed25519'),
      publicKey: z.string().describe('SubjectPublicKeyInfo (RFC 8410), base64'),
    }),
  },

  'audit.list': {
    method: 'GET',
    path: '/api/audit-events',
    access: 'audit:read',
    summary: 'The audit log, newest first',
    query: page.extend({
      objectId: z.string().max(100).optional(),
      type: z.string().max(60).optional(),
    }),
    response: pageOf(auditEvent),
  },
  'audit.verify': {
    method: 'POST',
    path: '/api/audit-events/verification',
    access: 'audit:read',
    summary: 'Verify the hash chain',
    response: auditVerification,
  },
  'provenance.get': {
    method: 'GET',
    path: '/api/provenance/:kind/:id',
    access: 'provenance:read',
    summary: 'Where it came from and what came of it',
    params: z.object({ kind: z.string(), id: z.string() }),
    response: provenanceGraph,
  },
} as const satisfies Record<string, RouteSpec>;

export type RouteName = keyof typeof routes;
export const routeNames = Object.keys(routes) as RouteName[];

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
/** What a handler receives: params, query and body as their schemas parsed them. */
export interface RouteInput<Name extends RouteName> {
  params: (typeof routes)[Name] extends { params: infer Schema } ? Parsed<Schema> : undefined;
  query: (typeof routes)[Name] extends { query: infer Schema } ? Parsed<Schema> : undefined;
  body: (typeof routes)[Name] extends { body: infer Schema } ? Parsed<Schema> : undefined;
}
/** What a handler with a JSON response returns. */
export type RouteOutput<Name extends RouteName> =
  (typeof routes)[Name]['response'] extends infer Schema
    ? Schema extends z.ZodType
      ? z.input<Schema>
      : void
    : never;
