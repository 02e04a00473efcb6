import { afterAll, beforeAll, expect, it } from 'vitest';
import { trainingSettings } from '@scapis/contracts';
import { rdpEpsilon } from '@scapis/domain';
import {
  firstTry,
  leastTraining,
  openComputeLab,
  type ComputeLab,
} from '../testing/compute.fixture.ts';
import { findPrivacySpent } from '../gate/gate.repository.ts';
import { TrainingSegments } from '../training/training-segments.ts';

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

const training = (): ComputeLab['lab']['training'] => lab.lab.training;
const privacy = (noise: number) => ({
  target: { kind: 'noise' as const, value: noise },
  clip: 1,
  discriminatorSteps: 2,
});

async function request(
  noise: number | null,
  steps = 20,
  continueFrom: string | null = null,
): Promise<string> {
  const settings = trainingSettings.parse({ ...leastTraining, steps });
  const body = {
    permitId: project.permitId,
    datasetVersionId: dataset.versionId,
    title: 'Private run',
    ...settings,
    continueFrom,
  };
  return (
    await training().request(lab.people.astrid, {
      ...body,
      privacy: noise === null ? null : privacy(noise),
    })
  ).id;
}

const get = (id: string) => training().get(lab.people.astrid, id);
const budget = async () =>
  (await lab.lab.datasets.get(lab.people.astrid, dataset.datasetId)).privacy;

it('shows the cost, reserves it with the request, and settles what was taken', async () => {
  const asked = { datasetVersionId: dataset.versionId, steps: 20, batch: 8, privacy: privacy(20) };
  const cost = await training().privacyCost(lab.people.astrid, asked);
  expect(await budget()).toEqual({
    epsilon: 10,
    delta: 1e-5,
    isRequired: false,
    spent: 0,
    privateRuns: 0,
  });
  expect(cost).toMatchObject({
    noiseMultiplier: 20,
    noisySteps: 40,
    delta: 1e-5,
    budget: 10,
    spentBefore: 0,
    isWithinBudget: true,
  });
  expect(cost.sampleRate).toBe(8 / cost.people);
  expect(cost.epsilon).toBeCloseTo(
    rdpEpsilon([{ noiseMultiplier: 20, sampleRate: 8 / cost.people, steps: 40 }], 1e-5),
    9,
  );
  expect(cost.epsilonPrv).toBeLessThanOrEqual(cost.epsilon);

  // To the end: what was reserved is what it cost. Its points come with the checkpoint and tell
  // nothing of real images.
  const whole = await request(20);
  expect((await get(whole)).privacy).toMatchObject({
    noiseMultiplier: 20,
    noisySteps: 40,
    epsilon: cost.epsilon,
    isSettled: false,
  });
  expect((await budget()).spent).toBeCloseTo(cost.epsilon, 9);
  await new TrainingSegments({ ...lab.context, sliceSeconds: 600 }).job.run(
    { trainingRunId: whole, fromStep: 0 },
    firstTry,
  );
  const done = await get(whole);
  expect(done).toMatchObject({
    state: 'completed',
    privacy: { noisySteps: 40, epsilon: cost.epsilon, isSettled: true },
  });
  expect(done.generators).toHaveLength(1);
  const metrics = (await training().points(lab.people.astrid, whole)).map((point) =>
    Object.keys(point.metrics).sort(),
  );
  expect(metrics).toEqual([
    ['discriminatorGradient', 'fakeLogit', 'generatorGradient', 'generatorLoss', 'imagesPerSecond'],
  ]);

  // The gate tells what a cohort of its generator costs, as of that generator's step (P7).
  const cohort = {
    ensembleId: null,
    generatorIds: done.generators.map(({ id }) => id),
    title: 'Private cohort',
    count: 60,
    seed: 1,
    labelMix: 'balanced' as const,
  };
  const { id: cohortVersionId } = await lab.lab.cohorts.request(lab.people.astrid, cohort);
  const spentBy = (id: string) =>
    lab.test.db.unsafeAsSystem('test', (tx) => findPrivacySpent(tx, id));
  expect(await spentBy(cohortVersionId)).toEqual({
    epsilon: expect.closeTo(cost.epsilon, 9),
    delta: 1e-5,
    bySteps: expect.arrayContaining([{ step: 20, epsilon: expect.closeTo(cost.epsilon, 9) }]),
  });
  expect(await spentBy(whole)).toBeNull();

  // Nothing goes on from it: the steps that it took would be in the other's networks and in
  // nobody's epsilon.
  for (const noise of [null, 20])
    await expect(request(noise, 20, whole)).rejects.toMatchObject({ code: 'checkpoint_unusable' });

  // Cancelled before and after a slice: for the steps that were kept. Two runs together cost less
  // than the sum.
  const early = await request(20);
  await training().cancel(lab.people.bo, early);
  expect((await get(early)).privacy).toMatchObject({ noisySteps: 0, epsilon: 0, isSettled: true });
  const broken = await request(20, 2_000);
  await new TrainingSegments({ ...lab.context, sliceSeconds: 0.1 }).job.run(
    { trainingRunId: broken, fromStep: 0 },
    firstTry,
  );
  const kept = (await get(broken)).step;
  expect(kept).toBeGreaterThan(0);
  await training().cancel(lab.people.astrid, broken);
  const settled = (await get(broken)).privacy;
  expect(settled).toMatchObject({ noisySteps: 2 * kept, isSettled: true });
  const { spent, privateRuns } = await budget();
  expect(privateRuns).toBe(3);
  expect(spent).toBeGreaterThan(cost.epsilon);
  expect(spent).toBeLessThan(cost.epsilon + (settled?.epsilon ?? NaN));
  expect(await lab.auditTypes(broken)).toEqual([
    'training.requested',
    'privacy.reserved',
    'training.started',
    'training.cancelled',
    'privacy.settled',
  ]);
});

