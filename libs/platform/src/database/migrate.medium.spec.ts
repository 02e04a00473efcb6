import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRepositoryRoot } from '../config/root.ts';
import { type EmbeddedPostgres, startPostgres } from '../embedded/postgres.ts';
import { diffSchema, hashMigrations, migrate } from './migrate.ts';

const folder = mkdtempSync(join(tmpdir(), 'scapis-migrate-'));
let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startPostgres({
    folder: join(folder, 'postgres'),
    ownerPassword: 'x',
    isDisposable: true,
  });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const SCHEMA =
  'datasource db {\n  provider = "postgresql"\n}\nmodel Thing {\n  id Int @id\n  name String\n}\n';
const FIRST = `create table "Thing" (id int primary key, name text not null);
create function shout() returns trigger language plpgsql as $$ begin new.name := new.name || '; !'; return new; end; $$;
create trigger shouts before insert on "Thing" for each row execute function shout();
grant select, insert on "Thing" to scapis_app;`;

function prismaFolder(name: string, migrations: Record<string, string>): string {
  const path = join(folder, name);
  for (const [migration, sql] of Object.entries(migrations)) {
    mkdirSync(join(path, 'migrations', migration), { recursive: true });
    writeFileSync(join(path, 'migrations', migration, 'migration.sql'), sql);
  }
  writeFileSync(join(path, 'schema.prisma'), SCHEMA);
  return path;
}

