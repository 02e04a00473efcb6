import { isDeepStrictEqual } from 'node:util';
import {
  datasetVersionTransitions,
  gateThresholds,
  LabError,
  privacyBudget,
  type JobPayload,
  type RouteInput,
  type RouteOutput,
  type Message,
} from '@scapis/contracts';
import { addToOutbox, type Transaction } from '@scapis/platform';
import { transition, type Actor } from '@scapis/domain';
import { v7 as uuidv7 } from 'uuid';
import type { LabContext } from '../context.ts';
import { createComputeJob, type ComputeJob, type ComputeJobSteps } from '../jobs/compute-job.ts';
import { type JobAttempt, JobLostError } from '../jobs/job-attempt.ts';
import { limited } from '../storage/limited.ts';
import { checkDecision } from '../access/project.ts';
import {
  addProvenance,
  appendAudit,
  notify,
  type ObjectRef,
  peopleWithRole,
} from '../audit/trail.ts';
import { createSecret, openSecret, openVault } from '../storage/vault.ts';
import {
  getDataset,
  getVersion,
  getVersionRow,
  insertDataset,
  insertVersion,
  listDatasets,
  listFiles,
  lockVersion,
  moveVersion,
  replaceRows,
  setProgress,
  type IngestRows,
  type VersionRow,
} from './datasets.repository.ts';
import { IngestError, takeIn, type Ingested } from './ingest.ts';
import { getThresholdsInForce, insertThresholds } from './thresholds.repository.ts';
import { toFailure } from '../jobs/failure.ts';

/** The largest upload in one piece. Larger cohorts come as several datasets' versions. */
const largestUploadBytes = 20 * 1024 ** 3;

