import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ComputeJobName, JobPayload } from '@scapis/contracts';
import { heartbeatEveryMs, type LabJobs } from '@scapis/lab';
import type { JobContext, Log, Measurement, Metrics } from '@scapis/platform';

/** To the process that computes. */
export type ToCompute =
  | {
      kind: 'run';
      name: ComputeJobName;
      payload: unknown;
      context: JobContext;
    }
  | { kind: 'stop' };

/** From it: how the one job under way goes, and how it ended. */
export type FromCompute =
  | { kind: 'begun'; number: number }
  | { kind: 'progress'; progress: unknown }
  | { kind: 'measured'; measurement: Measurement }
  | Ended;
type Ended =
  { kind: 'done' } | { kind: 'lost' } | { kind: 'failed'; type: string; message: string };
type Outcome = Ended | { kind: 'died'; how: string };

/**
 * How long work that is no longer wanted may take to stop by itself. With the second until that is
 * known, a cancelled run stops within five.
 */
const STOP_WITHIN_MS = 2_000;

/**
 * The process in which long work computes, one job at a time. ONNX Runtime computes on the thread
 * that calls it, and may not be torn off it; a process of its own can be killed at any point, and
 * leaves this one free to renew locks, answer and cancel. It is started again when it has died, and
 * keeps what it has compiled from one job to the next.
 */
export class ComputeProcess {
  readonly #jobs: LabJobs;
  readonly #log: Log;
  readonly #metrics: Pick<Metrics, 'take'>;
  #child: ChildProcess | null = null;
  #isClosed = false;

  constructor(jobs: LabJobs, log: Log, metrics: Pick<Metrics, 'take'>) {
    this.#jobs = jobs;
    this.#log = log;
    this.#metrics = metrics;
    this.#start();
    // However this process ends: the other one must not go on computing.
    process.on('exit', () => this.kill());
  }

  /** Runs one attempt of a job, and stops it when it is no longer wanted. */
  async run<Name extends ComputeJobName>(
    name: Name,
    payload: JobPayload<Name>,
    context: JobContext,
  ): Promise<void> {
    const child = this.#child ?? this.#start();
    const outcome = await this.#supervise(child, name, payload, context);
    switch (outcome.kind) {
      case 'done':
        return;
      case 'lost':
        this.#log.warn({ job: name }, 'another worker took the job; what this one did is dropped');
        return;
      case 'failed':
        throw Object.assign(new Error(outcome.message), { name: outcome.type });
      case 'died':
        throw new Error(`The process that computed ended in the midst of ${name}: ${outcome.how}.`);
    }
  }

  /** Ends it at once, with the job under way. */
  kill(): void {
    this.#isClosed = true;
    this.#child?.kill('SIGKILL');
  }

  #start(): ChildProcess {
    const child = fork(new URL('./compute.ts', import.meta.url), {
      // Points have dates.
      serialization: 'advanced',
      // A pipe as its input: `lifeline` ends a process whose input ends.
      stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    // A message to one that has just died has its answer in the exit; one that could not be started
    // has no exit.
    child.on('error', () => {
      if (child.pid === undefined) this.#child = null;
    });
    child.once('exit', (code, signal) => {
      if (this.#child === child) this.#child = null;
      if (!this.#isClosed)
        this.#log.warn({ exitCode: code, signal }, 'the process that computes has ended');
    });
    return child;
  }

  async #supervise<Name extends ComputeJobName>(
    child: ChildProcess,
    name: Name,
    payload: JobPayload<Name>,
    context: JobContext,
  ): Promise<Outcome> {
    if (child.pid === undefined) return { kind: 'died', how: 'it could not be started' };
    const job = this.#jobs[name];
    const seen: { number: number | null; progress: unknown } = { number: null, progress: null };
    const { promise: ended, resolve: end } = Promise.withResolvers<Outcome>();
    const onMessage = (message: FromCompute): void => {
      if (message.kind === 'begun') seen.number = message.number;
      else if (message.kind === 'progress') seen.progress = message.progress;
      else if (message.kind === 'measured') this.#metrics.take(message.measurement);
      else end(message);
    };
    const onExit = (code: number | null, signal: string | null): void =>
      end({ kind: 'died', how: signal ?? `exit code ${code}` });
    child.on('message', onMessage);
    child.once('exit', onExit);
    try {
      send(child, { kind: 'run', name, payload, context });
      let isAway = false;
      for (;;) {
        const outcome = await within(heartbeatEveryMs, ended);
        if (outcome !== null) return outcome;
        if (seen.number === null) continue;
        try {
          if (!(await job.heartbeat(payload, seen.number, seen.progress))) break;
          isAway = false;
        } catch (error) {
          // Made up for by the next one; said once.
          if (!isAway) this.#log.warn({ job: name, err: error }, 'heartbeat');
          isAway = true;
        }
      }
      send(child, { kind: 'stop' });
      const outcome = await within(STOP_WITHIN_MS, ended);
      if (outcome !== null) return outcome;
      child.kill('SIGKILL');
      const last = await ended;
      if (last.kind !== 'died') return last;
      await job.stop(payload, seen.number);
      return { kind: 'done' };
    } finally {
      child.off('message', onMessage);
      child.off('exit', onExit);
    }
  }
}

function send(child: ChildProcess, message: ToCompute): void {
  if (child.connected) child.send(message);
}

/** @returns null when it has not come within the time */
async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  const timer = new AbortController();
  try {
    return await Promise.race([work, sleep(ms, null, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}
