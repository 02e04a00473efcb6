import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { loadEnv } from '../config/config.ts';
import { createTokenSource } from '../identity/token-source.ts';
import { startEmbeddedLab } from './embedded-lab.ts';
import { FolderInUseError, lockFolder } from './folder-lock.ts';
import { findUnused } from './lab-processes.ts';

const root = mkdtempSync(join(tmpdir(), 'scapis-labs-'));
// Root's server user must be able to pass through.
chmodSync(root, 0o711);
afterAll(() => rmSync(root, { recursive: true, force: true }));
const astrid = { username: 'astrid', password: 'astrid-demo-2026' };

async function query<Row extends pg.QueryResultRow>(
  url: string | undefined,
  sql: string,
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded lab', () => {
  it('starts from nothing, gives whole settings, and starts again where it was', async () => {
    const dataFolder = join(root, 'first');
    const lab = await startEmbeddedLab({ dataFolder });
    expect(lab.applied.length).toBeGreaterThan(0);
    const config = loadEnv(lab.settings, {});
    expect(config.MASTER_KEY).toHaveLength(32);
    expect(await createTokenSource(config, astrid)()).toMatch(/^eyJ/);
    await query(config.DATABASE_OWNER_URL, `create table keepsake as select 7 as n`);
    const [role] = await query<{ rolsuper: boolean; rolbypassrls: boolean }>(
      config.DATABASE_URL,
      'select rolsuper, rolbypassrls from pg_roles where rolname = current_user',
    );
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false });
    await expect(query(config.DATABASE_URL, 'create table intruder (n int)')).rejects.toThrow(
      /permission denied/,
    );
    for (const name of ['lab.json', 'identity-keys.json'])
      expect(statSync(join(dataFolder, name)).mode & 0o077).toBe(0);
    await expect(startEmbeddedLab({ dataFolder })).rejects.toThrow(FolderInUseError);
    const host = {
      PATH: '/bin',
      DATABASE_URL: 'postgresql://scapis_app:x@db.example.org/scapis',
      MASTER_KEY_FILE: '/run/secrets/master_key',
      REDIS_URL: 'redis://redis.example.org',
      STORAGE_PATH: '',
      LAB_DATA: '.lab',
    };
    expect(findUnused(lab.settings, host)).toEqual(['DATABASE_URL', 'MASTER_KEY_FILE']);
    expect(findUnused(lab.settings, lab.settings)).toEqual([]);
    await lab.stop();

    const again = await startEmbeddedLab({ dataFolder });
    expect(again.settings).toEqual(lab.settings);
    expect(again.applied).toEqual([]);
    expect(await query(again.settings.DATABASE_OWNER_URL, 'select n from keepsake')).toEqual([
      { n: 7 },
    ]);
    await again.stop();
    expect(readdirSync(dataFolder)).not.toContain('lock');
  });

  it('lives beside another one on the same machine', async () => {
    const [one, two] = await Promise.all([
      startEmbeddedLab({ dataFolder: join(root, 'first') }),
      startEmbeddedLab({ dataFolder: join(root, 'second') }),
    ]);
    try {
      for (const name of ['DATABASE_URL', 'KEYCLOAK_URL', 'MASTER_KEY', 'SESSION_SECRET'] as const)
        expect(one.settings[name]).not.toBe(two.settings[name]);
    } finally {
      await one.stop();
      await two.stop();
    }
  });

  it('comes back after a kill -9, with what was committed', async () => {
    const dataFolder = join(root, 'first');
    const doomed = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, 'embedded-lab.fixture.ts'),
        dataFolder,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const settings = JSON.parse(
      await new Promise<string>((resolve) =>
        doomed.stdout.on('data', (text: Buffer) => resolve(text.toString('utf8'))),
      ),
    ) as Record<string, string>;
    await query(settings['DATABASE_OWNER_URL'], 'insert into keepsake values (8)');
    doomed.kill('SIGKILL');
    await new Promise((resolve) => doomed.once('exit', resolve));
    const lab = await startEmbeddedLab({ dataFolder });
    expect(await query(lab.settings.DATABASE_OWNER_URL, 'select n from keepsake')).toEqual([
      { n: 7 },
      { n: 8 },
    ]);
    await lab.stop();
    // A power cut: lock and pid files of processes that are gone, the pid now somebody else's.
    writeFileSync(join(dataFolder, 'lock'), `${process.pid} 1`);
    writeFileSync(join(dataFolder, 'postgres', 'data', 'postmaster.pid'), `${process.pid}\n`);
    const mended = await startEmbeddedLab({ dataFolder });
    expect(await query(mended.settings.DATABASE_OWNER_URL, 'select n from keepsake')).toEqual([
      { n: 7 },
      { n: 8 },
    ]);
    await mended.stop();
  });

  it('says which port is in use, and leaves nothing running', async () => {
    // Takes connections and says nothing, as a program of another kind would.
    const sockets: Socket[] = [];
    const taken = createServer((socket) => void sockets.push(socket));
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)),
    );
    const dataFolder = join(root, 'first');
    for (const ports of [{ postgres: port }, { identity: port }]) {
      await expect(startEmbeddedLab({ dataFolder, ports })).rejects.toThrow(
        new RegExp(`Port ${port} is in use`),
      );
    }
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => taken.close(resolve));
    const lab = await startEmbeddedLab({ dataFolder, ports: { identity: port } });
    expect(lab.settings.KEYCLOAK_URL).toBe(`http://127.0.0.1:${port}`);
    await lab.stop();
  });

  it('ends a process with its parent, not with one of its threads', async () => {
    const program = `new (require('node:worker_threads').Worker)(new URL('data:text/javascript,')).on('exit', () => setTimeout(() => console.log('its thread is gone'), 300));`;
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        '--import',
        join(import.meta.dirname, 'lifeline.ts'),
        '--eval',
        program,
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const gone = new Promise((resolve) => child.once('exit', (...how) => resolve(how)));
    const said = await new Promise((resolve) =>
      child.stdout
        .once('data', (text: Buffer) => resolve(text.toString('utf8')))
        .once('end', () => resolve('')),
    );
    expect(said).toBe('its thread is gone\n');
    child.stdin.end();
    expect(await gone).toEqual([null, 'SIGTERM']);
  });

  it('does not overwrite keys that it cannot read', async () => {
    const dataFolder = join(root, 'damaged');
    lockFolder(dataFolder)();
    writeFileSync(join(dataFolder, 'lab.json'), '{"masterKey": 7}');
    await expect(startEmbeddedLab({ dataFolder })).rejects.toThrow(/lab\.json is damaged/);
    expect(readFileSync(join(dataFolder, 'lab.json'), 'utf8')).toBe('{"masterKey": 7}');
  });
});
