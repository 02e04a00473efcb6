import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cohortVersionTransitions, evidence, LabError, type JobPayload } from '@scapis/contracts';
import { addToOutbox } from '@scapis/platform';
import { transition } from '@scapis/domain';
import { writeBundle } from '@scapis/imaging';
import { decodePack } from '../images/image-pack.ts';
import type { LabContext } from '../context.ts';
import { getTermsInForce } from '../permits/permit.repository.ts';
import { signaturesInForce, toOverrideDto } from '../reviews/override.ts';
import { readProjects } from '../access/project.ts';
import { appendAudit, notify, type ObjectRef } from '../audit/trail.ts';
import { openVault } from '../storage/vault.ts';
import { bundleEntries } from './bundle-content.ts';
import type { Release } from './release.ts';
import {
  getCohortRow,
  moveCohort,
  setFailure,
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
  readonly #context: LabContext;

  constructor(context: LabContext) {
    this.#context = context;
  }

  /**
   * Job release.pack. The bytes follow from the release alone: killed and run again it stores the
   * same bundle, and it shows only when it is whole.
   */
  async pack({ cohortVersionId }: JobPayload<'release.pack'>): Promise<void> {
    const row = await this.#context.database.unsafeAsSystem('release.pack', (tx) =>
      getCohortRow(tx, cohortVersionId),
    );
    if (row.state !== 'packing') return;
    const release = await this.#gather(row);
    const folder = await mkdtemp(join(tmpdir(), 'scapis-pack-'));
    try {
      const path = join(folder, 'bundle.zip');
      const written = await asStorageFault(() => writeBundle(path, paced(bundleEntries(release))));
      const stored = await this.#context.storage.write(
        createReadStream(path) as AsyncIterable<Uint8Array>,
      );
      if (stored.sha256 !== written.sha256)
        throw new LabError('storage_damaged', {
          privateDetail: 'the bundle changed between writing and storing',
        });
      await this.#complete(row, {
        name: toFileName(row),
        sha256: stored.sha256,
        size: stored.size,
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #gather(row: CohortRow): Promise<Release> {
    const vault = openVault(this.#context, row.dataKey);
    const run = row.gateRuns[0];
    const synthesis = row.synthesisRun;
    const usage = row.usage;
    if (
      !run?.evidenceSha256 ||
      synthesis === null ||
      row.imagesSha256 === null ||
      (usage !== 'unrestricted' && usage !== 'method-development-only')
    ) {
      throw new Error('an approved release has images, a verdict and its evidence');
    }
    const evidenceBytes = await vault.read(run.evidenceSha256);
    const [terms, override] = await this.#context.database.unsafeAsSystem(
      'release.pack',
      async (tx) => [
        await getTermsInForce(tx),
        signaturesInForce(await toOverrideDto(tx, run, row.overrideSignatures)),
      ],
    );
    return {
      cohortVersionId: row.id,
      title: row.cohort.title,
      number: row.number,
      datasetTitle: row.datasetVersion.dataset.title,
      labelMix: row.labelMix,
      usage,
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

  async #complete(
    row: CohortRow,
    bundle: { name: string; sha256: string; size: number },
  ): Promise<void> {
    const cohort: ObjectRef = { kind: 'cohort-version', id: row.id };
    await this.#context.database.unsafeAsSystem('release.pack', async (tx) => {
      const { event } = transition(cohortVersionTransitions, 'packing', 'released');
      const change = {
        bundleName: bundle.name,
        bundleSha256: bundle.sha256,
        bundleSize: BigInt(bundle.size),
        releasedAt: this.#context.now(),
        failure: null,
      };
      if (!(await moveCohort(tx, row.id, 'packing', 'released', change))) return;
      await appendAudit(tx, {
        actorId: null,
        type: event,
        object: cohort,
        detail: { bundleSha256: bundle.sha256, bundleSize: bundle.size },
      });
      const permit = (await readProjects(tx, [row.applicationId])).get(row.applicationId)?.permit;
      await notify(tx, {
        people: [row.authorId, ...(permit?.personIds ?? [])],
        kind: 'release.released',
        object: cohort,
        title: row.cohort.title,
      });
    });
  }

  /**
   * For the worker, when the job has ended after its last attempt: the page says why, and the lab
   * tries again later by itself.
   */
  async onExhausted(
    { cohortVersionId }: JobPayload<'release.pack'>,
    error: unknown,
  ): Promise<void> {
    await this.#context.database.unsafeAsSystem('release.pack', async (tx) => {
      const failure = toFailure(error, { code: 'packing_failed', params: {} });
      if (!(await setFailure(tx, cohortVersionId, 'packing', failure))) return;
      await addToOutbox(
        tx,
        'release.pack',
        { cohortVersionId },
        { availableAt: new Date(this.#context.now().getTime() + tryAgainAfterMs) },
      );
    });
  }
}

/** Leaves the event loop free between files, so that the worker's hold on the job is renewed. */
async function* paced<Entry>(entries: Iterable<Entry>): AsyncGenerator<Entry> {
  let pausedAt = performance.now();
  for (const entry of entries) {
    if (performance.now() - pausedAt > 50) {
      await new Promise((resolve) => setImmediate(resolve));
      pausedAt = performance.now();
    }
    yield entry;
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
