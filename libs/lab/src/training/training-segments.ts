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
import {
  failExhausted,
  JobStoppedError,
  runJob,
  type JobRun,
  type JobSteps,
} from '../jobs/run-job.ts';
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
  readonly #context: LabContext;
  readonly #live: LiveTrainings;
  readonly #sliceSeconds: number;
  readonly #sliceSteps: number;

  constructor(context: LabContext) {
    this.#context = context;
    this.#live = new LiveTrainings(context);
    this.#sliceSeconds = context.sliceSeconds ?? sliceSeconds;
    this.#sliceSteps = context.sliceSteps ?? Infinity;
  }

  /**
   * Job training.slice: some seconds of training from the checkpoint at `fromStep`, then the next
   * slice. A slice whose checkpoint is not the newest one was done already and returns; so does one
   * whose run is cancelled, done or no longer allowed. Killed at any point it is done again from
   * the same checkpoint, on the CPU to the same bytes; a private run with new noise, and nothing of
   * the lost slice was seen by anyone.
   */
  async slice(payload: JobPayload<'training.slice'>, job: JobRun): Promise<void> {
    const progress: SliceProgress = { fresh: [], isGoingOn: false };
    try {
      await runJob(this.#steps(payload, progress), job);
    } finally {
      // A training that was not saved may lie ahead of the newest checkpoint: the next try begins
      // from that one.
      if (!progress.isGoingOn) await this.#live.drop(payload.trainingRunId);
    }
  }

  /** For the worker, when the job has ended after its last attempt. */
  async onExhausted(payload: JobPayload<'training.slice'>): Promise<void> {
    await failExhausted(this.#steps(payload, { fresh: [], isGoingOn: false }));
  }

  #steps(
    { trainingRunId, fromStep }: JobPayload<'training.slice'>,
    progress: SliceProgress,
  ): JobSteps<RunRow, Trained> {
    return {
      load: () => this.#begin(trainingRunId, fromStep),
      heartbeat: (run) => this.#reportPoints(run, progress.fresh),
      work: async (run, shouldStop) => {
        const live = await this.#live.take(run, fromStep);
        return { live, candidates: await this.#train(run, live, progress.fresh, shouldStop) };
      },
      complete: async (run, trained) => {
        progress.isGoingOn = await this.#save(run, fromStep, trained, progress.fresh);
      },
      fail: async (run, error) => {
        // Cancelled: nothing to do. Without permit: asked once more, it ends the run.
        if (error instanceof JobStoppedError) await this.#begin(run.id, fromStep);
        else if (!(isCheckpointDamaged(error) && (await this.#fallBack(run, fromStep))))
          await this.#fail(run, whyTrainingFailed(error, fromStep));
      },
      isFinal: (error) => error instanceof TrainingDivergedError,
    };
  }

  /**
   * A checkpoint that can't be read costs its slice, not the run: the one before it takes its
   * place. Not in a private run: the slice's points and sheet were seen, and done again with new
   * noise it would cost twice what is counted.
   * @returns false when there is none to go back to
   */
  async #fallBack(run: RunRow, fromStep: number): Promise<boolean> {
    return this.#context.database.unsafeAsSystem('training.slice', async (tx) => {
      const state = await lockRun(tx, run.id);
      const newest = await findNewestCheckpoint(tx, run.id);
      // Someone else fell back meanwhile, or the run has ended: nothing is to be done here.
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
    });
  }

  /** @returns the run when this slice is the one to do now, else null */
  async #begin(id: string, fromStep: number): Promise<RunRow | null> {
    return this.#context.database.unsafeAsSystem('training.slice', async (tx) => {
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
    });
  }

  /**
   * Writes the points that have come. Private runs publish points only with their checkpoint: a
   * point shown from a slice that is later lost would tell of steps that the accountant does not
   * count.
   * @returns false when the run was cancelled or has lost its permit
   */
  async #reportPoints(run: RunRow, fresh: Point[]): Promise<boolean> {
    const points = storedGanConfig.parse(run.config).privacy === null ? [...fresh] : [];
    const isWanted = await this.#context.database.unsafeAsSystem('training.slice', async (tx) => {
      await putPoints(tx, run, points);
      const now = await findRun(tx, run.id);
      return now?.state === 'running' && (await this.#isPermitted(tx, now));
    });
    // Not before: after a fault they are written the next time, and the alert counts what they say.
    fresh.splice(0, points.length);
    return isWanted;
  }

  /**
   * Trains for a slice, looking for memorisation between steps.
   * @param fresh takes the points as they come
   * @returns generators set aside for the ensemble's choice
   */
  async #train(
    run: RunRow,
    { training, monitor }: LiveTraining,
    fresh: Point[],
    shouldStop: () => boolean,
  ): Promise<Trained['candidates']> {
    const candidateSteps = run.ensembleId === null ? [] : candidateStepsOf(run.steps);
    const candidates: Trained['candidates'] = [];
    const ends = performance.now() + 1_000 * this.#sliceSeconds;
    const lastStep = training.step + this.#sliceSteps;
    do {
      const held: TrainingPoint[] = [];
      await training.run({
        steps: Math.min(
          lastStep - training.step,
          monitor?.stepsToNext(training.step) ?? Infinity,
          ...candidateSteps.map((step) => (step > training.step ? step - training.step : Infinity)),
        ),
        seconds: (ends - performance.now()) / 1_000,
        shouldStop,
        onProgress: (point) => {
          // The point of a step that is looked at waits for what the look finds.
          if (monitor?.isDue(point.step) === true) held.push(point);
          else fresh.push(toPoint(point, this.#context.now()));
        },
      });
      if (candidateSteps.includes(training.step))
        candidates.push({ step: training.step, file: training.generatorFile() });
      for (const point of held)
        fresh.push(toPoint(point, this.#context.now(), await monitor?.evaluate(training)));
    } while (
      !shouldStop() &&
      training.step < Math.min(run.steps, lastStep) &&
      performance.now() < ends &&
      !isToStop(run, monitor?.alert ?? null)
    );
    return candidates;
  }

  /**
   * One transaction: checkpoint, sheet, and the next slice or the end. Two workers with the same
   * slice come here one after the other; the second finds it done.
   * @returns whether another slice follows
   */
  async #save(
    run: RunRow,
    fromStep: number,
    { live: { training, monitor, vault }, candidates }: Trained,
    heldBack: readonly Point[],
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
    const unused = await this.#context.database.unsafeAsSystem('training.slice', async (tx) => {
      const state = await lockRun(tx, run.id);
      const newest = await findNewestCheckpoint(tx, run.id);
      if (state !== 'running' || (newest?.step ?? 0) !== fromStep) return null;
      const current = await getRun(tx, run.id);
      await putPoints(tx, run, heldBack);
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
    // After the commit, since a row must never point to an object that is gone. A slice that came
    // second leaves its objects: they may be the first's.
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

  async #fail(run: RunRow, failure: Message): Promise<void> {
    await this.#context.database.unsafeAsSystem('training.slice', async (tx) => {
      const state = await lockRun(tx, run.id);
      if (state !== 'queued' && state !== 'running') return;
      await endRun(tx, { ...run, state }, 'failed', failure, { failure }, this.#context.now());
      await notify(tx, {
        people: [run.requestedById],
        kind: 'training.failed',
        object: refOf(run),
        title: run.title,
      });
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

/** How far a slice is. */
interface SliceProgress {
  /** Points that are not written yet. */
  fresh: Point[];
  /** It was saved, and another slice follows. */
  isGoingOn: boolean;
}

/** What a slice leaves to be saved. */
interface Trained {
  live: LiveTraining;
  /** Generators set aside for the ensemble's choice. */
  candidates: { step: number; file: Uint8Array }[];
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
