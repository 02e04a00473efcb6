import { trainingRequest } from '@scapis/contracts';
import { readSafetensors, writeSafetensors } from '@scapis/gan';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  firstTry,
  leastTraining,
  openComputeLab,
  type ComputeLab,
} from '../testing/compute.fixture.ts';
import { openVault, type Vault } from '../storage/vault.ts';
import { TrainingService } from './training.service.ts';
import { TrainingSegments } from './training-segments.ts';

// What a run says of itself before it starts and while it goes, and what happens when it goes
// wrong. How it goes when all is well: training.medium.spec.ts.

let lab: ComputeLab;
let project: { applicationId: string; permitId: string };
let dataset: { datasetId: string; versionId: string };
let vault: Vault;
beforeAll(async () => {
  lab = await openComputeLab();
  // Who comes into R is drawn anew in each lab: of 130 people, ten or more but once in thousands of
  // labs.
  dataset = await lab.approvedDataset({
    subjects: 130,
    gradeMix: { none: 1, mild: 1, moderate: 1, severe: 1 },
  });
  project = await lab.governance.approveApplication(dataset.datasetId);
  const [row] = await lab.test.query<{ data_key: Uint8Array }>(
    'SELECT data_key FROM dataset_version WHERE id = $1',
    [dataset.versionId],
  );
  vault = openVault(lab.context, row?.data_key ?? new Uint8Array());
});
afterAll(() => lab.close());

function asked(
  more: Partial<z.input<typeof trainingRequest>> = {},
): z.output<typeof trainingRequest> {
  const usual = {
    ...leastTraining,
    permitId: project.permitId,
    datasetVersionId: dataset.versionId,
    title: 'Watched run',
    steps: 2_000,
    lookEvery: 20,
  };
  return trainingRequest.parse({ ...usual, ...more });
}

async function request(more: Partial<z.input<typeof trainingRequest>> = {}): Promise<string> {
  return (await lab.lab.training.request(lab.people.astrid, asked(more))).id;
}

const get = (id: string) => lab.lab.training.get(lab.people.astrid, id);

/** Does slices of so many steps. One that was just made knows nothing of the slices before. */
const newWorker = (sliceSteps = 1): TrainingSegments =>
  new TrainingSegments({ ...lab.context, sliceSeconds: 600, sliceSteps });

/** Does the next slice. @returns the step it came to */
async function slice(id: string, worker = newWorker()): Promise<number> {
  const rows = (await lab.outbox()).filter(
    (row) => row.job === 'training.slice' && row.payload['trainingRunId'] === id,
  );
  await worker.job.run(
    { trainingRunId: id, fromStep: Number(rows.at(-1)?.payload['fromStep']) },
    firstTry,
  );
  return (await get(id)).step;
}

/** Two slices by one worker. */
async function twoSlices(id: string): Promise<void> {
  const worker = newWorker();
  for (let slices = 0; slices < 2; slices += 1) await slice(id, worker);
}

async function checkpoints(id: string): Promise<{ step: number; sha256: string }[]> {
  return lab.test.query(
    'SELECT step, sha256 FROM checkpoint WHERE training_run_id = $1 ORDER BY step',
    [id],
  );
}

describe('memorisation', () => {
  /**
   * A run that has been looked at once and is some steps further, and looks written into its
   * history that found what we say.
   */
  async function looked(
    more: Partial<z.input<typeof trainingRequest>>,
  ): Promise<{ id: string; calmStep: number }> {
    const id = await request(more);
    const calmStep = 20;
    expect(await slice(id, newWorker(calmStep + 3))).toBe(calmStep + 3);
    for (const gap of [1, 2, 3])
      await lab.test.query(
        `INSERT INTO training_point (training_run_id, application_id, step, metrics) VALUES ($1, $2, $3, '{"memorisationGap": 9}')
         ON CONFLICT (training_run_id, step) DO UPDATE SET metrics = training_point.metrics || '{"memorisationGap": 9}'`,
        [id, project.applicationId, calmStep + gap],
      );
    return { id, calmStep };
  }

  it('is looked for at fixed steps, and stops the run at the third look in a row that shows it', async () => {
    const { id, calmStep } = await looked({ seed: 2 });
    const points = await lab.lab.training.points(lab.people.astrid, id);
    const metrics = points.find((point) => point.step === calmStep)?.metrics ?? {};
    for (const name of [
      'realLogitTraining',
      'realLogitReference',
      'discriminatorGap',
      'likelihoodGap',
      'memorisationGap',
      'discriminatorLoss',
    ])
      expect(metrics[name]).toSatisfy(Number.isFinite);
    expect(Math.abs(metrics['memorisationGap'] ?? NaN)).toBeLessThan(4);

    await slice(id);
    const run = await get(id);
    expect(run).toMatchObject({
      state: 'completed',
      failure: null,
      alert: { beganAt: calmStep + 1, raisedAt: calmStep + 3 },
    });
    // What is kept is the generator of the last look before it began.
    expect(run.generators.map(({ step }) => step)).toEqual([calmStep]);
    expect(run.step).toBeLessThan(run.steps);
    const file = readSafetensors(await vault.read(run.generators[0]?.sha256 ?? ''));
    expect(file.metadata['format']).toBe('scapis-generator-1');
    expect(await lab.auditTypes(id)).toEqual([
      'training.requested',
      'training.started',
      'training.memorised',
      'training.completed',
    ]);
    expect(
      await lab.test.query(
        `SELECT 1 FROM notification WHERE object_id = $1 AND kind = 'training.memorised'`,
        [id],
      ),
    ).toHaveLength(1);
  });

  it('is only told where the person asked to go on', async () => {
    const { id } = await looked({ seed: 3, stopOnMemorisation: false });
    await twoSlices(id);
    expect(await get(id)).toMatchObject({
      state: 'running',
      generators: [],
      alert: { beganAt: expect.any(Number) },
    });
    expect(
      await lab.test.query(
        `SELECT 1 FROM notification WHERE object_id = $1 AND kind = 'training.memorised'`,
        [id],
      ),
    ).toHaveLength(1);
    await lab.lab.training.cancel(lab.people.astrid, id);
  });
});

