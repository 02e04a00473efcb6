import { randomUUID } from 'node:crypto';
import { openTestDatabase, type TestDatabase } from '@scapis/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSessions, SESSION_LIFETIME } from '../identity/sessions.ts';
import { openQueue } from '../queue/bull-queue.ts';
import { addToOutbox, relayBatch } from '../queue/outbox.ts';
import { connect, openPool } from './connection.ts';
import { type Database, openDatabase } from './database.ts';

/** Servers as organisations set theirs up; each row is what a session has by default there. */
const servers: Record<string, Record<string, string>> = {
  'in Stockholm': { timezone: 'Europe/Stockholm', datestyle: 'ISO, MDY' },
  'in Chicago': { timezone: 'America/Chicago', datestyle: 'SQL, MDY' },
  'in Kathmandu': { timezone: 'Asia/Kathmandu', datestyle: 'German, DMY' },
};
const HOUR_MS = 3_600_000;
/** What a busy machine may need between two statements. */
const SLACK_S = 120;

describe.each(Object.entries(servers))('a Postgres %s', (_place, settings) => {
  let test: TestDatabase;
  let db: Database;

  beforeAll(async () => {
    test = await openTestDatabase();
    const name = new URL(test.ownerUrl).pathname.slice(1);
    for (const [setting, value] of Object.entries(settings))
      await test.query(`alter database ${name} set ${setting} to '${value}'`);
    db = openDatabase(test.appUrl);
  });
  afterAll(async () => {
    await db.close();
    await test.close();
  });

  const secondsUntil = async (column: string, table: string, id: string): Promise<number> => {
    const [row] = await test.query<{ seconds: number }>(
      `select extract(epoch from ${column} - now())::float8 as seconds from ${table} where id = '${id}'`,
    );
    return row?.seconds ?? NaN;
  };

  it('has its own settings where a client asks for nothing, so that the rest says something', async () => {
    for (const [setting, value] of Object.entries(settings))
      expect(await test.query(`select current_setting('${setting}') as value`)).toEqual([
        { value },
      ]);
  });

  it('gives every connection of the lab the same settings, whatever the address asks for', async () => {
    const asked = `${test.appUrl}?options=${encodeURIComponent('-c timezone=Asia/Tokyo -c extra_float_digits=0')}`;
    const sql = `select current_setting('timezone') as zone, current_setting('datestyle') as style, current_setting('search_path') as path, (0.1::float8 + 0.2::float8)::text as sum`;
    const expected = { zone: 'UTC', style: 'ISO, MDY', sum: '0.30000000000000004' };
    const pool = openPool(asked, { searchPath: 'bullmq', max: 2 });
    const clients = [await pool.connect(), await pool.connect()];
    for (const client of clients)
      expect((await client.query(sql)).rows).toEqual([{ ...expected, path: 'bullmq' }]);
    for (const client of clients) client.release();
    await pool.end();
    const client = await connect(asked);
    expect((await client.query(sql)).rows).toMatchObject([expected]);
    await client.end();
  });

  it('keeps an instant as it was written, in both hours that autumn has twice', async () => {
    for (const at of [
      '2026-10-25T00:30:00.123Z',
      '2026-10-25T01:30:00.000Z',
      '2026-07-01T22:00:00.000Z',
    ]) {
      const id = randomUUID();
      const data = { id, personId: id, data: Buffer.of(1), idleEndsAt: at, endsAt: at };
      const written = await db.unsafeAsSystem('test', (tx) => tx.webSession.create({ data }));
      const read = await db.unsafeAsSystem('test', (tx) =>
        tx.webSession.findUniqueOrThrow({ where: { id } }),
      );
      expect([written.endsAt.toISOString(), read.endsAt.toISOString()]).toEqual([at, at]);
      const [row] = await test.query<{ ms: number }>(
        `select (extract(epoch from ends_at) * 1000)::float8 as ms from web_session where id = '${id}'`,
      );
      expect(row?.ms).toBe(Date.parse(at));
    }
  });

  it('holds a web session for its lifetime, and no longer', async () => {
    const sessions = createSessions(db, 'a secret of thirty-two characters or more');
    const personId = randomUUID();
    const value = await sessions.create({
      principal: { personId, username: 'astrid', name: 'A', email: 'a', roles: ['applicant'] },
      refreshToken: 'r',
      checkedAt: Date.now(),
    });
    const [row] = await test.query<{ id: string }>(
      `select id from web_session where person_id = '${personId}'`,
    );
    const id = row?.id ?? '';
    for (const [column, lifetimeMs] of [
      ['ends_at', SESSION_LIFETIME.absoluteMs],
      ['idle_ends_at', SESSION_LIFETIME.idleMs],
    ] as const) {
      const seconds = await secondsUntil(column, 'web_session', id);
      expect(Math.abs(seconds - lifetimeMs / 1000)).toBeLessThan(SLACK_S);
    }
    const found = await sessions.find(value);
    expect(
      Math.abs((found?.endsAt.getTime() ?? 0) - Date.now() - SESSION_LIFETIME.idleMs),
    ).toBeLessThan(SLACK_S * 1000);
    await test.query(`update web_session set idle_ends_at = now() where id = '${id}'`);
    expect(await sessions.find(value)).toBeNull();
  });

  it('hands a job over when it is due, neither before nor after', async () => {
    const queue = openQueue({ DATABASE_URL: test.appUrl });
    try {
      const add = (availableAt: Date): Promise<void> =>
        db.unsafeAsSystem('test', (tx) =>
          addToOutbox(
            tx,
            'training.slice',
            { trainingRunId: randomUUID(), fromStep: 0 },
            { availableAt },
          ),
        );
      await add(new Date(Date.now() + HOUR_MS));
      const [row] = await test.query<{ id: string }>('select id from outbox where sent_at is null');
      const seconds = await secondsUntil('available_at', 'outbox', row?.id ?? '');
      expect(Math.abs(seconds - HOUR_MS / 1000)).toBeLessThan(SLACK_S);
      expect(await relayBatch(db, queue)).toBe(0);
      await add(new Date(Date.now() - 1_000));
      expect(await relayBatch(db, queue)).toBe(1);
    } finally {
      await queue.close();
    }
  });

  it('dates the audit log by the moment, and its chain holds', async () => {
    const before = Date.now();
    await db.unsafeAsSystem(
      'test',
      (tx) =>
        tx.$executeRaw`insert into audit_event (sequence, type, object_kind, object_id, detail, previous_hash, hash, created_at) values (0, 'test', 'test', '1', '{}', '', '', now())`,
    );
    const event = await db.unsafeAsSystem('test', (tx) => tx.auditEvent.findFirstOrThrow());
    expect(Math.abs(event.createdAt.getTime() - before)).toBeLessThan(SLACK_S * 1000);
    expect(await test.query('select lab_verify_audit() as bad')).toEqual([{ bad: null }]);
  });
});
