import { randomUUID } from 'node:crypto';
import { jobNames } from '@scapis/contracts';
import { addToOutbox, openQueue, relayOutbox, type Queue, withRequestId } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestLab, type TestLab } from '../testing/lab.fixture.ts';
import { enqueueStranded } from './stranded-jobs.ts';

let lab: TestLab;
let queue: Queue;
let project: { applicationId: string; permitId: string; datasetId: string };
beforeAll(async () => {
  lab = await openTestLab();
  queue = openQueue({ DATABASE_URL: lab.test.appUrl });
  const datasetId = await lab.addDataset();
  project = { datasetId, ...(await lab.approveApplication(datasetId)) };
});
afterAll(async () => {
  await queue.close();
  await lab.close();
});
// Whatever the fixture left is delivered.
beforeEach(() => lab.test.query('UPDATE notification SET delivered_at = now()'));

const strand = () => enqueueStranded(lab.test.db, queue);
const inOutbox = (id: string) =>
  lab.test.query(
    `SELECT job FROM outbox WHERE sent_at IS NULL AND payload::text LIKE '%' || $1 || '%'`,
    [id],
  );

/** Sends what waits in the outbox, as the worker does. */
async function relay(): Promise<void> {
  const relaying = relayOutbox(lab.test.db, queue);
  const due = 'SELECT job FROM outbox WHERE sent_at IS NULL AND available_at <= now()';
  await expect.poll(() => lab.test.query(due), { timeout: 60_000 }).toEqual([]);
  await relaying.stop();
}

/** States as the lab's moves leave them, without the moves: those are each feature's own tests. */
async function put(sql: string): Promise<void> {
  await lab.test.query(`SET session_replication_role = replica; ${sql}`);
}

/** A dataset version that waits to be taken in, and nothing else of it. */
async function addQuarantined(): Promise<string> {
  const id = uuidv7();
  await put(
    `INSERT INTO dataset_version (id, dataset_id, number, state, data_key)
     SELECT '${id}', '${project.datasetId}', count(*) + 1, 'quarantined', '' FROM dataset_version WHERE dataset_id = '${project.datasetId}'`,
  );
  return id;
}

const failVersion = (id: string) =>
  put(`UPDATE dataset_version SET state = 'failed' WHERE id = '${id}'`);

