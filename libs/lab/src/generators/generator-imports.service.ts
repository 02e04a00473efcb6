import {
  generatorImportTransitions,
  LabError,
  type JobPayload,
  type RouteInput,
  type RouteOutput,
  type Message,
} from '@scapis/contracts';
import { transition, type Actor } from '@scapis/domain';
import {
  checkImportedGenerator,
  GeneratorImportError,
  largestImportBytes,
  type ImportedGeneratorFacts,
} from '@scapis/gan';
import { addToOutbox, type Transaction } from '@scapis/platform';
import { getVersionRow } from '../datasets/datasets.repository.ts';
import { decodePack } from '../images/image-pack.ts';
import type { LabContext } from '../context.ts';
import { createComputeJob, type ComputeJob, type ComputeJobSteps } from '../jobs/compute-job.ts';
import type { JobAttempt } from '../jobs/job-attempt.ts';
import { checkDecision, getProject } from '../access/project.ts';
import { addProvenance, appendAudit, notify, type ObjectRef } from '../audit/trail.ts';
import { limited } from '../storage/limited.ts';
import { openVault } from '../storage/vault.ts';
import { getApplicationOfPermit } from '../training/training.repository.ts';
import {
  findImport,
  getImport,
  getImportDto,
  insertImport,
  insertImportedGenerator,
  listImports,
  moveImport,
  type ImportDto,
  type ImportRow,
} from './generator-imports.repository.ts';
import { toFailure } from '../jobs/failure.ts';

/**
 * Generators that were trained elsewhere inside the lab (PyTorch, MONAI): declared by a person
 * under a permit, uploaded into quarantine, checked by the worker, then drawn from like our own.
 * How one was trained the lab cannot verify: the declaration is kept with its author's name and
 * shown where a cohort is judged, and the gate asks of its images what it asks of all.
 */
