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
import { currentRequestId, withRequestId } from '../log/request-id.ts';
import { openQueue, type QueueConfig } from './bull-queue.ts';
import { addToOutbox, relayBatch, relayOutbox } from './outbox.ts';
import type { JobHandlers, Queue, QueueFault, SettledAttempt } from './queue.ts';
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

/** Waits for a state, however long a busy machine takes; the test's own limit ends it. */
async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(20);
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
        await until(() => seen.length === 21);
        expect(seen).toContainEqual(slice);
        expect(seen.filter((one) => typeof one === 'string').sort()).toEqual([...ids].sort());
        await until(async () => (await queue.countPending()) === 0);
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
      await until(() => runs === 1);
      await queue.enqueue('gate.run', payload, { dedupeKey: key });
      await queue.enqueue('gate.run', { gateRunId: randomUUID() }, { dedupeKey: randomUUID() });
      await until(() => runs === 2);
      await until(async () => (await queue.countPending()) === 0);
      expect(runs).toBe(2);
    });
  });

  it('brings the request along, and what the job asks for comes of the same', async () => {
    const requestId = randomUUID();
    const seen: unknown[] = [];
    const notificationId = randomUUID();
    await withRequestId(requestId, () =>
      test.db.unsafeAsSystem('test', (tx) =>
        addToOutbox(tx, 'gate.run', { gateRunId: randomUUID() }),
      ),
    );
    await withWorker(
      config(),
      {
        'gate.run': async (payload, context) => {
          seen.push(Object.keys(payload), context.requestId, currentRequestId());
          await test.db.unsafeAsSystem('test', (tx) =>
            addToOutbox(tx, 'notification.deliver', { notificationId }),
          );
        },
        'notification.deliver': doing((payload) => {
          if (payload.notificationId === notificationId) seen.push(currentRequestId());
        }),
      },
      async (queue) => {
        await relayBatch(test.db, queue);
        await until(async () => (await relayBatch(test.db, queue)) > 0);
        await until(() => seen.length === 4);
      },
    );
    expect(seen).toEqual([['gateRunId'], requestId, requestId, requestId]);
    // Another queue would take its rows for new ones.
    await test.query('delete from outbox');
  });

  it('holds a delayed job back, then runs it', async () => {
    let ranAt = 0;
    await withWorker(
      config(),
      { 'synthesis.run': doing(() => void (ranAt = Date.now())) },
      async (queue) => {
        const start = Date.now();
        await queue.enqueue('synthesis.run', { synthesisRunId: randomUUID() }, { delayMs: 400 });
        await until(() => ranAt > 0);
        // Never too early; how late is the machine's affair.
        expect(ranAt - start).toBeGreaterThanOrEqual(390);
      },
    );
  });

  it('knows which jobs wait, and which it never heard of or has ended', async () => {
    const queue = openQueue(config());
    const [waits, held, unknown] = [randomUUID(), randomUUID(), randomUUID()];
    const payload = { notificationId: randomUUID() };
    await queue.enqueue('notification.deliver', payload, { dedupeKey: waits });
    await queue.enqueue('notification.deliver', payload, { dedupeKey: held, delayMs: 3_600_000 });
    const pending = (): Promise<boolean[]> =>
      Promise.all(
        [waits, held, unknown].map((key) => queue.isPending('notification.deliver', key)),
      );
    expect(await pending()).toEqual([true, true, false]);
    await queue.close();
    await withWorker(
      config(),
      { 'notification.deliver': doing(() => undefined) },
      async (working) => {
        await until(async () => !(await working.isPending('notification.deliver', waits)));
        expect(await working.isPending('notification.deliver', held)).toBe(true);
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
        await until(() => failed.length === 1);
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
    const [id, key] = [randomUUID(), randomUUID()];
    await queue.enqueue('training.slice', { trainingRunId: id, fromStep: 0 }, { dedupeKey: key });
    const doomed = spawn(
      process.execPath,
      [join(import.meta.dirname, 'queue.fixture.ts'), JSON.stringify(quick)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise<void>((resolve) =>
      doomed.stdout.on('data', (text: Buffer) => text.includes(id) && resolve()),
    );
    doomed.kill('SIGKILL');
    const seen: string[] = [];
    const faults: QueueFault[] = [];
    const worker = await queue.work(
      handlersWith({ 'training.slice': doing((payload) => void seen.push(payload.trainingRunId)) }),
      { onFault: (fault) => faults.push(fault) },
    );
    await until(() => seen.length > 0);
    await until(async () => !(await queue.isPending('training.slice', key)));
    expect(seen).toEqual([id]);
    expect(faults).toContainEqual({ kind: 'taken-up-again', queue: 'compute', jobId: key });
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
        await until(() => seen.length > 0);
        await relay.stop();
        expect(seen).toEqual([kept]);
        expect(await test.query('select 1 from outbox where sent_at is null')).toEqual([]);
      },
    );
  });

  it('says how full it is, and how each attempt ended', async () => {
    const queue = openQueue(config());
    const fill = async () => (await queue.look()).find(({ queue: name }) => name === 'compute');
    const before = await fill();
    expect(before).toMatchObject({ waiting: 0, active: 0, oldestWaitingMs: null });
    const ids = [randomUUID(), randomUUID()];
    for (const synthesisRunId of ids) await queue.enqueue('synthesis.run', { synthesisRunId });
    await sleep(20);
    const after = await fill();
    expect(after).toMatchObject({ waiting: 2, active: 0, delayed: before?.delayed });
    expect(after?.oldestWaitingMs).toBeGreaterThanOrEqual(20);
    const settled: SettledAttempt[] = [];
    const worker = await queue.work(
      handlersWith({
        'synthesis.run': async ({ synthesisRunId }, { attempt }) => {
          await sleep(20);
          if (synthesisRunId === ids[1] && attempt === 1) throw new Error('not this time');
        },
      }),
      { onSettled: (attempt) => void settled.push(attempt) },
    );
    await until(() => settled.length === 3);
    await worker.stop();
    expect(settled.map(({ outcome }) => outcome).sort()).toEqual([
      'completed',
      'completed',
      'failed',
    ]);
    expect(settled.every(({ beganAt, endedAt }) => endedAt - beganAt >= 15)).toBe(true);
    expect(settled.every(({ enqueuedAt, beganAt }) => enqueuedAt <= beganAt)).toBe(true);
    expect(settled.map(({ attempt }) => attempt).sort()).toEqual([1, 1, 2]);
    await queue.close();
  });
});

