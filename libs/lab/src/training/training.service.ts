import { setTimeout as sleep } from 'node:timers/promises';
import { LabError, privacyBudget, trainingRunTransitions, type ComputeProvider, type JobPayload, type RouteInput, type RouteOutput } from '@scapis/contracts';
import { transition, type Actor } from '@scapis/domain';
import { CheckpointError, ganConfig, toGanConfig, TrainingDivergedError, type TrainingPoint } from '@scapis/gan';
import { addToOutbox, type Transaction } from '@scapis/platform';
import type { LabParts } from '../lab.ts';
import { getVersionRow } from '../datasets/datasets.repository.ts';
import { isPassing, type JobRun } from '../record/job-run.ts';
import { isPermitted } from '../record/permitted.ts';
import { checkDecision, getProject } from '../record/project.ts';
import { audit, notify, relate, type ObjectRef } from '../record/record.ts';
import { openVault } from '../record/vault.ts';
import { claimTerms, findTerms, reservePrivacy, settlePrivacy, withPrv } from './privacy.ts';
import { LiveTrainings, type LiveTraining } from './live-training.ts';
import { drawTrainingSheet } from './training-sheet.ts';
import {
  addCheckpoint,
  findNewestCheckpoint,
  findRun,
  getApplicationOfPermit,
  getRun,
  getRunDto,
  insertGenerator,
  insertRun,
  listPoints,
  listRuns,
  lockRun,
  moveRun,
  putPoints,
  setStep,
  type Point,
  type PointDto,
  type RunRow,
} from './training.repository.ts';

type RunDto = RouteOutput<'trainingRuns.get'>;

/** Fewer people than this in the training split are rather copied than learnt from. */
const fewestPeople = 10;
/** What a kill loses at most, and how long a cancelled run goes on at most. */
const sliceSeconds = 20;
const watchEveryMs = 1_000;
const pointsShown = 5_000;
/** The stream's first message repeats so many points, so that none is missed between loading the page and opening the stream. */
const pointsRepeated = 50;

/** GAN training inside the lab: asked for under a permit, done in short slices, each of which asks again whether it may. */
export class TrainingService {
  readonly #parts: LabParts;
  readonly #live: LiveTrainings;
  readonly #sliceSeconds: number;

  constructor(parts: LabParts, options: { sliceSeconds?: number | undefined } = {}) {
    this.#parts = parts;
    this.#live = new LiveTrainings(parts);
    this.#sliceSeconds = options.sliceSeconds ?? sliceSeconds;
  }

