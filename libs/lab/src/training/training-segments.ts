import {
  LabError,
  trainingRunTransitions,
  trainingSettings,
  type ComputeProvider,
  type JobPayload,
  type Message,
} from '@scapis/contracts';
import { transition } from '@scapis/domain';
import {
  storedGanConfig,
  stepsPerPoint,
  TrainingDivergedError,
  type MemorisationAlert,
  type TrainingPoint,
} from '@scapis/gan';
import { addToOutbox, type Transaction } from '@scapis/platform';
import type { LabContext } from '../context.ts';
import { createComputeJob, type ComputeJob, type ComputeJobSteps } from '../jobs/compute-job.ts';
import type { JobAttempt } from '../jobs/job-attempt.ts';
import { JobStoppedError, type Pace } from '../jobs/run-job.ts';
import { isPermitted } from '../access/permitted.ts';
import { addProvenance, appendAudit, notify, type ObjectRef } from '../audit/trail.ts';
import { followRuns } from './ensembles.repository.ts';
import { whyTrainingFailed } from './failure.ts';
import { settlePrivacy } from '../privacy-budget/privacy-budget.ts';
import { LiveTrainings, type LiveTraining } from './live-training.ts';
import { drawTrainingSheet } from './training-sheet.ts';
import {
  addCheckpoint,
  addSheet,
  dropCheckpoint,
  dropGeneratorsAfter,
  findNewestCheckpoint,
  findRun,
  findUnreferenced,
  getRun,
  insertGenerator,
  lockRun,
  moveRun,
  putPoints,
  setSliceResult,
  type Point,
  type RunRow,
} from './training.repository.ts';
import type { EvaluationMetrics } from './run-monitor.ts';

/** What a kill loses at most, and how long a cancelled run goes on at most. */
const sliceSeconds = 20;
/** Of one run; each is some hundred kilobytes. */
const mostSheets = 24;

/**
 * What the worker does of a training run: short slices, each of which asks again whether it may,
 * and saves all it has in one transaction.
 */
export class TrainingSegments {
  /**
   * Some seconds of training from the checkpoint at `fromStep`, then the next slice. A slice whose
   * checkpoint is not the newest one was done already and returns; so does one whose run is
   * cancelled, done or no longer allowed. Killed at any point it is done again from the same
   * checkpoint, on the CPU to the same bytes; a private run with new noise, and nothing of the lost
   * slice was seen by anyone.
   */
  readonly job: ComputeJob<'training.slice'>;
  readonly #context: LabContext;
  readonly #live: LiveTrainings;
  readonly #sliceSeconds: number;
  readonly #sliceSteps: number;

  constructor(context: LabContext) {
    this.#context = context;
    this.#live = new LiveTrainings(context);
    this.job = createComputeJob(context.database, 'training.slice', (payload) =>
      this.#steps(payload),
    );
    this.#sliceSeconds = context.sliceSeconds ?? sliceSeconds;
    this.#sliceSteps = context.sliceSteps ?? Infinity;
  }

