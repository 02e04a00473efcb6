import {
  LabError,
  trainingRunTransitions,
  type JobPayload,
  type RouteInput,
  type RouteOutput,
  type RunState,
  type Message,
} from '@scapis/contracts';
import type { Actor } from '@scapis/domain';
import { openGenerator, type Generator } from '@scapis/gan';
import {
  chooseMembers,
  fewestTrainingImages,
  TaskContext,
  type EnsembleChoice,
} from '@scapis/gate';
import type { Transaction } from '@scapis/platform';
import type { LabContext } from '../context.ts';
import { getVersionRow } from '../datasets/datasets.repository.ts';
import { createComputeJob, type ComputeJob, type ComputeJobSteps } from '../jobs/compute-job.ts';
import type { JobAttempt } from '../jobs/job-attempt.ts';
import { isPermitted } from '../access/permitted.ts';
import { checkDecision, getProject } from '../access/project.ts';
import { addProvenance, appendAudit, notify } from '../audit/trail.ts';
import { openVault } from '../storage/vault.ts';
import {
  asRunState,
  candidatesOf,
  ensembleRef,
  findEnsemble,
  getEnsemble,
  getEnsembleDto,
  insertEnsemble,
  listEnsembles,
  moveEnsemble,
  toChoice,
  type EnsembleDto,
  type EnsembleRow,
} from './ensembles.repository.ts';
import { readImages } from './live-training.ts';
import { checkStartable, imagesBySplit } from './estimate.ts';
import { whyTrainingFailed } from './failure.ts';
import type { TrainingService } from './training.service.ts';
import { getApplicationOfPermit } from './training.repository.ts';

/** Reference images: with fewer, who is covered is chance. */
const fewestReferenceImages = 30;

/**
 * Ensembles: several training runs of one recipe, each under a seed of its own, and the choice of
 * the generators that together cover the reference people best. The runs are ordinary ones, so
 * workers train them side by side, and each can be watched and stopped.
 */
export class EnsembleService {
  /** Everything follows from runs and seed: killed and run again it chooses the same. */
  readonly job: ComputeJob<'ensemble.choose'>;
  readonly #context: LabContext;
  readonly #training: TrainingService;

  constructor(context: LabContext, training: TrainingService) {
    this.#context = context;
    this.#training = training;
    this.job = createComputeJob(context.database, 'ensemble.choose', (payload) =>
      this.#steps(payload),
    );
  }

