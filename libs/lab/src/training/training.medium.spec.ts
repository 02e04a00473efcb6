import { trainingRequest } from '@scapis/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { JobLostError } from '../jobs/job-attempt.ts';
import {
  firstTry,
  leastTraining,
  openComputeLab,
  type ComputeLab,
} from '../testing/compute.fixture.ts';
import { TrainingSegments } from './training-segments.ts';

let lab: ComputeLab;
let project: { applicationId: string; permitId: string };
let dataset: { datasetId: string; versionId: string };
beforeAll(async () => {
  lab = await openComputeLab();
  dataset = await lab.approvedDataset({
    subjects: 30,
    gradeMix: { none: 1, mild: 1, moderate: 1, severe: 1 },
  });
  project = await lab.governance.approveApplication(dataset.datasetId);
});
afterAll(() => lab.close());

/** A worker of its own: nothing in memory from another. Its slices have so many steps. */
function newWorker(sliceSteps = 7): TrainingSegments {
  return new TrainingSegments({ ...lab.context, sliceSeconds: 600, sliceSteps });
}

/** Waits until a slice that goes on elsewhere has told points of some steps. */
async function hasBegun(id: string): Promise<void> {
  await expect
    .poll(
      () => lab.test.query('SELECT 1 FROM training_point WHERE training_run_id = $1 LIMIT 1', [id]),
      { timeout: 60_000, interval: 50 },
    )
    .toHaveLength(1);
}

/** What a person sends, with the form's defaults for what they leave as it is. */
function asked(
  input: Partial<z.input<typeof trainingRequest>> = {},
): z.output<typeof trainingRequest> {
  const usual = {
    ...leastTraining,
    permitId: project.permitId,
    datasetVersionId: dataset.versionId,
    title: 'Small run',
  };
  return trainingRequest.parse({ ...usual, ...input });
}

async function request(
  seed = 1,
  steps = 20,
  more: Partial<z.input<typeof trainingRequest>> = {},
): Promise<string> {
  const run = await lab.lab.training.request(lab.people.astrid, asked({ seed, steps, ...more }));
  expect(run).toMatchObject({ state: 'queued', step: 0, batch: 8 });
  return run.id;
}

async function newestSlice(id: string): Promise<{ trainingRunId: string; fromStep: number }> {
  const slices = (await lab.outbox()).filter(
    (row) => row.job === 'training.slice' && row.payload['trainingRunId'] === id,
  );
  return {
    trainingRunId: id,
    fromStep: Math.max(...slices.map((row) => Number(row.payload['fromStep']))),
  };
}

/** Runs slices until the run ends, each in a worker that `next` gives. */
async function finish(id: string, next: () => TrainingSegments): Promise<number> {
  for (let slices = 1; ; slices += 1) {
    await next().job.run(await newestSlice(id), firstTry);
    if ((await lab.lab.training.get(lab.people.astrid, id)).state !== 'running') return slices;
  }
}

