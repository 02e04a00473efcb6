import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cohortVersionTransitions, evidence, LabError, type JobPayload } from '@scapis/contracts';
import { addToOutbox, type StoredObject, type Transaction } from '@scapis/platform';
import { transition } from '@scapis/domain';
import { writeBundle } from '@scapis/imaging';
import { decodePack } from '../images/image-pack.ts';
import type { LabContext } from '../context.ts';
import { createComputeJob, type ComputeJob, type ComputeJobSteps } from '../jobs/compute-job.ts';
import { getTermsInForce } from '../permits/permit.repository.ts';
import { signaturesInForce, toOverrideDto } from '../reviews/override.ts';
import { readPeople, readProjects } from '../access/project.ts';
import { appendAudit, notify, type ObjectRef } from '../audit/trail.ts';
import { openVault } from '../storage/vault.ts';
import { bundleEntries } from './bundle-content.ts';
import type { Release } from './release.ts';
import {
  getCohortRow,
  moveCohort,
  noUseReasonOf,
  setFailure,
  toUsage,
  type CohortRow,
} from '../cohorts/cohorts.repository.ts';
import { toFailure } from '../jobs/failure.ts';

/**
 * A full disk is not made empty in seconds; two people have said yes, so the lab tries until it
 * succeeds.
 */
const tryAgainAfterMs = 10 * 60_000;

/** From two approving votes to the bundle that can be downloaded. */
export class PackingService {
  /**
   * The bytes follow from the release alone: killed and run again it stores the same bundle, and it
   * shows only when it is whole.
   */
  readonly job: ComputeJob<'release.pack'>;
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
    this.job = createComputeJob(context.database, 'release.pack', (payload) =>
      this.#steps(payload),
    );
  }

  #steps({
    cohortVersionId,
  }: JobPayload<'release.pack'>): ComputeJobSteps<CohortRow, StoredObject, null> {
    const findPacking = async (tx: Transaction): Promise<CohortRow | null> => {
      const row = await getCohortRow(tx, cohortVersionId);
      return row.state === 'packing' ? row : null;
    };
    return {
      objectId: cohortVersionId,
      begin: findPacking,
      heartbeat: async (tx) => (await findPacking(tx)) !== null,
      work: (row) => this.#pack(row),
      complete: (row, stored, attempt) => attempt.transact((tx) => this.#complete(tx, row, stored)),
      fail: (row, error, attempt) => attempt.transact((tx) => this.#tryLater(tx, row, error)),
    };
  }

  async #pack(row: CohortRow): Promise<StoredObject> {
    const release = await this.#gather(row);
    const folder = await mkdtemp(join(tmpdir(), 'scapis-pack-'));
    try {
      const path = join(folder, 'bundle.zip');
      const written = await asStorageFault(() => writeBundle(path, bundleEntries(release)));
      const stored = await this.#context.storage.write(
        createReadStream(path) as AsyncIterable<Uint8Array>,
      );
      if (stored.sha256 !== written.sha256)
        throw new LabError('storage_damaged', {
          privateDetail: 'the bundle changed between writing and storing',
        });
      return stored;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #gather(row: CohortRow): Promise<Release> {
    const vault = openVault(this.#context, row.dataKey);
    const run = row.gateRuns[0];
    const synthesis = row.synthesisRun;
    const usage = toUsage(row.usage);
    if (!run?.evidenceSha256 || synthesis === null || row.imagesSha256 === null || usage === null) {
      throw new Error('an approved release has images, a verdict and its evidence');
    }
    const evidenceBytes = await vault.read(run.evidenceSha256);
    const [terms, override, noUseReason] = await this.#context.database.unsafeAsSystem(
      'release.pack',
      async (tx) => [
        await getTermsInForce(tx),
        signaturesInForce(await toOverrideDto(tx, run, row.overrideSignatures)),
        noUseReasonOf(
          row,
          await readPeople(tx, row.noUseReasonById === null ? [] : [row.noUseReasonById]),
        ),
      ],
    );
    return {
      cohortVersionId: row.id,
      title: row.cohort.title,
      number: row.number,
      datasetTitle: row.datasetVersion.dataset.title,
      labelMix: row.labelMix,
      usage,
      noUseReason:
        noUseReason === null ? null : { person: noUseReason.by.name, reason: noUseReason.reason },
      seed: synthesis.seed,
      generators: synthesis.synthesisGenerators.map(({ generator }) => ({
        name:
          generator.generatorImport === null
            ? `generator ${generator.id}, step ${generator.step}`
            : `generator ${generator.id}, made with ${generator.generatorImport.framework} outside the lab's own training; how it was trained is its team's declaration`,
        sha256: generator.sha256,
      })),
      images: decodePack(await vault.read(row.imagesSha256)),
      evidence: evidence.parse(JSON.parse(new TextDecoder().decode(evidenceBytes))),
      evidenceBytes,
      override,
      terms,
    };
  }

  async #complete(tx: Transaction, row: CohortRow, { sha256, size }: StoredObject): Promise<void> {
    const cohort: ObjectRef = { kind: 'cohort-version', id: row.id };
    const { event } = transition(cohortVersionTransitions, 'packing', 'released');
    const change = {
      bundleName: toFileName(row),
      bundleSha256: sha256,
      bundleSize: BigInt(size),
      releasedAt: this.#context.now(),
      failure: null,
    };
    if (!(await moveCohort(tx, row.id, 'packing', 'released', change))) return;
    await appendAudit(tx, {
      actorId: null,
      type: event,
      object: cohort,
      detail: { bundleSha256: sha256, bundleSize: size },
    });
    const permit = (await readProjects(tx, [row.applicationId])).get(row.applicationId)?.permit;
    await notify(tx, {
      people: [row.authorId, ...(permit?.personIds ?? [])],
      kind: 'release.released',
      object: cohort,
      title: row.cohort.title,
    });
  }

  /** The page says why, and the lab tries again later by itself. */
  async #tryLater(tx: Transaction, row: CohortRow, error: unknown): Promise<void> {
    const payload = { cohortVersionId: row.id };
    // The attempt that failed has said why already; this is the queue, which ends the job.
    if (
      (await tx.outbox.count({
        where: { job: 'release.pack', payload: { equals: payload }, sentAt: null },
      })) > 0
    )
      return;
    const failure = toFailure(error, { code: 'packing_failed', params: {} });
    if (!(await setFailure(tx, row.id, 'packing', failure))) return;
    await addToOutbox(tx, 'release.pack', payload, {
      availableAt: new Date(this.#context.now().getTime() + tryAgainAfterMs),
    });
  }
}

async function asStorageFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    throw code === 'ENOSPC' || code === 'EDQUOT'
      ? new LabError('storage_full', { cause: error })
      : error;
  }
}

/**
 * A name that every file system takes: letters and digits of the title, the version's number, the
 * first digits of its id.
 */
function toFileName(row: CohortRow): string {
  const words = row.cohort.title
    .normalize('NFKD')
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 60);
  return `${words === '' ? 'cohort' : words}-v${row.number}-${row.id.slice(-8)}.zip`;
}