/** Real images: named, taken in, looked at, approved by a second person. */
export class DatasetService {
  /**
   * Killed at any point and run again it gives the same rows: nothing shows before the one
   * transaction at the end, and what is stored before it is replaced. Faults of the upload end the
   * version with a sentence; faults of the lab are tried again.
   */
  readonly job: ComputeJob<'dataset.ingest'>;
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
    this.job = createComputeJob(context.database, 'dataset.ingest', (payload) =>
      this.#steps(payload),
    );
  }

  /**
   * Names a dataset, draws the secret of its pseudonyms and fixes its gate thresholds and privacy
   * budget before anything is trained on it.
   */
  async create(
    actor: Actor,
    input: RouteInput<'datasets.create'>['body'],
  ): Promise<RouteOutput<'datasets.get'>> {
    const now = this.#context.now();
    checkDecision('dataset:create', actor, {}, now);
    const id = uuidv7();
    return this.#context.database.as(actor, async (tx) => {
      const thresholds = gateThresholds.parse(input.thresholds ?? {});
      const privacy = privacyBudget.parse(input.privacy ?? {});
      await insertDataset(tx, {
        id,
        createdById: actor.personId,
        title: input.title,
        description: input.description,
        privacy,
        secret: createSecret(this.#context),
        createdAt: now,
      });
      const thresholdsId = await insertThresholds(tx, {
        datasetId: id,
        setById: actor.personId,
        number: 1,
        values: thresholds,
        reason: 'Set when the dataset was created.',
        createdAt: now,
      });
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'dataset.created',
        object: { kind: 'dataset', id },
        detail: { thresholds, privacy },
      });
      await addProvenance(tx, null, [
        {
          from: { kind: 'dataset', id },
          relation: 'wasAttributedTo',
          to: { kind: 'person', id: actor.personId },
        },
        {
          from: { kind: 'threshold-version', id: thresholdsId },
          relation: 'wasDerivedFrom',
          to: { kind: 'dataset', id },
        },
      ]);
      return getDataset(tx, actor, id, now);
    });
  }

  /**
   * Sets the release gate's limits for what is asked for from now on. Training and imports that
   * were asked for before keep theirs, so no limit can be loosened after its result was seen.
   * @throws LabError forbidden with the decision, not_found, conflict when others were set
   * meanwhile, thresholds_unchanged
   */
  async setThresholds(
    actor: Actor,
    datasetId: string,
    { after, values, reason }: RouteInput<'datasets.setThresholds'>['body'],
  ): Promise<RouteOutput<'datasets.get'>> {
    const now = this.#context.now();
    checkDecision('thresholds:set', actor, {}, now);
    return this.#context.database.as(actor, async (tx) => {
      const before = await getThresholdsInForce(tx, { datasetId });
      if (before.number !== after) throw new LabError('conflict');
      if (isDeepStrictEqual(values, before.values)) throw new LabError('thresholds_unchanged');
      const number = after + 1;
      const made: ObjectRef = {
        kind: 'threshold-version',
        id: await insertThresholds(tx, {
          datasetId,
          setById: actor.personId,
          number,
          values,
          reason,
          createdAt: now,
        }),
      };
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'dataset.thresholds-set',
        object: { kind: 'dataset', id: datasetId },
        detail: { thresholdVersionId: made.id, number, values },
      });
      await addProvenance(tx, null, [
        {
          from: made,
          relation: 'wasDerivedFrom',
          to: { kind: 'threshold-version', id: before.id },
        },
        { from: made, relation: 'wasAttributedTo', to: { kind: 'person', id: actor.personId } },
      ]);
      return getDataset(tx, actor, datasetId, now);
    });
  }

  async list(
    actor: Actor,
    query: RouteInput<'datasets.list'>['query'],
  ): Promise<RouteOutput<'datasets.list'>> {
    return this.#context.database.as(actor, (tx) => listDatasets(tx, query));
  }

  async get(actor: Actor, id: string): Promise<RouteOutput<'datasets.get'>> {
    return this.#context.database.as(actor, (tx) => getDataset(tx, actor, id, this.#context.now()));
  }

  /** Opens an empty version with a data key of its own. */
  async createVersion(
    actor: Actor,
    datasetId: string,
  ): Promise<RouteOutput<'datasetVersions.create'>> {
    const now = this.#context.now();
    checkDecision('dataset:ingest', actor, {}, now);
    return this.#context.database.as(actor, async (tx) => {
      const id = await insertVersion(tx, {
        datasetId,
        dataKey: createSecret(this.#context),
        createdAt: now,
      });
      await appendAudit(tx, {
        actorId: actor.personId,
        type: 'dataset.version-created',
        object: { kind: 'dataset-version', id },
        detail: { datasetId },
      });
      return getVersion(tx, actor, id, now);
    });
  }

  /**
   * Takes an upload into quarantine, encrypted as it streams in; ingest follows through the outbox.
   * @throws LabError too_large, upload_empty, storage_full, forbidden (with the decision),
   * conflict: nothing of the upload is kept then.
   */
  async upload(
    actor: Actor,
    versionId: string,
    body: AsyncIterable<Uint8Array>,
  ): Promise<RouteOutput<'datasetVersions.upload'>> {
    const now = this.#context.now();
    const version = await this.#context.database.as(actor, (tx) => getVersionRow(tx, versionId));
    checkDecision('dataset:ingest', actor, { datasetVersion: version }, now);
    const vault = openVault(this.#context, version.dataKey);
    const stored = await vault.write(limited(body, largestUploadBytes));
    try {
      if (stored.size === 0) throw new LabError('upload_empty');
      return await this.#context.database.as(actor, async (tx) => {
        const { event } = transition(datasetVersionTransitions, 'empty', 'quarantined');
        await moveVersion(tx, versionId, 'empty', 'quarantined', {
          uploadedById: actor.personId,
          uploadSha256: stored.sha256,
          uploadSize: BigInt(stored.size),
        });
        await appendAudit(tx, {
          actorId: actor.personId,
          type: event,
          object: { kind: 'dataset-version', id: versionId },
          detail: { sha256: stored.sha256, size: stored.size },
        });
        await addToOutbox(tx, 'dataset.ingest', { datasetVersionId: versionId });
        return getVersion(tx, actor, versionId, now);
      });
    } catch (error) {
      // Not when the row holds it after all: someone uploaded the same bytes at the same time, or
      // only the answer to the commit was lost.
      const kept = await this.#context.database
        .as(actor, (tx) => getVersionRow(tx, versionId))
        .catch(() => null);
      if (kept !== null && kept.uploadSha256 !== stored.sha256) await vault.delete(stored.sha256);
      throw error;
    }
  }

  #steps({
    datasetVersionId,
  }: JobPayload<'dataset.ingest'>): ComputeJobSteps<VersionRow, Ingested, IngestProgress> {
    let ended: VersionRow | null = null;
    const stored = new Set<string>();
    return {
      objectId: datasetVersionId,
      begin: async (tx) => {
        const version = await getVersionRow(tx, datasetVersionId);
        if (version.state === 'quarantined') await this.#begin(tx, version);
        if (version.state === 'quarantined' || version.state === 'ingesting') return version;
        ended = version;
        return null;
      },
      heartbeat: async (tx, progress) => {
        await setProgress(tx, datasetVersionId, progress?.done ?? 0, progress?.total ?? 0);
        return (await getVersionRow(tx, datasetVersionId)).state === 'ingesting';
      },
      work: (version, { onProgress }) =>
        this.#takeIn(version, stored, (done, total) => onProgress({ done, total })),
      complete: async (version, ingested, attempt) => {
        try {
          await this.#complete(version, ingested, attempt);
        } catch (error) {
          // The worker that has taken the job since may have stored the same.
          if (!(error instanceof JobLostError)) await this.#discard(version, [...stored]);
          throw error;
        }
        await this.#emptyQuarantine(version);
      },
      fail: async (version, error, attempt) => {
        await attempt.transact((tx) =>
          this.#fail(
            tx,
            version,
            toFailure(error, { code: 'ingest_failed', params: {} }),
            error instanceof IngestError ? error.rows : null,
          ),
        );
        await this.#emptyQuarantine(version);
      },
      isFinal: (error) => error instanceof IngestError,
      end: async () => {
        if (ended !== null) await this.#emptyQuarantine(ended);
      },
    };
  }

  async #begin(tx: Transaction, version: VersionRow): Promise<void> {
    const { event } = transition(datasetVersionTransitions, 'quarantined', 'ingesting');
    await moveVersion(tx, version.id, 'quarantined', 'ingesting');
    await appendAudit(tx, { actorId: null, type: event, object: refOf(version) });
  }

  /** @param stored is filled with the objects that it writes */
  async #takeIn(
    version: VersionRow,
    stored: Set<string>,
    onProgress: (done: number, total: number) => void,
  ): Promise<Ingested> {
    const vault = openVault(this.#context, version.dataKey);
    let needed = new Set<string>();
    try {
      const ingested = await vault.withContent(version.uploadSha256 ?? '', (upload) =>
        takeIn({
          upload,
          secret: openSecret(this.#context, version.dataset.secret),
          store: async (bytes) => {
            const object = await vault.write(bytes);
            stored.add(object.sha256);
            return object;
          },
          onProgress,
        }),
      );
      needed = objectsOf(ingested);
      return ingested;
    } finally {
      await this.#discard(
        version,
        [...stored].filter((sha256) => !needed.has(sha256)),
      );
    }
  }

  /**
   * Removes objects that this attempt wrote and no row will name, unless another attempt has taken
   * the version in meanwhile, whose objects they are too. What can't be removed now is an orphan
   * that the sweep finds: it must not hide why the attempt ended.
   */
  async #discard(version: VersionRow, objects: readonly string[]): Promise<void> {
    if (objects.length === 0) return;
    const vault = openVault(this.#context, version.dataKey);
    await this.#context.database
      .unsafeAsSystem(
        'dataset.ingest',
        async (tx) => {
          if ((await lockVersion(tx, version.id)) !== 'ingesting') return;
          for (const sha256 of objects) await vault.delete(sha256);
        },
        { timeoutMs: 120_000 },
      )
      .catch(() => undefined);
  }

  async #complete(version: VersionRow, ingested: Ingested, attempt: JobAttempt): Promise<void> {
    const { rows, counts, deidentification, findings, viewSha256, contactSheetSha256 } = ingested;
    const vault = openVault(this.#context, version.dataKey);
    await attempt.transact(
      async (tx) => {
        const { event } = transition(datasetVersionTransitions, 'ingesting', 'checked');
        await replaceRows(tx, version.id, rows);
        await moveVersion(tx, version.id, 'ingesting', 'checked', {
          counts,
          deidentification,
          findings,
          viewSha256,
          contactSheetSha256,
          progressDone: counts.files,
          progressTotal: counts.files,
        });
        // Another attempt that failed beside this one may have discarded what both had written.
        for (const sha256 of objectsOf(ingested))
          if (!(await vault.has(sha256))) throw new Error('an object of the version is gone');
        await appendAudit(tx, {
          actorId: null,
          type: event,
          object: refOf(version),
          detail: { counts, viewSha256 },
        });
        await addProvenance(tx, null, [
          {
            from: refOf(version),
            relation: 'wasDerivedFrom',
            to: { kind: 'dataset', id: version.datasetId },
          },
          ...(version.uploadedById === null
            ? []
            : [
                {
                  from: refOf(version),
                  relation: 'wasAttributedTo' as const,
                  to: { kind: 'person' as const, id: version.uploadedById },
                },
              ]),
        ]);
        await notify(tx, {
          people: await peopleWithRole(tx, 'lab-admin'),
          kind: 'dataset.checked',
          object: refOf(version),
          title: titleOf(version),
        });
      },
      { timeoutMs: 120_000 },
    );
  }

  /** The verdict on each file stays, where there is one, so that the person sees what to mend. */
  async #fail(
    tx: Transaction,
    version: VersionRow,
    failure: Message,
    rows: IngestRows | null,
  ): Promise<void> {
    const { event } = transition(datasetVersionTransitions, 'ingesting', 'failed');
    if (rows !== null) await replaceRows(tx, version.id, rows);
    await moveVersion(tx, version.id, 'ingesting', 'failed', { failure });
    await appendAudit(tx, {
      actorId: null,
      type: event,
      object: refOf(version),
      detail: { failure },
    });
    await notify(tx, {
      people: version.uploadedById === null ? [] : [version.uploadedById],
      kind: 'dataset.failed',
      object: refOf(version),
      title: titleOf(version),
    });
  }

  /**
   * The upload holds identities: it goes as soon as the version has been taken in or has failed,
   * also after a kill in between.
   */
  async #emptyQuarantine(version: VersionRow): Promise<void> {
    if (version.uploadSha256 !== null)
      await openVault(this.#context, version.dataKey).delete(version.uploadSha256);
  }

  async getVersion(actor: Actor, id: string): Promise<RouteOutput<'datasetVersions.get'>> {
    return this.#context.database.as(actor, (tx) => getVersion(tx, actor, id, this.#context.now()));
  }

  /** The verdict on each file of an upload, by its place in it: names are never kept. */
  async files(
    actor: Actor,
    id: string,
    query: RouteInput<'datasetVersions.files'>['query'],
  ): Promise<RouteOutput<'datasetVersions.files'>> {
    checkDecision('dataset:inspect', actor, {}, this.#context.now());
    return this.#context.database.as(actor, async (tx) =>
      listFiles(tx, (await getVersionRow(tx, id)).id, query),
    );
  }

  /** PNG of the de-identified images; staff only. @throws LabError not_found while there is none */
  async contactSheet(actor: Actor, id: string): Promise<Uint8Array> {
    checkDecision('dataset:inspect', actor, {}, this.#context.now());
    const version = await this.#context.database.as(actor, (tx) => getVersionRow(tx, id));
    if (version.contactSheetSha256 === null) throw new LabError('not_found');
    return openVault(this.#context, version.dataKey).read(version.contactSheetSha256);
  }

  async approve(actor: Actor, id: string): Promise<RouteOutput<'datasetVersions.approve'>> {
    return this.#decide(actor, id, 'approved', {});
  }

  async reject(
    actor: Actor,
    id: string,
    reason: string,
  ): Promise<RouteOutput<'datasetVersions.reject'>> {
    return this.#decide(actor, id, 'rejected', {
      failure: { code: 'version_rejected', params: { reason } },
    });
  }

  /** By another person than took it in: the decision says so, and so does the database. */
  async #decide(
    actor: Actor,
    id: string,
    to: 'approved' | 'rejected',
    change: { failure?: Message },
  ): Promise<RouteOutput<'datasetVersions.get'>> {
    const now = this.#context.now();
    return this.#context.database.as(actor, async (tx) => {
      const version = await getVersionRow(tx, id);
      checkDecision('dataset:approve', actor, { datasetVersion: version }, now);
      const { event } = transition(datasetVersionTransitions, version.state, to);
      await moveVersion(tx, id, 'checked', to, {
        ...change,
        approvedById: actor.personId,
        approvedAt: now,
      });
      await appendAudit(tx, { actorId: actor.personId, type: event, object: refOf(version) });
      await addProvenance(tx, null, [
        {
          from: refOf(version),
          relation: 'wasAssociatedWith',
          to: { kind: 'person', id: actor.personId },
        },
      ]);
      return getVersion(tx, actor, id, now);
    });
  }
}

/** What the rows of a version name in its vault. */
function objectsOf({ rows, viewSha256, contactSheetSha256 }: Ingested): Set<string> {
  return new Set([
    viewSha256,
    contactSheetSha256,
    ...rows.files.flatMap(({ sha256 }) => (sha256 === null ? [] : [sha256])),
  ]);
}

interface IngestProgress {
  done: number;
  total: number;
}

function refOf(version: { id: string }): ObjectRef {
  return { kind: 'dataset-version', id: version.id };
}

function titleOf(version: VersionRow): string {
  return `${version.dataset.title} ${version.number}`;
}
