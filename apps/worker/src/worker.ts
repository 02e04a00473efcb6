import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jobs, type JobName } from '@scapis/contracts';
import type { Lab } from '@scapis/lab';
import { relayOutbox, type Database, type Log, type Queue } from '@scapis/platform';
import { createExhaustedHandlers, createHandlers } from './handlers.ts';

export interface WorkerParts {
  lab: Lab;
  database: Database;
  queue: Queue;
  log: Log;
  /** Port of /health and /ready; 0 for a free one. */
  port: number;
}

export interface RunningWorker {
  /** Of /health and /ready, such as http://127.0.0.1:40123. */
  address: string;
  /** Takes no new job and waits for those under way. */
  stop(): Promise<void>;
}

/** Binds the handler table to the queue, relays the outbox, and answers whether it is well. */
export async function startWorker({
  lab,
  database,
  queue,
  log,
  port,
}: WorkerParts): Promise<RunningWorker> {
  const handlers = createHandlers(lab);
  const exhaustedHandlers = createExhaustedHandlers(lab);
  const relay = relayOutbox(database, queue, {
    onError: (error) => log.warn({ err: error }, 'outbox relay'),
  });
  const worker = await queue.work(handlers, {
    onFailed: async (name, payload, error) => {
      log.error({ job: name, err: error }, 'job failed for good');
      await onExhausted(exhaustedHandlers, name, payload, error);
    },
    onError: (error) => log.warn({ err: error }, 'queue'),
    // A job's own outbox rows (the next slice, a message) go out at once, not at the next poll.
    onSettled: () => relay.kick(),
  });
  const server = await listen(port, async () => ({
    database: await answers(database.ping()),
    queue: await answers(queue.ping()),
  }));
  const { port: bound } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${bound}`,
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      await worker.stop();
      await relay.stop();
    },
  };
}

async function onExhausted<Name extends JobName>(
  handlers: ReturnType<typeof createExhaustedHandlers>,
  name: Name,
  payload: unknown,
  error: Error,
): Promise<void> {
  const parsed = jobs[name].payload.safeParse(payload);
  // A payload that no schema knows points to no row.
  if (parsed.success)
    await handlers[name](parsed.data as Parameters<(typeof handlers)[Name]>[0], error);
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