it('refuses what the budget does not hold, also of two at once, and leaves nothing of it', async () => {
  const before = await budget();
  const runs = async (): Promise<number> =>
    (await lab.test.query('SELECT 1 FROM training_run')).length;
  const count = await runs();
  await expect(request(0.3)).rejects.toMatchObject({
    code: 'privacy_budget_exceeded',
    message: expect.stringContaining('budget is epsilon 10.0'),
  });
  expect(
    (
      await training().privacyCost(lab.people.astrid, {
        datasetVersionId: dataset.versionId,
        steps: 20,
        batch: 8,
        privacy: privacy(0.3),
      })
    ).isWithinBudget,
  ).toBe(false);
  expect([await runs(), await budget()]).toEqual([count, before]);
  // Each of the two would fit alone.
  const { people, sampleRate } = await training().privacyCost(lab.people.astrid, {
    datasetVersionId: dataset.versionId,
    steps: 20,
    batch: 8,
    privacy: privacy(20),
  });
  const noise =
    [...Array(200).keys()]
      .map((i) => 1 + i / 20)
      .find(
        (noiseMultiplier) => rdpEpsilon([{ noiseMultiplier, sampleRate, steps: 40 }], 1e-5) < 8,
      ) ?? NaN;
  const both = await Promise.allSettled([request(noise), request(noise)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(
    training().privacyCost(lab.people.astrid, {
      datasetVersionId: dataset.versionId,
      steps: 20,
      batch: people + 1,
      privacy: privacy(5),
    }),
  ).rejects.toMatchObject({
    code: 'batch_exceeds_people',
    message: expect.stringContaining('fewer images per step'),
  });
});

it('is asked for where the dataset requires it', async () => {
  await lab.test.query('ALTER TABLE dataset DISABLE TRIGGER dataset_rules');
  await lab.test.query(`UPDATE dataset SET privacy = '{"isRequired": true}' WHERE id = $1`, [
    dataset.datasetId,
  ]);
  await lab.test.query('ALTER TABLE dataset ENABLE TRIGGER dataset_rules');
  await expect(request(null)).rejects.toMatchObject({ code: 'privacy_required' });
  await lab.test.query('ALTER TABLE dataset DISABLE TRIGGER dataset_rules');
  await lab.test.query(`UPDATE dataset SET privacy = '{}' WHERE id = $1`, [dataset.datasetId]);
  await lab.test.query('ALTER TABLE dataset ENABLE TRIGGER dataset_rules');
  expect((await get(await request(null))).privacy).toBeNull();
});

it('is kept by the database against plain SQL', async () => {
  const id = await request(200);
  const astrid = { 'app.person_id': lab.people.astrid.personId, 'app.roles': 'applicant' };
  const asAstrid = (sql: string, values: unknown[] = [id]): Promise<unknown[]> =>
    lab.test.queryAsApp(astrid, sql, values);
  const copy = (change: string): string => `
    INSERT INTO privacy_spend SELECT gen_random_uuid(), dataset_id, training_run_id, application_id, ${change}, delta, epsilon, accountant, created_at
    FROM privacy_spend WHERE training_run_id = $1`;
  await expect(
    asAstrid('UPDATE privacy_spend SET steps = 0 WHERE training_run_id = $1'),
  ).rejects.toThrow('permission denied');
  await expect(
    lab.test.query('DELETE FROM privacy_spend WHERE training_run_id = $1', [id]),
  ).rejects.toThrow('append-only');
  await expect(asAstrid(copy(`'settled', noise_multiplier, sample_rate, 0`))).rejects.toThrow(
    'settled when it has ended',
  );
  await expect(asAstrid(copy(`'settled', noise_multiplier * 2, sample_rate, 0`))).rejects.toThrow(
    'says what its run does',
  );
  await expect(
    asAstrid(`UPDATE training_run SET config = config || '{"privacy": null}' WHERE id = $1`),
  ).rejects.toThrow('does not change');
  const admin = { 'app.person_id': lab.people.admin1.personId, 'app.roles': 'lab-admin' };
  await expect(
    lab.test.queryAsApp(admin, `UPDATE dataset SET privacy = '{"epsilon": 99}' WHERE id = $1`, [
      dataset.datasetId,
    ]),
  ).rejects.toThrow('budget does not change');
  const stranger = { 'app.person_id': lab.people.stranger.personId, 'app.roles': 'applicant' };
  expect(await lab.test.queryAsApp(stranger, 'SELECT 1 FROM privacy_spend')).toHaveLength(0);
  // The sum is everyone's to know, without whose it is.
  expect(
    (await lab.lab.datasets.get(lab.people.stranger, dataset.datasetId)).privacy.spent,
  ).toBeGreaterThan(0);
});