describe('a training run', () => {
  it('goes in slices to a generator, with losses and a sheet on the way', async () => {
    const id = await request(1, 20, { shards: 2 });
    const worker = newWorker();
    const slices = await finish(id, () => worker);
    expect(slices).toBeGreaterThan(1);
    const run = await lab.lab.training.get(lab.people.astrid, id);
    expect(run).toMatchObject({
      state: 'completed',
      step: 20,
      failure: null,
      hasSampleSheet: true,
    });
    expect(run.generators).toHaveLength(1);
    const points = await lab.lab.training.points(lab.people.astrid, id);
    expect(points.at(-1)?.step).toBe(20);
    expect(
      points.every(
        (point) =>
          Object.values(point.metrics).every(Number.isFinite) &&
          (point.metrics['imagesPerSecond'] ?? 0) > 0,
      ),
    ).toBe(true);
    const sheet = await lab.lab.training.sampleSheet(lab.people.admin1, id);
    expect(Buffer.from(sheet.subarray(1, 4)).toString()).toBe('PNG');
    await expect(lab.lab.training.sampleSheet(lab.people.astrid, id)).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await lab.auditTypes(id)).toEqual([
      'training.requested',
      'training.started',
      'training.completed',
    ]);
    expect(
      await lab.test.query('SELECT step FROM checkpoint WHERE training_run_id = $1', [id]),
    ).toHaveLength(2);
    expect(run.decisions.find((decision) => decision.action === 'cohort:create')?.allowed).toBe(
      true,
    );

    const events = lab.lab.training.watch(lab.people.astrid, id);
    const first = await events.next();
    expect(first.value?.points.length).toBe(points.length);
    expect((await events.next()).done).toBe(true);
  });

  it('comes to the same bytes whether one worker lives or each slice meets a kill -9', async () => {
    const [steady, killed] = [
      await request(5, 20, { shards: 2 }),
      await request(5, 20, { shards: 2 }),
    ];
    const worker = newWorker(Infinity);
    await finish(steady, () => worker);
    // A slice that trained and was killed before it could save leaves its points and nothing else.
    await newWorker().job.run(await newestSlice(killed), firstTry);
    const before = await newestSlice(killed);
    await lab.test.query(
      `INSERT INTO training_point (training_run_id, application_id, step, metrics) VALUES ($1, $2, 19, '{}')`,
      [killed, project.applicationId],
    );
    await finish(killed, () => newWorker());
    const sha256 = async (id: string): Promise<string | undefined> =>
      (await lab.lab.training.get(lab.people.astrid, id)).generators[0]?.sha256;
    expect(await sha256(killed)).toBe(await sha256(steady));
    expect(before.fromStep).toBeGreaterThan(0);
  });

  it('does a slice once, however often and by whomever it is taken up', async () => {
    const id = await request(6, 2_000);
    const first = await newestSlice(id);
    const [one, two] = [newWorker(), newWorker()];
    const both = await Promise.allSettled([
      one.job.run(first, firstTry),
      two.job.run(first, firstTry),
    ]);
    for (const each of both)
      if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(JobLostError);
    await one.job.run(first, firstTry);
    expect((await lab.outbox()).filter((row) => row.payload['trainingRunId'] === id)).toHaveLength(
      2,
    );
    expect(
      await lab.test.query('SELECT 1 FROM checkpoint WHERE training_run_id = $1', [id]),
    ).toHaveLength(1);
    await lab.lab.training.cancel(lab.people.astrid, id);
  });

  it('stops within seconds when it is cancelled, and stays so', async () => {
    const id = await request(7, 100_000);
    const slice = newWorker(Infinity).job.run(await newestSlice(id), firstTry);
    await hasBegun(id);
    await expect(lab.lab.training.cancel(lab.people.stranger, id)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect((await lab.lab.training.cancel(lab.people.bo, id)).state).toBe('cancelled');
    await slice;
    expect(
      await lab.test.query('SELECT 1 FROM checkpoint WHERE training_run_id = $1', [id]),
    ).toHaveLength(0);
    await newWorker().job.run({ trainingRunId: id, fromStep: 0 }, firstTry);
    expect((await lab.lab.training.get(lab.people.astrid, id)).state).toBe('cancelled');
  });

  it('ends when the permit has ended, also in the middle of a slice', async () => {
    const id = await request(8, 100_000);
    const slice = newWorker(Infinity).job.run(await newestSlice(id), firstTry);
    await hasBegun(id);
    lab.clock.now = new Date('2028-01-02T00:00:00Z');
    await slice;
    expect((await lab.lab.training.get(lab.people.astrid, id)).state).toBe('cancelled');
    await expect(
      lab.lab.training.request(lab.people.astrid, asked({ title: 'Too late' })),
    ).rejects.toMatchObject({ code: 'forbidden' });
    lab.resetClock();
  });

  it('fails with a sentence when its checkpoint is damaged, and only after the last try when the fault may pass', async () => {
    const id = await request(9, 2_000);
    await newWorker().job.run(await newestSlice(id), firstTry);
    const slice = await newestSlice(id);
    await lab.test.query('UPDATE checkpoint SET sha256 = $2 WHERE training_run_id = $1', [
      id,
      'a'.repeat(64),
    ]);
    await newWorker().job.run(slice, firstTry);
    expect(await lab.lab.training.get(lab.people.astrid, id)).toMatchObject({
      state: 'failed',
      failure: { code: 'checkpoint_damaged', params: {} },
    });
    expect(
      await lab.test.query(
        `SELECT 1 FROM notification WHERE object_id = $1 AND kind = 'training.failed'`,
        [id],
      ),
    ).toHaveLength(1);

    const again = await request(10, 2_000);
    const broken = new TrainingSegments({
      ...lab.context,
      storage: {
        ...lab.context.storage,
        readBytes: () => Promise.reject(new Error('disk gone')),
      },
    });
    await expect(broken.job.run(await newestSlice(again), firstTry)).rejects.toThrow('disk gone');
    expect((await lab.lab.training.get(lab.people.astrid, again)).state).toBe('running');
    await expect(broken.job.run(await newestSlice(again), { isLastAttempt: true })).rejects.toThrow(
      'disk gone',
    );
    const { failure } = await lab.lab.training.get(lab.people.astrid, again);
    expect(failure).toMatchObject({ code: 'training_failed' });
    expect(JSON.stringify(failure)).not.toContain('disk gone');
  });
});

describe('who may train, and who sees it', () => {
  it('asks the permit', async () => {
    const other = await lab.approvedDataset({ subjects: 20, seed: 90 });
    const input = asked({ datasetVersionId: other.versionId, title: 'Other data' });
    await expect(lab.lab.training.request(lab.people.astrid, input)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(
      lab.lab.training.request(lab.people.stranger, {
        ...input,
        datasetVersionId: dataset.versionId,
      }),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(
      lab.lab.training.request(lab.people.admin1, {
        ...input,
        datasetVersionId: dataset.versionId,
      }),
    ).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('shows a run to its team and to staff only, and its checkpoints to nobody', async () => {
    const id = await request(11);
    expect(
      (await lab.lab.training.list(lab.people.bo, { limit: 50 })).items.map((run) => run.id),
    ).toContain(id);
    expect(
      (await lab.lab.training.list(lab.people.auditor, { limit: 50 })).items.map((run) => run.id),
    ).toContain(id);
    expect((await lab.lab.training.list(lab.people.stranger, { limit: 50 })).items).toEqual([]);
    await expect(lab.lab.training.get(lab.people.stranger, id)).rejects.toMatchObject({
      code: 'not_found',
    });
    const admin = {
      'app.person_id': lab.people.admin1.personId,
      'app.roles': 'lab-admin,reviewer',
    };
    expect(await lab.test.queryAsApp(admin, 'SELECT 1 FROM checkpoint')).toHaveLength(0);
  });
});