export class GeneratorImportService {
  /**
   * Killed and run again it finds the same: nothing shows before the one transaction at the end. A
   * file that kills whoever reads it ends with the last attempt.
   */
  readonly job: ComputeJob<'generator.check'>;
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
    this.job = createComputeJob(context.database, 'generator.check', (payload) =>
      this.#steps(payload),
    );
  }

  /** @throws LabError forbidden with the decision, not_found */
  async declare(
    actor: Actor,
    input: RouteInput<'generatorImports.create'>['body'],
  ): Promise<ImportDto> {
    const now = this.#context.now();
    return this.#context.database.as(actor, async (tx) => {
      const applicationId = await getApplicationOfPermit(tx, input.permitId);
      const project = await getProject(tx, applicationId);
      const version = await getVersionRow(tx, input.datasetVersionId);
      checkDecision(
        'generator:import',
        actor,
        { ...project, datasetId: version.datasetId, datasetVersion: version },
        now,
      );
      const { permitId, title, framework, recipe } = input;
      const id = await insertImport(tx, {
        applicationId,
        permitId,
        datasetVersionId: version.id,
        declaredById: actor.personId,
        title,
        framework,
        recipe,
        createdAt: now,
      });
      const made: ObjectRef = { kind: 'generator-import', id };
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'generator.declared',
        object: made,
        detail: { permitId, datasetVersionId: version.id, isTrainedInside: input.isTrainedInside },
      });
      await addProvenance(tx, applicationId, [
        { from: made, relation: 'used', to: { kind: 'dataset-version', id: version.id } },
        { from: made, relation: 'wasInformedBy', to: { kind: 'permit', id: permitId } },
        { from: made, relation: 'wasAssociatedWith', to: { kind: 'person', id: actor.personId } },
      ]);
      return getImportDto(tx, actor, id, now);
    });
  }

  /**
   * Takes the file into quarantine, encrypted as it streams in with the key of the dataset version
   * it was trained on; the check follows through the outbox.
   * @throws LabError too_large, generator_file_empty, storage_full, forbidden (with the decision),
   * conflict: nothing of the upload is kept then.
   */
  async upload(actor: Actor, id: string, body: AsyncIterable<Uint8Array>): Promise<ImportDto> {
    const now = this.#context.now();
    const row = await this.#context.database.as(actor, async (tx) => {
      const found = await getImport(tx, id);
      const version = await getVersionRow(tx, found.datasetVersionId);
      const project = await getProject(tx, found.applicationId);
      checkDecision(
        'generator:import',
        actor,
        {
          ...project,
          datasetId: version.datasetId,
          datasetVersion: version,
          generatorImport: found,
        },
        now,
      );
      return found;
    });
    const vault = openVault(this.#context, row.datasetVersion.dataKey);
    const stored = await vault.write(limited(body, largestImportBytes));
    if (stored.size === 0) {
      await vault.delete(stored.sha256);
      throw new LabError('generator_file_empty');
    }
    return this.#context.database.as(actor, async (tx) => {
      const { event } = transition(generatorImportTransitions, 'declared', 'quarantined');
      // Someone else was first. The bytes stay, sealed: they may be the other upload's.
      if (
        !(await moveImport(tx, id, 'declared', 'quarantined', {
          sha256: stored.sha256,
          size: stored.size,
          uploadedAt: now,
        }))
      )
        throw new LabError('conflict');
      await appendAudit(tx, {
        actorId: actor.personId,
        type: event,
        object: refOf(row),
        detail: { sha256: stored.sha256, size: stored.size },
      });
      await addToOutbox(tx, 'generator.check', { generatorImportId: id });
      return getImportDto(tx, actor, id, now);
    });
  }

  #steps({
    generatorImportId,
  }: JobPayload<'generator.check'>): ComputeJobSteps<QuarantinedRow, ImportedGeneratorFacts, null> {
    const findQuarantined = async (tx: Transaction): Promise<QuarantinedRow | null> => {
      const row = await findImport(tx, generatorImportId);
      return row?.state === 'quarantined' && row.sha256 !== null
        ? { ...row, sha256: row.sha256 }
        : null;
    };
    return {
      objectId: generatorImportId,
      begin: findQuarantined,
      heartbeat: async (tx) => (await findQuarantined(tx)) !== null,
      work: (row) => this.#examine(row),
      complete: (row, facts, attempt) => this.#accept(row, facts, attempt),
      fail: (row, error, attempt) =>
        error instanceof GeneratorImportError
          ? this.#reject(row, error, attempt)
          : attempt.transact((tx) =>
              this.#fail(tx, row, toFailure(error, { code: 'import_failed', params: {} })),
            ),
      isFinal: (error) => error instanceof GeneratorImportError,
    };
  }

  /** On the CPU whatever else computes: the same file is judged the same everywhere. */
  async #examine(row: QuarantinedRow): Promise<ImportedGeneratorFacts> {
    const vault = openVault(this.#context, row.datasetVersion.dataKey);
    const { viewSha256 } = row.datasetVersion;
    if (viewSha256 === null) throw new Error('an approved dataset version has no training view');
    const { size } = decodePack(await vault.read(viewSha256));
    return checkImportedGenerator(
      await vault.read(row.sha256),
      { size },
      { threads: this.#context.compute?.threads },
    );
  }

  async #accept(
    row: QuarantinedRow,
    facts: ImportedGeneratorFacts,
    attempt: JobAttempt,
  ): Promise<void> {
    const { sha256 } = row;
    await attempt.transact(async (tx) => {
      if (
        !(await moveImport(tx, row.id, 'quarantined', 'accepted', {
          facts: { ...facts, range: [...facts.range] },
          checkedAt: this.#context.now(),
        }))
      )
        return;
      const id = await insertImportedGenerator(tx, row, sha256);
      await this.#record(tx, row, 'accepted', { generatorId: id, sha256, facts });
      await addProvenance(tx, row.applicationId, [
        { from: { kind: 'generator', id }, relation: 'wasGeneratedBy', to: refOf(row) },
        {
          from: { kind: 'generator', id },
          relation: 'wasDerivedFrom',
          to: { kind: 'dataset-version', id: row.datasetVersionId },
        },
        {
          from: { kind: 'generator', id },
          relation: 'wasAttributedTo',
          to: { kind: 'person', id: row.declaredById },
        },
      ]);
    });
  }

  /** The file goes; why it was refused, and its hash, stay. */
  async #reject(
    row: QuarantinedRow,
    { reason, detail }: GeneratorImportError,
    attempt: JobAttempt,
  ): Promise<void> {
    const isMoved = await attempt.transact(async (tx) => {
      const change = { reason, reasonDetail: detail.slice(0, 300), checkedAt: this.#context.now() };
      if (!(await moveImport(tx, row.id, 'quarantined', 'turned-down', change))) return false;
      await this.#record(tx, row, 'turned-down', { reason, sha256: row.sha256 });
      return !(await isUsed(tx, row.sha256));
    });
    if (isMoved) await openVault(this.#context, row.datasetVersion.dataKey).delete(row.sha256);
  }

  async #fail(tx: Transaction, row: ImportRow, failure: Message): Promise<void> {
    if (
      !(await moveImport(tx, row.id, 'quarantined', 'failed', {
        failure,
        checkedAt: this.#context.now(),
      }))
    )
      return;
    const { event } = transition(generatorImportTransitions, 'quarantined', 'failed');
    await appendAudit(tx, {
      actorId: null,
      type: event,
      object: refOf(row),
      detail: { failure },
    });
  }

  async #record(
    tx: Transaction,
    row: ImportRow,
    to: 'accepted' | 'turned-down',
    detail: Record<string, unknown>,
  ): Promise<void> {
    await appendAudit(tx, {
      actorId: null,
      type: transition(generatorImportTransitions, 'quarantined', to).event,
      object: refOf(row),
      detail,
    });
    await notify(tx, {
      people: [row.declaredById],
      kind: `generator.${to}`,
      object: refOf(row),
      title: row.title,
    });
  }

  async list(
    actor: Actor,
    query: RouteInput<'generatorImports.list'>['query'],
  ): Promise<RouteOutput<'generatorImports.list'>> {
    return this.#context.database.as(actor, (tx) =>
      listImports(tx, actor, query, this.#context.now()),
    );
  }

  async get(actor: Actor, id: string): Promise<ImportDto> {
    return this.#context.database.as(actor, (tx) =>
      getImportDto(tx, actor, id, this.#context.now()),
    );
  }
}

/** An import whose file waits for its check. */
type QuarantinedRow = ImportRow & { sha256: string };

function refOf(row: { id: string }): ObjectRef {
  return { kind: 'generator-import', id: row.id };
}

/** Whether the same bytes serve under another import: objects are named by their content. */
async function isUsed(tx: Transaction, sha256: string): Promise<boolean> {
  return (
    (await tx.generatorImport.count({
      where: { sha256, state: { in: ['quarantined', 'accepted'] } },
    })) > 0
  );
}
