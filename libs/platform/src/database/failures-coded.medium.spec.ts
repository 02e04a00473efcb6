import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sayStored, storedMessage } from '@scapis/contracts';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findRepositoryRoot } from '../config/root.ts';
import { type EmbeddedPostgres, startPostgres } from '../embedded/postgres.ts';
import { migrate } from './migrate.ts';

const migration = '20261201020000_failures_coded';
const tables = [
  'dataset_version',
  'training_run',
  'ensemble',
  'generator_import',
  'cohort_version',
  'synthesis_run',
  'gate_run',
];

/** Sentences as they were stored, and what they become. */
const sentences: [sentence: string, code: string, params: object][] = [
  [
    'Training gave numbers that are not finite and was stopped. It began at step 1201 with the gradient penalty. Start again from its checkpoint of step 1000, with a lower learning rate or a higher penalty.',
    'training_diverged',
    { step: 1201, loss: 'penalty', checkpoint: 1000 },
  ],
  [
    "Training gave numbers that are not finite and was stopped. It began at step 7 with the generator's loss. It had no checkpoint yet: start a new run, with a lower learning rate or a higher penalty.",
    'training_diverged_early',
    { step: 7, loss: 'generatorLoss' },
  ],
  [
    'The worker had not enough memory for this run. Start again from its checkpoint of step 40, with a smaller batch or a narrower network, or give the worker more memory.',
    'training_out_of_memory',
    { checkpoint: 40 },
  ],
  ['The permit has ended or was revoked, so this was stopped.', 'permit_ended', {}],
  [
    'The lab has no disk space left. Nothing half-written was kept; free space, then try again.',
    'storage_full',
    {},
  ],
  ['None of its runs came to an end. What stopped each stands on its page.', 'ensemble_failed', {}],
  [
    "The dataset's budget is epsilon 10.0. 3.27 is spent, and this run would bring it to 12.1. Choose more noise, fewer steps or a lower epsilon.",
    'privacy_budget_exceeded',
    { budget: 10, spent: 3.27, after: 12.1 },
  ],
  [
    'The archive inflates beyond measure. If it is no bomb, make a zip without compression.',
    'archive_inflates',
    {},
  ],
  [
    'The upload has no labels.csv. Add one with the columns patientId, calciumGrade, sex, ageBand and upload again.',
    'labels_missing',
    { columns: ['patientId', 'calciumGrade', 'sex', 'ageBand'] },
  ],
  [
    'None of the 2 files was accepted. The commonest reason: This is not a DICOM file. Upload the DICOM files that the scanner or archive exports.',
    'intake_nothing_accepted',
    { count: 2, reason: 'not_dicom' },
  ],
  [
    'The generator draws the same image whatever z is. A collapsed network has nothing to release.',
    'import.ignores_z',
    {},
  ],
];
/** Those that read otherwise now, or are of no list. */
const reworded: typeof sentences = [
  [
    'labels.csv lacks the column sex. It needs patientId, calciumGrade, sex, ageBand; add it and upload again.',
    'labels_column_missing',
    { missing: ['sex'], columns: ['patientId', 'calciumGrade', 'sex', 'ageBand'] },
  ],
  [
    'labels.csv, line 2: sex must be one of female, male. Mend it and upload again.',
    'labels_value_unknown',
    { line: 2, column: 'sex', values: ['female', 'male'] },
  ],
  [
    'None of the 40 images belongs to one of the 3 people of labels.csv. Check that patientId there is the Patient ID (0010,0020) of the images.',
    'intake_nobody_labelled',
    { count: 40, people: 3 },
  ],
  [
    'The upload holds more than 200000 files. Split it and upload the parts.',
    'upload_too_many_files',
    { most: 200_000 },
  ],
  [
    'The file breaks the ONNX format. Export the generator again. (Conv: pads (2))',
    'generator_refused',
    { reason: 'malformed', detail: 'Conv: pads (2)' },
  ],
  ['A sentence of no list.', 'legacy', { text: 'A sentence of no list.' }],
  [
    'Training gave numbers that are not finite and was stopped. It began at step 7 with the moon. It had no checkpoint yet: start a new run, with a lower learning rate or a higher penalty.',
    'legacy',
    {
      text: 'Training gave numbers that are not finite and was stopped. It began at step 7 with the moon. It had no checkpoint yet: start a new run, with a lower learning rate or a higher penalty.',
    },
  ],
];

const folder = mkdtempSync(join(tmpdir(), 'scapis-failures-'));
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

/** A row with a failure, its other columns filled with anything, beside all rules. */
async function insert(table: string, state: string, failure: string | null): Promise<string> {
  const { rows: columns } = await client.query<{ name: string; type: string }>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
     WHERE table_name = $1 AND table_schema = 'public' AND is_nullable = 'NO' AND column_name NOT IN ('id', 'state')
       AND column_default IS NULL`,
    [table],
  );
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
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO ${table} (id, state, failure, ${columns.map(({ name }) => name).join(', ')})
     VALUES (gen_random_uuid(), $1, $2, ${columns.map(({ type }) => anything[type]).join(', ')}) RETURNING id`,
    [state, failure],
  );
  return rows[0]?.id ?? '';
}

it('turns the sentences of before into codes and parameters', async () => {
  const root = join(findRepositoryRoot(), 'prisma');
  const before = join(folder, 'before');
  cpSync(root, before, {
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
  await client.query('SET session_replication_role = replica');
  const all = [...sentences, ...reworded];
  const ids = new Map<string, string>();
  for (const [sentence] of all) ids.set(sentence, await insert('training_run', 'failed', sentence));
  const whole = new Map<string, string>();
  for (const table of tables)
    whole.set(table, await insert(table, 'failed', sentences[3]?.[0] ?? ''));
  const rejected = await insert('dataset_version', 'rejected', 'Too few women.');
  const without = await insert('cohort_version', 'draft', null);

  expect(await migrate({ ...urls, prismaFolder: root })).toContain(migration);

  const failureIn = async (table: string, id: string | undefined): Promise<unknown> =>
    (await client.query<{ failure: unknown }>(`SELECT failure FROM ${table} WHERE id = $1`, [id]))
      .rows[0]?.failure;
  for (const [sentence, code, params] of all)
    expect(await failureIn('training_run', ids.get(sentence))).toEqual({ code, params });
  for (const [sentence] of sentences) {
    const stored = storedMessage.parse(await failureIn('training_run', ids.get(sentence)));
    expect(sayStored(stored, 'en')?.replaceAll(/(\d),(\d{3})\b/g, '$1$2')).toBe(sentence);
  }
  for (const [table, id] of whole)
    expect([table, await failureIn(table, id)]).toEqual([
      table,
      { code: 'permit_ended', params: {} },
    ]);
  expect(await failureIn('dataset_version', rejected)).toEqual({
    code: 'version_rejected',
    params: { reason: 'Too few women.' },
  });
  expect(await failureIn('cohort_version', without)).toBeNull();
});