describe('a job that another worker has taken up meanwhile', () => {
  it('is named in what the log says, and what its worker reports is dropped', async () => {
    const key = randomUUID();
    const faults: QueueFault[] = [];
    const { promise: isTaken, resolve: take } = Promise.withResolvers<void>();
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    const queue = openQueue({ DATABASE_URL: test.appUrl, lockMs: 1_000 });
    const worker = await queue.work(
      handlersWith({
        'gate.run': async () => {
          take();
          await mayEnd;
        },
      }),
      { onFault: (fault) => faults.push(fault) },
    );
    await queue.enqueue('gate.run', { gateRunId: randomUUID() }, { dedupeKey: key });
    await isTaken;
    await test.query(
      `update bullmq.job set lock_token = 'another', locked_until_ms = locked_until_ms + 3600000 where id = $1`,
      [key],
    );
    await until(() => faults.some(({ kind }) => kind === 'lock-not-renewed'));
    end();
    await until(() => faults.some(({ kind }) => kind === 'lock-lost'));
    const ofLocks = faults.filter(({ kind }) => kind.startsWith('lock-'));
    expect(ofLocks.map(({ queue: of, jobId }) => [of, jobId])).toEqual(
      ofLocks.map(() => ['compute', key]),
    );
    expect(await queue.isPending('gate.run', key)).toBe(true);
    await worker.stop();
    await queue.close();
  });
});

describe('finished jobs', () => {
  it('are kept by age, not counted: an end reads none of those that are kept', async () => {
    const key = randomUUID();
    await withWorker(
      { DATABASE_URL: test.appUrl },
      { 'gate.run': doing(() => undefined) },
      async (queue) => {
        await queue.enqueue('gate.run', { gateRunId: randomUUID() }, { dedupeKey: key });
        await until(async () => !(await queue.isPending('gate.run', key)));
      },
    );
    expect(
      await test.query(
        `select opts->'removeOnComplete' as done, opts->'removeOnFail' as failed from bullmq.job where id = $1`,
        [key],
      ),
    ).toEqual([{ done: { age: 24 * 3600 }, failed: { age: 7 * 24 * 3600 } }]);
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
        // Also after the last of them: a second run of one would wait in the queue.
        const rows = await test.query<{ id: string }>(
          `select id from outbox where job = 'notification.deliver'`,
        );
        for (const { id } of rows)
          await until(async () => !(await queue.isPending('notification.deliver', id)));
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
        let relayFaults = 0;
        const relay = relayOutbox(db, queue, { onError: () => (relayFaults += 1) });
        const [first, second] = [randomUUID(), randomUUID()];
        await add(first);
        await until(() => seen.length === 1);
        await server.stop();
        await expect(queue.ping()).rejects.toMatchObject({ code: 'queue_unavailable' });
        // Worker and relay have met the fault.
        await until(() => relayFaults > 0);
        server = await startPostgres({
          folder,
          ownerPassword: 'x',
          isDisposable: true,
          port: server.port,
        });
        await add(second);
        await until(() => seen.length === 2);
        expect(seen).toEqual([first, second]);
        await relay.stop();
      },
    );
    await db.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});
