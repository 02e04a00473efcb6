import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '@scapis/domain';
import { createLab, type Lab } from '@scapis/lab';
import {
  openFolderDriver,
  openLog,
  openMetrics,
  openQueue,
  openStorage,
  openTracing,
} from '@scapis/platform';
import { phantomUpload } from '@scapis/phantom';
import { bareEnvironment, openTestDatabase, type TestDatabase, toZip } from '@scapis/testing';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readSettings } from './settings.ts';
import { startWorker as startHere } from './worker.ts';

// The worker as a process of its own, as it runs in the lab.

const masterKey = randomBytes(32);
const admin: Actor = { personId: uuidv7(), roles: ['lab-admin'] };
const workers = new Set<ChildProcess>();
let folder: string;
let test: TestDatabase;
let lab: Lab;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scapis-worker-'));
  test = await openTestDatabase();
  lab = createLab({
    database: test.db,
    storage: openStorage(await openFolderDriver(folder)),
    now: () => new Date(),
    masterKey,
  });
  await lab.people.signIn({
    ...admin,
    username: 'admin',
    name: 'Admin',
    email: 'admin@example.org',
  });
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

const settings = (): Record<string, string> => ({
  DATABASE_URL: test.appUrl,
  STORAGE_PATH: folder,
  MASTER_KEY: masterKey.toString('base64'),
  // A killed worker's job is soon free.
  QUEUE_LOCK_SECONDS: '3',
});

function spawnWorker(others: Record<string, string> = {}, flags: string[] = []): ChildProcess {
  const worker = spawn(process.execPath, [...flags, join(import.meta.dirname, 'main.ts')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...bareEnvironment, ...settings(), ...others },
  });
  workers.add(worker);
  worker.once('exit', () => workers.delete(worker));
  return worker;
}

/** @returns the address of /health, once the worker says that it works. */
async function addressOf(worker: ChildProcess): Promise<string> {
  let output = '';
  for await (const chunk of worker.stdout ?? []) {
    output += String(chunk);
    const address = /"address":"([^"]+)"/.exec(output)?.[1];
    if (address !== undefined) {
      worker.stdout?.resume();
      return address;
    }
  }
  throw new Error(`the worker ended before it worked: ${output}`);
}

/** @returns the value of a line of /metrics, or NaN while there is none */
async function metricOf(address: string, line: string): Promise<number> {
  const text = await (await fetch(address)).text();
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  return Number(found?.slice(line.length) ?? NaN);
}

async function startWorker(): Promise<{ worker: ChildProcess; address: string }> {
  const worker = spawnWorker();
  return { worker, address: await addressOf(worker) };
}

