import { statfs } from 'node:fs/promises';
import {
  type Database,
  lookAtOutbox,
  type Metrics,
  type Queue,
  type Storage,
} from '@scapis/platform';

export interface Watched {
  database: Database;
  queue: Queue;
  storage: Storage;
  /** Its folder. */
  storagePath: string;
}

/** A walk over all objects takes its time, and their number changes slowly. */
const WALK_EVERY_MS = 15 * 60_000;

/** Has each scrape look at what stands still between two jobs: queue, outbox, storage. */
export function watch(metrics: Metrics, { database, queue, storage, storagePath }: Watched): void {
  metrics.onScrape(['scapis_queue_jobs', 'scapis_queue_oldest_waiting_seconds'], async () => {
    for (const { queue: name, oldestWaitingMs, ...fill } of await queue.look()) {
      for (const state of ['waiting', 'active', 'delayed'] as const)
        metrics.set('scapis_queue_jobs', { queue: name, state }, fill[state]);
      metrics.set(
        'scapis_queue_oldest_waiting_seconds',
        { queue: name },
        (oldestWaitingMs ?? 0) / 1_000,
      );
    }
  });
  metrics.onScrape(['scapis_outbox_rows', 'scapis_outbox_oldest_seconds'], async () => {
    const { rows, oldestSeconds } = await lookAtOutbox(database);
    metrics.set('scapis_outbox_rows', {}, rows);
    metrics.set('scapis_outbox_oldest_seconds', {}, oldestSeconds ?? 0);
  });
  metrics.onScrape(['scapis_storage_free_bytes'], async () => {
    const { bavail, bsize } = await statfs(storagePath);
    metrics.set('scapis_storage_free_bytes', {}, bavail * bsize);
  });
  const size = oncePer(WALK_EVERY_MS, () => measure(storage));
  metrics.onScrape(['scapis_storage_bytes', 'scapis_storage_objects'], async () => {
    const { bytes, objects } = await size();
    metrics.set('scapis_storage_bytes', {}, bytes);
    metrics.set('scapis_storage_objects', {}, objects);
  });
}

async function measure(storage: Storage): Promise<{ bytes: number; objects: number }> {
  const total = { bytes: 0, objects: 0 };
  for await (const { size } of storage.list()) {
    total.bytes += size;
    total.objects += 1;
  }
  return total;
}

/** The result of the last time, while it is young enough. One that failed is asked for again. */
function oncePer<T>(ms: number, work: () => Promise<T>): () => Promise<T> {
  let last: { at: number; result: Promise<T> } | null = null;
  return () => {
    const now = performance.now();
    if (last !== null && now - last.at < ms) return last.result;
    const current = { at: now, result: work() };
    last = current;
    current.result.catch(() => {
      if (last === current) last = null;
    });
    return current.result;
  };
}