  #steps({
    trainingRunId,
    fromStep,
  }: JobPayload<'training.slice'>): ComputeJobSteps<RunRow, Trained, readonly Point[]> {
    // A training that was not saved may lie ahead of the newest checkpoint: the next try begins
    // from that one.
    let isGoingOn = false;
    return {
      objectId: trainingRunId,
      begin: (tx) => this.#begin(tx, trainingRunId, fromStep),
      heartbeat: (tx, points) => this.#reportPoints(tx, trainingRunId, points ?? []),
      work: async (run, pace) => this.#train(run, await this.#live.take(run, fromStep), pace),
      complete: async (run, trained, attempt) => {
        isGoingOn = await this.#save(run, fromStep, trained, attempt);
      },
      fail: async (run, error, attempt) => {
        // Cancelled: nothing to do. Without permit: asked once more, it ends the run.
        if (error instanceof JobStoppedError)
          await attempt.transact((tx) => this.#begin(tx, run.id, fromStep));
        else if (!(
          isCheckpointDamaged(error) &&
          (await attempt.transact((tx) => this.#fallBack(tx, run, fromStep)))
        ))
          await attempt.transact((tx) => this.#fail(tx, run, whyTrainingFailed(error, fromStep)));
      },
      isFinal: (error) => error instanceof TrainingDivergedError,
      end: async () => {
        if (!isGoingOn) await this.#live.drop(trainingRunId);
      },
    };
  }

  /**
   * A checkpoint that can't be read costs its slice, not the run: the one before it takes its
   * place. Not in a private run: the slice's points and sheet were seen, and done again with new
   * noise it would cost twice what is counted.
   * @returns false when there is none to go back to
   */
  async #fallBack(tx: Transaction, run: RunRow, fromStep: number): Promise<boolean> {
    const state = await lockRun(tx, run.id);
    const newest = await findNewestCheckpoint(tx, run.id);
    // The run has ended: nothing is to be done here.
    if (state !== 'running' || (newest?.step ?? 0) !== fromStep) return true;
    if (newest === null || storedGanConfig.parse(run.config).privacy !== null) return false;
    const previous = await dropCheckpoint(tx, run.id, fromStep);
    if (previous === null) return false;
    await appendAudit(tx, {
      actorId: null,
      type: 'training.fell-back',
      object: refOf(run),
      detail: { from: fromStep, to: previous.step },
    });
    await addToOutbox(tx, 'training.slice', { trainingRunId: run.id, fromStep: previous.step });
    return true;
  }

  /** @returns the run when this slice is the one to do now, else null */
  async #begin(tx: Transaction, id: string, fromStep: number): Promise<RunRow | null> {
    await lockRun(tx, id);
    const run = await findRun(tx, id);
    if (run === null || (run.state !== 'queued' && run.state !== 'running')) return null;
    const checkpoint = await findNewestCheckpoint(tx, id);
    if ((checkpoint?.step ?? 0) !== fromStep) return null;
    if (!(await this.#isPermitted(tx, run))) {
      await endRun(tx, run, 'cancelled', null, {}, this.#context.now());
      return null;
    }
    if (run.state === 'queued') {
      await moveRun(tx, id, 'queued', 'running', { startedAt: this.#context.now() });
      await appendAudit(tx, {
        actorId: null,
        type: transition(trainingRunTransitions, 'queued', 'running').event,
        object: refOf(run),
      });
    }
    return { ...run, state: 'running' };
  }

  /** @returns false when the run was cancelled or has lost its permit */
  async #reportPoints(tx: Transaction, id: string, points: readonly Point[]): Promise<boolean> {
    const run = await findRun(tx, id);
    if (run?.state !== 'running') return false;
    await putPoints(tx, run, points);
    return this.#isPermitted(tx, run);
  }

  /** Trains for a slice, looking for memorisation between steps. */
  async #train(run: RunRow, live: LiveTraining, pace: Pace<readonly Point[]>): Promise<Trained> {
    const { training, monitor } = live;
    const candidateSteps = run.ensembleId === null ? [] : candidateStepsOf(run.steps);
    const candidates: Trained['candidates'] = [];
    const points: Point[] = [];
    // Private runs publish points only with their checkpoint: a point shown from a slice that is
    // later lost would tell of steps that the accountant does not count.
    const isPublic = storedGanConfig.parse(run.config).privacy === null;
    const add = (point: Point): void => {
      points.push(point);
      if (isPublic) pace.onProgress([...points]);
    };
    const ends = performance.now() + 1_000 * this.#sliceSeconds;
    const lastStep = training.step + this.#sliceSteps;
    do {
      const held: TrainingPoint[] = [];
      const before = training.step;
      await training.run({
        steps: Math.min(
          lastStep - training.step,
          monitor?.stepsToNext(training.step) ?? Infinity,
          ...candidateSteps.map((step) => (step > training.step ? step - training.step : Infinity)),
        ),
        seconds: (ends - performance.now()) / 1_000,
        shouldStop: pace.shouldStop,
        onProgress: (point) => {
          // The point of a step that is looked at waits for what the look finds.
          if (monitor?.isDue(point.step) === true) held.push(point);
          else add(toPoint(point, this.#context.now()));
        },
      });
      this.#context.meter?.count(
        'scapis_training_images_total',
        {},
        (training.step - before) * training.config.batch,
      );
      if (candidateSteps.includes(training.step))
        candidates.push({ step: training.step, file: training.generatorFile() });
      for (const point of held)
        add(toPoint(point, this.#context.now(), await monitor?.evaluate(training)));
    } while (
      !pace.shouldStop() &&
      training.step < Math.min(run.steps, lastStep) &&
      performance.now() < ends &&
      !isToStop(run, monitor?.alert ?? null)
    );
    return { live, candidates, points };
  }

  /**
   * One transaction: points, checkpoint, sheet, and the next slice or the end.
   * @returns whether another slice follows
   */
  async #save(
    run: RunRow,
    fromStep: number,
    { live: { training, monitor, vault }, candidates, points }: Trained,
    attempt: JobAttempt,
  ): Promise<boolean> {
    const { step } = training;
    const alert = monitor?.alert ?? null;
    const isEarly = step < run.steps && isToStop(run, alert);
    const isDone = step >= run.steps || isEarly;
    const checkpoint = await vault.write(training.checkpoint());
    const sheet = await vault.write(await drawTrainingSheet(training));
    const cleanNow = monitor?.takeClean() ?? null;
    const clean =
      cleanNow === null
        ? null
        : { step: cleanNow.step, sha256: (await vault.write(cleanNow.file)).sha256 };
    const setAside: { step: number; sha256: string }[] = [];
    for (const each of candidates)
      setAside.push({ step: each.step, sha256: (await vault.write(each.file)).sha256 });
    const generator =
      isDone && !isEarly
        ? { step, sha256: (await vault.write(training.generatorFile())).sha256 }
        : null;
    const unused = await attempt.transact(async (tx) => {
      const state = await lockRun(tx, run.id);
      const newest = await findNewestCheckpoint(tx, run.id);
      if (state !== 'running' || (newest?.step ?? 0) !== fromStep) return null;
      const current = await getRun(tx, run.id);
      await putPoints(tx, run, points);
      for (const each of setAside) await insertGenerator(tx, run, each);
      const dropped = await addCheckpoint(tx, run, { step, ...checkpoint });
      const droppedSheets = await addSheet(tx, run, { step, sha256: sheet.sha256 }, mostSheets);
      await setSliceResult(tx, run.id, {
        step,
        sampleSheetSha256: sheet.sha256,
        provider: training.provider,
        alert,
        clean,
      });
      if (alert !== null && current.alert === null) await this.#raise(tx, run, alert);
      const kept = clean ?? toClean(current);
      const memorised =
        isEarly && kept !== null ? await dropGeneratorsAfter(tx, run.id, kept.step) : [];
      if (!isDone)
        await addToOutbox(tx, 'training.slice', { trainingRunId: run.id, fromStep: step });
      else if (generator !== null) await this.#complete(tx, run, generator, training.provider);
      else if (kept !== null) await this.#complete(tx, run, kept, training.provider);
      else
        await endRun(
          tx,
          run,
          'failed',
          { code: 'training_memorised', params: {} },
          { ...alert },
          this.#context.now(),
        );
      return findUnreferenced(tx, [
        ...dropped,
        ...droppedSheets,
        ...memorised,
        current.sampleSheetSha256,
        current.calmSha256,
      ]);
    });
    // After the commit, since a row must never point to an object that is gone.
    for (const sha256 of unused ?? []) await vault.delete(sha256);
    if (unused === null || isDone) return false;
    this.#live.keep(run.id, step);
    return true;
  }

  async #raise(tx: Transaction, run: RunRow, alert: MemorisationAlert): Promise<void> {
    await appendAudit(tx, {
      actorId: null,
      type: 'training.memorised',
      object: refOf(run),
      detail: { ...alert },
    });
    await notify(tx, {
      people: [run.requestedById],
      kind: 'training.memorised',
      object: refOf(run),
      title: run.title,
    });
  }

  async #complete(
    tx: Transaction,
    run: RunRow,
    generator: { step: number; sha256: string },
    provider: ComputeProvider,
  ): Promise<void> {
    const id = await insertGenerator(tx, run, generator);
    await endRun(
      tx,
      run,
      'completed',
      null,
      { generatorId: id, ...generator, provider },
      this.#context.now(),
    );
    await addProvenance(tx, run.applicationId, [
      { from: { kind: 'generator', id }, relation: 'wasGeneratedBy', to: refOf(run) },
      {
        from: { kind: 'generator', id },
        relation: 'wasDerivedFrom',
        to: { kind: 'dataset-version', id: run.datasetVersionId },
      },
    ]);
    await notify(tx, {
      people: [run.requestedById],
      kind: 'training.completed',
      object: refOf(run),
      title: run.title,
    });
  }

  async #fail(tx: Transaction, run: RunRow, failure: Message): Promise<void> {
    const state = await lockRun(tx, run.id);
    if (state !== 'queued' && state !== 'running') return;
    await endRun(tx, { ...run, state }, 'failed', failure, { failure }, this.#context.now());
    await notify(tx, {
      people: [run.requestedById],
      kind: 'training.failed',
      object: refOf(run),
      title: run.title,
    });
  }

  #isPermitted(tx: Transaction, run: RunRow): Promise<boolean> {
    return isPermitted(
      tx,
      {
        applicationId: run.applicationId,
        personId: run.requestedById,
        datasetId: run.datasetVersion.datasetId,
      },
      this.#context.now(),
    );
  }
}

/**
 * Ends a run: its state, the audit row, and what it took of the privacy budget.
 * @throws LabError conflict when the run is in another state by now
 */
export async function endRun(
  tx: Transaction,
  run: RunRow,
  to: 'completed' | 'cancelled' | 'failed',
  failure: Message | null,
  detail: Record<string, unknown>,
  now: Date,
  actorId: string | null = null,
): Promise<void> {
  const { event } = transition(trainingRunTransitions, run.state, to);
  if (!(await moveRun(tx, run.id, run.state, to, { failure, finishedAt: now })))
    throw new LabError('conflict');
  await appendAudit(tx, { actorId, type: event, object: refOf(run), detail });
  await settlePrivacy(
    tx,
    { ...run, datasetId: run.datasetVersion.datasetId },
    storedGanConfig.parse(run.config),
    actorId,
    now,
  );
  if (run.ensembleId !== null) await followRuns(tx, run.ensembleId, now, actorId);
}

/** What a slice leaves to be saved. */
interface Trained {
  live: LiveTraining;
  /** Generators set aside for the ensemble's choice. */
  candidates: { step: number; file: Uint8Array }[];
  /** All of the slice; what heartbeats wrote of them is not written again. */
  points: readonly Point[];
}

/**
 * At 60 and 80 % of an ensemble's run a generator is set aside beside the last: earlier ones err
 * otherwise. Where points are reported anyway.
 */
function candidateStepsOf(steps: number): number[] {
  return [0.6, 0.8]
    .map((part) => stepsPerPoint * Math.round((part * steps) / stepsPerPoint))
    .filter((step) => step > 0 && step < steps);
}

function isCheckpointDamaged(error: unknown): boolean {
  return error instanceof LabError && error.code === 'checkpoint_damaged';
}

/** A training run, for audit and provenance. */
export function refOf(run: { id: string }): ObjectRef {
  return { kind: 'training-run', id: run.id };
}

function toPoint(
  { step, losses, imagesPerSecond }: TrainingPoint,
  at: Date,
  found?: EvaluationMetrics,
): Point {
  return { step, at, metrics: { ...losses, imagesPerSecond, ...found } };
}

function isToStop(run: RunRow, alert: MemorisationAlert | null): boolean {
  return alert !== null && trainingSettings.parse(run.settings).stopOnMemorisation;
}

function toClean({ calmStep, calmSha256 }: RunRow): { step: number; sha256: string } | null {
  return calmStep === null || calmSha256 === null ? null : { step: calmStep, sha256: calmSha256 };
}
