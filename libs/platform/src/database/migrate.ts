import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import {
  type MigrationList,
  SchemaEngine,
  type SchemasContainer,
} from '@prisma/schema-engine-wasm';
import type pg from 'pg';
import { findRepositoryRoot } from '../config/root.ts';
import { LATEST_QUEUE_SCHEMA, migrateQueue } from '../queue/migrate-queue.ts';
import { connect } from './connection.ts';
import { findSqlState } from './database-error.ts';
import { MigrationPg } from './migration-pg.ts';

/** The one role that the lab's processes log in as. The migrations grant to it by this name. */
export const APP_ROLE = 'scapis_app';

/** Prisma's list of what was applied. */
export const MIGRATIONS_TABLE = '_prisma_migrations';

export interface MigrateOptions {
  /** The owner: makes tables and the role. Only `migrate` ever uses it. */
  ownerUrl: string;
  /**
   * What the gateway and worker will use; its user must be `scapis_app`, and its password becomes
   * that role's.
   */
  appUrl: string;
  /** A normal Prisma folder: schema.prisma and migrations/. */
  prismaFolder?: string;
}

/** Any number, the same in all processes: two `migrate` at once take turns. */
const MIGRATION_LOCK = 7_263_541;
/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const SQL_STATE = {
  refusedClass: '28',
  noSuchDatabase: '3D000',
  databaseExists: '42P04',
  roleExists: '42710',
  /** Of a catalogue's unique index, in a race. */
  duplicate: '23505',
  denied: '42501',
} as const;
const NO_FILTER = { externalTables: [], externalEnums: [] };

/**
 * Brings a database to the newest migration: makes the database and the app's role when absent,
 * applies what is not yet applied (each migration in a transaction of its own, all or nothing),
 * then the queue's own tables. Safe to run at every start and from several processes at once.
 * @returns the names of the migrations applied now, oldest first.
 * @throws Error when a migration fails (the database keeps the state before it), or when the app's
 * role could pass row-level security.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const prismaFolder = options.prismaFolder ?? join(findRepositoryRoot(), 'prisma');
  await createDatabaseIfAbsent(options.ownerUrl);
  const client = await connect(options.ownerUrl);
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureAppRole(client, options.appUrl);
    const applied = await withEngine(options.ownerUrl, prismaFolder, async (engine) => {
      const migrationsList = readMigrations(prismaFolder);
      const { failedMigrationNames, editedMigrationNames } = await engine.diagnoseMigrationHistory({
        migrationsList,
        optInToShadowDatabase: false,
        filters: NO_FILTER,
      });
      // A migration is one transaction, so a failed one has left nothing behind and may be tried
      // again once it is mended.
      for (const migrationName of failedMigrationNames)
        await engine.markMigrationRolledBack({ migrationName });
      const edited = editedMigrationNames.filter((name) => !failedMigrationNames.includes(name));
      if (edited.length > 0)
        throw new Error(
          `Already applied, then edited: ${edited.join(', ')}. Put the file back and write a new migration instead.`,
        );
      return (await engine.applyMigrations({ migrationsList, filters: NO_FILTER }))
        .appliedMigrationNames;
    });
    // Its names alone: the app can tell whether the database is of its own version.
    await client.query(
      `grant select (migration_name, finished_at, rolled_back_at) on ${MIGRATIONS_TABLE} to ${APP_ROLE}`,
    );
    await migrateQueue(client, APP_ROLE);
    return applied;
  } finally {
    await client.end();
  }
}

/**
 * The SQL from what the migrations make to what schema.prisma says; empty when they agree. Works in
 * a database of its own on the server of `serverOwnerUrl`, dropped afterwards. Prisma sees tables,
 * columns, keys and indexes; row-level security, triggers and checks are only in the migrations.
 */