/** Waits for a state, however long a busy machine takes; the test's own limit ends it. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(50);
}

async function upload(subjects: number): Promise<string> {
  const dataset = await lab.datasets.create(admin, {
    title: 'Phantom CT',
    description: 'Analytic thorax, no patient',
  });
  const version = await lab.datasets.createVersion(admin, dataset.id);
  await lab.datasets.upload(
    admin,
    version.id,
    Readable.from([toZip(phantomUpload({ seed: 4, subjects }).files)]),
  );
  return version.id;
}

describe('the worker', () => {
  it('answers how it is, does what was asked before it came, and stops in order', async () => {
    const versionId = await upload(3);
    const { worker, address } = await startWorker();
    expect(await (await fetch(`${address}/health`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${address}/ready`)).json()).toEqual({
      status: 'ready',
      parts: { database: true, queue: true, clock: true },
    });
    await until(async () => (await lab.datasets.getVersion(admin, versionId)).state === 'checked');
    await until(async () =>
      (await lab.notifications.list(admin, { limit: 10 })).items.some(
        (item) => item.kind === 'dataset.checked',
      ),
    );
    const exited = once(worker, 'exit');
    worker.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('tells Prometheus of its jobs, its queue and the storage', async () => {
    const worker = spawnWorker({ METRICS_PORT: '0' });
    let output = '';
    worker.stdout?.on('data', (text) => (output += String(text)));
    const metrics = (): string => /"metrics":"([^"]+)"/.exec(output)?.[1] ?? '';
    await until(() => Promise.resolve(metrics() !== ''));
    const versionId = await upload(3);
    await until(async () => (await lab.datasets.getVersion(admin, versionId)).state === 'checked');
    const done = 'scapis_jobs_total{queue="compute",job="dataset.ingest",outcome="completed"}';
    await until(async () => (await metricOf(metrics(), done)) === 1);
    const of = (line: string): Promise<number> => metricOf(metrics(), line);
    expect(
      await of('scapis_job_duration_seconds_count{queue="compute",job="dataset.ingest"}'),
    ).toBe(1);
    await until(async () => (await of('scapis_queue_jobs{queue="compute",state="active"}')) === 0);
    expect(await of('scapis_queue_oldest_waiting_seconds{queue="compute"}')).toBe(0);
    await until(async () => (await of('scapis_outbox_rows')) === 0);
    // Counted at the first scrape: the bytes on the disk, which are sealed.
    expect(await of('scapis_storage_objects')).toBeGreaterThan(0);
    expect(await of('scapis_storage_bytes')).toBeGreaterThan(1_000);
    expect(await of('scapis_storage_free_bytes')).toBeGreaterThan(0);
    worker.kill('SIGTERM');
  });

  it('is killed in the middle of a job: the next one does it, once', async () => {
    const { worker } = await startWorker();
    const versionId = await upload(40);
    await until(
      async () => (await lab.datasets.getVersion(admin, versionId)).state === 'ingesting',
    );
    const exited = once(worker, 'exit');
    worker.kill('SIGKILL');
    await exited;
    expect((await lab.datasets.getVersion(admin, versionId)).counts).toBeNull();
    const next = await startWorker();
    await until(async () => (await lab.datasets.getVersion(admin, versionId)).state === 'checked');
    expect((await lab.datasets.getVersion(admin, versionId)).counts).toMatchObject({
      files: 120,
      accepted: 120,
      subjects: 40,
    });
    expect(
      await test.query(
        `SELECT 1 FROM audit_event WHERE object_id = $1 AND type = 'dataset.checked'`,
        [versionId],
      ),
    ).toHaveLength(1);
    expect(
      await test.query('SELECT 1 FROM file WHERE dataset_version_id = $1', [versionId]),
    ).toHaveLength(120);
    next.worker.kill('SIGTERM');
  });

  it('does what the queue has lost: rows that wait are found at its start', async () => {
    const versionId = await upload(3);
    // As if the queue had taken it and come back empty.
    await test.query('UPDATE outbox SET sent_at = now()');
    const { worker } = await startWorker();
    await until(async () => (await lab.datasets.getVersion(admin, versionId)).state === 'checked');
    worker.kill('SIGTERM');
  });

  it.each([
    { by: 8_000, sentence: /8 s ahead of the database/ },
    { by: -3_600_000, sentence: /3,600 s behind the database/ },
  ])('does not start with a clock that is off by $by ms', async ({ by, sentence }) => {
    const clock = `data:text/javascript,const real=Date.now;Date.now=()=>real()+${by}`;
    expect(await faultOf(spawnWorker({}, ['--import', clock]))).toMatch(sentence);
  });

  it('takes no jobs while its clock is off, and goes on once it is right', async () => {
    // In this process, so that its clock can be put right again; its settings are the others'.
    for (const [name, value] of Object.entries(settings())) vi.stubEnv(name, value);
    const config = readSettings();
    let offBy = 0;
    const database = {
      ...test.db,
      findClockFault: () => test.db.findClockFault(() => Date.now() + offBy),
    };
    const queue = openQueue({ ...config, lockMs: 3_000 });
    const log = openLog({ LOG_LEVEL: 'fatal' }, 'worker');
    const worker = await startHere({
      lab,
      database,
      queue,
      log,
      metrics: openMetrics('worker'),
      tracing: await openTracing(config, 'worker'),
      port: 0,
      lookAgainMs: 100,
    });
    const isReady = async (): Promise<boolean> => (await fetch(`${worker.address}/ready`)).ok;
    try {
      expect(await isReady()).toBe(true);
      offBy = 8_000;
      await until(async () => !(await isReady()));
      // Two looks later it has stopped for sure.
      await sleep(300);
      const versionId = await upload(10);
      await sleep(1_000);
      expect((await lab.datasets.getVersion(admin, versionId)).state).toBe('quarantined');
      offBy = 0;
      await until(
        async () => (await lab.datasets.getVersion(admin, versionId)).state === 'checked',
      );
      expect(await isReady()).toBe(true);
    } finally {
      await worker.stop();
      await queue.close();
      vi.unstubAllEnvs();
    }
  });

  it('says what to mend when it cannot start', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const taken = String((server.address() as AddressInfo).port);
    expect(await faultOf(spawnWorker({ WORKER_PORT: taken }))).toMatch(
      new RegExp(`Port ${taken} is in use.*WORKER_PORT`),
    );
    server.close();
    expect(await faultOf(spawnWorker({ MASTER_KEY: 'short' }))).toMatch(/MASTER_KEY: .*32 bytes/);
  });

  async function faultOf(worker: ChildProcess): Promise<string> {
    let text = '';
    worker.stderr?.on('data', (chunk) => {
      text += String(chunk);
    });
    const [code] = (await once(worker, 'close')) as [number];
    expect(code).toBe(1);
    return text;
  }
});
