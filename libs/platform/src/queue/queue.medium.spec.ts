import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import type { JobName } from '@scapis/contracts';
import { findPeer, openTestDatabase, type TestDatabase } from '@scapis/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { chooseFreePort, startPostgres } from '../embedded/postgres.ts';
import { openQueue, type QueueConfig } from './bull-queue.ts';
import { addToOutbox, relayBatch, relayOutbox } from './outbox.ts';
import type { JobHandlers, Queue } from './queue.ts';
import { doing, handlersWith } from './queue.fixture.ts';

let test: TestDatabase;
let redis: ChildProcess;
let redisFolder: string;
let redisUrl: string;

beforeAll(async () => {
  test = await openTestDatabase();
  redisFolder = mkdtempSync('/tmp/scapis-redis-');
  const port = await chooseFreePort();
  redis = spawn(
    findPeer('redis-server'),
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      redisFolder,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await new Promise<void>((resolve, reject) => {
    redis.once('error', reject);
    redis.stdout?.on(
      'data',
      (text: Buffer) => text.includes('Ready to accept connections') && resolve(),
    );
  });
  redisUrl = `redis://127.0.0.1:${port}`;
});
afterAll(async () => {
  redis.kill();
  rmSync(redisFolder, { recursive: true, force: true });
  await test.close();
});

const backends: Record<string, () => QueueConfig> = {
  Postgres: () => ({ DATABASE_URL: test.appUrl }),
  Redis: () => ({ DATABASE_URL: test.appUrl, REDIS_URL: redisUrl }),
};

async function until(isTrue: () => boolean | Promise<boolean>, timeoutMs: number): Promise<void> {
  for (const end = Date.now() + timeoutMs; !(await isTrue());) {
    if (Date.now() > end) throw new Error(`not so within ${timeoutMs} ms`);
    await sleep(20);
  }
}

/** A queue, its worker, and what the worker was given; closed by the caller. */
async function withWorker(
  config: QueueConfig,
  handlers: Partial<JobHandlers>,
  work: (queue: Queue, failed: { name: JobName; error: Error }[]) => Promise<void>,
): Promise<void> {
  const queue = openQueue(config);
  const failed: { name: JobName; error: Error }[] = [];
  const worker = await queue.work(handlersWith(handlers), {
    onFailed: (name, _payload, error) => Promise.resolve(void failed.push({ name, error })),
  });
  try {
    await work(queue, failed);
  } finally {
    await worker.stop();
    await queue.close();
  }
}

describe.each(Object.entries(backends))('the queue on %s', (_name, config) => {
  it('brings each payload to the handler of its job, parsed', async () => {
    const seen: unknown[] = [];
    const ids = Array.from({ length: 20 }, () => randomUUID());
    await withWorker(
      config(),
      {
        'notification.deliver': doing((payload) => void seen.push(payload.notificationId)),
        'training.slice': doing((payload) => void seen.push(payload)),
      },
      async (queue) => {
        await Promise.all(
          ids.map((notificationId) => queue.enqueue('notification.deliver', { notificationId })),
        );
        const slice = { trainingRunId: randomUUID(), fromStep: 7 };
        await queue.enqueue('training.slice', slice);
        await until(() => seen.length === 21, 5_000);
        expect(seen).toContainEqual(slice);
        expect(seen.filter((one) => typeof one === 'string').sort()).toEqual([...ids].sort());
        await until(async () => (await queue.countPending()) === 0, 2_000);
      },
    );
  });

  it('runs a job once when its dedupe key comes twice, also after its end', async () => {
    let runs = 0;
    await withWorker(config(), { 'gate.run': doing(() => void runs++) }, async (queue) => {
      const key = randomUUID();
      const payload = { gateRunId: randomUUID() };
      await queue.enqueue('gate.run', payload, { dedupeKey: key });
      await queue.enqueue('gate.run', payload, { dedupeKey: key });
      await until(() => runs === 1, 5_000);
      await queue.enqueue('gate.run', payload, { dedupeKey: key });
      await queue.enqueue('gate.run', { gateRunId: randomUUID() }, { dedupeKey: randomUUID() });
      await until(() => runs === 2, 5_000);
      expect(await queue.countPending()).toBe(0);
    });
  });

  it('holds a delayed job back, then runs it', async () => {
    let ranAt = 0;
    await withWorker(
      config(),
      { 'synthesis.run': doing(() => void (ranAt = Date.now())) },
      async (queue) => {
        const start = Date.now();
        await queue.enqueue('synthesis.run', { synthesisRunId: randomUUID() }, { delayMs: 400 });
        await until(() => ranAt > 0, 5_000);
        expect(ranAt - start).toBeGreaterThanOrEqual(390);
      },
    );
  });

  it('tries a thrown job again, then reports it failed, with the error', async () => {
    const attempts: [number, boolean][] = [];
    await withWorker(
      config(),
      {
        'gate.run': (_payload, { attempt, isLastAttempt }) => {
          attempts.push([attempt, isLastAttempt]);
          return Promise.reject(new Error('no such space'));
        },
      },
      async (queue, failed) => {
        await queue.enqueue('gate.run', { gateRunId: randomUUID() });
        await until(() => failed.length === 1, 15_000);
        expect(attempts).toEqual([
          [1, false],
          [2, true],
        ]);
        expect(failed[0]).toMatchObject({ name: 'gate.run', error: { message: 'no such space' } });
      },
    );
  });

  it('refuses a payload that is not what the job says, before it is sent', async () => {
    const queue = openQueue(config());
    await expect(queue.enqueue('gate.run', { gateRunId: 'not an id' })).rejects.toThrow(
      /Payload of gate\.run: gateRunId/,
    );
    await queue.close();
  });

  it('does not start without a handler for every job', async () => {
    const queue = openQueue(config());
    const holed: Partial<JobHandlers> = { ...handlersWith({}), 'gate.run': undefined };
    await expect(queue.work(holed as JobHandlers)).rejects.toMatchObject({
      code: 'configuration_invalid',
      details: ['gate.run'],
    });
    await queue.close();
  });

  it('gives the job of a killed worker to the next one, once', async () => {
    const quick = { ...config(), lockMs: 3_000 };
    const queue = openQueue(quick);
    const id = randomUUID();
    await queue.enqueue('training.slice', { trainingRunId: id, fromStep: 0 });
    const doomed = spawn(
      process.execPath,
      [join(import.meta.dirname, 'queue.fixture.ts'), JSON.stringify(quick)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise<void>((resolve) =>
      doomed.stdout.on('data', (text: Buffer) => text.includes(id) && resolve()),
    );
    doomed.kill('SIGKILL');
    const killedAt = Date.now();
    const seen: string[] = [];
    const worker = await queue.work(
      handlersWith({ 'training.slice': doing((payload) => void seen.push(payload.trainingRunId)) }),
    );
    await until(() => seen.length > 0, 20_000);
    expect(Date.now() - killedAt).toBeLessThan(10_000);
    await sleep(300);
    expect(seen).toEqual([id]);
    await worker.stop();
    await queue.close();
  });

  it('relays what was committed and nothing that was not', async () => {
    const seen: string[] = [];
    await withWorker(
      config(),
      { 'release.pack': doing((payload) => void seen.push(payload.cohortVersionId)) },
      async (queue) => {
        const [kept, lost] = [randomUUID(), randomUUID()];
        await test.db.unsafeAsSystem('test', (tx) =>
          addToOutbox(tx, 'release.pack', { cohortVersionId: kept }),
        );
        await expect(
          test.db.unsafeAsSystem('test', async (tx) => {
            await addToOutbox(tx, 'release.pack', { cohortVersionId: lost });
            throw new Error('undo');
          }),
        ).rejects.toThrow('undo');
        const relay = relayOutbox(test.db, queue);
        await until(() => seen.length > 0, 5_000);
        await relay.stop();
        expect(seen).toEqual([kept]);
        expect(await test.query('select 1 from outbox where sent_at is null')).toEqual([]);
      },
    );
  });
});

describe('the outbox', () => {
  it('sends each row once with two relays at work, also when a sent row was not marked', async () => {
    const seen: string[] = [];
    await withWorker(
      backends['Postgres']?.() ?? { DATABASE_URL: '' },
      { 'notification.deliver': doing((payload) => void seen.push(payload.notificationId)) },
      async (queue) => {
        const ids = Array.from({ length: 50 }, () => randomUUID());
        await test.db.unsafeAsSystem('test', async (tx) => {
          for (const notificationId of ids)
            await addToOutbox(tx, 'notification.deliver', { notificationId });
        });
        await Promise.all([relayBatch(test.db, queue), relayBatch(test.db, queue)]);
        // What a crash between sending and marking leaves behind.
        await test.query(`update outbox set sent_at = null`);
        await relayBatch(test.db, queue);
        await until(() => seen.length >= 50, 10_000);
        await sleep(300);
        expect([...seen].sort()).toEqual([...ids].sort());
      },
    );
  });

  it('keeps a row that it cannot send, with the reason', async () => {
    await test.query(
      `insert into outbox (id, job, payload) values (gen_random_uuid(), 'coffee.brew', '{}')`,
    );
    const queue = openQueue({ DATABASE_URL: test.appUrl });
    await relayBatch(test.db, queue);
    await queue.close();
    expect(
      await test.query(
        `select sent_at, attempts, last_error from outbox where job = 'coffee.brew'`,
      ),
    ).toEqual([{ sent_at: null, attempts: 1, last_error: 'unknown job coffee.brew' }]);
  });

  it('keeps rows while the queue is away', async () => {
    await test.db.unsafeAsSystem('test', (tx) =>
      addToOutbox(tx, 'gate.run', { gateRunId: randomUUID() }),
    );
    const queue = openQueue({
      DATABASE_URL: test.appUrl,
      REDIS_URL: `redis://127.0.0.1:${await chooseFreePort()}`,
    });
    await expect(relayBatch(test.db, queue)).rejects.toMatchObject({ code: 'queue_unavailable' });
    expect(
      await test.query(`select attempts from outbox where job = 'gate.run' and sent_at is null`),
    ).toEqual([{ attempts: 0 }]);
    await queue.close();
  });

  it('lets a person add a job with his change, and read nothing', async () => {
    const actor = { personId: randomUUID(), roles: ['applicant'] as const };
    const rows = await test.db.as(actor, async (tx) => {
      await addToOutbox(tx, 'gate.run', { gateRunId: randomUUID() });
      return tx.outbox.findMany();
    });
    expect(rows).toEqual([]);
  });
});

describe('a database that goes away under queue, worker and relay', () => {
  it('stops nothing for good: they go on by themselves when it is back', async () => {
    const folder = mkdtempSync('/tmp/scapis-queue-away-');
    let server = await startPostgres({ folder, ownerPassword: 'x', isDisposable: true });
    const appUrl = `postgresql://scapis_app:y@127.0.0.1:${server.port}/away`;
    await migrate({ ownerUrl: server.ownerUrl('away'), appUrl });
    const db = openDatabase(appUrl);
    const seen: string[] = [];
    const add = (gateRunId: string): Promise<void> =>
      db.unsafeAsSystem('test', (tx) => addToOutbox(tx, 'gate.run', { gateRunId }));
    await withWorker(
      { DATABASE_URL: appUrl },
      { 'gate.run': doing(({ gateRunId }) => void seen.push(gateRunId)) },
      async (queue) => {
        const relay = relayOutbox(db, queue);
        const [first, second] = [randomUUID(), randomUUID()];
        await add(first);
        await until(() => seen.length === 1, 10_000);
        await server.stop();
        await expect(queue.ping()).rejects.toMatchObject({ code: 'queue_unavailable' });
        await sleep(2_000);
        server = await startPostgres({
          folder,
          ownerPassword: 'x',
          isDisposable: true,
          port: server.port,
        });
        await add(second);
        await until(() => seen.length === 2, 20_000);
        expect(seen).toEqual([first, second]);
        await relay.stop();
      },
    );
    await db.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});
