import { ensembleRequest, type RouteOutput } from '@scapis/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  firstTry,
  leastTraining,
  openComputeLab,
  type ComputeLab,
} from '../testing/compute.fixture.ts';
import { checkChoosable } from './ensembles.service.ts';

let lab: ComputeLab;
let project: { applicationId: string; permitId: string };
let dataset: { datasetId: string; versionId: string };
beforeAll(async () => {
  lab = await openComputeLab();
  // Enough for the encoder's batch and for reference people to have neighbours.
  dataset = await lab.approvedDataset({
    subjects: 90,
    gradeMix: { none: 1, mild: 1, moderate: 1, severe: 1 },
  });
  project = await lab.governance.approveApplication(dataset.datasetId);
});
afterAll(() => lab.close());

async function request(): Promise<RouteOutput<'ensembles.get'>> {
  const asked = {
    ...leastTraining,
    permitId: project.permitId,
    datasetVersionId: dataset.versionId,
    title: 'Two networks',
    seed: 4,
    steps: 60,
    lookEvery: 5_000,
    members: 2,
  };
  return lab.lab.ensembles.request(lab.people.astrid, ensembleRequest.parse(asked));
}

/** Does all slices that wait, as workers would. */
async function train(runIds: readonly string[]): Promise<void> {
  for (const trainingRunId of runIds)
    for (;;) {
      const { state, checkpointStep } = await lab.lab.training.get(
        lab.people.astrid,
        trainingRunId,
      );
      if (state !== 'queued' && state !== 'running') break;
      await lab.lab.trainingSegments.job.run(
        { trainingRunId, fromStep: checkpointStep ?? 0 },
        firstTry,
      );
    }
}

const get = (id: string): ReturnType<typeof request> =>
  lab.lab.ensembles.get(lab.people.astrid, id);

describe('an ensemble', () => {
  it('trains its members, chooses by the reference people, and draws by the chosen shares', async () => {
    const asked = await request();
    expect(asked).toMatchObject({ state: 'training', choice: null, failure: null });
    expect(asked.runs.map(({ title, seed, ensembleId }) => [title, seed, ensembleId])).toEqual([
      ['Two networks (1/2)', 4, asked.id],
      ['Two networks (2/2)', 5, asked.id],
    ]);
    const draw = {
      ensembleId: asked.id,
      generatorIds: [],
      title: 'By the ensemble',
      count: 60,
      seed: 2,
      labelMix: 'balanced' as const,
    };
    await expect(lab.lab.cohorts.request(lab.people.astrid, draw)).rejects.toMatchObject({
      code: 'ensemble_not_chosen',
    });

    const [one = '', two = ''] = asked.runs.map(({ id }) => id);
    await train([one]);
    expect((await get(asked.id)).state).toBe('training');
    await train([two]);
    const trained = await get(asked.id);
    expect(trained.state).toBe('choosing');
    expect(trained.runs.map(({ generators }) => generators.map(({ step }) => step))).toEqual([
      [40, 60],
      [40, 60],
    ]);
    expect(
      (await lab.outbox())
        .filter(({ job }) => job === 'ensemble.choose')
        .map(({ payload }) => payload),
    ).toEqual([{ ensembleId: asked.id }]);

    await lab.lab.ensembles.job.run({ ensembleId: asked.id }, firstTry);
    const { state, choice } = await get(asked.id);
    expect(state).toBe('completed');
    expect(choice?.candidates).toHaveLength(4);
    expect(new Set(choice?.candidates.map(({ trainingRunId }) => trainingRunId))).toEqual(
      new Set([one, two]),
    );
    for (const value of [...Object.values(choice?.coverage ?? {}), ...(choice?.path ?? [])])
      expect(value >= 0 && value <= 1).toBe(true);
    for (const { members } of choice?.shares ?? [])
      expect(members.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(await lab.auditTypes(asked.id)).toEqual([
      'ensemble.requested',
      'ensemble.trained',
      'ensemble.completed',
    ]);
    // A second worker with the same job finds it done.
    await lab.lab.ensembles.job.run({ ensembleId: asked.id }, firstTry);

    const cohort = await lab.lab.cohorts.request(lab.people.astrid, draw);
    const synthesis = (await lab.outbox()).find(({ job }) => job === 'synthesis.run');
    await lab.lab.cohorts.job.run(
      { synthesisRunId: String(synthesis?.payload['synthesisRunId']) },
      firstTry,
    );
    const drawn = await lab.lab.cohorts.get(lab.people.astrid, cohort.id);
    expect(drawn).toMatchObject({ state: 'draft', drawn: 60, ensembleId: asked.id });

    // What was chosen stands.
    await expect(
      lab.test.query(`UPDATE ensemble SET choice = '{}' WHERE id = $1`, [asked.id]),
    ).rejects.toThrow('does not change');
    await expect(
      lab.test.query('UPDATE training_run SET ensemble_id = NULL WHERE id = $1', [one]),
    ).rejects.toThrow('its ensemble');
  }, 240_000);

  it('is cancelled with its runs, and ends as its runs do', async () => {
    const asked = await request();
    expect(await lab.lab.ensembles.cancel(lab.people.astrid, asked.id)).toMatchObject({
      state: 'cancelled',
      runs: [{ state: 'cancelled' }, { state: 'cancelled' }],
    });
    await expect(lab.lab.ensembles.cancel(lab.people.astrid, asked.id)).rejects.toMatchObject({
      code: 'forbidden',
    });

    const second = await request();
    for (const { id } of second.runs)
      await lab.lab.trainingSegments.job.onExhausted({ trainingRunId: id, fromStep: 0 });
    expect(await get(second.id)).toMatchObject({
      state: 'failed',
      failure: { code: 'ensemble_failed' },
    });

    const third = await request();
    for (const { id } of third.runs) await lab.lab.training.cancel(lab.people.astrid, id);
    expect((await get(third.id)).state).toBe('cancelled');
  });

  it('is refused where too few people are there to choose by', () => {
    const counts = (T: number, R: number) => ({
      bySplit: { T: { subjects: 1, images: T }, R: { subjects: 1, images: R } },
    });
    expect(() => checkChoosable(counts(128, 30))).not.toThrow();
    for (const few of [counts(127, 30), counts(128, 29), null])
      expect(() => checkChoosable(few)).toThrow('Train a single network');
  });
});
