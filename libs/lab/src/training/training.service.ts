import { setTimeout as sleep } from 'node:timers/promises';
import {
  LabError,
  privacyBudget,
  trainingRunTransitions,
  trainingSettings,
  type RouteInput,
  type RouteOutput,
} from '@scapis/contracts';
import { type Actor } from '@scapis/domain';
import { fromSettings, storedGanConfig, type GanConfig } from '@scapis/gan';
import { addToOutbox, type Transaction } from '@scapis/platform';
import type { LabContext } from '../context.ts';
import { getVersionRow } from '../datasets/datasets.repository.ts';
import { checkDecision, getProject } from '../access/project.ts';
import { addProvenance, appendAudit } from '../audit/trail.ts';
import { openVault } from '../storage/vault.ts';
import {
  checkEnoughPeople,
  checkStartable,
  estimateRun,
  peopleBySplit,
  usualMemoryBytes,
} from './estimate.ts';
import {
  checkPrivacyBudget,
  computePrivacyCost,
  reservePrivacy,
  withPrv,
} from '../privacy-budget/privacy-budget.ts';
import {
  countTrainingCells,
  findNewestSpeed,
  getApplicationOfPermit,
  getRun,
  getRunDto,
  insertRun,
  listPoints,
  listRuns,
  type PointDto,
  type RunRow,
} from './training.repository.ts';
import { endRun, refOf } from './training-segments.ts';

type RunDto = RouteOutput<'trainingRuns.get'>;

const watchEveryMs = 1_000;
const pointsShown = 5_000;
/**
 * The stream's first message repeats so many points, so that none is missed between loading the
 * page and opening the stream.
 */
const pointsRepeated = 50;

/** GAN training inside the lab, as a person asks for it under a permit, follows it and ends it. */
export class TrainingService {
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
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
        people: checkEnoughPeople(counts),
        budget: privacyBudget.parse(dataset.privacy),
      });
    });
    return withPrv(cost);
  }

  /**
   * @throws LabError forbidden with the decision, not_found, training_split_too_small,
   * training_too_large, checkpoint_unusable, privacy_required, privacy_budget_exceeded, and as
   * privacyCost
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
    const people = checkEnoughPeople(version.counts);
    const cost =
      privacy === null
        ? null
        : await checkPrivacyBudget(tx, {
            datasetId: version.datasetId,
            people,
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
    await endRun(tx, run, 'cancelled', null, {}, this.#context.now(), actor.personId);
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
