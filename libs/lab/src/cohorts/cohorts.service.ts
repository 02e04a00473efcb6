import {
  cohortVersionTransitions,
  LabError,
  type ComputeProvider,
  type ImageLabels,
  type JobPayload,
  type RouteInput,
  type RouteOutput,
  type Message,
} from '@scapis/contracts';
import { transition, type Actor } from '@scapis/domain';
import {
  GeneratorImportError,
  mixGenerators,
  openGenerator,
  openImportedGenerator,
  type Generator,
} from '@scapis/gan';
import { fromTrainingView } from '@scapis/imaging';
import { type Meter, addToOutbox, type Transaction } from '@scapis/platform';
import { readThresholdsOf } from '../datasets/thresholds.repository.ts';
import { decodePack, encodePack, type ImagePack } from '../images/image-pack.ts';
import { drawSampleSheet } from '../images/sheets.ts';
import type { LabContext } from '../context.ts';
import { createComputeJob, type ComputeJob, type ComputeJobSteps } from '../jobs/compute-job.ts';
import type { JobAttempt } from '../jobs/job-attempt.ts';
import { JobStoppedError, type Pace } from '../jobs/run-job.ts';
import { isPermitted } from '../access/permitted.ts';
import { checkDecision, getProject } from '../access/project.ts';
import { addProvenance, appendAudit, type ObjectRef } from '../audit/trail.ts';
import { createSecret, openVault } from '../storage/vault.ts';
import { nameOf } from '../release/bundle-content.ts';
import {
  findSynthesis,
  getCohortDto,
  getCohortRow,
  getGeneratorOrigins,
  insertCohort,
  listCohorts,
  maySeeSheet,
  moveCohort,
  moveSynthesis,
  readCohortResource,
  setDrawn,
  type CohortDto,
  type SynthesisRow,
} from './cohorts.repository.ts';
import {
  choiceOf,
  ensembleRef,
  getEnsemble,
  type EnsembleRow,
} from '../training/ensembles.repository.ts';
import { planLabels } from './label-plan.ts';
import { toFailure } from '../jobs/failure.ts';

/** Images sampled in one call of the generator. */
const imagesPerBatch = 32;

interface Sampled {
  pack: ImagePack;
  /** What computed the images. */
  provider: ComputeProvider;
}

/**
 * Synthetic cohorts: asked for under a permit, drawn by the worker, shown. What comes after is
 * gate/ and release/.
 */