export async function diffSchema(
  serverOwnerUrl: string,
  prismaFolder: string = join(findRepositoryRoot(), 'prisma'),
): Promise<string> {
  return inScratchDatabase(serverOwnerUrl, async (scratchUrl) => {
    const { stdout } = await withEngine(
      scratchUrl,
      prismaFolder,
      (engine) =>
        engine.diff({
          from: { tag: 'migrations', ...readMigrations(prismaFolder) },
          to: { tag: 'schemaDatamodel', ...readSchema(prismaFolder) },
          script: true,
          exitCode: null,
          filters: NO_FILTER,
        }),
      scratchUrl,
    );
    const script = (stdout ?? '').trim();
    return script === '-- This is an empty migration.' ? '' : script;
  });
}

async function withEngine<T>(
  url: string,
  prismaFolder: string,
  work: (engine: SchemaEngine) => Promise<T>,
  shadowUrl?: string,
): Promise<T> {
  const migrationPg = new MigrationPg(url, shadowUrl);
  const datamodels = readSchema(prismaFolder).files.map(({ path, content }): [string, string] => [
    path,
    content,
  ]);
  const engine = await SchemaEngine.new(
    { datamodels },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(migrationPg),
  );
  try {
    return await work(engine);
  } catch (cause) {
    const { scriptFault } = migrationPg;
    if (!(scriptFault instanceof Error)) throw cause;
    const migration = /migration_name="([^"]+)"/.exec(String(cause))?.[1] ?? 'A migration';
    throw new Error(
      `${migration} was refused, and nothing of it was kept: ${scriptFault.message}. Mend its SQL and run migrate again.`,
      { cause },
    );
  } finally {
    engine.free();
    await migrationPg.close();
  }
}

/**
 * One value for the whole migrations folder: a database that was made from the same value is the
 * same.
 */
export function hashMigrations(
  prismaFolder: string = join(findRepositoryRoot(), 'prisma'),
): string {
  const hash = createHash('sha256').update(String(LATEST_QUEUE_SCHEMA));
  for (const { path, migrationFile } of readMigrations(prismaFolder).migrationDirectories)
    hash.update(path).update(JSON.stringify(migrationFile.content));
  return hash.digest('hex');
}

function readSchema(prismaFolder: string): SchemasContainer {
  const path = join(prismaFolder, 'schema.prisma');
  return { files: [{ path, content: readFileSync(path, 'utf8') }] };
}

function readMigrations(prismaFolder: string): MigrationList {
  const baseDir = join(prismaFolder, 'migrations');
  const names = readdirSync(baseDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(baseDir, name, 'migration.sql'), 'utf8') },
      },
    })),
  };
}

/** Asks the server only when it must: a service may let the owner into this database alone. */
async function createDatabaseIfAbsent(url: string): Promise<void> {
  try {
    return await (await connect(url)).end();
  } catch (error) {
    if (findSqlState(error) !== SQL_STATE.noSuchDatabase) throw error;
  }
  await withAdminClient(url, async (admin, name) => {
    await admin.query(`create database ${admin.escapeIdentifier(name)}`).catch((error: unknown) => {
      const state = findSqlState(error);
      if (state === SQL_STATE.denied)
        throw new Error(
          `There is no database "${name}", and the user of DATABASE_OWNER_URL may not make one. Have it made: CREATE DATABASE ${admin.escapeIdentifier(name)} OWNER ${admin.escapeIdentifier(admin.user ?? '')};`,
          { cause: error },
        );
      // Two first starts at once: the other one made it.
      if (state !== SQL_STATE.databaseExists && state !== SQL_STATE.duplicate) throw error;
    });
  });
}

async function inScratchDatabase<T>(
  serverOwnerUrl: string,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const url = new URL(serverOwnerUrl);
  url.pathname = `/scratch_${process.pid}_${Date.now()}`;
  await createDatabaseIfAbsent(url.href);
  try {
    return await work(url.href);
  } finally {
    await withAdminClient(url.href, (admin, name) =>
      admin.query(`drop database if exists ${admin.escapeIdentifier(name)} with (force)`),
    );
  }
}

