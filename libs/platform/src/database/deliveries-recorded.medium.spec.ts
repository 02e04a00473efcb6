import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findRepositoryRoot } from '../config/root.ts';
import { type EmbeddedPostgres, startPostgres } from '../embedded/postgres.ts';
import { migrate } from './migrate.ts';

const migration = '20261201034000_deliveries_recorded';

const folder = mkdtempSync(join(tmpdir(), 'scapis-deliveries-'));
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

it('counts the ranges of before as delivered whole, as their receipts did', async () => {
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
  const insert = `INSERT INTO download_range (id, download_id, application_id, first_byte, last_byte)
    VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 100, 299)`;
  // Beside the foreign keys: the range alone is looked at.
  await client.query('SET session_replication_role = replica');
  await client.query(insert);

  await migrate(urls);
  await client.query(insert);
  await client.query('SET session_replication_role = DEFAULT');
  const { rows } = await client.query<{ id: string; delivered_bytes: string | null }>(
    'SELECT id, delivered_bytes FROM download_range ORDER BY delivered_bytes',
  );
  expect(rows.map((row) => row.delivered_bytes)).toEqual(['200', null]);
  await expect(
    client.query('UPDATE download_range SET delivered_bytes = 1 WHERE id = $1', [rows[0]?.id]),
  ).rejects.toMatchObject({ code: 'LAB05' });
});
