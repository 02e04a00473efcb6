import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { openKeyring } from '@scapis/platform';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestLab } from '../testing/lab.fixture.ts';
import { checksumColumns, namingColumns, SweepService } from './sweep.ts';
import { createSecret, documentKeyOf } from './vault.ts';

let lab: Awaited<ReturnType<typeof openTestLab>>;
let sweep: SweepService;
beforeAll(async () => {
  lab = await openTestLab();
  sweep = new SweepService(lab.context);
});
afterAll(() => lab.close());

const later = new Date('2100-01-01');
const anything: Record<string, string> = {
  uuid: 'gen_random_uuid()',
  text: 'gen_random_uuid()::text',
  jsonb: "'{}'",
  bytea: "''",
  integer: '(random() * 1e9)::int',
  bigint: '1',
  boolean: 'false',
  'double precision': '1',
  'timestamp with time zone': 'now()',
};

interface Column {
  name: string;
  type: string;
  is_needed: boolean;
}
const columnsOf = (table: string): Promise<Column[]> =>
  lab.test.query<Column & Record<string, unknown>>(
    `SELECT column_name AS name, data_type AS type,
       is_nullable = 'NO' AND column_default IS NULL AS is_needed
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`,
    [table],
  );

/** A row beside all rules: the columns given that it has, and anything where it needs something. */
async function insert(table: string, given: Record<string, string>): Promise<void> {
  const columns = (await columnsOf(table)).flatMap(({ name, type, is_needed: isNeeded }) => {
    const value = given[name] ?? (isNeeded ? anything[type] : undefined);
    return value === undefined ? [] : [{ name, value }];
  });
  await lab.test.query(
    `SET session_replication_role = replica;
     INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')})
     VALUES (${columns.map(({ value }) => value).join(', ')})`,
  );
}
const literal = (text: string): string => `'${text}'`;
const bytea = (bytes: Uint8Array): string => `'\\x${Buffer.from(bytes).toString('hex')}'`;

describe('the sweep', () => {
  it('knows every column of the database that names an object', async () => {
    const columns = await lab.test.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name LIKE '%sha256%'`,
    );
    expect(columns.map(({ name }) => name).sort()).toEqual(
      [...Object.keys(namingColumns), ...checksumColumns].sort(),
    );
  });

  it('finds what no row names, deletes it only when told to, and nothing else ever', async () => {
    const { storage, masterKey } = lab.context;
    const secrets = { dataset: createSecret(lab.context), cohort: createSecret(lab.context) };
    const ids = { dataset: uuidv7(), cohort: uuidv7(), run: uuidv7(), import: uuidv7() };
    const keyOf = (secret: Uint8Array): KeyObject => openKeyring(masterKey).unwrapDataKey(secret);
    await insert('dataset_version', {
      id: literal(ids.dataset),
      data_key: bytea(secrets.dataset),
    });
    await insert('cohort_version', { id: literal(ids.cohort), data_key: bytea(secrets.cohort) });
    await insert('training_run', {
      id: literal(ids.run),
      dataset_version_id: literal(ids.dataset),
    });
    await insert('generator_import', {
      id: literal(ids.import),
      dataset_version_id: literal(ids.dataset),
    });
    const named: { sha256: string; key?: KeyObject }[] = [];
    const name = async (table: string, column: string, given: Record<string, string> = {}) => {
      const id = uuidv7();
      const isCohorts = ['cohort_version', 'gate_run'].includes(table);
      const secret = isCohorts ? secrets.cohort : secrets.dataset;
      const key = table === 'application' ? documentKeyOf(lab.context, id) : keyOf(secret);
      const sealed = column === 'bundle_sha256' ? {} : { key };
      const { sha256 } = await storage.write(randomBytes(1000), sealed);
      named.push({ sha256, ...sealed });
      await insert(table, {
        id: literal(id),
        dataset_version_id: literal(ids.dataset),
        training_run_id: literal(ids.run),
        cohort_version_id: literal(ids.cohort),
        data_key: bytea(secret),
        [column]: literal(sha256),
        ...given,
      });
    };
    for (const each of Object.keys(namingColumns)) {
      const [table = '', column = ''] = each.split('.');
      await name(table, column);
    }
    await name('generator', 'sha256', {
      training_run_id: 'NULL',
      generator_import_id: literal(ids.import),
    });

    const look = { writtenBefore: later, isDeleting: false };
    const nothing = { count: 0, bytes: 0 };
    expect(await sweep.unsafeSweep(look)).toEqual({ objects: named.length, orphans: nothing });

    const orphan = Buffer.from('de-identified, and named by no row');
    await storage.write(orphan, { key: keyOf(secrets.dataset) });
    await storage.write(orphan);
    // Of a version whose row is gone.
    await storage.write(orphan, { key: createSecretKey(randomBytes(32)) });
    const objects = named.length + 3;
    const found = await sweep.unsafeSweep(look);
    expect([found.objects, found.orphans.count]).toEqual([objects, 3]);
    expect(found.orphans.bytes).toBeGreaterThan(3 * orphan.length);
    expect(lab.objects.size).toBe(objects);
    // Younger ones may belong to work under way.
    const young = await sweep.unsafeSweep({ writtenBefore: new Date(0), isDeleting: true });
    expect(young).toEqual({ objects, orphans: nothing });

    expect((await sweep.unsafeSweep({ ...look, isDeleting: true })).orphans.count).toBe(3);
    expect(await sweep.unsafeSweep(look)).toEqual({ objects: named.length, orphans: nothing });
    for (const { sha256, ...sealed } of named)
      expect(await storage.findSize(sha256, sealed)).toBe(1000);
  });
});
