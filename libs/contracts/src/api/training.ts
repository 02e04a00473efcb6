import { z } from 'zod';
import { ageBands, calciumGrades, sexes } from '../labels.ts';
import { spokenMessage } from '../messages/stored.ts';
import { ensembleStates, runStates } from '../states.ts';
import { decisions } from './decisions.ts';
import { at, id, personRef, provider, sha256 } from './fields.ts';

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
    .describe('longest gradient that one person contributes to a step'),
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
  people: z.int(),
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