  /**
   * @throws LabError as a training run's request, for the runs together where they spend a privacy
   * budget
   */
  async request(
    actor: Actor,
    { members, ...input }: RouteInput<'ensembles.create'>['body'],
  ): Promise<EnsembleDto> {
    const now = this.#context.now();
    checkStartable(await this.#training.estimate(actor, { ...input, continueFrom: null }));
    return this.#context.database.as(actor, async (tx) => {
      const { permitId, datasetVersionId, title } = input;
      const applicationId = await getApplicationOfPermit(tx, permitId);
      checkChoosable((await getVersionRow(tx, datasetVersionId)).counts);
      const id = await insertEnsemble(tx, {
        applicationId,
        permitId,
        datasetVersionId,
        requestedById: actor.personId,
        title,
        createdAt: now,
      });
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'ensemble.requested',
        object: { kind: 'ensemble', id },
        detail: { members, seed: input.seed },
      });
      // Each request asks again whether the person may.
      for (let member = 0; member < members; member += 1)
        await this.#training.requestIn(
          tx,
          actor,
          {
            ...input,
            continueFrom: null,
            seed: input.seed + member,
            title: `${title} (${member + 1}/${members})`,
          },
          { ensembleId: id },
        );
      return getEnsembleDto(tx, actor, id, now);
    });
  }

  #steps({
    ensembleId,
  }: JobPayload<'ensemble.choose'>): ComputeJobSteps<EnsembleRow, EnsembleChoice, null> {
    const findChoosing = async (tx: Transaction): Promise<EnsembleRow | null> => {
      const row = await findEnsemble(tx, ensembleId);
      return row?.state === 'choosing' ? row : null;
    };
    return {
      objectId: ensembleId,
      begin: findChoosing,
      heartbeat: async (tx) => {
        const row = await findChoosing(tx);
        return row !== null && (await this.#isPermitted(tx, row));
      },
      work: (row, { shouldStop }) => this.#choose(row, shouldStop),
      complete: (row, choice, attempt) => this.#complete(row, choice, attempt),
      fail: (row, error, attempt) =>
        attempt.transact((tx) => this.#fail(tx, row, whyTrainingFailed(error, 0))),
    };
  }

  #isPermitted(
    tx: Transaction,
    { applicationId, requestedById, datasetVersion }: EnsembleRow,
  ): Promise<boolean> {
    return isPermitted(
      tx,
      { applicationId, personId: requestedById, datasetId: datasetVersion.datasetId },
      this.#context.now(),
    );
  }

  async #choose(row: EnsembleRow, shouldStop: () => boolean): Promise<EnsembleChoice> {
    const vault = openVault(this.#context, row.datasetVersion.dataKey);
    const { training, reference } = await readImages(vault, row.datasetVersion.viewSha256);
    const generators: Generator[] = [];
    try {
      const candidates = [];
      for (const { generatorId, sha256, isLast } of candidatesOf(row)) {
        const generator = await openGenerator(await vault.read(sha256), this.#context.compute);
        generators.push(generator);
        candidates.push({ id: generatorId, generator, isLast });
      }
      if (candidates.length === 0) throw new LabError('training_memorised');
      return await chooseMembers(
        { training, reference, candidates, seed: row.trainingRuns[0]?.seed ?? 0 },
        new TaskContext({ shouldStop }),
      );
    } finally {
      for (const generator of generators) await generator.dispose();
    }
  }

  async #complete(row: EnsembleRow, found: EnsembleChoice, attempt: JobAttempt): Promise<void> {
    const choice = toChoice(found, candidatesOf(row));
    const chosen = [
      ...new Set(
        choice.shares.flatMap(({ members }) => members.map(({ generatorId }) => generatorId)),
      ),
    ];
    await attempt.transact(async (tx) => {
      const now = await getEnsemble(tx, row.id);
      // Cancelled, or chosen by another worker.
      if (now.state !== 'choosing') return;
      await moveEnsemble(tx, now, 'completed', {
        choice: { ...choice },
        finishedAt: this.#context.now(),
        detail: { generatorIds: chosen, coverage: choice.coverage },
      });
      await addProvenance(tx, row.applicationId, [
        ...chosen.map((id) => ({
          from: ensembleRef(row),
          relation: 'wasDerivedFrom' as const,
          to: { kind: 'generator' as const, id },
        })),
        {
          from: ensembleRef(row),
          relation: 'wasAssociatedWith',
          to: { kind: 'person', id: row.requestedById },
        },
      ]);
      await notify(tx, {
        people: [row.requestedById],
        kind: 'ensemble.completed',
        object: ensembleRef(row),
        title: row.title,
      });
    });
  }

  async #fail(tx: Transaction, row: EnsembleRow, failure: Message): Promise<void> {
    const now = await getEnsemble(tx, row.id);
    if (now.state !== 'choosing') return;
    await moveEnsemble(tx, now, 'failed', {
      failure,
      finishedAt: this.#context.now(),
      detail: { failure },
    });
    await notify(tx, {
      people: [row.requestedById],
      kind: 'ensemble.failed',
      object: ensembleRef(row),
      title: row.title,
    });
  }

  /** Stops its runs, or the choice. @throws LabError forbidden with the decision */
  async cancel(actor: Actor, id: string): Promise<EnsembleDto> {
    const now = this.#context.now();
    return this.#context.database.as(actor, async (tx) => {
      const row = await getEnsemble(tx, id);
      const project = await getProject(tx, row.applicationId);
      checkDecision(
        'training:cancel',
        actor,
        {
          ...project,
          trainingRun: { id, state: asRunState[row.state], requestedById: row.requestedById },
        },
        now,
      );
      // First the ensemble: its last run would else take it with it.
      await moveEnsemble(tx, row, 'cancelled', { finishedAt: now, actorId: actor.personId });
      for (const run of row.trainingRuns)
        if (trainingRunTransitions[run.state as RunState].length > 0)
          await this.#training.cancelIn(tx, actor, run.id);
      return getEnsembleDto(tx, actor, id, now);
    });
  }

  async list(
    actor: Actor,
    query: RouteInput<'ensembles.list'>['query'],
  ): Promise<RouteOutput<'ensembles.list'>> {
    return this.#context.database.as(actor, (tx) =>
      listEnsembles(tx, actor, query, this.#context.now()),
    );
  }

  async get(actor: Actor, id: string): Promise<EnsembleDto> {
    return this.#context.database.as(actor, (tx) =>
      getEnsembleDto(tx, actor, id, this.#context.now()),
    );
  }
}

/**
 * Members are chosen by an encoder that learns from the training images, by whom of the reference
 * people they cover.
 * @throws LabError ensemble_data_too_small with the figures
 */
export function checkChoosable(counts: unknown): void {
  const { T, R } = imagesBySplit(counts);
  if (T < fewestTrainingImages || R < fewestReferenceImages)
    throw new LabError('ensemble_data_too_small', {
      params: {
        training: fewestTrainingImages,
        reference: fewestReferenceImages,
        trainingHere: T,
        referenceHere: R,
      },
    });
}
