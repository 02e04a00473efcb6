import { openTestDatabase, type TestDatabase } from '@scapis/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { type Actor, openDatabase } from './database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

const newActor = (): Actor => ({ personId: uuidv7(), roles: ['applicant', 'pilot'] });

async function addPerson(actor: Actor, username: string): Promise<void> {
  await test.db.as(actor, (tx) =>
    tx.person.create({
      data: {
        id: actor.personId,
        username,
        name: username,
        email: `${username}@example.org`,
        roles: [...actor.roles],
        seenAt: new Date(),
      },
    }),
  );
}

describe('a transaction as a person', () => {
  it('carries who asks, and forgets it at the end', async () => {
    const actor = newActor();
    interface Seen {
      person: string;
      roles: string;
      system: string;
    }
    const rows = await test.db.as(
      actor,
      (tx) =>
        tx.$queryRaw<
          Seen[]
        >`select current_setting('app.person_id') as person, current_setting('app.roles') as roles, current_setting('app.system') as system`,
    );
    expect(rows).toEqual([{ person: actor.personId, roles: 'applicant,pilot', system: '' }]);
    const system = await test.db.unsafeAsSystem(
      'test',
      (tx) =>
        tx.$queryRaw<
          Seen[]
        >`select current_setting('app.person_id') as person, current_setting('app.roles') as roles, current_setting('app.system') as system`,
    );
    expect(system).toEqual([{ person: '', roles: '', system: '1' }]);
  });

  it('shows a person only what row-level security lets him see', async () => {
    const [astrid, bo] = [newActor(), newActor()];
    await addPerson(astrid, 'astrid');
    await addPerson(bo, 'bo');
    expect(
      await test.db.as(bo, (tx) => tx.person.findMany({ select: { username: true } })),
    ).toEqual([{ username: 'bo' }]);
    expect(await test.queryAsApp({}, 'select * from person')).toEqual([]);
  });

  it('rolls back as a whole when the work throws, and lets the error through', async () => {
    const actor = newActor();
    const fault = new Error('changed my mind');
    await expect(
      test.db.as(actor, async (tx) => {
        await tx.person.create({
          data: {
            id: actor.personId,
            username: 'gone',
            name: 'x',
            email: 'x',
            roles: [],
            seenAt: new Date(),
          },
        });
        throw fault;
      }),
    ).rejects.toBe(fault);
    expect(await test.query('select 1 from person where username = $1', ['gone'])).toEqual([]);
  });

  it('refuses a row that the policy refuses, as forbidden', async () => {
    const actor = newActor();
    const other = uuidv7();
    await expect(
      test.db.as(actor, (tx) =>
        tx.person.createMany({
          data: [
            { id: other, username: 'other', name: 'x', email: 'x', roles: [], seenAt: new Date() },
          ],
        }),
      ),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('names a doubled row a conflict', async () => {
    const actor = newActor();
    await addPerson(actor, 'once');
    await expect(addPerson(newActor(), 'once')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('runs the loser of a serialization failure again, so that no count is lost', async () => {
    await test.query(
      `create table tally (n int not null); insert into tally values (0); grant select, update on tally to scapis_app`,
    );
    let runs = 0;
    let reads = 0;
    // Both have read before either writes: without that, a slow machine runs one after the other
    // and neither loses.
    const { promise: bothHaveRead, resolve } = Promise.withResolvers<void>();
    const add = (): Promise<unknown> =>
      test.db.unsafeAsSystem(
        'count',
        async (tx) => {
          runs++;
          const [row] = await tx.$queryRaw<{ n: number }[]>`select n from tally`;
          if (++reads === 2) resolve();
          await bothHaveRead;
          await tx.$executeRaw`update tally set n = ${(row?.n ?? 0) + 1}`;
        },
        { isolation: 'Serializable' },
      );
    await Promise.all([add(), add()]);
    expect(await test.query('select n from tally')).toEqual([{ n: 2 }]);
    expect(runs).toBe(3);
  });
});

describe('a transaction past its time', () => {
  const late = { timeoutMs: 300 };
  /** Sessions of the app's role that are in a transaction. */
  const underWay = (): Promise<unknown[]> =>
    test.query(
      `select query from pg_stat_activity where usename like 'scapis_app%' and datname = current_database() and xact_start is not null`,
    );

  it('is cut in the midst of a statement, leaves nothing, and is not called away', async () => {
    const actor = newActor();
    await expect(
      test.db.unsafeAsSystem(
        'late',
        async (tx) => {
          await tx.person.create({
            data: {
              id: actor.personId,
              username: 'late',
              name: 'x',
              email: 'x',
              roles: [],
              seenAt: new Date(),
            },
          });
          await tx.$queryRaw`select pg_sleep(600)::text`;
        },
        late,
      ),
    ).rejects.toMatchObject({ code: 'database_busy', status: 503 });
    await vi.waitFor(async () => expect(await underWay()).toEqual([]), { timeout: 30_000 });
    expect(await test.query('select 1 from person where username = $1', ['late'])).toEqual([]);
  });

  it('is cut by the server when the process stands still, which then says why', async () => {
    const stuck = test.db.unsafeAsSystem(
      'stuck',
      async (tx) => {
        await tx.person.count();
        // The event loop stands still, as in a long computation.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
        await tx.person.count();
      },
      late,
    );
    await expect(stuck).rejects.toMatchObject({ code: 'database_busy' });
    expect(await test.db.unsafeAsSystem('after', (tx) => tx.person.count())).toBeGreaterThan(0);
  });

  it('waits in vain for a connection when all are in use, and is not called away', async () => {
    const narrow = openDatabase(test.appUrl, { maxConnections: 1 });
    const { promise: isOver, resolve: end } = Promise.withResolvers<void>();
    const { promise: hasBegun, resolve: begin } = Promise.withResolvers<void>();
    const holding = narrow.unsafeAsSystem('hold', async () => {
      begin();
      await isOver;
    });
    await hasBegun;
    await expect(narrow.unsafeAsSystem('wait', (tx) => tx.person.count())).rejects.toMatchObject({
      code: 'database_busy',
    });
    end();
    await holding;
    await narrow.close();
  });
});

describe('a database that goes away', () => {
  it('answers 503 meanwhile and works again by itself', async () => {
    const { startPostgres } = await import('../embedded/postgres.ts');
    const { migrate } = await import('./migrate.ts');
    const { mkdtempSync, rmSync } = await import('node:fs');
    const folder = mkdtempSync('/tmp/scapis-away-');
    let server = await startPostgres({ folder, ownerPassword: 'x', isDisposable: true });
    const { port } = server;
    const appUrl = `postgresql://scapis_app:y@127.0.0.1:${port}/away`;
    await migrate({ ownerUrl: server.ownerUrl('away'), appUrl });
    const db = openDatabase(appUrl);
    const look = (): Promise<unknown> => db.unsafeAsSystem('look', (tx) => tx.person.count());
    try {
      expect(await look()).toBe(0);
      await db.ping();
      await server.stop();
      await expect(look()).rejects.toMatchObject({ code: 'database_unavailable', status: 503 });
      await expect(look()).rejects.toMatchObject({ code: 'database_unavailable' });
      await expect(db.ping()).rejects.toMatchObject({ code: 'database_unavailable' });
      server = await startPostgres({ folder, ownerPassword: 'x', isDisposable: true, port });
      expect(await look()).toBe(0);
      await db.ping();
    } finally {
      await db.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
