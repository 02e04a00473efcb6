import { openTestDatabase, type TestDatabase } from '@scapis/testing';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobAttempt, JobLostError } from './job-attempt.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
  await test.query(
    'CREATE TABLE result (id uuid PRIMARY KEY, by int NOT NULL); GRANT SELECT, INSERT, UPDATE ON result TO scapis_app',
  );
});
afterAll(() => test.close());

const placeOf = (objectId: string) => ({ job: 'gate.run' as const, objectId });
async function begin(objectId: string): Promise<JobAttempt> {
  const begun = await JobAttempt.begin(test.db, placeOf(objectId), () => Promise.resolve('row'));
  if (begun === null) throw new Error('a row that is there was not begun');
  return begun.attempt;
}
const store = (attempt: JobAttempt, id: string): Promise<number> =>
  attempt.transact(
    (tx) =>
      tx.$executeRaw`INSERT INTO result VALUES (${id}::uuid, ${attempt.number}) ON CONFLICT (id) DO UPDATE SET by = excluded.by`,
  );
const resultOf = (id: string): Promise<unknown[]> =>
  test.query('SELECT by FROM result WHERE id = $1', [id]);

describe('attempts at one job', () => {
  it('are numbered for each object alone', async () => {
    const [one, other] = [uuidv7(), uuidv7()];
    expect((await begin(one)).number).toBe(1);
    expect((await begin(one)).number).toBe(2);
    expect((await begin(other)).number).toBe(1);
  });

  it('let the newest write, and nothing of one that lost the job', async () => {
    const id = uuidv7();
    const lost = await begin(id);
    await store(lost, id);
    const newest = await begin(id);
    await expect(store(lost, id)).rejects.toBeInstanceOf(JobLostError);
    expect(await resultOf(id)).toEqual([{ by: 1 }]);
    await store(newest, id);
    await expect(store(lost, id)).rejects.toBeInstanceOf(JobLostError);
    expect(await resultOf(id)).toEqual([{ by: 2 }]);
  });

  it('take no number when nothing is to be done: a duplicate does not end the work', async () => {
    const id = uuidv7();
    const working = await begin(id);
    expect(await JobAttempt.begin(test.db, placeOf(id), () => Promise.resolve(null))).toBeNull();
    await store(working, id);
    expect(await resultOf(id)).toEqual([{ by: 1 }]);
  });

  it('take over after a write that is under way, not in its midst', async () => {
    const id = uuidv7();
    const first = await begin(id);
    const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: isInside, resolve: enter } = Promise.withResolvers<void>();
    const writing = first.transact(async (tx) => {
      enter();
      await mayGoOn;
      await tx.$executeRaw`INSERT INTO result VALUES (${id}::uuid, ${first.number})`;
    });
    await isInside;
    let seen: unknown = 'nothing';
    const next = JobAttempt.begin(test.db, placeOf(id), async (tx) => {
      seen = await tx.$queryRaw`SELECT by FROM result WHERE id = ${id}::uuid`;
      return 'row';
    });
    await expect
      .poll(
        () =>
          test.query(
            `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          ),
        { timeout: 60_000 },
      )
      .toHaveLength(1);
    expect(seen).toBe('nothing');
    goOn();
    await writing;
    await next;
    expect(seen).toEqual([{ by: 1 }]);
  });

  it("are the worker's own: no person sees or changes them", async () => {
    const id = uuidv7();
    await begin(id);
    const actor = { personId: uuidv7(), roles: ['lab-admin'] as const };
    expect(await test.db.as(actor, (tx) => tx.jobAttempt.findMany())).toEqual([]);
    await test.db.as(actor, (tx) => tx.jobAttempt.updateMany({ data: { attempt: 9 } }));
    expect(await test.query('SELECT attempt FROM job_attempt WHERE object_id = $1', [id])).toEqual([
      { attempt: 1 },
    ]);
  });
});