/** A connection beside the database of `url`, as one can't make or drop the one it is in. */
async function withAdminClient(
  url: string,
  work: (admin: pg.Client, name: string) => Promise<unknown>,
): Promise<void> {
  const beside = new URL(url);
  const name = decodeURIComponent(beside.pathname.slice(1));
  beside.pathname = '/postgres';
  const admin = await connect(beside.href);
  try {
    await work(admin, name);
  } finally {
    await admin.end();
  }
}

/**
 * The role without which row-level security would be a wish: not the owner, not a superuser, no
 * BYPASSRLS.
 */
async function ensureAppRole(client: pg.Client, appUrl: string): Promise<void> {
  const { username, password, pathname } = new URL(appUrl);
  if (decodeURIComponent(username) !== APP_ROLE) {
    throw new Error(
      `DATABASE_URL logs in as "${decodeURIComponent(username)}"; it must be "${APP_ROLE}", the role that the migrations grant to.`,
    );
  }
  const database = decodeURIComponent(pathname.slice(1));
  const { rows } = await client.query<{ name: string; exists: boolean; is_privileged: boolean }>(
    `select current_database() as name, count(rolname) > 0 as exists, coalesce(bool_or(rolsuper or rolbypassrls or rolcreaterole), false) as is_privileged from pg_roles where rolname = $1`,
    [APP_ROLE],
  );
  if (rows[0]?.name !== database)
    throw new Error(
      `DATABASE_URL names database "${database}", DATABASE_OWNER_URL names "${rows[0]?.name}": they must be the same.`,
    );
  if (rows[0].is_privileged)
    throw new Error(
      `Role ${APP_ROLE} may bypass row-level security. Run: ALTER ROLE ${APP_ROLE} NOSUPERUSER NOBYPASSRLS NOCREATEROLE.`,
    );
  const secret = client.escapeLiteral(decodeURIComponent(password));
  if (!rows[0].exists) await createAppRole(client, secret);
  await client.query(`
    grant connect on database ${client.escapeIdentifier(database)} to ${APP_ROLE};
    revoke create on schema public from public, ${APP_ROLE};
    grant usage on schema public to ${APP_ROLE}`);
  if (!(await canLogIn(appUrl)))
    await asOwner(
      () => client.query(`alter role ${APP_ROLE} login password ${secret}`),
      `Role ${APP_ROLE} does not log in with the password of DATABASE_URL, and the user of DATABASE_OWNER_URL may not change it. Have it changed, or put its own password into DATABASE_URL: ALTER ROLE ${APP_ROLE} LOGIN PASSWORD '...';`,
    );
}

async function createAppRole(client: pg.Client, secret: string): Promise<void> {
  await asOwner(
    () =>
      client.query(`create role ${APP_ROLE} login password ${secret}`).catch((error: unknown) => {
        // Two first starts in two databases of one server: the other one made it.
        const state = findSqlState(error);
        if (state !== SQL_STATE.roleExists && state !== SQL_STATE.duplicate) throw error;
      }),
    `There is no role ${APP_ROLE}, and the user of DATABASE_OWNER_URL may not make one (CREATEROLE). Have it made: CREATE ROLE ${APP_ROLE} LOGIN PASSWORD '...'; with the password of DATABASE_URL.`,
  );
}

/** @throws Error with `advice` where the owner lacks the right */
async function asOwner(work: () => Promise<unknown>, advice: string): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw findSqlState(error) === SQL_STATE.denied ? new Error(advice, { cause: error }) : error;
  }
}

/** False when the role is refused; a server that can't be reached is an error as ever. */
async function canLogIn(url: string): Promise<boolean> {
  try {
    await (await connect(url)).end();
    return true;
  } catch (error) {
    if (findSqlState(error)?.startsWith(SQL_STATE.refusedClass) !== true) throw error;
    return false;
  }
}
