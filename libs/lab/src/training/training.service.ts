import { setTimeout as sleep } from 'node:timers/promises';
import {
  LabError,
  privacyBudget,
  trainingRunTransitions,
  trainingSettings,
  type ComputeProvider,
  type JobPayload,
  type RouteInput,
  type RouteOutput,
  type Message,
} from '@scapis/contracts';
import { transition, type Actor } from '@scapis/domain';
import {
  fromSettings,
  storedGanConfig,
  stepsPerPoint,
  TrainingDivergedError,
  type GanConfig,
  type MemorisationAlert,
  type TrainingPoint,
} from '@scapis/gan';
import { addToOutbox, type Transaction } from '@scapis/platform';
import type { LabContext } from '../context.ts';
import { getVersionRow } from '../datasets/datasets.repository.ts';
import {
  failExhausted,
  JobStoppedError,
  runJob,
  type JobRun,
  type JobSteps,
} from '../jobs/run-job.ts';
import { isPermitted } from '../access/permitted.ts';
import { checkDecision, getProject } from '../access/project.ts';
import { addProvenance, appendAudit, notify, type ObjectRef } from '../audit/trail.ts';
import { openVault } from '../storage/vault.ts';
import {
  checkEnoughPeople,
  checkStartable,
  estimateRun,
  peopleBySplit,
  usualMemoryBytes,
} from './estimate.ts';
import { followRuns } from './ensembles.repository.ts';
import { whyTrainingFailed } from './failure.ts';
import {
  checkPrivacyBudget,
  computePrivacyCost,
  reservePrivacy,
  settlePrivacy,
  withPrv,
} from '../privacy-budget/privacy-budget.ts';
import { LiveTrainings, type LiveTraining } from './live-training.ts';
import { drawTrainingSheet } from './training-sheet.ts';
import {
  addCheckpoint,
  addSheet,
  countTrainingCells,
  dropCheckpoint,
  dropGeneratorsAfter,
  findNewestCheckpoint,
  findNewestSpeed,
  findRun,
  findUnreferenced,
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
  setSliceResult,
  type Point,
  type PointDto,
  type RunRow,
} from './training.repository.ts';
import type { EvaluationMetrics } from './run-monitor.ts';

type RunDto = RouteOutput<'trainingRuns.get'>;

/** What a kill loses at most, and how long a cancelled run goes on at most. */
const sliceSeconds = 20;
const watchEveryMs = 1_000;
/** Of one run; each is some hundred kilobytes. */
const mostSheets = 24;
const pointsShown = 5_000;
/**
 * The stream's first message repeats so many points, so that none is missed between loading the
 * page and opening the stream.
 */
const pointsRepeated = 50;

/**
 * GAN training inside the lab: asked for under a permit, done in short slices, each of which asks
 * again whether it may.
 */
export class TrainingService {
  readonly #context: LabContext;
  readonly #live: LiveTrainings;
  readonly #sliceSeconds: number;

  constructor(context: LabContext, options: { sliceSeconds?: number | undefined } = {}) {
    this.#context = context;
    this.#live = new LiveTrainings(context);
    this.#sliceSeconds = options.sliceSeconds ?? sliceSeconds;
  }

