import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jobs, type JobName } from '@scapis/contracts';
import { enqueueStranded, type Lab } from '@scapis/lab';
import {
  type Database,
  type Log,
  type Metrics,
  type Queue,
  queueFaults,
  relayOutbox,
  attemptSpanIdOf,
  type SettledAttempt,
  type Tracing,
} from '@scapis/platform';
import { ComputeProcess } from './compute-process.ts';
import { createExhaustedHandlers, createHandlers } from './handlers.ts';

export interface WorkerParts {
  lab: Lab;
  database: Database;
  queue: Queue;
  log: Log;
  metrics: Metrics;
  tracing: Pick<Tracing, 'step'>;
  /** Port of /health and /ready; 0 for a free one. */
  port: number;
  /** How often the clock and the rows that wait for a job are looked at. Default: a minute. */
  lookAgainMs?: number;
}

export interface RunningWorker {
  /** Of /health and /ready, such as http://127.0.0.1:40123. */
  address: string;
  /** Takes no new job and waits for those under way. */
  stop(): Promise<void>;
}

/**
 * Takes jobs off the queue, relays the outbox, and answers whether it is well. Long work computes
 * in a process of its own, so that this one is always free to do so.
 * @throws LabError clock_ahead, clock_behind
 */
export async function startWorker({
  lab,
  database,
  queue,
  log,
  metrics,
  tracing,
  port,
  lookAgainMs = 60_000,
}: WorkerParts): Promise<RunningWorker> {
  const fault = await database.findClockFault();
  if (fault !== null) throw fault;
  const server = await listen(port, () => readParts(database, queue));
  const compute = new ComputeProcess(lab.jobs, log, metrics);
  const relay = relayOutbox(database, queue, {
    onError: (error) => log.warn({ err: error }, 'outbox relay'),
    onSent: ({ job, requestId, availableAt }) =>
      tracing.step(requestId, {
        name: `outbox ${job}`,
        beganAt: availableAt.getTime(),
        endedAt: Date.now(),
      }),
  });
  const onSettled = (settled: SettledAttempt): void => {
    const { queue: of, job, outcome, jobId, requestId, attempt } = settled;
    const seconds = (settled.endedAt - settled.beganAt) / 1_000;
    log.info({ requestId, jobId, queue: of, job, attempt, outcome, seconds }, 'job');
    traceAttempt(tracing, settled);
    metrics.count('scapis_jobs_total', { queue: of, job, outcome });
    metrics.observe('scapis_job_duration_seconds', { queue: of, job }, seconds);
    // A job's own outbox rows (the next slice, a message) go out at once, not at the next poll.
    relay.kick();
  };
  const taking = new Taking(() => takeJobs({ lab, queue, compute, log }, onSettled));
  await taking.start();
  const putBack = async (): Promise<void> => {
    for (const { job } of await enqueueStranded(database, queue))
      log.warn({ job }, 'a row waited for a job that the queue did not know: enqueued again');
    relay.kick();
  };
  const look = async (): Promise<void> => {
    const clockFault = await database.findClockFault();
    if (clockFault !== null) {
      log.error({ err: clockFault }, 'takes no jobs');
      await taking.stop();
    } else {
      await taking.start();
      await putBack();
    }
  };
  const looking = lookEvery(lookAgainMs, look, (error) =>
    log.warn({ err: error }, 'look at what waits'),
  );
  const { port: bound } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${bound}`,
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      await looking.stop();
      await taking.stop();
      await relay.stop();
      compute.kill();
    },
  };
}

/** How long a job waited, and how long this attempt took. */
function traceAttempt(tracing: Pick<Tracing, 'step'>, settled: SettledAttempt): void {
  const { job, queue, jobId, requestId, outcome, attempt, enqueuedAt, beganAt, endedAt } = settled;
  const attributes = { 'scapis.queue': queue, 'scapis.job': job, 'scapis.attempt': attempt };
  if (attempt === 1)
    tracing.step(requestId, {
      name: `queue ${job}`,
      beganAt: enqueuedAt,
      endedAt: beganAt,
      attributes,
    });
  tracing.step(
    requestId,
    {
      name: `job ${job}`,
      beganAt,
      endedAt,
      hasFailed: outcome !== 'completed',
      attributes: { ...attributes, 'scapis.outcome': outcome },
    },
    { id: attemptSpanIdOf(jobId, attempt) },
  );
}

/** Takes jobs, or none while the clock is off. */
class Taking {
  readonly #take: () => Promise<{ stop(): Promise<void> }>;
  #worker: { stop(): Promise<void> } | null = null;

  constructor(take: () => Promise<{ stop(): Promise<void> }>) {
    this.#take = take;
  }

  async start(): Promise<void> {
    this.#worker ??= await this.#take();
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.stop();
  }
}

function takeJobs(
  {
    lab,
    queue,
    compute,
    log,
  }: Pick<WorkerParts, 'lab' | 'queue' | 'log'> & {
    compute: ComputeProcess;
  },
  onSettled: (attempt: SettledAttempt) => void,
): Promise<{ stop(): Promise<void> }> {
  const exhaustedHandlers = createExhaustedHandlers(lab);
  return queue.work(createHandlers(lab, compute), {
    onFailed: async (name, payload, error) => {
      log.error({ job: name, err: error }, 'job failed for good');
      await onExhausted(exhaustedHandlers, name, payload);
    },
    onFault: ({ kind, queue: of, jobId, error }) =>
      log.warn({ fault: kind, queue: of, jobId, err: error }, queueFaults[kind]),
    onSettled,
  });
}

async function readParts(database: Database, queue: Queue): Promise<Record<string, boolean>> {
  return {
    database: await answers(database.ping()),
    queue: await answers(queue.ping()),
    clock: (await database.findClockFault().catch(() => undefined)) === null,
  };
}

/** Looks at once and again; a look that fails is made up for by the next. */
function lookEvery(
  lookAgainMs: number,
  look: () => Promise<void>,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  let looking = look().catch(onError);
  const timer = setInterval(() => {
    looking = looking.then(look).catch(onError);
  }, lookAgainMs);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

async function onExhausted<Name extends JobName>(
  handlers: ReturnType<typeof createExhaustedHandlers>,
  name: Name,
  payload: unknown,
): Promise<void> {
  const parsed = jobs[name].payload.safeParse(payload);
  // A payload that no schema knows points to no row.
  if (parsed.success) await handlers[name](parsed.data as Parameters<(typeof handlers)[Name]>[0]);
}

/** @throws Error when the port is taken */
async function listen(
  port: number,
  readiness: () => Promise<Record<string, boolean>>,
): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response
        .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
        .end(JSON.stringify(body));
    };
    if (request.url === '/health') answer(200, { status: 'ok' });
    else if (request.url === '/ready') {
      void readiness().then((parts) => {
        const isReady = Object.values(parts).every(Boolean);
        answer(isReady ? 200 : 503, { status: isReady ? 'ready' : 'not-ready', parts });
      });
    } else answer(404, { status: 'not-found' });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

async function answers(ping: Promise<void>): Promise<boolean> {
  return ping.then(
    () => true,
    () => false,
  );
}
