// The outside world, one folder each: config, database, queue, storage, identity, log, embedded.
export {
  ConfigError,
  type ConfigOverrides,
  loadConfig,
  loadSettings,
  renderEnvExample,
} from './config/config.ts';
export {
  type Config,
  ENV_TABLE,
  type EnvName,
  type EnvRow,
  LOG_LEVELS,
} from './config/env-table.ts';
export { findRepositoryRoot } from './config/root.ts';
export {
  type Actor,
  type Database,
  openDatabase,
  Prisma,
  type Transaction,
  type TransactionOptions,
} from './database/database.ts';
export {
  APP_ROLE,
  diffSchema,
  hashMigrations,
  migrate,
  type MigrateOptions,
} from './database/migrate.ts';
export { buildApps } from './embedded/build-apps.ts';
export { FolderInUseError, lockFolder } from './embedded/folder-lock.ts';
export {
  chooseFreePort,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startPostgres,
} from './embedded/postgres.ts';
export { type Log, openLog } from './log/log.ts';
export { openQueue, type QueueConfig } from './queue/bull-queue.ts';
export { type InlineQueue, openInlineQueue } from './queue/inline-queue.ts';
export { addToOutbox, type OutboxRelay, relayBatch, relayOutbox } from './queue/outbox.ts';
export {
  checkHandlers,
  type EnqueueOptions,
  type JobContext,
  type JobHandlers,
  type Queue,
  type Worker,
  type WorkOptions,
} from './queue/queue.ts';
export { openFolderDriver } from './storage/folder-driver.ts';
export { type Keyring, openKeyring } from './storage/keyring.ts';
export { openMemoryDriver } from './storage/memory-driver.ts';
export {
  type BlobDriver,
  type ByteRange,
  openStorage,
  type Storage,
  type StoredObject,
} from './storage/storage.ts';
export {
  type EmbeddedIdentity,
  type EmbeddedIdentityOptions,
  startEmbeddedIdentity,
} from './identity/embedded-identity.ts';
export {
  createIdentity,
  type Credentials,
  type Identity,
  type IdentityOptions,
  type Redirect,
  type SignedIn,
} from './identity/identity.ts';
export { type DemoPerson, readDemoPeople } from './identity/realm.ts';
export { createTokenSource } from './identity/token-source.ts';
export type { IdentityConfig, Principal } from './identity/tokens.ts';
export {
  type EmbeddedLab,
  type EmbeddedLabOptions,
  startEmbeddedLab,
} from './embedded/embedded-lab.ts';
export {
  type LabProcess,
  type LabProcesses,
  type LabProcessesOptions,
  startLabProcesses,
  usualWorkers,
} from './embedded/lab-processes.ts';
