import { randomUUID } from 'node:crypto';
import { jobNames, type JobSpec, LabError } from '@scapis/contracts';
import {
  type BackendClasses,
  createPostgresBackend,
  createRedisBackend,
  type IQueueBackend,
  type Job,
  UnrecoverableError,
  withBackend,
} from 'bullmq';
import { openPool } from '../database/connection.ts';
import { withRequestId } from '../log/request-id.ts';
import {
  checkHandlers,
  type EnqueueOptions,
  type JobContext,
  isJobName,
  parsePayload,
  type Queue,
  type QueueFault,
  type QueueFill,
  requestIdOf,
  runJob,
  type SettledAttempt,
  specOf,
  type Worker,
} from './queue.ts';

/** Where the queue lives. Redis wins when both are given. */
export interface QueueConfig {
  DATABASE_URL: string;
  REDIS_URL?: string | undefined;
  /** Jobs of the `light` queue that one worker runs side by side; `compute` is always one. */
  lightConcurrency?: number;
  /** How long a worker's hold on a job lasts without a sign of life. */
  lockMs?: number;
}

/**
 * A killed worker's job is free once its lock has run out and the next check, every third of that
 * time, has seen it: 15 to 20 s.
 */
const LOCK_MS = 15_000;
/**
 * Each kill of a worker counts one. A job that kills its worker every time must end some day; a bad
 * night must not end a training.
 */
const MAX_STALLED = 20;
/**
 * Finished jobs are remembered for a day, so that a dedupe key holds for a day; failed ones for a
 * week, to be looked at. By age alone: to keep a number of them, BullMQ on Postgres reads all that
 * are kept whenever one ends.
 */
const KEEP_DONE = { age: 24 * 3600 };
const KEEP_FAILED = { age: 7 * 24 * 3600 };
const ANSWER_WITHIN_MS = 5_000;
/** Workers can wait: on a machine that is very busy, a new connection takes its time. */
const CONNECT_WITHIN_MS = 30_000;

/**
 * BullMQ on Postgres (its tables come from `migrate`), or on Redis or Valkey when REDIS_URL is set:
 * same jobs, same handlers. Dials nothing before its first use.
 */
export function openQueue(config: QueueConfig): Queue {
  if (config.REDIS_URL !== undefined) {
    const url = config.REDIS_URL;
    // Blocked reads of a worker must wait out an absent server, so retries have no limit;
    // `withinTime` answers callers who can't wait.
    return openBullQueue(
      withBackend(createRedisBackend),
      { url, maxRetriesPerRequest: null },
      config,
      () => Promise.resolve(),
    );
  }
  // One pool for all queues and workers of the process; the listening client of each is one of its
  // connections.
  const pool = openPool(config.DATABASE_URL, {
    searchPath: 'bullmq',
    max: 12,
    application_name: 'scapis-queue',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
  });
  return openBullQueue(withBackend(createPostgresBackend), pool, config, () => pool.end());
}