const urls = (database: string) => ({
  ownerUrl: server.ownerUrl(database),
  appUrl: `postgresql://scapis_app:y@127.0.0.1:${server.port}/${database}`,
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<pg.QueryResultRow>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('migrate', () => {
  it('makes database, role and tables, function bodies whole, and then has nothing to do', async () => {
    const options = {
      ...urls('one'),
      prismaFolder: prismaFolder('one', { '1_made_things': FIRST }),
    };
    expect(await migrate(options)).toEqual(['1_made_things']);
    expect(await migrate(options)).toEqual([]);
    expect(
      await query(options.appUrl, `insert into "Thing" values (1, 'a') returning name`),
    ).toEqual([{ name: 'a; !' }]);
    await expect(query(options.appUrl, 'create table intruder (n int)')).rejects.toThrow(
      /permission denied/,
    );
    await expect(query(options.appUrl, 'drop table "Thing"')).rejects.toThrow(/must be owner/);
  });

  it('is done once when several processes begin at the same time', async () => {
    const options = {
      ...urls('race'),
      prismaFolder: prismaFolder('race', { '1_made_things': FIRST }),
    };
    const applied = await Promise.all([migrate(options), migrate(options), migrate(options)]);
    expect(applied.flat()).toEqual(['1_made_things']);
  });

  it('keeps the state before a migration that fails, and takes it once it is mended', async () => {
    const path = prismaFolder('fails', {
      '1_made_things': FIRST,
      '2_broke': 'create table half (n int); select no_such_column from half;',
    });
    const options = { ...urls('fails'), prismaFolder: path };
    await expect(migrate(options)).rejects.toThrow(
      /^2_broke was refused, and nothing of it was kept: column "no_such_column" does not exist/,
    );
    expect(
      await query(
        options.ownerUrl,
        `select to_regclass('half') as half, to_regclass('"Thing"')::text as thing`,
      ),
    ).toEqual([{ half: null, thing: '"Thing"' }]);
    writeFileSync(
      join(path, 'migrations', '2_broke', 'migration.sql'),
      'create table whole (n int);',
    );
    expect(await migrate(options)).toEqual(['2_broke']);
  });

  it('refuses a migration that was edited after it had been applied', async () => {
    const path = prismaFolder('edited', { '1_made_things': FIRST });
    const options = { ...urls('edited'), prismaFolder: path };
    await migrate(options);
    const before = hashMigrations(path);
    writeFileSync(
      join(path, 'migrations', '1_made_things', 'migration.sql'),
      `${FIRST}\n-- a late thought`,
    );
    expect(hashMigrations(path)).not.toBe(before);
    await expect(migrate(options)).rejects.toThrow(/Already applied, then edited: 1_made_things/);
  });

  it('refuses an app user under whom row-level security would mean nothing', async () => {
    const options = {
      ...urls('user'),
      prismaFolder: prismaFolder('user', { '1_made_things': FIRST }),
    };
    await expect(migrate({ ...options, appUrl: server.ownerUrl('user') })).rejects.toThrow(
      /must be "scapis_app"/,
    );
    await expect(migrate({ ...options, appUrl: urls('elsewhere').appUrl })).rejects.toThrow(
      /must be the same/,
    );
    await query(server.ownerUrl('postgres'), 'alter role scapis_app bypassrls');
    await expect(migrate(options)).rejects.toThrow(/may bypass row-level security/);
    await query(server.ownerUrl('postgres'), 'alter role scapis_app nobypassrls');
    expect(await migrate(options)).toEqual(['1_made_things']);
  });

  it('runs each migration in UTC, whatever the server is set to', async () => {
    const options = {
      ...urls('zone'),
      prismaFolder: prismaFolder('zone', {
        '1_made_things': `${FIRST} create table seen as select current_setting('timezone') as zone;`,
      }),
    };
    await query(server.ownerUrl('postgres'), 'create database zone');
    await query(server.ownerUrl('postgres'), `alter database zone set timezone to 'Asia/Tokyo'`);
    await migrate(options);
    expect(
      await query(options.ownerUrl, `select zone, current_setting('timezone') as own from seen`),
    ).toEqual([{ zone: 'UTC', own: 'Asia/Tokyo' }]);
  });

  describe('as an owner without CREATEDB and CREATEROLE, as a DBA gives one', () => {
    const admin = (sql: string): Promise<unknown[]> => query(server.ownerUrl('postgres'), sql);
    const as = (name: string, password: string, database: string): string =>
      `postgresql://${name}:${password}@127.0.0.1:${server.port}/${database}`;
    const optionsOf = (database: string, password = 'of the dba') => ({
      ownerUrl: as('plain_owner', 'p', database),
      appUrl: as('scapis_app', encodeURIComponent(password), database),
    });

    beforeAll(async () => {
      await admin(`create role plain_owner login password 'p'`);
      for (const name of ['plain', 'closed'])
        await admin(`create database ${name} owner plain_owner`);
      await admin(`revoke connect on database closed from public`);
      await admin('drop owned by scapis_app');
      for (const { datname } of (await admin(
        `select datname from pg_database where not datistemplate and datname <> 'postgres'`,
      )) as { datname: string }[])
        await query(server.ownerUrl(datname), 'drop owned by scapis_app');
      await admin('drop role scapis_app');
    });

    it('says what to have made: the database, the role', async () => {
      await expect(migrate(optionsOf('absent'))).rejects.toThrow(
        /no database "absent".*CREATE DATABASE "absent" OWNER "plain_owner";/,
      );
      await expect(migrate(optionsOf('plain'))).rejects.toThrow(
        /no role scapis_app.*CREATE ROLE scapis_app LOGIN PASSWORD/,
      );
    });

    it('takes the role that was made, and says so of another password', async () => {
      await admin(`create role scapis_app login password 'of the dba'`);
      await expect(migrate(optionsOf('plain', 'other'))).rejects.toThrow(
        /does not log in with the password of DATABASE_URL.*ALTER ROLE scapis_app LOGIN PASSWORD/,
      );
      expect((await migrate(optionsOf('plain'))).length).toBeGreaterThan(10);
      expect(await migrate(optionsOf('plain'))).toEqual([]);
      expect((await migrate(optionsOf('closed'))).length).toBeGreaterThan(10);
    });

    it('makes a lab in which the rules bind the app and the audit log holds', async () => {
      const { appUrl } = optionsOf('plain');
      const [who, other] = [
        '0192a000-0000-7000-8000-00000000000a',
        '0192a000-0000-7000-8000-00000000000b',
      ];
      await query(
        appUrl,
        `begin; select set_config('app.person_id', '${who}', true);
         insert into person (id, username, name, email, roles, seen_at) values ('${who}', 'a', 'A', 'a@example.org', '{}', now());
         insert into audit_event (sequence, actor_id, type, object_kind, object_id, detail, previous_hash, hash, created_at)
           values (0, '${who}', 't', 'person', '${who}', '{}', '', '', now());
         commit`,
      );
      expect(await query(appUrl, 'select id from person')).toEqual([]);
      expect(
        await query(
          `${appUrl}?options=${encodeURIComponent(`-c app.person_id=${other}`)}`,
          `select (select count(*)::int from person) as seen, lab_find_person('a@example.org') as found, lab_verify_audit() as bad`,
        ),
      ).toEqual([{ seen: 0, found: who, bad: null }]);
    });
  });

  it('takes a new password of the app user over', async () => {
    const options = {
      ...urls('password'),
      prismaFolder: prismaFolder('password', { '1_made_things': FIRST }),
    };
    const changed = options.appUrl.replace(':y@', `:${encodeURIComponent("it's n3w/é")}@`);
    await migrate({ ...options, appUrl: changed });
    expect(await query(changed, 'select current_user as name')).toEqual([{ name: 'scapis_app' }]);
    await migrate(options);
  });
});

describe('the difference between schema.prisma and the migrations', () => {
  it('is none in this repository', async () => {
    expect(await diffSchema(server.ownerUrl('postgres'))).toBe('');
  });

  it('is the SQL that the migrations lack', async () => {
    const path = join(folder, 'grown');
    cpSync(join(findRepositoryRoot(), 'prisma', 'migrations'), join(path, 'migrations'), {
      recursive: true,
    });
    cpSync(join(findRepositoryRoot(), 'prisma', 'schema.prisma'), join(path, 'schema.prisma'));
    writeFileSync(
      join(path, 'schema.prisma'),
      '\nmodel Extra {\n  id Int @id\n  @@map("extra")\n}\n',
      { flag: 'a' },
    );
    expect(await diffSchema(server.ownerUrl('postgres'), path)).toMatch(/CREATE TABLE "extra"/);
    expect(
      await query(
        server.ownerUrl('postgres'),
        `select datname from pg_database where datname like 'scratch%'`,
      ),
    ).toEqual([]);
  });
});
