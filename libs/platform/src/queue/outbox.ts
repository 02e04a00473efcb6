import type { JobName, JobPayload } from '@scapis/contracts';
import { v7 as uuidv7 } from 'uuid';
import { currentRequestId } from '../log/request-id.ts';
import type { Database, Transaction } from '../database/database.ts';
import { isJobName, parsePayload, type Queue } from './queue.ts';

const BATCH = 100;
const POLL_MS = 250;
/** After a fault of the row itself; a queue that is away is simply tried again at the next poll. */
const ROW_RETRY_MS = 60_000;

/**
 * Writes down that a job must be done, in the transaction of the change that needs it: both are
 * committed or neither. Plain INSERT, since row-level security lets people add to the
 * outbox but not read it. The row keeps the request that it comes of, and so does its job.
 */
export async function addToOutbox<Name extends JobName>(
  tx: Transaction,
  name: Name,
  payload: JobPayload<Name>,
  options: { availableAt?: Date } = {},
): Promise<void> {
  const data = JSON.stringify(parsePayload(name, payload));
  await tx.$executeRaw`insert into outbox (id, job, payload, available_at, request_id) values (${uuidv7()}::uuid, ${name}, ${data}::jsonb, coalesce(${options.availableAt ?? null}::timestamptz, now()), ${currentRequestId()}::uuid)`;
}

export interface OutboxRelay {
  /** Look now instead of at the next poll. */
  kick(): void;
  /** Ends after the batch under way. */
  stop(): Promise<void>;
}

/** A row that the queue has taken. */
export interface SentRow {
  job: string;
  requestId: string | null;
  /** Since when it could have been sent. */
  availableAt: Date;
}

interface OutboxRow extends SentRow {
  id: string;
  payload: unknown;
}

/**
 * Sends committed outbox rows to the queue, oldest first, until stopped. The row's id is the dedupe
 * key, so a crash between sending and marking sends it twice and it runs once. Several relays may
 * run: each takes rows that no other holds.
 */
export function relayOutbox(
  db: Database,
  queue: Queue,
  options: {
    pollMs?: number;
    onError?: (error: unknown) => void;
    onSent?: (row: SentRow) => void;
  } = {},
): OutboxRelay {
  let isStopped = false;
  // A kick during a batch counts for the moment after it.
  let isKicked = false;
  let wake: () => void = () => undefined;
  const run = async (): Promise<void> => {
    while (!isStopped) {
      let sent = 0;
      isKicked = false;
      try {
        sent = await relayBatch(db, queue, options.onSent);
      } catch (error) {
        options.onError?.(error);
      }
      if (sent > 0 || isKicked || isStopped) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, options.pollMs ?? POLL_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const ended = run();
  return {
    kick() {
      isKicked = true;
      wake();
    },
    async stop() {
      isStopped = true;
      wake();
      await ended;
    },
  };
}

/** Rows that are due and not sent, and how long the oldest has been; null: there is none. */
export async function lookAtOutbox(
  db: Database,
): Promise<{ rows: number; oldestSeconds: number | null }> {
  const [found] = await db.unsafeAsSystem(
    'outbox look',
    (tx) =>
      tx.$queryRaw<{ rows: number; oldestSeconds: number | null }[]>`
        select count(*)::int as rows, extract(epoch from now() - min(available_at))::float8 as "oldestSeconds"
        from outbox where sent_at is null and available_at <= now()`,
  );
  return found ?? { rows: 0, oldestSeconds: null };
}

/**
 * Sends one batch. @returns how many rows were sent. @throws LabError when the database or the
 * queue is away: nothing is marked then.
 */
export async function relayBatch(
  db: Database,
  queue: Queue,
  onSent?: (row: SentRow) => void,
): Promise<number> {
  const { rows, sent } = await db.unsafeAsSystem('outbox relay', async (tx) => {
    const sent: SentRow[] = [];
    const rows = await tx.$queryRaw<OutboxRow[]>`
      select id, job, payload, request_id as "requestId", available_at as "availableAt" from outbox where sent_at is null and available_at <= now()
      order by available_at, id limit ${BATCH} for update skip locked`;
    for (const row of rows) {
      const fault = findFault(row);
      if (fault === null) {
        await send(queue, row);
        sent.push(row);
        await tx.$executeRaw`update outbox set sent_at = now(), attempts = attempts + 1, last_error = null where id = ${row.id}::uuid`;
      } else {
        await tx.$executeRaw`update outbox set attempts = attempts + 1, last_error = ${fault}, available_at = now() + ${ROW_RETRY_MS} * interval '1 millisecond' where id = ${row.id}::uuid`;
      }
    }
    return { rows: rows.length, sent };
  });
  for (const row of sent) onSent?.(row);
  return rows;
}

/**
 * A row that no version of this queue can take: kept, with the reason, for the version that can.
 */
function findFault(row: OutboxRow): string | null {
  if (!isJobName(row.job)) return `unknown job ${row.job}`;
  try {
    parsePayload(row.job, row.payload);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function send(queue: Queue, row: OutboxRow): Promise<void> {
  if (isJobName(row.job))
    await queue.enqueue(row.job, parsePayload(row.job, row.payload), {
      dedupeKey: row.id,
      requestId: row.requestId,
    });
}