export class CohortService {
  /**
   * Everything follows from the seed: killed and run again it stores the same bytes (on the CPU),
   * and nothing shows before the end.
   */
  readonly job: ComputeJob<'synthesis.run'>;
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
    this.job = createComputeJob(context.database, 'synthesis.run', (payload) =>
      this.#steps(payload),
    );
  }

  /**
   * @throws LabError forbidden with the decision, not_found, invalid_input when the generators
   * don't belong together
   */
  async request(actor: Actor, input: RouteInput<'cohorts.create'>['body']): Promise<CohortDto> {
    const now = this.#context.now();
    return this.#context.database.as(actor, async (tx) => {
      const ensemble = input.ensembleId === null ? null : await getEnsemble(tx, input.ensembleId);
      const generatorIds =
        ensemble === null ? [...new Set(input.generatorIds)] : toMemberIds(ensemble);
      const origins = await getGeneratorOrigins(tx, generatorIds);
      const [origin] = origins;
      if (origin === undefined) throw new LabError('not_found');
      if (
        origins.some(
          (each) =>
            each.datasetVersionId !== origin.datasetVersionId || each.permitId !== origin.permitId,
        )
      ) {
        throw new LabError('generators_mixed', { details: [{ path: 'generatorIds' }] });
      }
      const { applicationId, datasetId } = origin;
      const areReady = origins.every(({ isReady }) => isReady);
      checkDecision(
        'cohort:create',
        actor,
        { ...(await getProject(tx, applicationId)), datasetId, generators: { areReady } },
        now,
      );
      const { cohortVersionId, synthesisRunId } = await insertCohort(tx, {
        applicationId,
        permitId: origin.permitId,
        datasetId,
        datasetVersionId: origin.datasetVersionId,
        authorId: actor.personId,
        title: input.title,
        count: input.count,
        seed: input.seed,
        labelMix: input.labelMix,
        generatorIds,
        ensembleId: ensemble?.id ?? null,
        dataKey: createSecret(this.#context),
        createdAt: now,
      });
      const synthesis: ObjectRef = { kind: 'synthesis-run', id: synthesisRunId };
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'synthesis.requested',
        object: { kind: 'cohort-version', id: cohortVersionId },
        detail: {
          synthesisRunId,
          generatorIds,
          ensembleId: ensemble?.id ?? null,
          count: input.count,
          seed: input.seed,
          labelMix: input.labelMix,
        },
      });
      await addProvenance(tx, applicationId, [
        ...generatorIds.map((id) => ({
          from: synthesis,
          relation: 'used' as const,
          to: { kind: 'generator' as const, id },
        })),
        ...(ensemble === null
          ? []
          : [{ from: synthesis, relation: 'used' as const, to: ensembleRef(ensemble) }]),
        {
          from: synthesis,
          relation: 'wasAssociatedWith',
          to: { kind: 'person', id: actor.personId },
        },
      ]);
      await addToOutbox(tx, 'synthesis.run', { synthesisRunId });
      return getCohortDto(this.#context, tx, actor, cohortVersionId);
    });
  }

  #steps({
    synthesisRunId,
  }: JobPayload<'synthesis.run'>): ComputeJobSteps<SynthesisRow, Sampled, number> {
    return {
      objectId: synthesisRunId,
      begin: (tx) => this.#begin(tx, synthesisRunId),
      heartbeat: (tx, drawn) => this.#reportDrawn(tx, synthesisRunId, drawn ?? 0),
      work: (run, pace) => this.#sample(run, pace),
      complete: (run, drawn, attempt) => this.#complete(run, drawn, attempt),
      fail: (run, error, attempt) =>
        attempt.transact((tx) => this.#fail(tx, run, whyFailed(error))),
      // An imported generator that gives no numbers for some z does so every time.
      isFinal: (error) => error instanceof GeneratorImportError,
    };
  }

  async #begin(tx: Transaction, id: string): Promise<SynthesisRow | null> {
    const run = await findSynthesis(tx, id);
    if (run === null || (run.state !== 'queued' && run.state !== 'running')) return null;
    if (run.state === 'queued')
      await moveSynthesis(tx, id, 'queued', 'running', { startedAt: this.#context.now() });
    return { ...run, state: 'running' };
  }

  async #sample(run: SynthesisRow, pace: Pace<number>): Promise<Sampled> {
    const { datasetVersion, labelMix } = run.cohortVersion;
    const dataset = openVault(this.#context, datasetVersion.dataKey);
    const { minimumCell } = (
      await this.#context.database.unsafeAsSystem('synthesis.run', (tx) =>
        readThresholdsOf(tx, run.cohortVersionId),
      )
    ).values;
    if (datasetVersion.viewSha256 === null)
      throw new Error('an approved dataset version has no training view');
    const training = toPeople(decodePack(await dataset.read(datasetVersion.viewSha256)));
    const labels = planLabels({
      training,
      mix: labelMix === 'balanced' ? 'balanced' : 'cohort-like',
      minimumCell,
      count: run.count,
    });
    const members = await Promise.all(
      run.synthesisGenerators.map(async ({ generator }) =>
        (generator.generatorImport === null ? openGenerator : openImportedGenerator)(
          await dataset.read(generator.sha256),
          this.#context.compute,
        ),
      ),
    );
    const [only] = members;
    const mixed =
      members.length === 1 && only !== undefined ? only : mixGenerators(members, sharesOf(run));
    try {
      const pack = {
        size: mixed.config.size,
        hu: await sampleImages(mixed, {
          labels,
          seed: run.seed,
          pace,
          meter: this.#context.meter,
        }),
        personOf: [...labels.keys()],
        people: labels.map((each, index) => ({
          pseudonym: nameOf(index),
          labels: each,
          split: null,
        })),
      };
      return { pack, provider: mixed.provider };
    } finally {
      await mixed.dispose();
    }
  }

  async #reportDrawn(tx: Transaction, id: string, drawn: number): Promise<boolean> {
    const run = await findSynthesis(tx, id);
    if (run?.state !== 'running') return false;
    await setDrawn(tx, id, drawn);
    return isPermitted(
      tx,
      {
        applicationId: run.applicationId,
        personId: run.requestedById,
        datasetId: run.cohortVersion.cohort.datasetId,
      },
      this.#context.now(),
    );
  }

  async #complete(
    run: SynthesisRow,
    { pack, provider }: Sampled,
    attempt: JobAttempt,
  ): Promise<void> {
    const vault = openVault(this.#context, run.cohortVersion.dataKey);
    const images = await vault.write(encodePack(pack));
    const sheet = await vault.write(drawSampleSheet(pack));
    const cohort: ObjectRef = { kind: 'cohort-version', id: run.cohortVersionId };
    await attempt.transact(async (tx) => {
      const { event } = transition(cohortVersionTransitions, 'synthesising', 'draft');
      if (
        !(await moveSynthesis(tx, run.id, 'running', 'completed', {
          drawn: run.count,
          provider,
          finishedAt: this.#context.now(),
        }))
      )
        return;
      if (
        !(await moveCohort(tx, run.cohortVersionId, 'synthesising', 'draft', {
          imagesSha256: images.sha256,
          sampleSheetSha256: sheet.sha256,
        }))
      )
        throw new LabError('conflict');
      await appendAudit(tx, {
        actorId: null,
        type: event,
        object: cohort,
        detail: { synthesisRunId: run.id, imagesSha256: images.sha256, count: run.count, provider },
      });
      await addProvenance(tx, run.applicationId, [
        { from: cohort, relation: 'wasGeneratedBy', to: { kind: 'synthesis-run', id: run.id } },
        {
          from: cohort,
          relation: 'wasAttributedTo',
          to: { kind: 'person', id: run.requestedById },
        },
      ]);
    });
  }

  async #fail(tx: Transaction, run: SynthesisRow, failure: Message): Promise<void> {
    const { event } = transition(cohortVersionTransitions, 'synthesising', 'failed');
    const isMoved = await moveSynthesis(tx, run.id, run.state, 'failed', {
      failure,
      finishedAt: this.#context.now(),
    });
    if (
      !isMoved ||
      !(await moveCohort(tx, run.cohortVersionId, 'synthesising', 'failed', { failure }))
    )
      return;
    await appendAudit(tx, {
      actorId: null,
      type: event,
      object: { kind: 'cohort-version', id: run.cohortVersionId },
      detail: { failure },
    });
  }

  async list(
    actor: Actor,
    query: RouteInput<'cohorts.list'>['query'],
  ): Promise<RouteOutput<'cohorts.list'>> {
    return this.#context.database.as(actor, (tx) => listCohorts(tx, query));
  }

  async get(actor: Actor, id: string): Promise<CohortDto> {
    return this.#context.database.as(actor, (tx) => getCohortDto(this.#context, tx, actor, id));
  }

  /**
   * PNG of some of its images. Before the release staff only: the images have not been judged.
   * @throws LabError forbidden, not_found
   */
  async sampleSheet(actor: Actor, id: string): Promise<Uint8Array> {
    const row = await this.#context.database.as(actor, async (tx) => {
      const found = await getCohortRow(tx, id);
      checkDecision(
        'cohort:read',
        actor,
        await readCohortResource(tx, actor, found),
        this.#context.now(),
      );
      return found;
    });
    if (!maySeeSheet(actor, row.state)) checkDecision('sheet:view', actor, {}, this.#context.now());
    if (row.sampleSheetSha256 === null) throw new LabError('not_found');
    return openVault(this.#context, row.dataKey).read(row.sampleSheetSha256);
  }
}