describe('a fault on the way', () => {
  it('of the newest checkpoint costs its slice: the one before takes its place', async () => {
    const id = await request({ seed: 4 });
    await twoSlices(id);
    const [first, second] = await checkpoints(id);
    await lab.test.query(
      `UPDATE checkpoint SET sha256 = $3 WHERE training_run_id = $1 AND step = $2`,
      [id, second?.step, 'a'.repeat(64)],
    );
    expect(await slice(id)).toBe(first?.step);
    expect(await get(id)).toMatchObject({
      state: 'running',
      failure: null,
      checkpointStep: first?.step,
    });
    expect(await lab.auditTypes(id)).toContain('training.fell-back');
    expect(await slice(id)).toBeGreaterThan(first?.step ?? NaN);

    // Of another version: the one before is tried too, and is the last.
    const [older, newer] = await checkpoints(id);
    for (const checkpoint of [older, newer]) {
      const { tensors, metadata } = readSafetensors(await vault.read(checkpoint?.sha256 ?? ''));
      const { sha256 } = await vault.write(
        writeSafetensors({ tensors, metadata: { ...metadata, format: 'scapis-gan-checkpoint-0' } }),
      );
      await lab.test.query(
        `UPDATE checkpoint SET sha256 = $3 WHERE training_run_id = $1 AND step = $2`,
        [id, checkpoint?.step, sha256],
      );
    }
    await slice(id);
    expect((await get(id)).state).toBe('running');
    await slice(id);
    expect(await get(id)).toMatchObject({
      state: 'failed',
      failure: { code: 'checkpoint_damaged' },
    });
  });

  it('of the numbers says where it began, and another run goes on from what is kept', async () => {
    const id = await request({ seed: 5 });
    await twoSlices(id);
    const [first, second] = await checkpoints(id);
    const { tensors, metadata } = readSafetensors(await vault.read(second?.sha256 ?? ''));
    tensors.get('discriminator/logit.weight')?.data.fill(NaN);
    const { sha256 } = await vault.write(writeSafetensors({ tensors, metadata }));
    await lab.test.query(
      `UPDATE checkpoint SET sha256 = $3 WHERE training_run_id = $1 AND step = $2`,
      [id, second?.step, sha256],
    );
    await slice(id);
    const run = await get(id);
    expect(run).toMatchObject({ state: 'failed', checkpointStep: second?.step });
    expect(run.failure).toMatchObject({
      code: 'training_diverged',
      params: {
        step: (second?.step ?? NaN) + 1,
        loss: 'discriminatorLoss',
        checkpoint: second?.step,
      },
    });
    expect(run.failure?.text).toContain(
      `It began at step ${(second?.step ?? NaN) + 1} with the discriminator's loss.`,
    );
    expect(run.failure?.text).toContain(
      `Start again from its checkpoint of step ${second?.step}, with a lower learning rate`,
    );
    expect((await checkpoints(id)).map(({ step }) => step)).toEqual([first?.step, second?.step]);

    await lab.test.query(
      `UPDATE checkpoint SET sha256 = $3 WHERE training_run_id = $1 AND step = $2`,
      [id, second?.step, first?.sha256],
    );
    const next = await request({ seed: 6, continueFrom: id, learningRate: 1e-4 });
    expect(await get(next)).toMatchObject({
      continuedFrom: { id, title: 'Watched run' },
      settings: { learningRate: 1e-4, batch: 8 },
    });
    expect(await slice(next)).toBeGreaterThan(0);
    // Its first step began with the other's networks, not with new ones: where those can't be read,
    // nothing begins.
    const orphan = await request({ seed: 6, continueFrom: id });
    await lab.test.query(`UPDATE checkpoint SET sha256 = $2 WHERE training_run_id = $1`, [
      id,
      'b'.repeat(64),
    ]);
    await slice(orphan);
    expect(await get(orphan)).toMatchObject({
      state: 'failed',
      failure: { code: 'checkpoint_damaged' },
    });

    for (const wrong of [{ continueFrom: next }, { continueFrom: id, width: 'standard' as const }])
      await expect(request(wrong)).rejects.toMatchObject({ code: 'checkpoint_unusable' });
    await lab.lab.training.cancel(lab.people.astrid, next);
  });
});

