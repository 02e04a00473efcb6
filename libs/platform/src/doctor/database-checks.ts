import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { findRepositoryRoot } from '../config/root.ts';
import { adviceOf } from '../config/refuse-start.ts';
import { connect } from '../database/connection.ts';
import { openDatabase } from '../database/database.ts';
import { findSqlState } from '../database/database-error.ts';
import { APP_ROLE, MIGRATIONS_TABLE } from '../database/migrate.ts';
import { LATEST_QUEUE_SCHEMA } from '../queue/migrate-queue.ts';
import { type Finding, judge, ok, wrong } from './checks.ts';

const OLDEST_MAJOR = 16;
const ANSWER_WITHIN_MS = 5_000;

/** @param now this machine's clock, in ms */
export async function checkDatabase(url: string, now: () => number): Promise<Finding[]> {
  const { host, pathname, username } = new URL(url);
  const place = `${host}${decodeURIComponent(pathname)} as ${decodeURIComponent(username)}`;
  let client: pg.Client;
  try {
    client = await connect(url, { connectionTimeoutMillis: ANSWER_WITHIN_MS });
  } catch (error) {
    return [wrong('database.reached', `${place}: ${wordOf(error)}`, adviceOf(error) ?? undefined)];
  }
  try {
    return [
      ok('database.reached', place),
      await checkVersion(client),
      await checkRole(client),
      await checkMigrations(client),
      await checkRights(client),
      await checkSession(client),
      await checkClock(url, now),
    ];
  } finally {
    await client.end();
  }
}

/** What Postgres or the socket says of a connection that did not come about. */
function wordOf(error: unknown): string {
  const state = findSqlState(error);
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (state !== undefined) return `refused (SQLSTATE ${state})`;
  return typeof code === 'string' ? `not reached (${code})` : 'not reached';
}

async function checkVersion(client: pg.Client): Promise<Finding> {
  const { version, number } = await one<{ version: string; number: number }>(
    client,
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number`,
  );
  return judge('database.version', number >= OLDEST_MAJOR * 10_000, `Postgres ${version}`);
}

async function checkRole(client: pg.Client): Promise<Finding> {
  const role = await one<{ name: string; super: boolean; bypass: boolean; creates: boolean }>(
    client,
    `select rolname as name, rolsuper as super, rolbypassrls as bypass, rolcreaterole as creates from pg_roles where rolname = current_user`,
  );
  const faults = [
    role.name === APP_ROLE ? '' : 'not the role that the migrations grant to',
    role.super ? 'superuser' : '',
    role.bypass ? 'BYPASSRLS' : '',
    role.creates ? 'CREATEROLE' : '',
  ].filter(Boolean);
  return judge(
    'database.role',
    faults.length === 0,
    faults.length === 0
      ? `${role.name}, bound by row-level security`
      : `${role.name}: ${faults.join(', ')}`,
  );
}

async function checkMigrations(client: pg.Client): Promise<Finding> {
  const own = readdirSync(join(findRepositoryRoot(), 'prisma', 'migrations'), {
    withFileTypes: true,
  }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));
  let applied: Set<string>;
  try {
    const { rows } = await client.query<{ name: string }>(
      `select migration_name as name from ${MIGRATIONS_TABLE} where finished_at is not null and rolled_back_at is null`,
    );
    applied = new Set(rows.map(({ name }) => name));
  } catch (error) {
    const state = findSqlState(error);
    if (state !== '42P01' && state !== '42501') throw error;
    return wrong(
      'database.migrations',
      state === '42P01'
        ? 'never migrated'
        : `${APP_ROLE} may not read which are applied: they are of an older version`,
    );
  }
  const missing = own.filter((name) => !applied.has(name));
  const newer = [...applied].filter((name) => !own.includes(name));
  const saw = [
    `${applied.size} applied`,
    ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
    ...(newer.length > 0 ? [`of a newer version: ${newer.join(', ')}`] : []),
  ];
  return judge('database.migrations', missing.length + newer.length === 0, saw.join('; '));
}

/** Without row-level security: what it holds is sealed, and belongs to nobody who is signed in. */
const UNGUARDED = 'web_session';

interface Right {
  name: string;
  reads: boolean;
  writes: boolean;
  owns: boolean;
  guarded: boolean;
  /** The audit log, which must stay as it was written. */
  rewrites: boolean;
}

async function checkRights(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<Right>(
    `select relname as name, has_table_privilege(oid, 'select') as reads, has_table_privilege(oid, 'insert') as writes,
            pg_has_role(relowner, 'usage') as owns, relrowsecurity or relname = $2 as guarded,
            relname = 'audit_event' and has_table_privilege(oid, 'update, delete, truncate') as rewrites
     from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> $1 order by relname`,
    [MIGRATIONS_TABLE, UNGUARDED],
  );
  const named = (label: string, isFault: (right: Right) => boolean): string[] => {
    const names = rows.filter(isFault).map(({ name }) => name);
    return names.length === 0 ? [] : [`${label} ${names.slice(0, 5).join(', ')}`];
  };
  const { makes } = await one<{ makes: boolean }>(
    client,
    `select has_schema_privilege('public', 'create') as makes`,
  );
  const faults = [
    ...(rows.length === 0 ? ['no tables'] : []),
    ...named('may not read', ({ reads }) => !reads),
    ...named('may not write', ({ writes }) => !writes),
    ...named('owns', ({ owns }) => owns),
    ...named('no row-level security on', ({ guarded }) => !guarded),
    ...named('may rewrite', ({ rewrites }) => rewrites),
    ...(makes ? ['may make tables'] : []),
  ];
  return judge(
    'database.rights',
    faults.length === 0,
    faults.length === 0
      ? `${rows.length} tables, each as the migrations leave it`
      : faults.join('; '),
  );
}

async function checkSession(client: pg.Client): Promise<Finding> {
  const { zone, style, own } = await one<{ zone: string; style: string; own: string }>(
    client,
    `select current_setting('timezone') as zone, current_setting('datestyle') as style,
            (select reset_val from pg_settings where name = 'TimeZone') as own`,
  );
  return judge(
    'database.session',
    zone === 'UTC' && style.startsWith('ISO'),
    `sessions in ${zone}, dates in ${style}; the server's own zone is ${own}`,
  );
}