/**
 * @param pace is told how many images are drawn
 * @returns the images one after another, in HU
 * @throws JobStoppedError
 */
async function sampleImages(
  generator: Generator,
  {
    labels,
    seed,
    pace,
    meter,
  }: {
    labels: readonly ImageLabels[];
    seed: number;
    pace: Pace<number>;
    meter: Meter | undefined;
  },
): Promise<Int16Array> {
  const length = generator.config.size ** 2;
  const hu = new Int16Array(labels.length * length);
  for (let first = 0; first < labels.length; first += imagesPerBatch) {
    if (pace.shouldStop()) throw new JobStoppedError();
    const batch = labels.slice(first, first + imagesPerBatch);
    hu.set(
      fromTrainingView(await generator.sample({ labels: batch, seed, first })),
      first * length,
    );
    meter?.count('scapis_synthesis_images_total', {}, batch.length);
    pace.onProgress(first + batch.length);
  }
  return hu;
}

/**
 * @returns what each of a synthesis run's generators draws of a label's images; undefined: all
 * alike. A grade that the choice never saw: all alike too.
 */
function sharesOf({
  ensemble,
  synthesisGenerators,
}: SynthesisRow): ((labels: ImageLabels) => number[]) | undefined {
  const choice = ensemble === null ? null : choiceOf(ensemble);
  if (choice === null) return undefined;
  const byGrade = new Map(
    choice.shares.map(({ calciumGrade, members }) => [calciumGrade, members]),
  );
  return ({ calciumGrade }) => {
    const members = byGrade.get(calciumGrade);
    return synthesisGenerators.map(({ generatorId }) =>
      members === undefined
        ? 1
        : (members.find((each) => each.generatorId === generatorId)?.share ?? 0),
    );
  };
}

/** @throws LabError ensemble_not_chosen */
function toMemberIds(ensemble: EnsembleRow): string[] {
  const choice = choiceOf(ensemble);
  if (choice === null) throw new LabError('ensemble_not_chosen');
  return [
    ...new Set(
      choice.shares.flatMap(({ members }) => members.map(({ generatorId }) => generatorId)),
    ),
  ];
}

/** The training people alone, each image as an entry: people count once by pseudonym. */
function toPeople(pack: ImagePack): { subjects: string[]; labels: ImageLabels[] } {
  const people = pack.people.filter((person) => person.split === 'T');
  return {
    subjects: people.map((person) => person.pseudonym),
    labels: people.map((person) => person.labels),
  };
}

function whyFailed(error: unknown): Message {
  if (error instanceof GeneratorImportError)
    return error.detail === ''
      ? { code: `import.${error.reason}`, params: {} }
      : { code: 'generator_refused', params: { reason: error.reason, detail: error.detail } };
  return toFailure(error, { code: 'synthesis_failed', params: {} });
}
