import { createLab } from '@scapis/lab';
import {
  loadEnvOf,
  openDatabase,
  openFolderDriver,
  openLog,
  openQueue,
  openStorage,
  refuseStart,
} from '@scapis/platform';
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
const database = openDatabase(config.DATABASE_URL, { maxConnections: 8 });
const storage = openStorage(await openFolderDriver(config.STORAGE_PATH).catch(refuseStart));
const queue = openQueue({ ...config, lockMs: config.QUEUE_LOCK_SECONDS * 1_000 });
const compute = {
  threads: config.WORKER_THREADS,
  providers: config.COMPUTE_PROVIDERS,
  onFallback: (sentence: string) => log.warn(sentence),
};
const lab = createLab({
  database,
  storage,
  now: () => new Date(),
  masterKey: config.MASTER_KEY,
  compute,
  sliceSeconds: config.TRAINING_SLICE_SECONDS,
});
const worker = await startWorker({ lab, database, queue, log, port: config.WORKER_PORT }).catch(
  (error: unknown) => {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    process.stderr.write(
      isTaken
        ? `Port ${config.WORKER_PORT} is in use by another program. Set WORKER_PORT to a free one, or to 0.\n`
        : `The worker cannot start: ${String(error)}\n`,
    );
    process.exit(1);
  },
);
log.info(
  { address: worker.address, threads: config.WORKER_THREADS, providers: config.COMPUTE_PROVIDERS },
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
      .then(() => queue.close())
      .then(() => database.close())
      .finally(() => process.exit(0));
  });
}

function readSettings() {
  try {
    return loadEnvOf([
      'DATABASE_URL',
      'REDIS_URL',
      'STORAGE_PATH',
      'MASTER_KEY',
      'LOG_LEVEL',
      'WORKER_PORT',
      'WORKER_THREADS',
      'COMPUTE_PROVIDERS',
      'TRAINING_SLICE_SECONDS',
      'QUEUE_LOCK_SECONDS',
    ]);
  } catch (error) {
    return refuseStart(error);
  }
}