describe('a row that waits for a job', () => {
  it('is enqueued when the queue does not know the job, once', async () => {
    const id = await addQuarantined();
    const job = { job: 'dataset.ingest', payload: { datasetVersionId: id } };
    const both = (await Promise.all([strand(), strand()])).flat();
    expect(both).toEqual([job]);
    expect(await strand()).toEqual([]);
    await relay();
    expect(await strand()).toEqual([]);
    expect(
      await lab.test.query(`SELECT data FROM bullmq.job WHERE name = 'dataset.ingest'`),
    ).toEqual([{ data: job.payload }]);

    // The queue comes back empty.
    await lab.test.query('DELETE FROM bullmq.job');
    expect(await strand()).toEqual([job]);
    expect(await inOutbox(id)).toHaveLength(1);
    await relay();

    // The job ended, and its row did not: its worker died in between.
    await lab.test.query(`UPDATE bullmq.job SET state = 'failed', finished_at_ms = 1`);
    expect(await strand()).toEqual([job]);

    await relay();
    await failVersion(id);
    await lab.test.query('DELETE FROM bullmq.job');
    expect(await strand()).toEqual([]);
  });

  it('is enqueued again as of the request that asked for it', async () => {
    const id = await addQuarantined();
    const requestId = randomUUID();
    await withRequestId(requestId, () =>
      lab.test.db.unsafeAsSystem('test', (tx) =>
        addToOutbox(tx, 'dataset.ingest', { datasetVersionId: id }),
      ),
    );
    await relay();
    await lab.test.query('DELETE FROM bullmq.job');
    expect(await strand()).toHaveLength(1);
    expect(
      await lab.test.query(
        `SELECT request_id AS "requestId" FROM outbox WHERE sent_at IS NULL AND payload = $1`,
        [{ datasetVersionId: id }],
      ),
    ).toEqual([{ requestId }]);
    await relay();
    await failVersion(id);
  });

  it('is left alone while its job waits for its time', async () => {
    const id = await addQuarantined();
    await lab.test.query(
      `INSERT INTO outbox (id, job, payload, available_at) VALUES (gen_random_uuid(), 'dataset.ingest', jsonb_build_object('datasetVersionId', $1::text), now() + interval '1 hour')`,
      [id],
    );
    expect(await strand()).toEqual([]);
    await failVersion(id);
  });

  it('may wait for any job of the lab', async () => {
    const cohortVersionId = await lab.addPassedVersion(project);
    const [ensembleId, importId, notificationId] = [uuidv7(), uuidv7(), uuidv7()];
    const { astrid } = lab.people;
    const [ids] = await lab.test.query<
      Record<'synthesis' | 'gate' | 'training' | 'version', string>
    >(
      `SELECT synthesis_run.id AS synthesis, gate_run.id AS gate, training_run.id AS training, cohort_version.dataset_version_id AS version
       FROM cohort_version JOIN synthesis_run ON synthesis_run.cohort_version_id = cohort_version.id JOIN gate_run ON gate_run.cohort_version_id = cohort_version.id
         JOIN training_run ON training_run.dataset_version_id = cohort_version.dataset_version_id WHERE cohort_version.id = $1`,
      [cohortVersionId],
    );
    if (ids === undefined) throw new Error('the fixture left no cohort');
    const asked = `'${project.applicationId}', '${project.permitId}', '${ids.version}', '${astrid.personId}'`;
    await put(`
      UPDATE dataset_version SET state = 'ingesting' WHERE id = '${ids.version}';
      UPDATE training_run SET state = 'running' WHERE id = '${ids.training}';
      INSERT INTO checkpoint (id, training_run_id, application_id, step, sha256, size) VALUES (gen_random_uuid(), '${ids.training}', '${project.applicationId}', 7, '', 1);
      UPDATE synthesis_run SET state = 'running' WHERE id = '${ids.synthesis}';
      UPDATE gate_run SET state = 'queued' WHERE id = '${ids.gate}';
      UPDATE cohort_version SET state = 'packing' WHERE id = '${cohortVersionId}';
      INSERT INTO ensemble (id, application_id, permit_id, dataset_version_id, requested_by_id, title, state) VALUES ('${ensembleId}', ${asked}, 'E', 'choosing');
      INSERT INTO generator_import (id, application_id, permit_id, dataset_version_id, declared_by_id, threshold_version_id, title, framework, recipe, state)
        SELECT '${importId}', ${asked}, threshold_version_id, 'G', 'MONAI', 'r', 'quarantined' FROM training_run WHERE id = '${ids.training}';
      INSERT INTO notification (id, person_id, kind, object_kind, object_id, title) VALUES ('${notificationId}', '${astrid.personId}', 'gate.passed', 'cohort-version', '${cohortVersionId}', 'C')`);

    const found = await strand();
    expect(found.map(({ job }) => job).sort()).toEqual([...jobNames].sort());
    expect(found).toEqual(
      expect.arrayContaining([
        { job: 'dataset.ingest', payload: { datasetVersionId: ids.version } },
        { job: 'training.slice', payload: { trainingRunId: ids.training, fromStep: 7 } },
        { job: 'ensemble.choose', payload: { ensembleId } },
        { job: 'generator.check', payload: { generatorImportId: importId } },
        { job: 'synthesis.run', payload: { synthesisRunId: ids.synthesis } },
        { job: 'gate.run', payload: { gateRunId: ids.gate } },
        { job: 'release.pack', payload: { cohortVersionId } },
        { job: 'notification.deliver', payload: { notificationId } },
      ]),
    );
    await relay();
    expect(await strand()).toEqual([]);
  });
});
