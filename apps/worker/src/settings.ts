import { createLab, type Lab } from '@scapis/lab';
import {
  type Config,
  type Database,
  loadEnvOf,
  type Log,
  type Meter,
  openDatabase,
  openFolderDriver,
  openStorage,
  refuseStart,
  type Storage,
} from '@scapis/platform';

const names = [
  'DATABASE_URL',
  'REDIS_URL',
  'STORAGE_PATH',
  'MASTER_KEY',
  'LOG_LEVEL',
  'WORKER_PORT',
  'METRICS_PORT',
  'METRICS_HOST',
  'METRICS_TOKEN',
  'OTLP_TRACES_URL',
  'WORKER_THREADS',
  'COMPUTE_PROVIDERS',
  'TRAINING_SLICE_SECONDS',
  'QUEUE_LOCK_SECONDS',
] as const satisfies (keyof Config)[];
export type WorkerConfig = Pick<Config, (typeof names)[number]>;

/** Ends the process with a sentence when a setting is not what it should be. */
export function readSettings(): WorkerConfig {
  try {
    return loadEnvOf([...names]);
  } catch (error) {
    return refuseStart(error);
  }
}

/** The lab's use cases, on connections of this process. */
export async function openLab(
  config: WorkerConfig,
  log: Log,
  { maxConnections, meter }: { maxConnections: number; meter?: Meter },
): Promise<{ lab: Lab; database: Database; storage: Storage }> {
  const database = openDatabase(config.DATABASE_URL, { maxConnections });
  const storage = openStorage(await openFolderDriver(config.STORAGE_PATH).catch(refuseStart));
  const lab = createLab({
    database,
    storage,
    now: () => new Date(),
    masterKey: config.MASTER_KEY,
    compute: {
      threads: config.WORKER_THREADS,
      providers: config.COMPUTE_PROVIDERS,
      onFallback: (sentence) => log.warn(sentence),
    },
    sliceSeconds: config.TRAINING_SLICE_SECONDS,
    ...(meter !== undefined && { meter }),
  });
  return { lab, database, storage };
}