  /** What a private run would cost; nothing is asked for. @throws LabError not_found, dataset_too_small, invalid_input */
  async privacyCost(
    actor: Actor,
    { datasetVersionId, ...input }: RouteInput<'trainingRuns.privacyCost'>['body'],
  ): Promise<RouteOutput<'trainingRuns.privacyCost'>> {
    const terms = await this.#parts.database.as(actor, async (tx) => {
      const { datasetId, counts, dataset } = await getVersionRow(tx, datasetVersionId);
      return findTerms(tx, { ...input, datasetId, patients: checkEnoughPeople(counts), budget: privacyBudget.parse(dataset.privacy) });
    });
    return withPrv(terms);
  }

  /** @throws LabError forbidden with the decision, not_found, dataset_too_small, privacy_required, privacy_budget_exceeded, invalid_input */
  async request(actor: Actor, input: RouteInput<'trainingRuns.create'>['body']): Promise<RunDto> {
    const now = this.#parts.now();
    return this.#parts.database.as(actor, async (tx) => {
      const applicationId = await getApplicationOfPermit(tx, input.permitId);
      const project = await getProject(tx, applicationId);
      const version = await getVersionRow(tx, input.datasetVersionId);
      checkDecision('training:create', actor, { ...project, datasetId: version.datasetId, datasetVersion: version }, now);
      const patients = checkEnoughPeople(version.counts);
      const budget = privacyBudget.parse(version.dataset.privacy);
      const { steps, batch, privacy = null } = input;
      if (budget.isRequired && privacy === null) throw new LabError('privacy_required');
      const terms = privacy === null ? null : await claimTerms(tx, { datasetId: version.datasetId, patients, steps, batch, privacy, budget });
      const config = toGanConfig({ batch, totalSteps: steps, privacy: terms });
      const id = await insertRun(tx, {
        applicationId,
        permitId: input.permitId,
        datasetVersionId: version.id,
        requestedById: actor.personId,
        title: input.title,
        config,
        seed: input.seed,
        steps: input.steps,
        createdAt: now,
      });
      await audit(tx, {
        actorId: actor.personId,
        type: 'training.requested',
        object: { kind: 'training-run', id },
        detail: { permitId: input.permitId, datasetVersionId: version.id, seed: input.seed, steps: input.steps },
      });
      if (terms !== null) await reservePrivacy(tx, { id, applicationId, datasetId: version.datasetId }, terms, actor.personId, now);
      await relate(tx, applicationId, [
        { from: { kind: 'training-run', id }, relation: 'used', to: { kind: 'dataset-version', id: version.id } },
        { from: { kind: 'training-run', id }, relation: 'wasInformedBy', to: { kind: 'permit', id: input.permitId } },
        { from: { kind: 'training-run', id }, relation: 'wasAssociatedWith', to: { kind: 'person', id: actor.personId } },
      ]);
      await addToOutbox(tx, 'training.slice', { trainingRunId: id, fromStep: 0 });
      return getRunDto(tx, actor, id, now);
    });
  }

  /**
   * Job training.slice: some seconds of training from the checkpoint at `fromStep`, then the next slice. A slice whose checkpoint is not the
   * newest one was done already and returns; so does one whose run is cancelled, done or no longer allowed. Killed at any point it is done
   * again from the same checkpoint, on the CPU to the same bytes; a private run with new noise, and nothing of the lost slice was seen by anyone.
   */
  async slice({ trainingRunId, fromStep }: JobPayload<'training.slice'>, job: JobRun): Promise<void> {
    const run = await this.#begin(trainingRunId, fromStep);
    if (run === null) return this.#live.drop(trainingRunId);
    try {
      const live = await this.#live.take(run, fromStep);
      const { isWanted, heldBack } = await this.#train(run, live);
      if (isWanted) return await this.#save(run, live, fromStep, heldBack);
      // Cancelled: nothing to do. Without permit: asked once more, it ends the run.
      await this.#begin(run.id, fromStep);
      await this.#live.drop(run.id);
    } catch (error) {
      // Its state may lie ahead of the newest checkpoint: the next try begins from that one.
      await this.#live.drop(run.id);
      if (!(error instanceof TrainingDivergedError) && isPassing(error) && !job.isLastAttempt) throw error;
      await this.#fail(run, toSentence(error));
      if (!(error instanceof TrainingDivergedError || error instanceof LabError)) throw error;
    }
  }

  /** @returns the run when this slice is the one to do now, else null */
  async #begin(id: string, fromStep: number): Promise<RunRow | null> {
    return this.#parts.database.unsafeAsSystem('training.slice', async (tx) => {
      await lockRun(tx, id);
      const run = await findRun(tx, id);
      if (run === null || (run.state !== 'queued' && run.state !== 'running')) return null;
      const checkpoint = await findNewestCheckpoint(tx, id);
      if ((checkpoint?.step ?? 0) !== fromStep) return null;
      if (!(await this.#isPermitted(tx, run))) {
        await this.#end(tx, run, 'cancelled', null, {});
        return null;
      }
      if (run.state === 'queued') {
        await moveRun(tx, id, 'queued', 'running', { startedAt: this.#parts.now() });
        await audit(tx, { actorId: null, type: transition(trainingRunTransitions, 'queued', 'running').event, object: refOf(run) });
      }
      return { ...run, state: 'running' };
    });
  }

  /**
   * Trains for a slice, writing losses as they come. Those of a private run are held back until its state is saved: shown before, and then
   * lost with the slice, they would tell of noisy steps that nobody counts.
   * @returns isWanted false when the run was cancelled or lost its permit meanwhile
   */
  async #train(run: RunRow, { training }: LiveTraining): Promise<{ isWanted: boolean; heldBack: Point[] }> {
    const isPrivate = training.config.privacy !== null;
    let fresh: Point[] = [];
    let isWanted = true;
    const look = async (): Promise<void> => {
      const points = isPrivate ? [] : fresh;
      if (!isPrivate) fresh = [];
      await this.#parts.database.unsafeAsSystem('training.slice', async (tx) => {
        await putPoints(tx, run, points);
        const now = await findRun(tx, run.id);
        isWanted = now?.state === 'running' && (await this.#isPermitted(tx, now));
      });
    };
    let looking = Promise.resolve();
    // A look that fails (the database away for a moment) is made up for by the next one; saving the slice meets the fault itself.
    const timer = setInterval(() => {
      looking = looking.then(look).catch(() => undefined);
    }, watchEveryMs);
    try {
      await training.run({
        seconds: this.#sliceSeconds,
        shouldStop: () => !isWanted,
        onProgress: (point) => {
          fresh.push(toPoint(point, this.#parts.now()));
        },
      });
    } finally {
      clearInterval(timer);
      await looking;
    }
    await look();
    return { isWanted, heldBack: fresh };
  }

  /** One transaction: checkpoint, sheet, and the next slice or the end. Two workers with the same slice come here one after the other; the second finds it done. */
  async #save(run: RunRow, { training, vault }: LiveTraining, fromStep: number, heldBack: readonly Point[]): Promise<void> {
    const { step } = training;
    const isDone = step >= run.steps;
    const checkpoint = await vault.write(training.checkpoint());
    const sheet = await vault.write(await drawTrainingSheet(training));
    const generator = isDone ? await vault.write(training.generatorFile()) : null;
    const unused = await this.#parts.database.unsafeAsSystem('training.slice', async (tx) => {
      const state = await lockRun(tx, run.id);
      const newest = await findNewestCheckpoint(tx, run.id);
      if (state !== 'running' || (newest?.step ?? 0) !== fromStep) return null;
      const current = await getRun(tx, run.id);
      await putPoints(tx, run, heldBack);
      const dropped = await addCheckpoint(tx, run, { step, ...checkpoint });
      await setStep(tx, run.id, { step, sampleSheetSha256: sheet.sha256, provider: training.provider });
      if (generator === null) await addToOutbox(tx, 'training.slice', { trainingRunId: run.id, fromStep: step });
      else await this.#complete(tx, run, { step, sha256: generator.sha256 }, training.provider);
      return [
        ...dropped,
        ...(current.sampleSheetSha256 === null || current.sampleSheetSha256 === sheet.sha256 ? [] : [current.sampleSheetSha256]),
      ];
    });
    // After the commit, since a row must never point to an object that is gone. A slice that came second leaves its objects: they may be the first's.
    for (const sha256 of unused ?? []) await vault.delete(sha256);
    if (unused === null || isDone) await this.#live.drop(run.id);
    else this.#live.keep(run.id, step);
  }

  async #complete(tx: Transaction, run: RunRow, generator: { step: number; sha256: string }, provider: ComputeProvider): Promise<void> {
    const id = await insertGenerator(tx, run, generator);
    await this.#end(tx, run, 'completed', null, { generatorId: id, sha256: generator.sha256, provider });
    await relate(tx, run.applicationId, [
      { from: { kind: 'generator', id }, relation: 'wasGeneratedBy', to: refOf(run) },
      { from: { kind: 'generator', id }, relation: 'wasDerivedFrom', to: { kind: 'dataset-version', id: run.datasetVersionId } },
    ]);
    await notify(tx, { people: [run.requestedById], kind: 'training.completed', object: refOf(run), title: run.title });
  }

  async #fail(run: RunRow, failure: string): Promise<void> {
    await this.#parts.database.unsafeAsSystem('training.slice', async (tx) => {
      const state = await lockRun(tx, run.id);
      if (state !== 'queued' && state !== 'running') return;
      await this.#end(tx, { ...run, state }, 'failed', failure, { failure });
      await notify(tx, { people: [run.requestedById], kind: 'training.failed', object: refOf(run), title: run.title });
    });
  }

  /** For the worker, when a slice is given up after its last attempt. */
  async giveUpSlice({ trainingRunId }: JobPayload<'training.slice'>): Promise<void> {
    const run = await this.#parts.database.unsafeAsSystem('training.slice', (tx) => findRun(tx, trainingRunId));
    if (run !== null) await this.#fail(run, toSentence(null));
  }

  async #end(
    tx: Transaction,
    run: RunRow,
    to: 'completed' | 'cancelled' | 'failed',
    failure: string | null,
    detail: Record<string, unknown>,
    actorId: string | null = null,
  ): Promise<void> {
    const { event } = transition(trainingRunTransitions, run.state, to);
    if (!(await moveRun(tx, run.id, run.state, to, { failure, finishedAt: this.#parts.now() }))) throw new LabError('conflict');
    await audit(tx, { actorId, type: event, object: refOf(run), detail });
    await settlePrivacy(tx, { ...run, datasetId: run.datasetVersion.datasetId }, ganConfig.parse(run.config), actorId, this.#parts.now());
  }

  #isPermitted(tx: Transaction, run: RunRow): Promise<boolean> {
    return isPermitted(
      tx,
      { applicationId: run.applicationId, personId: run.requestedById, datasetId: run.datasetVersion.datasetId },
      this.#parts.now(),
    );
  }

  async cancel(actor: Actor, id: string): Promise<RunDto> {
    const now = this.#parts.now();
    return this.#parts.database.as(actor, async (tx) => {
      const run = await getRun(tx, id);
      const project = await getProject(tx, run.applicationId);
      checkDecision('training:cancel', actor, { ...project, trainingRun: run }, now);
      await this.#end(tx, run, 'cancelled', null, {}, actor.personId);
      return getRunDto(tx, actor, id, now);
    });
  }

  async list(actor: Actor, query: RouteInput<'trainingRuns.list'>['query']): Promise<RouteOutput<'trainingRuns.list'>> {
    return this.#parts.database.as(actor, (tx) => listRuns(tx, actor, query, this.#parts.now()));
  }

  async get(actor: Actor, id: string): Promise<RunDto> {
    return this.#parts.database.as(actor, (tx) => getRunDto(tx, actor, id, this.#parts.now()));
  }

  async points(actor: Actor, id: string): Promise<PointDto[]> {
    return this.#parts.database.as(actor, async (tx) => listPoints(tx, (await getRun(tx, id)).id, -1, pointsShown));
  }

  /**
   * What happens to a run, as it happens, until it ends or `signal` says that nobody listens: the database is asked once a second, each time
   * as this person. Points after `fromStep`; without it the newest ones, which overlap with what the page has loaded.
   */
  async *watch(
    actor: Actor,
    id: string,
    { fromStep = 0, signal }: { fromStep?: number; signal?: AbortSignal } = {},
  ): AsyncGenerator<{ run: RunDto; points: PointDto[] }, void> {
    let seen = '';
    let lastStep = fromStep > 0 ? fromStep : null;
    while (signal?.aborted !== true) {
      const event = await this.#parts.database.as(actor, async (tx) => ({
        run: await getRunDto(tx, actor, id, this.#parts.now()),
        points: await listPoints(tx, id, lastStep ?? -1, lastStep === null ? pointsRepeated : pointsShown),
      }));
      const shown = JSON.stringify(event);
      if (shown !== seen) yield event;
      seen = shown;
      lastStep = event.points.at(-1)?.step ?? lastStep ?? -1;
      if (trainingRunTransitions[event.run.state].length === 0) return;
      await sleep(watchEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** PNG of what the generator draws now; staff only, since it has not been through the gate. @throws LabError not_found while there is none */
  async sampleSheet(actor: Actor, id: string): Promise<Uint8Array> {
    checkDecision('sheet:view', actor, {}, this.#parts.now());
    const run = await this.#parts.database.as(actor, (tx) => getRun(tx, id));
    if (run.sampleSheetSha256 === null) throw new LabError('not_found');
    return openVault(this.#parts, run.datasetVersion.dataKey).read(run.sampleSheetSha256);
  }
}

function refOf(run: { id: string }): ObjectRef {
  return { kind: 'training-run', id: run.id };
}

function toPoint({ step, losses, imagesPerSecond }: TrainingPoint, at: Date): Point {
  return { step, at, metrics: { ...losses, imagesPerSecond } };
}

/** @returns how many people the training split holds. @throws LabError dataset_too_small */
function checkEnoughPeople(counts: unknown): number {
  const people = (counts as { bySplit?: Record<string, { subjects: number }> } | null)?.bySplit?.['T']?.subjects ?? 0;
  if (people < fewestPeople)
    throw new LabError('dataset_too_small', {
      text: `The training split holds ${people} people; at least ${fewestPeople} are needed. Take in more people.`,
    });
  return people;
}

/** What the person who asked reads. An unforeseen fault says nothing of itself here. */
function toSentence(error: unknown): string {
  if (error instanceof TrainingDivergedError) return new LabError('training_diverged').message;
  if (error instanceof CheckpointError) return new LabError('checkpoint_damaged').message;
  if (error instanceof LabError) return error.message;
  return 'Training failed several times for a reason that lies in the lab. The last checkpoint is kept. Tell the lab.';
}
