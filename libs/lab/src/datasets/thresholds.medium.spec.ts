import { gateThresholds, type GateThresholds } from '@scapis/contracts';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestLab, type TestLab } from '../testing/lab.fixture.ts';
import { DatasetService } from './datasets.service.ts';
import { readThresholdsOf } from './thresholds.repository.ts';

let lab: TestLab;
let datasets: DatasetService;
beforeAll(async () => {
  lab = await openTestLab();
  datasets = new DatasetService(lab.context);
});
afterAll(() => lab.close());

type Actor = TestLab['people']['admin1'];
const defaults = gateThresholds.parse({});
const reason = 'The reference group asked for fewer false alarms.';
const settingsOf = (actor: Actor) => ({
  'app.person_id': actor.personId,
  'app.roles': actor.roles.join(','),
});
const addDataset = () =>
  datasets.create(lab.people.admin1, {
    title: 'Phantom CT',
    description: 'Analytic thorax, no patient',
  });
const set = (actor: Actor, id: string, after: number, change: Partial<GateThresholds>) =>
  datasets.setThresholds(actor, id, { after, values: { ...defaults, ...change }, reason });

describe('limits of the release gate', () => {
  it('are versions: who, when, why, and none is lost', async () => {
    const { admin1, admin2, astrid } = lab.people;
    const { id } = await addDataset();
    const changed = await set(admin2, id, 1, { minimumCell: 20 });
    expect(
      changed.thresholdVersions.map(({ number, values, setBy, reason: why }) => [
        number,
        values.minimumCell,
        setBy?.name,
        why,
      ]),
    ).toEqual([
      [2, 20, 'admin2 Andersson', reason],
      [1, 10, 'admin1 Andersson', 'Set when the dataset was created.'],
    ]);
    expect((await datasets.get(astrid, id)).thresholdVersions).toEqual(changed.thresholdVersions);
    expect(
      (await datasets.get(astrid, id)).decisions.find(({ action }) => action === 'thresholds:set')
        ?.allowed,
    ).toBe(false);
    await expect(set(astrid, id, 2, { minimumCell: 5 })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(set(admin1, id, 1, { minimumCell: 5 })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(set(admin1, id, 2, { minimumCell: 20 })).rejects.toMatchObject({
      code: 'thresholds_unchanged',
    });
    await expect(set(admin1, uuidv7(), 1, { minimumCell: 20 })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(
      await lab.test.query(
        `SELECT detail -> 'number' AS number FROM audit_event WHERE object_id = $1 AND type = 'dataset.thresholds-set'`,
        [id],
      ),
    ).toEqual([{ number: 2 }]);
  });

  it('are set by one of two admins at the same time', async () => {
    const { id } = await addDataset();
    const done = await Promise.allSettled(
      [lab.people.admin1, lab.people.admin2].map((actor, at) =>
        set(actor, id, 1, { minimumCell: 20 + at }),
      ),
    );
    expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(done.find((each) => each.status === 'rejected')).toMatchObject({
      reason: { code: expect.stringMatching(/conflict|wrong_state/) },
    });
  });

  it('stand still and follow each other even by plain SQL', async () => {
    const { admin1, admin2, astrid } = lab.people;
    const { id } = await addDataset();
    const insert = (
      actor: Actor,
      number: number,
      change: { setBy?: string; why?: string; values?: string } = {},
    ) =>
      lab.test.queryAsApp(
        settingsOf(actor),
        `INSERT INTO threshold_version (id, dataset_id, set_by_id, number, "values", reason) VALUES (gen_random_uuid(), $1, $2, $3, $4, $5)`,
        [id, change.setBy ?? actor.personId, number, change.values ?? '{}', change.why ?? reason],
      );
    await expect(insert(astrid, 2)).rejects.toMatchObject({ code: '42501' });
    await expect(insert(admin1, 2, { setBy: admin2.personId })).rejects.toMatchObject({
      code: '42501',
    });
    await expect(insert(admin1, 3)).rejects.toMatchObject({ code: 'LAB04' });
    await expect(insert(admin1, 1)).rejects.toMatchObject({ code: 'LAB04' });
    await expect(insert(admin1, 2, { why: 'because' })).rejects.toMatchObject({ code: '23514' });
    await expect(insert(admin1, 2, { values: '[]' })).rejects.toMatchObject({ code: '23514' });
    for (const change of [
      `UPDATE threshold_version SET "values" = '{}'`,
      'DELETE FROM threshold_version',
      'TRUNCATE threshold_version CASCADE',
    ])
      await expect(lab.test.query(change)).rejects.toMatchObject({ code: 'LAB01' });
    await expect(
      lab.test.queryAsApp(settingsOf(admin1), `UPDATE threshold_version SET "values" = '{}'`),
    ).rejects.toMatchObject({ code: '42501' });
  });
});

describe('what a cohort is judged by', () => {
  it('is set before its training, and is the strictest of all that its generators could have been held to', async () => {
    const { astrid, admin1 } = lab.people;
    const { id: datasetId } = await addDataset();
    const project = { ...(await lab.approveApplication(datasetId)), datasetId };
    const cohortId = await lab.addPassedVersion(project);
    const [row] = await lab.test.query<{ dataset_version_id: string }>(
      'SELECT dataset_version_id FROM cohort_version WHERE id = $1',
      [cohortId],
    );
    const versionIds = async () =>
      (await datasets.get(admin1, datasetId)).thresholdVersions.map(({ id }) => id).reverse();

    /** A run of Astrid's that gives a file. */
    const train = async (
      sha256: string,
      thresholdsId: string | undefined,
      continuedFrom: string | null = null,
    ): Promise<{ run: string; generator: string }> => {
      const [run, generator] = [uuidv7(), uuidv7()];
      await lab.test.queryAsApp(
        settingsOf(astrid),
        `INSERT INTO training_run (id, application_id, permit_id, dataset_version_id, requested_by_id, title, state, config, seed, steps, threshold_version_id, continued_from_id) VALUES ($1, $2, $3, $4, $5, 'run', 'queued', '{}', 1, 100, $6, $7)`,
        [
          run,
          project.applicationId,
          project.permitId,
          row?.dataset_version_id,
          astrid.personId,
          thresholdsId,
          continuedFrom,
        ],
      );
      await lab.test.query(
        'INSERT INTO generator (id, training_run_id, application_id, step, sha256) VALUES ($1, $2, $3, 100, $4)',
        [generator, run, project.applicationId, sha256],
      );
      return { run, generator };
    };
    const synthesis = (
      await lab.test.query<{ id: string }>(
        'SELECT id FROM synthesis_run WHERE cohort_version_id = $1',
        [cohortId],
      )
    )[0]?.id;
    const drawFrom = async (...generators: string[]) => {
      await lab.test.query('DELETE FROM synthesis_generator WHERE synthesis_run_id = $1', [
        synthesis,
      ]);
      for (const [at, generator] of generators.entries())
        await lab.test.query(
          'INSERT INTO synthesis_generator (synthesis_run_id, generator_id, ordinal) VALUES ($1, $2, $3)',
          [synthesis, generator, at],
        );
      const { values, versions } = await lab.test.db.as(astrid, (tx) =>
        readThresholdsOf(tx, cohortId),
      );
      return {
        numbers: versions.map(({ number }) => number),
        minimumCell: values.minimumCell,
        subgroupGap: values.subgroupGap,
      };
    };

    const [one] = await versionIds();
    const first = await train('a', one);
    await set(admin1, datasetId, 1, { minimumCell: 2, subgroupGap: 0.01 });
    // Loosened after the run was asked for: it keeps what it had, and nothing new can be asked for
    // under the old ones.
    expect(await drawFrom(first.generator)).toEqual({
      numbers: [1],
      minimumCell: 10,
      subgroupGap: 0.05,
    });
    await expect(train('b', one)).rejects.toMatchObject({ code: '40001' });
    await expect(train('b', undefined)).rejects.toMatchObject({ code: '40001' });
    const [, two] = await versionIds();
    await expect(
      lab.test.query('UPDATE training_run SET threshold_version_id = $2 WHERE id = $1', [
        first.run,
        two,
      ]),
    ).rejects.toMatchObject({ code: 'LAB05' });

    const second = await train('b', two);
    expect(await drawFrom(second.generator)).toEqual({
      numbers: [2],
      minimumCell: 2,
      subgroupGap: 0.01,
    });
    expect(await drawFrom(first.generator, second.generator)).toEqual({
      numbers: [1, 2],
      minimumCell: 10,
      subgroupGap: 0.01,
    });
    // No way round by going on from the old run, by training the same once more, or by bringing its
    // file in again.
    const continued = await train('c', two, first.run);
    expect(await drawFrom((await train('d', two, continued.run)).generator)).toMatchObject({
      numbers: [1, 2],
      minimumCell: 10,
    });
    expect(await drawFrom((await train('a', two)).generator)).toMatchObject({
      numbers: [1, 2],
      minimumCell: 10,
    });
    await expect(drawFrom()).rejects.toThrow('no limits');
  });
});
