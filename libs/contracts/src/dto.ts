import { z } from 'zod';
import { auditEventTypes, notificationKinds, objectKinds, provenanceRelations } from './audit.ts';
import { computeProviderNames } from './compute.ts';
import { gateCheckNames } from './gate/checks.ts';
import { evidence, gateVerdicts } from './gate/evidence.ts';
import { gateThresholds } from './gate/thresholds.ts';
import { ageBands, calciumGrades, sexes, splits } from './labels.ts';
import { importReasonNames } from './messages/import-reasons.ts';
import { spokenMessage } from './messages/stored.ts';
import { actionNames, roles, type Action } from './roles.ts';
import {
  applicationStates,
  cohortVersionStates,
  datasetVersionStates,
  ensembleStates,
  generatorImportStates,
  permitStates,
  runStates,
  voteDecisions,
} from './states.ts';

export { locales, type Locale } from './locale.ts';

const id = z.uuid();
const at = z.iso.datetime();
const date = z.iso.date();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const actionName = z.enum(actionNames as [Action, ...Action[]]);

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
const decisions = z
  .array(decision)
  .describe('what this person may do with it now and, for what he may not, why');

export const page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});
/** A page of a list; `nextCursor` null at the end. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable(), total: z.int().nullable() });

export const personRef = z.object({ id, name: z.string() });
export const session = z.object({
  person: personRef.extend({ username: z.string(), email: z.string() }),
  roles: z.array(z.enum(roles)),
  actions: z.array(actionName).describe("acts whose door this person's roles open"),
  endsAt: at,
});

/**
 * One thing that waits for this person, or that he waits for. The page words it from `home.<kind>`.
 */
export const homeItemKinds = [
  'finish-application',
  'answer-return',
  'sign-terms',
  'decide-application',
  'approve-dataset',
  'vote-release',
  'watch-training',
  'run-gate',
  'submit-release',
  'download-cohort',
  'waiting-for-decision',
  'permit-ends-soon',
  'ingest-failed',
  'training-failed',
  'gate-refused',
  'sign-override',
] as const;
export const homeItem = z.object({
  kind: z.enum(homeItemKinds),
  turn: z.enum(['mine', 'others']),
  objectKind: z.enum(objectKinds),
  objectId: z.string(),
  title: z.string(),
  since: at,
});
export const home = z.object({ items: z.array(homeItem), counts: z.record(z.string(), z.int()) });

export const notification = z.object({
  id,
  kind: z.enum(notificationKinds),
  objectKind: z.enum(objectKinds),
  objectId: z.string(),
  title: z.string(),
  createdAt: at,
  readAt: at.nullable(),
});

// Applications and permits

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
export const vote = z.object({
  person: personRef,
  decision: z.enum(voteDecisions),
  comment: z.string(),
  at,
});
/**
 * A review as this person may see it: until it is closed, only his own vote and how many have voted
 * (blinded).
 */
export const review = z.object({
  id,
  openedAt: at,
  closedAt: at.nullable(),
  outcome: z.enum(voteDecisions).nullable(),
  votesCast: z.int(),
  votesNeeded: z.int(),
  votes: z.array(vote),
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

export const terms = z.object({
  id,
  version: z.int(),
  textSv: z.string(),
  textEn: z.string(),
  sha256Sv: sha256,
  sha256En: sha256,
  createdAt: at,
});
export const permit = z.object({
  id,
  applicationId: id,
  title: z.string(),
  purpose: z.string(),
  state: z.enum(permitStates),
  validFrom: at,
  validUntil: at,
  revokedAt: at.nullable(),
  revokeReason: z.string().nullable(),
  datasets: z.array(z.object({ id, title: z.string() })),
  people: z.array(personRef.extend({ signedAt: at.nullable() })),
  terms,
  decisions,
});

// Datasets

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
 * What may be learnt of any one patient from all private training on a dataset together
 * (differential privacy, by adding or removing a patient).
 */
export const privacyBudget = z.object({
  epsilon: z.number().min(0.01).max(100).default(10),
  delta: z
    .number()
    .min(1e-12)
    .max(1e-3)
    .default(1e-5)
    .describe('below one over the number of patients'),
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

/** Differential privacy of a run: either how much it may cost alone, or how much noise. */
export const privacyRequest = z.object({
  target: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('epsilon'), value: z.number().min(0.01).max(100) }),
    z.object({
      kind: z.literal('noise'),
      value: z.number().min(0.3).max(1_000).describe('deviation of the noise over the clip'),
    }),
  ]),
  clip: z
    .number()
    .min(0.0001)
    .max(1_000)
    .default(1)
    .describe('longest gradient that one patient contributes to a step'),
  discriminatorSteps: z
    .int()
    .min(1)
    .max(500)
    .default(1)
    .describe('noisy steps of the discriminator for each of the generator'),
});
const privateSettings = {
  noiseMultiplier: z.number(),
  clip: z.number(),
  sampleRate: z.number(),
  discriminatorSteps: z.int(),
  noisySteps: z.int(),
  delta: z.number(),
  epsilon: z.number(),
};
export const privacyCostRequest = z.object({
  datasetVersionId: id,
  steps: z.int().min(20).max(2_000_000),
  batch: z.int().min(8).max(256),
  privacy: privacyRequest,
});
/**
 * What a private run would cost. Epsilons are upper bounds by Rényi divergence, which the ledger
 * counts; `epsilonPrv` is the tighter one by Fourier transform.
 */
