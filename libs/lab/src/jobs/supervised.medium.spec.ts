import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { trainingRequest } from '@scapis/contracts';
import { findRepositoryRoot, openFolderDriver, openStorage } from '@scapis/platform';
import { phantomUpload } from '@scapis/phantom';
import { bareEnvironment, toZip } from '@scapis/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leastTraining, openComputeLab, type ComputeLab } from '../testing/compute.fixture.ts';

// The lab's long work as workers do it, then the same on a machine that is busy with other things.

const busyProcesses = 8;
/** Short: even a small training, beside the busy processes, outlasts the hold on its job. */
const lockSeconds = 6;
let folder: string;
let lab: ComputeLab;
let project: { applicationId: string; permitId: string };
let dataset: { datasetId: string; versionId: string };
const started = new Set<ChildProcess>();
let log = '';
/** Where each worker answers Prometheus. */
const metrics: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scapis-supervised-'));
  lab = await openComputeLab(openStorage(await openFolderDriver(folder)));
  // What the worker does must have begun by its clock, which is the machine's.
  lab.clock.now = new Date();
  dataset = await lab.approvedDataset({
    subjects: 30,
    gradeMix: { none: 1, mild: 1, moderate: 1, severe: 1 },
  });
  project = await lab.governance.approveApplication(dataset.datasetId);
  await Promise.all([startWorker(), startWorker()]);
});
afterAll(async () => {
  for (const each of started) each.kill('SIGKILL');
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...bareEnvironment, ...env },
  });
  started.add(child);
  child.once('exit', () => started.delete(child));
  return child;
}

/** Resolves once it works. Its log goes to `log`. */
async function startWorker(): Promise<void> {
  const worker = start([join(findRepositoryRoot(), 'apps', 'worker', 'src', 'main.ts')], {
    DATABASE_URL: lab.test.appUrl,
    STORAGE_PATH: folder,
    MASTER_KEY: Buffer.from(lab.context.masterKey).toString('base64'),
    TRAINING_SLICE_SECONDS: '10',
    QUEUE_LOCK_SECONDS: String(lockSeconds),
    WORKER_THREADS: '1',
    WORKER_PORT: '0',
    METRICS_PORT: '0',
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let own = '';
  worker.stdout?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
    own += chunk.toString();
    if (own.includes('"msg":"working"')) resolve();
  });
  worker.once('exit', () => reject(new Error(`a worker ended at its start: ${log}`)));
  await promise;
  metrics.push(/"metrics":"([^"]+)"/.exec(own)?.[1] ?? '');
}

/** The sum of a metric over the workers, each of which tells its own. */
async function measured(name: string): Promise<number> {
  const texts = await Promise.all(metrics.map(async (each) => (await fetch(each)).text()));
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith(name))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Waits for a state, however long a busy machine takes; the test's own limit ends it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(100);
}

async function requestTraining(steps: number): Promise<string> {
  const run = await lab.lab.training.request(
    lab.people.astrid,
    trainingRequest.parse({
      ...leastTraining,
      permitId: project.permitId,
      datasetVersionId: dataset.versionId,
      title: 'On a busy machine',
      steps,
    }),
  );
  return run.id;
}

const training = (id: string) => lab.lab.training.get(lab.people.astrid, id);
const isTrained = (id: string) => async (): Promise<boolean> => {
  const { state, failure } = await training(id);
  if (state === 'failed') throw new Error(JSON.stringify(failure));
  return state === 'completed';
};

/** Of each job about an object: how often a worker began it, and how often it was asked for. */
async function timesOf(objectId: string): Promise<unknown[]> {
  return lab.test.query(
    `SELECT job, attempt AS begun, (SELECT count(*)::int FROM outbox WHERE outbox.job = job_attempt.job AND payload::text LIKE '%' || object_id || '%') AS asked
     FROM job_attempt WHERE object_id = $1`,
    [objectId],
  );
}
const activeJobs = (): Promise<unknown[]> =>
  lab.test.query(`SELECT name FROM bullmq.job WHERE state = 'active' AND queue = 'compute'`);

/** Compute processes of this test's workers, by the kernel's own list. */
function computePids(): number[] {
  return [...started].flatMap(({ pid }) =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
}
const isStopped = (pid: number): boolean =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') T ');

