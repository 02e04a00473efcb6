// The outside world, one folder each: config, database, queue, storage, identity, log, embedded.
export { ConfigError, loadEnv, loadEnvOf } from './config/config.ts';
export { explainStart, refuseStart } from './config/refuse-start.ts';
export { type Config } from './config/env-table.ts';
export { findRepositoryRoot } from './config/root.ts';
export {
  type Actor,
  type Database,
  openDatabase,
  Prisma,
  type Transaction,
} from './database/database.ts';
export { APP_ROLE, diffSchema, hashMigrations, migrate } from './database/migrate.ts';
export { examine, renderFindings } from './doctor/doctor.ts';
export { buildApps } from './embedded/build-apps.ts';
export { FolderInUseError, lockFolder } from './embedded/folder-lock.ts';
export { type EmbeddedPostgres, startPostgres } from './embedded/postgres.ts';
export { type Log, openLog } from './log/log.ts';
export { withRequestId } from './log/request-id.ts';
export type { MetricName } from './metrics/metric-table.ts';
export {
  forwardingMeter,
  type Measurement,
  type Meter,
  type Metrics,
  openMetrics,
} from './metrics/metrics.ts';
export { type MetricsConfig, serveMetrics } from './metrics/serve-metrics.ts';
export { openQueue } from './queue/bull-queue.ts';
export { addToOutbox, lookAtOutbox, relayOutbox } from './queue/outbox.ts';
export {
  type JobContext,
  type JobHandlers,
  type Queue,
  queueFaults,
  type SettledAttempt,
} from './queue/queue.ts';
export { openFolderDriver } from './storage/folder-driver.ts';
export { openKeyring } from './storage/keyring.ts';
export { openMemoryDriver } from './storage/memory-driver.ts';
export { attemptSpanIdOf, openTracing, type Tracing } from './trace/tracing.ts';
export type { Content, StoredBlob } from './storage/blob.ts';
export { type ByteRange, openStorage, type Storage, type StoredObject } from './storage/storage.ts';
export { createIdentity, type Identity, type Redirect } from './identity/identity.ts';
export { type DemoPerson, readDemoPeople } from './identity/realm.ts';
export { renderRealm } from './identity/realm-table.ts';
export { createTokenSource } from './identity/token-source.ts';
export {
  type EmbeddedLab,
  readEmbeddedSettings,
  startEmbeddedLab,
} from './embedded/embedded-lab.ts';
export { type LabProcesses, startLabProcesses, usualWorkers } from './embedded/lab-processes.ts';