export const privacyCost = z.object({
  ...privateSettings,
  epsilonPrv: z.number(),
  patients: z.int(),
  budget: z.number(),
  spentBefore: z.number(),
  spentAfter: z.number(),
  isWithinBudget: z.boolean(),
});

export const networkWidths = ['narrow', 'standard', 'wide'] as const;
export const penaltyKinds = ['exact', 'finite-difference'] as const;
/** A number of a form with its bounds and default; */
const field = (from: number, to: number, fallback: number) =>
  z.number().min(from).max(to).default(fallback);
/**
 * What a person may set of a training run. The one source of the form's fields and of what the
 * server takes; defaults are those of the demo.
 */
export const trainingSettings = z.object({
  seed: z.int().min(0).max(2_147_483_647).default(1),
  steps: z.int().min(20).max(2_000_000).default(7_000),
  batch: z.int().min(8).max(256).default(16),
  shards: z
    .int()
    .min(1)
    .max(8)
    .default(1)
    .describe(
      'equal parts of a batch, at most, that a worker’s threads compute side by side; the count changes the rounding, the number of threads does not',
    ),
  width: z
    .enum(networkWidths)
    .default('standard')
    .describe('channels of both networks: half, as designed, twice'),
  learningRate: field(1e-6, 0.01, 5e-4),
  penaltyKind: z.enum(penaltyKinds).default('exact'),
  penaltyStart: field(0, 200, 1).describe('gamma of R1 and R2 at the start'),
  penaltyEnd: field(0, 200, 0.3).describe('gamma from 70 % of the steps on'),
  guidance: field(0, 10, 0.02).describe(
    'weight of the classifier of shown labels in the generator’s loss; 0: none',
  ),
  translation: z.int().min(0).max(8).default(2).describe('pixels, either way'),
  brightness: field(0, 0.5, 0.02),
  contrast: field(0, 0.5, 0.05),
  averageDecay: field(0.9, 0.9999, 0.999).describe('of the averaged generator, per step'),
  lookEvery: z
    .int()
    .min(20)
    .max(5_000)
    .multipleOf(20)
    .default(200)
    .describe('steps between two looks for memorisation'),
  stopOnMemorisation: z.boolean().default(true),
});
export type TrainingSettings = z.infer<typeof trainingSettings>;
export const trainingRequest = trainingSettings.extend({
  permitId: id,
  datasetVersionId: id,
  title: z.string().trim().min(3).max(200),
  privacy: privacyRequest.nullish().describe('none: not private'),
  continueFrom: id
    .nullable()
    .default(null)
    .describe(
      'an ended run of the same project and dataset version, whose last checkpoint this one begins from',
    ),
});
/** Several networks of one recipe, each under a seed of its own (seed, seed + 1, ...). */
export const ensembleRequest = trainingRequest
  .omit({ continueFrom: true })
  .extend({ members: z.int().min(2).max(8) });
/** What a run would cost, before it is asked for. */
export const trainingEstimate = z.object({
  parameters: z.int(),
  memoryBytes: z.int(),
  memoryLimitBytes: z.int(),
  seconds: z
    .number()
    .nullable()
    .describe('from the speed of earlier runs of this lab; null until there is one'),
  trainingPeople: z.int().nullable().describe('null: fewer than smallestShownCell'),
  canWatch: z.boolean().describe('whether enough people are there to watch for memorisation'),
  smallestShownCell: z.int(),
  cells: z
    .array(
      z.object({
        calciumGrade: z.enum(calciumGrades),
        sex: z.enum(sexes),
        ageBand: z.enum(ageBands),
        people: z.int().nullable(),
      }),
    )
    .describe(
      'people of the training split in each combination of labels; null: fewer than smallestShownCell, also none',
    ),
  obstacles: z
    .array(z.enum(['too-few-people', 'too-much-memory']))
    .describe('why the run would be refused'),
});
const provider = z
  .enum(computeProviderNames)
  .nullable()
  .describe('what computed it; only cpu gives the same bytes for the same seed');
