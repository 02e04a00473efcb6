import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findRepositoryRoot } from '../config/root.ts';
import { type EmbeddedPostgres, startPostgres } from '../embedded/postgres.ts';
import { migrate } from './migrate.ts';

const migration = '20261201160000_floor_of_use';

const folder = mkdtempSync(join(tmpdir(), 'scapis-floor-'));
let server: EmbeddedPostgres;
let client: pg.Client;
beforeAll(async () => {
  server = await startPostgres({
    folder: join(folder, 'postgres'),
    ownerPassword: 'x',
    isDisposable: true,
  });
});
afterAll(async () => {
  await client.end();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('leaves cohorts and verdicts of before as they were, on their way or out', async () => {
  const before = join(folder, 'before');
  cpSync(join(findRepositoryRoot(), 'prisma'), before, {
    recursive: true,
    filter: (path) => (/\d{14}_\w+/.exec(path)?.[0] ?? '') < migration && !path.endsWith('.ts'),
  });
  const urls = {
    ownerUrl: server.ownerUrl('lab'),
    appUrl: `postgresql://scapis_app:y@127.0.0.1:${server.port}/lab`,
  };
  await migrate({ ...urls, prismaFolder: before });
  client = new pg.Client({ connectionString: urls.ownerUrl });
  await client.connect();
  // Beside the foreign keys and triggers: the versions alone are looked at.
  await client.query('SET session_replication_role = replica');
  for (const [state, usage] of [
    ['in-review', 'method-development-only'],
    ['released', 'method-development-only'],
    ['draft', null],
  ])
    await client.query(
      `INSERT INTO cohort_version (id, cohort_id, application_id, dataset_version_id, author_id, number, state, usage, count, label_mix, data_key)
       VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, $1, $2, 1, 'balanced', '')`,
      [state, usage],
    );
  const read = async (): Promise<unknown[]> =>
    (await client.query<object>('SELECT state, usage FROM cohort_version ORDER BY state')).rows;
  const versions = await read();

  await migrate(urls);
  expect(await read()).toEqual(versions);
  const { rows } = await client.query(
    'SELECT count(*)::int AS reasons FROM cohort_version WHERE no_use_reason IS NOT NULL',
  );
  expect(rows).toEqual([{ reasons: 0 }]);
  await client.query('SET session_replication_role = DEFAULT');
  const change = (set: string, state: string): Promise<unknown> =>
    client.query(`UPDATE cohort_version SET ${set} WHERE state = $1`, [state]);
  await change(`failure = '{"code": "storage_full", "params": {}}'`, 'in-review');
  await expect(change(`usage = 'of-no-use'`, 'in-review')).rejects.toMatchObject({ code: 'LAB04' });
  await expect(change(`usage = 'of-no-use'`, 'released')).rejects.toMatchObject({ code: 'LAB05' });
});