  /**
   * What a run would cost, without asking for it. @throws LabError forbidden with the decision,
   * not_found
   */
  async estimate(
    actor: Actor,
    input: RouteInput<'trainingRuns.estimate'>['body'],
  ): Promise<RouteOutput<'trainingRuns.estimate'>> {
    const version = await this.#context.database.as(actor, async (tx) => {
      const project = await getProject(tx, await getApplicationOfPermit(tx, input.permitId));
      const found = await getVersionRow(tx, input.datasetVersionId);
      checkDecision(
        'training:create',
        actor,
        { ...project, datasetId: found.datasetId, datasetVersion: found },
        this.#context.now(),
      );
      return found;
    });
    return this.#estimate(fromSettings(input), version, input.privacy != null);
  }

  /**
   * Speed and label counts are read past row-level security: the one is the machine's, the others
   * come out only from ten people up.
   */
  async #estimate(
    config: GanConfig,
    version: { id: string; counts: unknown },
    isPrivate: boolean,
  ): Promise<RouteOutput<'trainingRuns.estimate'>> {
    const [speed, cells] = await this.#context.database.unsafeAsSystem(
      'training.estimate',
      async (tx) => [await findNewestSpeed(tx), await countTrainingCells(tx, version.id)],
    );
    const memoryLimitBytes = this.#context.trainingMemoryBytes ?? usualMemoryBytes;
    return estimateRun(config, {
      people: peopleBySplit(version.counts),
      cells,
      speed,
      memoryLimitBytes,
      isPrivate,
    });
  }

  /**
   * What a private run would cost; nothing is asked for. @throws LabError not_found,
   * training_split_too_small, batch_exceeds_people, noisy_steps_too_many, epsilon_unreachable
   */
  async privacyCost(
    actor: Actor,
    { datasetVersionId, ...input }: RouteInput<'trainingRuns.privacyCost'>['body'],
  ): Promise<RouteOutput<'trainingRuns.privacyCost'>> {
    const cost = await this.#context.database.as(actor, async (tx) => {
      const { datasetId, counts, dataset } = await getVersionRow(tx, datasetVersionId);
      return computePrivacyCost(tx, {
        ...input,
        datasetId,
        patients: checkEnoughPeople(counts),
        budget: privacyBudget.parse(dataset.privacy),
      });
    });
    return withPrv(cost);
  }

  /**
   * @throws LabError forbidden with the decision, not_found, training_split_too_small, training_too_large,
   * checkpoint_unusable, privacy_required, privacy_budget_exceeded, and as privacyCost
   */
  async request(actor: Actor, input: RouteInput<'trainingRuns.create'>['body']): Promise<RunDto> {
    checkStartable(await this.estimate(actor, input));
    return this.#context.database.as(actor, async (tx) =>
      getRunDto(tx, actor, await this.requestIn(tx, actor, input), this.#context.now()),
    );
  }

  /**
   * The same within a transaction, for an ensemble too; its cost has been looked at. @returns the
   * run's id
   */
  async requestIn(
    tx: Transaction,
    actor: Actor,
    input: RouteInput<'trainingRuns.create'>['body'],
    { ensembleId = null }: { ensembleId?: string | null } = {},
  ): Promise<string> {
    const now = this.#context.now();
    const applicationId = await getApplicationOfPermit(tx, input.permitId);
    const project = await getProject(tx, applicationId);
    const version = await getVersionRow(tx, input.datasetVersionId);
    checkDecision(
      'training:create',
      actor,
      { ...project, datasetId: version.datasetId, datasetVersion: version },
      now,
    );
    const settings = trainingSettings.parse(input);
    const { steps, batch } = settings;
    const { privacy = null } = input;
    const from = input.continueFrom === null ? null : await getRun(tx, input.continueFrom);
    if (from !== null)
      checkContinuable(from, {
        applicationId,
        datasetVersionId: version.id,
        width: settings.width,
        isPrivate: privacy !== null,
      });
    const budget = privacyBudget.parse(version.dataset.privacy);
    if (budget.isRequired && privacy === null) throw new LabError('privacy_required');
    const patients = checkEnoughPeople(version.counts);
    const cost =
      privacy === null
        ? null
        : await checkPrivacyBudget(tx, {
            datasetId: version.datasetId,
            patients,
            steps,
            batch,
            privacy,
            budget,
          });
    const id = await insertRun(tx, {
      applicationId,
      permitId: input.permitId,
      datasetVersionId: version.id,
      requestedById: actor.personId,
      title: input.title,
      config: fromSettings(settings, cost),
      settings,
      continuedFromId: from?.id ?? null,
      ensembleId,
      seed: settings.seed,
      steps,
      createdAt: now,
    });
    await appendAudit(tx, {
      actorId: actor.personId,
      type: 'training.requested',
      object: { kind: 'training-run', id },
      detail: {
        permitId: input.permitId,
        datasetVersionId: version.id,
        continuedFrom: from?.id ?? null,
        ensembleId,
        ...settings,
      },
    });
    if (cost !== null)
      await reservePrivacy(
        tx,
        { id, applicationId, datasetId: version.datasetId },
        cost,
        actor.personId,
        now,
      );
    await addProvenance(tx, applicationId, [
      {
        from: { kind: 'training-run', id },
        relation: 'used',
        to: { kind: 'dataset-version', id: version.id },
      },
      {
        from: { kind: 'training-run', id },
        relation: 'wasInformedBy',
        to: { kind: 'permit', id: input.permitId },
      },
      ...(from === null
        ? []
        : [
            {
              from: { kind: 'training-run' as const, id },
              relation: 'wasDerivedFrom' as const,
              to: refOf(from),
            },
          ]),
      {
        from: { kind: 'training-run', id },
        relation: 'wasAssociatedWith',
        to: { kind: 'person', id: actor.personId },
      },
    ]);
    await addToOutbox(tx, 'training.slice', { trainingRunId: id, fromStep: 0 });
    return id;
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
        await this.#end(tx, run, 'cancelled', null, {});
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
    do {
      const held: TrainingPoint[] = [];
      await training.run({
        steps: Math.min(
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
      training.step < run.steps &&
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
        await this.#end(
          tx,
          run,
          'failed',
          { code: 'training_memorised', params: {} },
          {
            ...alert,
          },
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
    await this.#end(tx, run, 'completed', null, { generatorId: id, ...generator, provider });
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
      await this.#end(tx, { ...run, state }, 'failed', failure, { failure });
      await notify(tx, {
        people: [run.requestedById],
        kind: 'training.failed',
        object: refOf(run),
        title: run.title,
      });
    });
  }

  async #end(
    tx: Transaction,
    run: RunRow,
    to: 'completed' | 'cancelled' | 'failed',
    failure: Message | null,
    detail: Record<string, unknown>,
    actorId: string | null = null,
  ): Promise<void> {
    const { event } = transition(trainingRunTransitions, run.state, to);
    if (!(await moveRun(tx, run.id, run.state, to, { failure, finishedAt: this.#context.now() })))
      throw new LabError('conflict');
    await appendAudit(tx, { actorId, type: event, object: refOf(run), detail });
    await settlePrivacy(
      tx,
      { ...run, datasetId: run.datasetVersion.datasetId },
      storedGanConfig.parse(run.config),
      actorId,
      this.#context.now(),
    );
    if (run.ensembleId !== null) await followRuns(tx, run.ensembleId, this.#context.now(), actorId);
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

  async cancel(actor: Actor, id: string): Promise<RunDto> {
    return this.#context.database.as(actor, async (tx) => {
      await this.cancelIn(tx, actor, id);
      return getRunDto(tx, actor, id, this.#context.now());
    });
  }

  /** The same within a transaction. */
  async cancelIn(tx: Transaction, actor: Actor, id: string): Promise<void> {
    const run = await getRun(tx, id);
    const project = await getProject(tx, run.applicationId);
    checkDecision('training:cancel', actor, { ...project, trainingRun: run }, this.#context.now());
    await this.#end(tx, run, 'cancelled', null, {}, actor.personId);
  }

  async list(
    actor: Actor,
    query: RouteInput<'trainingRuns.list'>['query'],
  ): Promise<RouteOutput<'trainingRuns.list'>> {
    return this.#context.database.as(actor, (tx) =>
      listRuns(tx, actor, query, this.#context.now()),
    );
  }

  async get(actor: Actor, id: string): Promise<RunDto> {
    return this.#context.database.as(actor, (tx) => getRunDto(tx, actor, id, this.#context.now()));
  }

  async points(actor: Actor, id: string): Promise<PointDto[]> {
    return this.#context.database.as(actor, async (tx) =>
      listPoints(tx, (await getRun(tx, id)).id, -1, pointsShown),
    );
  }

  /**
   * What happens to a run, as it happens, until it ends or `signal` says that nobody listens: the
   * database is asked once a second, each time as this person. Points after `fromStep`; without it
   * the newest ones, which overlap with what the page has loaded.
   */
  async *watch(
    actor: Actor,
    id: string,
    { fromStep = 0, signal }: { fromStep?: number; signal?: AbortSignal } = {},
  ): AsyncGenerator<{ run: RunDto; points: PointDto[] }, void> {
    let seen = '';
    let lastStep = fromStep > 0 ? fromStep : null;
    while (signal?.aborted !== true) {
      const event = await this.#context.database.as(actor, async (tx) => ({
        run: await getRunDto(tx, actor, id, this.#context.now()),
        points: await listPoints(
          tx,
          id,
          lastStep ?? -1,
          lastStep === null ? pointsRepeated : pointsShown,
        ),
      }));
      const shown = JSON.stringify(event);
      if (shown !== seen) yield event;
      seen = shown;
      lastStep = event.points.at(-1)?.step ?? lastStep ?? -1;
      if (trainingRunTransitions[event.run.state].length === 0) return;
      await sleep(watchEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /**
   * PNG of what the generator drew at a step of `sheetSteps`, without one the newest; staff only,
   * since it has not been through the gate.
   * @throws LabError not_found where there is none
   */
  async sampleSheet(actor: Actor, id: string, step?: number): Promise<Uint8Array> {
    checkDecision('sheet:view', actor, {}, this.#context.now());
    const run = await this.#context.database.as(actor, (tx) => getRun(tx, id));
    const sha256 =
      step === undefined
        ? run.sampleSheetSha256
        : run.trainingSheets.find((sheet) => sheet.step === step)?.sha256;
    if (sha256 == null) throw new LabError('not_found');
    return openVault(this.#context, run.datasetVersion.dataKey).read(sha256);
  }
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

function refOf(run: { id: string }): ObjectRef {
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

function checkContinuable(
  from: RunRow,
  into: { applicationId: string; datasetVersionId: string; width: string; isPrivate: boolean },
): void {
  const hasEnded = trainingRunTransitions[from.state].length === 0;
  const isOfSame =
    from.applicationId === into.applicationId && from.datasetVersionId === into.datasetVersionId;
  // Epsilon counts a run's own steps: one that goes on would carry what another's took, or carry it
  // away.
  const isPrivate = into.isPrivate || storedGanConfig.parse(from.config).privacy !== null;
  const isOfWidth = trainingSettings.parse(from.settings).width === into.width;
  if (!hasEnded || !isOfSame || !isOfWidth || isPrivate || from.checkpointStep === null)
    throw new LabError('checkpoint_unusable');
}
