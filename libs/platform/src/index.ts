export { findRepositoryRoot } from './config/root.ts';
export { APP_ROLE, diffSchema, migrate, type MigrateOptions } from './database/migrate.ts';
export { chooseFreePort, startPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded/postgres.ts';
export { ConfigError, type ConfigOverrides, loadConfig, loadSettings, renderEnvExample } from './config/config.ts';
export { type Config, ENV_TABLE, type EnvName, type EnvRow, LOG_LEVELS } from './config/env-table.ts';
