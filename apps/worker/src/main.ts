import {
  explainStart,
  openLog,
  openMetrics,
  openQueue,
  openTracing,
  serveMetrics,
} from '@scapis/platform';
import { watch } from './metrics.ts';
import { openLab, readSettings } from './settings.ts';
import { startWorker } from './worker.ts';

// The queue process: reads its settings, opens its doors, works, and stops in order when asked to.
// Killed at any moment it loses no more than the slice under way; its jobs are taken up again when
// their locks have run out.

/**
 * A slice is over by then; a longer job is taken up again by the next worker, from the beginning or
 * its checkpoint.
 */
const STOP_WITHIN_MS = 20_000;

const config = readSettings();
const log = openLog(config, 'worker');
const { lab, database, storage } = await openLab(config, log, { maxConnections: 8 });
const queue = openQueue({ ...config, lockMs: config.QUEUE_LOCK_SECONDS * 1_000 });
const metrics = openMetrics('worker');
const tracing = await openTracing(config, 'worker');
watch(metrics, { database, queue, storage, storagePath: config.STORAGE_PATH });
const metricsServer = await serveMetrics(config, metrics).catch(refuse);
const worker = await startWorker({
  lab,
  database,
  queue,
  log,
  metrics,
  tracing,
  port: config.WORKER_PORT,
}).catch(refuse);
log.info(
  {
    address: worker.address,
    metrics: metricsServer?.address,
    threads: config.WORKER_THREADS,
    providers: config.COMPUTE_PROVIDERS,
  },
  'working',
);

let isStopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    log.info('stopping');
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
    void worker
      .stop()
      .then(() => metricsServer?.stop())
      .then(() => tracing.stop())
      .then(() => queue.close())
      .then(() => database.close())
      .finally(() => process.exit(0));
  });
}

function refuse(error: unknown): never {
  process.stderr.write(`${whyNotStarted(error)}\n`);
  process.exit(1);
}

function whyNotStarted(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    return `Port ${config.WORKER_PORT} is in use by another program. Set WORKER_PORT to a free one, or to 0.`;
  return explainStart(error) ?? `The worker cannot start: ${String(error)}`;
}