export const trainingPoint = z.object({
  step: z.int(),
  at,
  metrics: z
    .record(z.string(), z.number())
    .describe('losses, logits, penalties, imagesPerSecond, and at some steps gaps of memorisation'),
});
export const trainingRun = z.object({
  id,
  title: z.string(),
  applicationId: id,
  permitId: id,
  datasetVersionId: id,
  datasetTitle: z.string(),
  requestedBy: personRef,
  state: z.enum(runStates),
  seed: z.int(),
  steps: z.int(),
  step: z.int(),
  batch: z.int(),
  imagesPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  failure: spokenMessage.nullable(),
  createdAt: at,
  startedAt: at.nullable(),
  finishedAt: at.nullable(),
  generators: z.array(z.object({ id, step: z.int(), sha256 })),
  provider,
  hasSampleSheet: z.boolean(),
  sampleSheetVersion: z.string().nullable(),
  privacy: z
    .object({
      ...privateSettings,
      isSettled: z.boolean().describe('false: epsilon and steps are reserved for the whole run'),
    })
    .nullable()
    .describe('null: not private'),
  settings: trainingSettings,
  thresholdVersion: z
    .int()
    .describe("number of the dataset's limits in force when it was asked for"),
  continuedFrom: z.object({ id, title: z.string() }).nullable(),
  ensembleId: id.nullable().describe('the ensemble that it is a member of'),
  checkpointStep: z
    .int()
    .nullable()
    .describe('where the newest checkpoint stands: what a new run could begin from'),
  alert: z
    .object({ beganAt: z.int(), raisedAt: z.int() })
    .nullable()
    .describe('the steps between which three looks in a row showed memorisation'),
  sheetSteps: z.array(z.int()).describe('steps of which a sample sheet is kept, oldest first'),
  decisions,
});
/**
 * What the run's event stream sends: the run without history, and the points since the last
 * message.
 */
export const trainingEvent = z.object({ run: trainingRun, points: z.array(trainingPoint) });

/**
 * Which generators an ensemble draws from, and why: coverage of the reference people by equally
 * many drawn images, in a contrastive space.
 */
export const ensembleChoice = z.object({
  images: z.int().describe('reference images that were to be covered'),
  candidates: z.array(
    z.object({ generatorId: id, trainingRunId: id, step: z.int(), coverage: z.number() }),
  ),
  shares: z
    .array(
      z.object({
        calciumGrade: z.enum(calciumGrades),
        members: z.array(z.object({ generatorId: id, share: z.number() })),
        coverage: z.number(),
      }),
    )
    .describe('of the images with this grade, the part that each member draws'),
  coverage: z.object({
    training: z.number().describe('by the training images: as well as images can'),
    mean: z.number().describe('of the last generator of each run, on average'),
    best: z.number().describe('of the best one generator'),
    even: z.number().describe('all last generators alike'),
    chosen: z.number(),
  }),
  path: z
    .array(z.number())
    .describe('coverage after each member that the greedy choice took, over all grades'),
});
export const ensemble = z.object({
  id,
  title: z.string(),
  applicationId: id,
  permitId: id,
  datasetVersionId: id,
  datasetTitle: z.string(),
  requestedBy: personRef,
  state: z.enum(ensembleStates),
  failure: spokenMessage.nullable(),
  createdAt: at,
  finishedAt: at.nullable(),
  runs: z.array(trainingRun),
  choice: ensembleChoice.nullable(),
  decisions,
});

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
  usage: z.enum(['unrestricted', 'method-development-only']).nullable(),
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

export const receipt = z.object({
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
  signature: z.string().describe('Ed25519 over the canonical JSON of the other fields, base64'),
  publicKey: z.string(),
});

// Audit, provenance

export const auditEvent = z.object({
  sequence: z.int(),
  at,
  actor: personRef.nullable(),
  type: z.enum(auditEventTypes),
  objectKind: z.enum(objectKinds),
  objectId: z.string(),
  detail: z.record(z.string(), z.unknown()),
  hash: sha256,
});
export const auditVerification = z.object({
  rows: z.int(),
  firstBadSequence: z.int().nullable(),
  head: sha256.nullable(),
  verifiedAt: at,
});
export const provenanceGraph = z.object({
  nodes: z.array(
    z.object({ kind: z.enum(objectKinds), id: z.string(), title: z.string(), at: at.nullable() }),
  ),
  edges: z.array(
    z.object({ from: z.string(), relation: z.enum(provenanceRelations), to: z.string() }),
  ),
});

export const problem = spokenMessage.extend({
  details: z.unknown().optional(),
  requestId: z.string(),
});
export type Problem = z.output<typeof problem>;