describe('workers', () => {
  it(
    'take a job up again whose computation died, as its second attempt',
    { timeout: 600_000 },
    async () => {
      const runId = await requestTraining(100_000);
      await until(async () => (await training(runId)).step > 0);
      for (const pid of computePids()) process.kill(pid, 'SIGKILL');
      await until(async () => {
        const [slices] = (await timesOf(runId)) as { begun: number; asked: number }[];
        return slices !== undefined && slices.begun > slices.asked;
      });
      expect((await training(runId)).state).toBe('running');
      await lab.lab.training.cancel(lab.people.astrid, runId);
      await until(async () => (await activeJobs()).length === 0);
    },
  );

  it(
    'end a computation that does not listen, and go on with the next',
    { timeout: 600_000 },
    async () => {
      const before = computePids();
      const runId = await requestTraining(100_000);
      await until(async () => (await training(runId)).step > 0);
      // Stands still as one in a long call into ONNX Runtime does; the worker itself runs on.
      for (const pid of before) process.kill(pid, 'SIGSTOP');
      await until(() => Promise.resolve(before.every(isStopped)));
      await lab.lab.training.cancel(lab.people.astrid, runId);
      await until(async () => (await activeJobs()).length === 0);
      expect(computePids()).not.toEqual(before);
      for (const pid of before)
        try {
          process.kill(pid, 'SIGCONT');
        } catch {
          // It was the one that was ended.
        }
      const next = await requestTraining(20);
      await until(isTrained(next));
    },
  );
});

describe(`workers beside ${busyProcesses} busy processes`, () => {
  let busy: ChildProcess[];
  beforeAll(() => {
    log = '';
    busy = Array.from({ length: busyProcesses }, () => start(['-e', 'for(;;);']));
  });
  afterAll(async () => {
    const ended = busy.map((each) => once(each, 'exit'));
    for (const each of busy) each.kill('SIGKILL');
    await Promise.all(ended);
  });

  it(
    'do an intake, a training, a cohort and its gate run once each',
    { timeout: 600_000 },
    async () => {
      const intake = await lab.lab.datasets.createVersion(lab.people.admin1, dataset.datasetId);
      await lab.lab.datasets.upload(
        lab.people.admin1,
        intake.id,
        Readable.from([toZip(phantomUpload({ seed: 9, subjects: 20 }).files)]),
      );
      const trainedBefore = await measured('scapis_training_images_total ');
      const runId = await requestTraining(20);
      await until(isTrained(runId));
      await until(
        async () =>
          (await lab.lab.datasets.getVersion(lab.people.admin1, intake.id)).state === 'checked',
      );
      expect(await timesOf(intake.id)).toEqual([{ job: 'dataset.ingest', begun: 1, asked: 1 }]);
      const [slices] = (await timesOf(runId)) as { begun: number; asked: number }[];
      expect(slices?.begun).toBe(slices?.asked);

      const { generators } = await training(runId);
      const { id } = await lab.lab.cohorts.request(lab.people.astrid, {
        ensembleId: null,
        generatorIds: generators.map((generator) => generator.id),
        title: 'On a busy machine',
        count: 30,
        seed: 1,
        labelMix: 'balanced',
      });
      const cohort = () => lab.lab.cohorts.get(lab.people.astrid, id);
      await until(async () => (await cohort()).state === 'draft');
      await lab.lab.gate.request(lab.people.astrid, id);
      await until(async () => (await cohort()).state !== 'gating');
      const { gateRun } = await cohort();
      expect(gateRun).toMatchObject({ state: 'completed', failure: null });
      expect(await timesOf(gateRun?.id ?? '')).toEqual([{ job: 'gate.run', begun: 1, asked: 1 }]);

      // What the processes that compute have measured, the workers tell.
      expect(await measured('scapis_training_images_total ')).toBe(trainedBefore + 20 * 8);
      expect(await measured('scapis_synthesis_images_total ')).toBe(30);
      expect(await measured('scapis_gate_runs_total{')).toBe(1);
      expect(await measured('scapis_gate_stage_duration_seconds_count{')).toBeGreaterThan(0);

      // No hold on long work was lost, and nobody was told that the database is away.
      const faults = log
        .split('\n')
        .filter((line) => /"fault":.*"queue":"compute".*"jobId"|database_unavailable/.test(line));
      expect(faults).toEqual([]);
    },
  );

  it('stop a cancelled training within five seconds', { timeout: 600_000 }, async () => {
    const tookMs: number[] = [];
    // One of three: one may meet a moment in which the machine runs nothing of ours.
    while (tookMs.length < 3 && Math.min(...tookMs) >= 5_000) {
      const runId = await requestTraining(100_000);
      await until(async () => (await training(runId)).step > 0);
      const began = performance.now();
      await lab.lab.training.cancel(lab.people.astrid, runId);
      await until(async () => (await activeJobs()).length === 0);
      tookMs.push(performance.now() - began);
    }
    process.stdout.write(`cancelled within ${tookMs.map(Math.round).join(', ')} ms\n`);
    expect(Math.min(...tookMs)).toBeLessThan(5_000);
  });
});

it('leaves nothing computing when the workers are killed', { timeout: 600_000 }, async () => {
  const runId = await requestTraining(100_000);
  await until(async () => (await training(runId)).step > 0);
  const computing = computePids();
  const ended = [...started].map((each) => once(each, 'exit'));
  for (const each of started) each.kill('SIGKILL');
  await Promise.all(ended);
  const isGone = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };
  expect(computing.length).toBeGreaterThan(0);
  await until(() => Promise.resolve(computing.every(isGone)));
});
