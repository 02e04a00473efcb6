import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestLab, type TestLab } from '../testing/lab.fixture.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
  await lab.approveApplication(await lab.addDataset());
});
afterAll(() => lab.close());

describe('the log', () => {
  it('is read by auditors and admins only, newest first, page by page', async () => {
    const { auditor, admin1, astrid } = lab.people;
    await expect(lab.lab.audit.list(astrid, { limit: 5 })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const all = await lab.lab.audit.list(admin1, { limit: 200 });
    expect(all.items.map((item) => item.sequence)).toEqual(
      Array.from({ length: all.items.length }, (_, index) => all.items.length - index),
    );
    const paged: number[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await lab.lab.audit.list(auditor, { limit: 4, cursor });
      paged.push(...page.items.map((item) => item.sequence));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all.items.map((item) => item.sequence));
    const granted = await lab.lab.audit.list(auditor, { limit: 5, type: 'permit.granted' });
    expect(granted.items).toMatchObject([
      { type: 'permit.granted', objectKind: 'permit', actor: { name: 'admin2 Andersson' } },
    ]);
    await expect(
      lab.lab.audit.list(auditor, { limit: 5, cursor: '1; DROP' }),
    ).rejects.toMatchObject({ code: 'cursor_unknown' });
  });

  it('has no forks, however many write at once', async () => {
    const { astrid } = lab.people;
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        lab.lab.applications.create(astrid, { title: `At once ${index}` }),
      ),
    );
    expect(await lab.lab.audit.unsafeVerify()).toMatchObject({ firstBadSequence: null });
  });

  it('fails the change when its row cannot be written', async () => {
    const { astrid } = lab.people;
    const before = await lab.test.query('SELECT id FROM application');
    await lab.test.query(
      'ALTER TABLE audit_event ADD CONSTRAINT closed CHECK (sequence < 0) NOT VALID',
    );
    await expect(
      lab.lab.applications.create(astrid, { title: 'Unheard of' }),
    ).rejects.toMatchObject({ code: 'wrong_state' });
    await lab.test.query('ALTER TABLE audit_event DROP CONSTRAINT closed');
    expect(await lab.test.query('SELECT id FROM application')).toEqual(before);
  });

  it("cannot be changed, shortened or written in another's name as the app", async () => {
    const { auditor, admin1 } = lab.people;
    const settings = {
      'app.person_id': auditor.personId,
      'app.roles': 'auditor',
      'app.system': 'test',
    };
    for (const sql of [
      `UPDATE audit_event SET detail = '{}'`,
      'DELETE FROM audit_event',
      'TRUNCATE audit_event',
    ])
      await expect(lab.test.queryAsApp(settings, sql)).rejects.toMatchObject({ code: '42501' });
    for (const sql of [
      `UPDATE audit_event SET detail = '{}'`,
      'DELETE FROM audit_event',
      'TRUNCATE audit_event',
    ])
      await expect(lab.test.query(sql)).rejects.toMatchObject({ code: 'LAB01' });
    const insert = `INSERT INTO audit_event (sequence, actor_id, type, object_kind, object_id, detail, previous_hash, hash, created_at) VALUES (1, $1, 'session.opened', 'person', 'x', '{}', '', '', '2020-01-01')`;
    await expect(
      lab.test.queryAsApp({ 'app.person_id': auditor.personId, 'app.roles': 'auditor' }, insert, [
        admin1.personId,
      ]),
    ).rejects.toMatchObject({ code: '42501' });
    // A place, a time and a hash of the writer's own choosing are not taken.
    await lab.test.queryAsApp(
      { 'app.person_id': auditor.personId, 'app.roles': 'auditor' },
      insert,
      [auditor.personId],
    );
    expect(await lab.lab.audit.unsafeVerify()).toMatchObject({ firstBadSequence: null });
  });

  it('names the first row that an owner of the database has tampered with', async () => {
    const { auditor } = lab.people;
    const sound = await lab.lab.audit.verify(auditor);
    expect(sound).toMatchObject({
      firstBadSequence: null,
      head: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const tampers: [string, number][] = [
      [`UPDATE audit_event SET detail = jsonb_set(detail, '{x}', '1') WHERE sequence = 5`, 5],
      [`UPDATE audit_event SET actor_id = NULL WHERE sequence = 7`, 7],
      [`UPDATE audit_event SET created_at = created_at + interval '1 ms' WHERE sequence = 6`, 6],
      [`UPDATE audit_event SET hash = repeat('0', 64) WHERE sequence = 4`, 4],
      [`DELETE FROM audit_event WHERE sequence = 8`, 9],
    ];
    for (const [sql, bad] of tampers) {
      await lab.test.query(
        'CREATE TABLE kept AS SELECT * FROM audit_event; ALTER TABLE audit_event DISABLE TRIGGER USER',
      );
      await lab.test.query(sql);
      expect(await lab.lab.audit.unsafeVerify(), sql).toMatchObject({ firstBadSequence: bad });
      await lab.test.query(
        'DELETE FROM audit_event; INSERT INTO audit_event SELECT * FROM kept; DROP TABLE kept; ALTER TABLE audit_event ENABLE TRIGGER USER',
      );
    }
    expect(await lab.lab.audit.unsafeVerify()).toMatchObject({
      firstBadSequence: null,
      rows: sound.rows + 1,
    });
  });
});
