import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDatabase, type TestDatabase } from '@scapis/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseFreePort } from '../embedded/postgres.ts';
import { hostEnvironment } from './config.ts';
import { findRepositoryRoot } from './root.ts';

const folder = mkdtempSync(join(tmpdir(), 'scapis-start-'));
let test: TestDatabase;
let deadPort: number;
beforeAll(async () => {
  test = await openTestDatabase();
  deadPort = await chooseFreePort();
});
afterAll(async () => {
  await test.close();
  rmSync(folder, { recursive: true });
});

const programs = {
  worker: ['apps/worker/src/main.ts'],
  seed: ['prisma/seed.ts'],
  migrate: ['tools/migrate.ts'],
} as const;

function changed(url: string, change: (url: URL) => void): string {
  const copy = new URL(url);
  change(copy);
  return copy.href;
}

interface Fault {
  program: keyof typeof programs;
  settings: () => Record<string, string>;
  says: RegExp;
}

/** A deployment's first mistakes: each ends with a sentence that says what to do. */
const faults: Record<string, Fault> = {
  'a storage folder that cannot be written': {
    program: 'worker',
    settings: () => ({ STORAGE_PATH: '/dev/null/storage' }),
    says: /STORAGE_PATH .* may not write: ENOTDIR\. Give that user the folder/,
  },
  'a setting that is missing': {
    program: 'worker',
    settings: () => ({ MASTER_KEY: '' }),
    says: /MASTER_KEY: not set\. /,
  },
  'a server that is not there': {
    program: 'seed',
    settings: () => ({
      DATABASE_URL: changed(test.appUrl, (url) => (url.port = String(deadPort))),
    }),
    says: /cannot reach its database.*P1001/,
  },
  'a wrong password': {
    program: 'seed',
    settings: () => ({ DATABASE_URL: changed(test.appUrl, (url) => (url.password = 'wrong')) }),
    says: /refuses the user or the password of DATABASE_URL/,
  },
  'a database that was not made': {
    program: 'seed',
    settings: () => ({ DATABASE_URL: changed(test.appUrl, (url) => (url.pathname = '/absent')) }),
    says: /no database of the name in DATABASE_URL\. Run: node tools\/migrate\.ts/,
  },
  'a database without tables': {
    program: 'seed',
    settings: () => ({ DATABASE_URL: changed(test.appUrl, (url) => (url.pathname = '/postgres')) }),
    says: /lacks tables of this version\. Run: node tools\/migrate\.ts/,
  },
  "an owner's wrong password": {
    program: 'migrate',
    settings: () => ({
      DATABASE_OWNER_URL: changed(test.ownerUrl, (url) => (url.password = 'wrong')),
    }),
    says: /refuses the user or the password .*DATABASE_OWNER_URL/,
  },
  'an app user of another name': {
    program: 'migrate',
    settings: () => ({ DATABASE_URL: test.ownerUrl }),
    says: /it must be "scapis_app"/,
  },
};

describe('a process that cannot start', () => {
  it.each(Object.entries(faults))('because of %s says what to do', (_name, fault) => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', ...programs[fault.program]],
      {
        cwd: findRepositoryRoot(),
        encoding: 'utf8',
        env: {
          PATH: hostEnvironment()['PATH'],
          NODE_COMPILE_CACHE: hostEnvironment()['NODE_COMPILE_CACHE'],
          DATABASE_URL: test.appUrl,
          DATABASE_OWNER_URL: test.ownerUrl,
          STORAGE_PATH: join(folder, 'storage'),
          MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
          ...fault.settings(),
        },
      },
    );
    expect(stderr).toMatch(fault.says);
    expect(stderr).not.toMatch(/^\s+at |wrong@|file:\/\//m);
    expect(status).toBe(1);
  });
});
