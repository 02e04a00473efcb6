import { countRowsRead } from '@scapis/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestLab, type TestLab } from '../testing/lab.fixture.ts';

// A list reads about as many rows as it shows, however many there are: each is served by an index.
// How long that takes with a million audit rows, `npm run bench -- --only lists` says.
const APPLICATIONS = 3_000;
const AUDIT_ROWS = 20_000;
/** Of one page of 50, its rows' neighbours (people, votes) and what row-level security looks up. */
const ROWS_OF_A_PAGE = 300;

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  const { astrid, stranger } = lab.people;
  // A year of the lab: ids in the order of time as UUIDv7 has them; one in a hundred is Astrid's,
  // the rest a stranger's.
  await lab.test.query(
    `INSERT INTO application (id, applicant_id, state, title, organisation, created_at)
     SELECT uuidv7(n * interval '1 second' - interval '1 year'), CASE WHEN n % 100 = 0 THEN $1::uuid ELSE $2::uuid END, 'draft', 'Plan ' || n, 'LiU', now()
     FROM generate_series(1, ${APPLICATIONS}) n`,
    [astrid.personId, stranger.personId],
  );
  await lab.test.query(
    'INSERT INTO application_member (application_id, person_id) SELECT id, applicant_id FROM application',
  );
  await lab.test.query(
    `UPDATE application SET state = 'submitted', submitted_at = now() WHERE title <> 'Plan 77'`,
  );
  await lab.test.query(
    `INSERT INTO review (id, application_id, kind) SELECT gen_random_uuid(), id, 'application' FROM application WHERE state = 'submitted'`,
  );
  // Without the trigger: the order of the chain is another test's matter, and this one is about
  // finding rows.
  await lab.test.query('ALTER TABLE audit_event DISABLE TRIGGER USER');
  await lab.test.query(
    `INSERT INTO audit_event (sequence, actor_id, type, object_kind, object_id, detail, previous_hash, hash, created_at)
     SELECT 1000 + n, $1, CASE WHEN n % 4000 = 1 THEN 'permit.revoked' ELSE 'application.edited' END, 'application', 'object-' || n % 1000, '{"fields": ["title"]}', repeat('0', 64), repeat('0', 64), now()
     FROM generate_series(1, ${AUDIT_ROWS}) n`,
    [astrid.personId],
  );
  await lab.test.query('ANALYZE');
});
afterAll(() => lab.close());

it.each(['admin1', 'auditor', 'astrid', 'stranger', 'bo'] as const)(
  'the applications of %s, any page',
  async (name) => {
    const actor = lab.people[name];
    let cursor: string | undefined;
    for (let turn = 0; turn < 4; turn++)
      expect(
        await countRowsRead(async () => {
          const page = await lab.lab.applications.list(actor, { limit: 50, cursor });
          cursor = page.nextCursor ?? undefined;
        }),
      ).toBeLessThan(ROWS_OF_A_PAGE);
    expect((await lab.lab.applications.list(actor, { limit: 200 })).items).toHaveLength(
      { admin1: 200, auditor: 200, astrid: 30, stranger: 200, bo: 0 }[name],
    );
  },
);

it('the applications in one state, wherever they lie', async () => {
  expect(
    await countRowsRead(() =>
      lab.lab.applications.list(lab.people.stranger, { limit: 50, state: 'draft' }),
    ),
  ).toBeLessThan(ROWS_OF_A_PAGE);
  expect(
    (await lab.lab.applications.list(lab.people.stranger, { limit: 50, state: 'draft' })).items.map(
      (item) => item.title,
    ),
  ).toEqual(['Plan 77']);
  expect(
    await countRowsRead(() =>
      lab.lab.applications.list(lab.people.admin1, { limit: 50, state: 'approved' }),
    ),
  ).toBeLessThan(ROWS_OF_A_PAGE);
});

it.each<[string, { type?: string; objectId?: string; cursor?: string }]>([
  ['newest', {}],
  ['from the middle', { cursor: '11000' }],
  ['of a rare type', { type: 'permit.revoked' }],
  ['of one object', { objectId: 'object-77' }],
  ['of nothing', { objectId: 'none' }],
  ['of a rare type and one object', { type: 'permit.revoked', objectId: 'object-1' }],
])('the audit log, %s', async (_what, filter) => {
  expect(
    await countRowsRead(() => lab.lab.audit.list(lab.people.auditor, { limit: 50, ...filter })),
  ).toBeLessThan(ROWS_OF_A_PAGE);
});

it('the home of everyone', async () => {
  for (const name of ['admin1', 'astrid', 'stranger', 'auditor'] as const)
    expect(await countRowsRead(() => lab.lab.home.get(lab.people[name])), name).toBeLessThan(
      ROWS_OF_A_PAGE,
    );
});