async function checkClock(url: string, now: () => number): Promise<Finding> {
  const database = openDatabase(url, { maxConnections: 1 });
  try {
    const fault = await database.findClockFault(now);
    return fault === null
      ? ok('database.clock', 'within 2 s of the server')
      : wrong('database.clock', fault.message);
  } finally {
    await database.close();
  }
}

/** The queue's own tables, where no REDIS_URL moves it elsewhere. */
export async function checkPostgresQueue(url: string): Promise<Finding[]> {
  let client: pg.Client;
  try {
    client = await connect(url, { connectionTimeoutMillis: ANSWER_WITHIN_MS });
  } catch (error) {
    return [wrong('queue.reached', wordOf(error), adviceOf(error) ?? undefined)];
  }
  try {
    const { there, may } = await one<{ there: boolean; may: boolean }>(
      client,
      `select to_regnamespace('bullmq') is not null as there,
              coalesce(has_schema_privilege(to_regnamespace('bullmq'), 'usage'), false) as may`,
    );
    if (!there)
      return [
        wrong(
          'queue.reached',
          'Postgres, which has no tables of the queue',
          'Run: node tools/migrate.ts',
        ),
      ];
    if (!may) return [wrong('queue.rights', 'Postgres: no right to use the schema bullmq')];
    const { rows } = await client.query<{ name: string; may: boolean }>(
      `select relname as name, has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert')
              and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete') as may
       from pg_class where relnamespace = 'bullmq'::regnamespace and relkind = 'r' order by relname`,
    );
    const closed = rows.filter((row) => !row.may).map(({ name }) => name);
    const reached = ok('queue.reached', 'Postgres, schema bullmq');
    const rights = judge(
      'queue.rights',
      closed.length === 0,
      closed.length === 0 ? `${rows.length} tables` : `no full right to ${closed.join(', ')}`,
    );
    if (closed.includes('migration')) return [reached, rights];
    const { version } = await one<{ version: number }>(
      client,
      'select coalesce(max(version), 0)::int as version from bullmq.migration',
    );
    return [
      reached,
      judge(
        'queue.version',
        version === LATEST_QUEUE_SCHEMA,
        `tables of version ${version}, this lab's are ${LATEST_QUEUE_SCHEMA}`,
      ),
      rights,
      ok('queue.persistence', 'as the database'),
    ];
  } finally {
    await client.end();
  }
}

async function one<Row extends pg.QueryResultRow>(client: pg.Client, sql: string): Promise<Row> {
  const { rows } = await client.query<Row>(sql);
  if (rows[0] === undefined) throw new Error('one row was expected');
  return rows[0];
}