describe('before a run starts', () => {
  it('says what it costs, and counts nobody out', async () => {
    await lab.test.query('UPDATE training_run SET images_per_second = NULL');
    const unknown = await lab.lab.training.estimate(lab.people.astrid, asked());
    expect(unknown).toMatchObject({ seconds: null, obstacles: [], canWatch: true });
    expect(unknown.trainingPeople).toBeGreaterThan(20);
    expect(unknown.cells).toHaveLength(24);
    // Some combination of 130 people has fewer than ten in T.
    expect(unknown.cells.every(({ people }) => people === null || people >= 10)).toBe(true);
    expect(unknown.cells.some(({ people }) => people === null)).toBe(true);

    const id = await request({ seed: 7 });
    await lab.test.query('UPDATE training_run SET images_per_second = 100 WHERE id = $1', [id]);
    const known = await lab.lab.training.estimate(lab.people.astrid, asked());
    expect(known.seconds).toBeCloseTo((2_000 * 8) / 100, 6);
    const wide = await lab.lab.training.estimate(lab.people.astrid, asked({ width: 'wide' }));
    expect((wide.seconds ?? 0) / (known.seconds ?? 1)).toBeGreaterThan(3);
    expect(wide.parameters).toBeGreaterThan(2 * known.parameters);
    await lab.lab.training.cancel(lab.people.astrid, id);
  });

  it('refuses what a worker has not the memory for, with the figures', async () => {
    const small = new TrainingService({ ...lab.context, trainingMemoryBytes: 64 * 1024 ** 2 });
    await expect(
      small.request(lab.people.astrid, asked({ width: 'wide', batch: 256 })),
    ).rejects.toMatchObject({
      code: 'training_too_large',
      message: expect.stringMatching(/about \d+\.\d GiB .* has 0\.1 GiB/),
    });
    expect(
      (await small.estimate(lab.people.astrid, asked({ width: 'wide', batch: 256 }))).obstacles,
    ).toEqual(['too-much-memory']);
    await expect(small.estimate(lab.people.stranger, asked())).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('refuses a dataset of a few people without saying how few', async () => {
    const few = await lab.approvedDataset({ subjects: 8, seed: 3 });
    const other = await lab.governance.approveApplication(few.datasetId);
    const input = asked({ permitId: other.permitId, datasetVersionId: few.versionId });
    expect(await lab.lab.training.estimate(lab.people.astrid, input)).toMatchObject({
      trainingPeople: null,
      canWatch: false,
      obstacles: ['too-few-people'],
    });
    await expect(lab.lab.training.request(lab.people.astrid, input)).rejects.toMatchObject({
      code: 'training_split_too_small',
      message: expect.stringContaining('fewer than 10 people'),
    });
  });
});

describe('sheets', () => {
  it('of earlier slices stay, thinned but spread over the run', async () => {
    const id = await request({ seed: 8 });
    const service = newWorker(13);
    for (let slices = 0; slices < 2; slices += 1) await slice(id, service);
    await lab.test.query(
      `INSERT INTO training_sheet (training_run_id, application_id, step, sha256)
       SELECT $1, $2, made, (SELECT sample_sheet_sha256 FROM training_run WHERE id = $1) FROM generate_series(1, 24) AS made ON CONFLICT DO NOTHING`,
      [id, project.applicationId],
    );
    await slice(id, service);
    const { sheetSteps } = await get(id);
    expect(sheetSteps.length).toBeLessThanOrEqual(14);
    expect(sheetSteps.slice(0, 4)).toEqual([1, 3, 5, 7]);
    expect(sheetSteps.at(-1)).toBe((await get(id)).step);
    const [old, newest] = [
      await lab.lab.training.sampleSheet(lab.people.admin1, id, sheetSteps[0]),
      await lab.lab.training.sampleSheet(lab.people.admin1, id),
    ];
    expect(Buffer.from(old.subarray(1, 4)).toString()).toBe('PNG');
    expect(Buffer.from(old).equals(Buffer.from(newest))).toBe(false);
    await expect(lab.lab.training.sampleSheet(lab.people.admin1, id, 1_999)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(
      lab.lab.training.sampleSheet(lab.people.astrid, id, sheetSteps[0]),
    ).rejects.toMatchObject({
      code: 'forbidden',
    });
    await lab.lab.training.cancel(lab.people.astrid, id);
  });
});