function openBullQueue<B extends IQueueBackend, C>(
  bull: BackendClasses<B, C>,
  connection: C,
  config: QueueConfig,
  closeConnection: () => Promise<void>,
): Queue {
  const names = [...new Set(jobNames.map((name) => specOf(name).queue))];
  const open = (name: JobSpec['queue']): InstanceType<typeof bull.Queue> => {
    const queue = new bull.Queue(name, { connection, prefix: 'scapis' });
    queue.on('error', () => undefined);
    return queue;
  };
  const queues = new Map(names.map((name) => [name, open(name)]));
  const queueOf = (name: string): InstanceType<typeof bull.Queue> => {
    const queue = queues.get(isJobName(name) ? specOf(name).queue : 'light');
    if (queue === undefined) throw new Error(`No queue for job ${name}`);
    return queue;
  };
  const workers = new Set<Worker>();
  const lockMs = config.lockMs ?? LOCK_MS;

  return {
    async enqueue(name, payload, options: EnqueueOptions = {}) {
      const spec = specOf(name);
      const parsed = parsePayload(name, payload);
      const { requestId = null } = options;
      const data = requestId === null ? parsed : { ...parsed, requestId };
      await withinTime(
        queueOf(name).add(name, data, {
          // Always an id of ours: BullMQ would else make a sequence, which the app's role may not.
          jobId: options.dedupeKey ?? randomUUID(),
          delay: options.delayMs ?? 0,
          attempts: spec.attempts,
          backoff: { type: 'exponential', delay: spec.backoffMs },
          removeOnComplete: KEEP_DONE,
          removeOnFail: KEEP_FAILED,
        }),
      );
    },
    async work(handlers, options = {}) {
      checkHandlers(handlers);
      const running = names.map((name) => {
        const concurrency = name === 'compute' ? 1 : (config.lightConcurrency ?? 4);
        const worker = new bull.Worker(
          name,
          (job: Job) => runJob(handlers, job.name, job.data, contextOf(job)),
          {
            connection,
            prefix: 'scapis',
            concurrency,
            lockDuration: lockMs,
            stalledInterval: lockMs / 3,
            maxStalledCount: MAX_STALLED,
            runRetryDelay: 1_000,
          },
        );
        const report = (fault: Omit<QueueFault, 'queue'>): void =>
          options.onFault?.({ queue: name, ...fault });
        worker.on('error', (error) => {
          const fault = faultOf(error);
          if (fault !== null) report(fault);
        });
        worker.on('stalled', (jobId) => report({ kind: 'taken-up-again', jobId }));
        worker.on('lockRenewalFailed', (jobIds) => {
          for (const jobId of jobIds) report({ kind: 'lock-not-renewed', jobId });
        });
        const settle = (job: Job | undefined, outcome: SettledAttempt['outcome']): void => {
          if (job !== undefined && isJobName(job.name))
            options.onSettled?.({
              job: job.name,
              queue: name,
              jobId: job.id ?? '',
              requestId: requestIdOf(job.data),
              outcome,
              attempt: job.attemptsMade,
              ...timesOf(job),
            });
        };
        worker.on('completed', (job) => settle(job, 'completed'));
        worker.on('failed', (job, error) => {
          settle(job, job !== undefined && isFinal(job, error) ? 'exhausted' : 'failed');
          if (job === undefined || !isJobName(job.name) || !isFinal(job, error)) return;
          const failed = job.name;
          withRequestId(requestIdOf(job.data), () =>
            options.onFailed?.(failed, job.data, error),
          )?.catch((fault: unknown) =>
            report({ kind: 'failure-not-stored', jobId: job.id, error: fault }),
          );
        });
        return worker;
      });
      await Promise.all(running.map((worker) => worker.waitUntilReady()));
      const worker: Worker = {
        async stop() {
          workers.delete(worker);
          await Promise.all(running.map((one) => one.close()));
        },
      };
      workers.add(worker);
      return worker;
    },
    async isPending(name, dedupeKey) {
      const state = await withinTime(queueOf(name).getJobState(dedupeKey));
      return state !== 'unknown' && state !== 'completed' && state !== 'failed';
    },
    async countPending() {
      const counts = await withinTime(
        Promise.all(
          [...queues.values()].map((queue) =>
            queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized'),
          ),
        ),
      );
      return counts.flatMap((count) => Object.values(count)).reduce((sum, count) => sum + count, 0);
    },
    async look() {
      return withinTime(
        Promise.all(
          [...queues].map(async ([name, queue]): Promise<QueueFill> => {
            const {
              waiting = 0,
              prioritized = 0,
              active = 0,
              delayed = 0,
            } = await queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed');
            const [oldest] = await queue.getJobs(['waiting'], 0, 0, true);
            return {
              queue: name,
              waiting: waiting + prioritized,
              active,
              delayed,
              oldestWaitingMs:
                oldest === undefined ? null : Math.max(0, Date.now() - oldest.timestamp),
            };
          }),
        ),
      );
    },
    async ping() {
      await withinTime(
        Promise.all([...queues.values()].map((queue) => queue.getJobCounts('active'))),
      );
    },
    async close() {
      for (const worker of workers) await worker.stop();
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await closeConnection();
    },
  };
}

function timesOf(job: Job): Pick<SettledAttempt, 'enqueuedAt' | 'beganAt' | 'endedAt'> {
  // An attempt that is tried again has not finished, for BullMQ.
  const endedAt = Math.max(job.finishedOn ?? Date.now(), job.processedOn ?? 0);
  return { enqueuedAt: job.timestamp, beganAt: job.processedOn ?? endedAt, endedAt };
}

function contextOf(job: Job): JobContext {
  return {
    jobId: job.id ?? '',
    attempt: job.attemptsMade + 1,
    isLastAttempt: job.attemptsMade + 1 >= (job.opts.attempts ?? 1),
    requestId: requestIdOf(job.data),
  };
}

/** BullMQ's codes for a job that this worker holds no more: gone, unlocked, ended, another's. */
const LOST_CODES: ReadonlySet<unknown> = new Set([-1, -2, -3, -6]);

/** @returns null for what `lockRenewalFailed` says as well */
function faultOf(error: Error): Omit<QueueFault, 'queue'> | null {
  if (error.message.startsWith('could not renew lock')) return null;
  return LOST_CODES.has(Reflect.get(error, 'code'))
    ? { kind: 'lock-lost', jobId: /[0-9a-f-]{36}/.exec(error.message)?.[0], error }
    : { kind: 'not-answering', error };
}

function isFinal(job: Job, error: Error): boolean {
  return (
    error instanceof UnrecoverableError ||
    error.name === 'UnrecoverableError' ||
    job.attemptsMade >= (job.opts.attempts ?? 1)
  );
}

/** An answer, or 503: a request must not hang on a queue whose server is away. */
async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)),
      ANSWER_WITHIN_MS,
    );
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } catch (cause) {
    throw new LabError('queue_unavailable', {
      cause,
      privateDetail: cause instanceof Error ? cause.message : String(cause),
    });
  } finally {
    clearTimeout(timer);
  }
}
