import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPeer, openTestDatabase, type TestDatabase } from '@scapis/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigOverrides } from '../config/config.ts';
import { chooseFreePort } from '../embedded/postgres.ts';
import { type EmbeddedIdentity, startEmbeddedIdentity } from '../identity/embedded-identity.ts';
import { readDemoPeople } from '../identity/realm.ts';
import { createTokenSource } from '../identity/token-source.ts';
import { startAlteringProxy } from './altering-proxy.fixture.ts';
import { type CheckName, doctorChecks, type Finding } from './checks.ts';
import { type DoctorOptions, examine, renderFindings } from './doctor.ts';

const PUBLIC_URL = 'http://127.0.0.1:39398';
const folder = mkdtempSync(join(tmpdir(), 'scapis-doctor-'));
const secret = randomBytes(32).toString('base64');
let test: TestDatabase;
let identity: EmbeddedIdentity;
let token: string;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  test = await openTestDatabase();
  identity = await startEmbeddedIdentity({ publicUrl: PUBLIC_URL, clientSecret: secret });
  token = await createTokenSource(
    { KEYCLOAK_URL: identity.url, KEYCLOAK_REALM: 'scapis' },
    readDemoPeople()[0] ?? expect.fail('no demo people'),
  )();
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});
afterAll(async () => {
  await identity.stop();
  await test.close();
  rmSync(folder, { recursive: true });
});

const settings = (): ConfigOverrides => ({
  DATABASE_URL: test.appUrl,
  STORAGE_PATH: join(folder, 'storage'),
  MASTER_KEY: randomBytes(32).toString('base64'),
  SESSION_SECRET: randomBytes(48).toString('base64'),
  KEYCLOAK_URL: identity.url,
  KEYCLOAK_CLIENT_SECRET: secret,
  PUBLIC_URL,
  LAB_TOKEN: token,
});
const look = (
  change: ConfigOverrides = {},
  options: Partial<DoctorOptions> = {},
): Promise<Finding[]> =>
  examine({
    overrides: { ...settings(), ...change },
    environment: {},
    leastFreeBytes: 1,
    tryProvider: () => Promise.resolve(null),
    ...options,
  });

/** A server of its own, ended after the test. */
async function startRedis(...options: string[]): Promise<string> {
  const port = await chooseFreePort();
  const place = mkdtempSync(join(folder, 'redis-'));
  const server: ChildProcess = spawn(
    findPeer('redis-server'),
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', place, ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  undo.push(() => server.kill());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.stdout?.on(
      'data',
      (text: Buffer) => text.includes('Ready to accept connections') && resolve(),
    );
  });
  return `redis://127.0.0.1:${port}`;
}
const safely = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];

/** The same address by a proxy on which words are others. */
async function altered(url: string, words: Record<string, string>): Promise<string> {
  const changed = new URL(url);
  const proxy = await startAlteringProxy(Number(changed.port), words);
  undo.push(() => proxy.stop());
  changed.port = String(proxy.port);
  return changed.href;
}

const asRedis5 = Object.fromEntries(
  [6, 7, 8, 9].map((major) => [`redis_version:${major}`, 'redis_version:5']),
);

/** A statement of the owner, and the one that takes it back. */
async function asOwner(sql: string, back: string): Promise<void> {
  await test.query(sql);
  undo.push(() => test.query(back));
}

function changed(url: string, change: (url: URL) => void): string {
  const copy = new URL(url);
  change(copy);
  return copy.href;
}

/** For each check one thing that makes it wrong, and the words that then say so. */
const faults: Record<CheckName, { look: () => Promise<Finding[]>; saw: RegExp; advice: RegExp }> = {
  'settings.form': {
    look: () => look({ MASTER_KEY: 'c2hvcnQ=' }),
    saw: /^MASTER_KEY: must be exactly 32 bytes/,
    advice: /Wraps the data key/,
  },
  'keys.form': {
    look: () => look({ MASTER_KEY: Buffer.alloc(32).toString('base64') }),
    saw: /^MASTER_KEY is no random key$/,
    advice: /openssl rand/,
  },
  'node.version': {
    look: () => look({}, { nodeVersion: '20.1.0' }),
    saw: /^Node 20\.1\.0, tested with 24/,
    advice: /npm start/,
  },
  'compute.providers': {
    look: () =>
      look(
        { COMPUTE_PROVIDERS: 'cuda,cpu' },
        { tryProvider: (name) => Promise.resolve(name === 'cuda' ? 'cuda: no driver' : null) },
      ),
    saw: /^cuda: no driver$/,
    advice: /COMPUTE_PROVIDERS/,
  },
  'database.reached': {
    look: () =>
      look({ DATABASE_URL: changed(test.appUrl, (url) => (url.password = 'wrong-Canary')) }),
    saw: /as scapis_app: refused \(SQLSTATE 28P01\)$/,
    advice: /refuses the user or the password of DATABASE_URL/,
  },
  'database.version': {
    look: async () => look({ DATABASE_URL: await altered(test.appUrl, { '1800': '1500' }) }),
    saw: /^Postgres 18/,
    advice: /Postgres 16 or later/,
  },
  'database.role': {
    look: async () => {
      await asOwner('alter role scapis_app bypassrls', 'alter role scapis_app nobypassrls');
      return look();
    },
    saw: /^scapis_app: BYPASSRLS$/,
    advice: /ALTER ROLE scapis_app/,
  },
  'database.migrations': {
    look: async () => {
      await asOwner(
        `update _prisma_migrations set migration_name = '29990101_later' where migration_name like '%jobs_fenced'`,
        `update _prisma_migrations set migration_name = '20261201032000_jobs_fenced' where migration_name = '29990101_later'`,
      );
      return look();
    },
    saw: /applied; missing: \d+_jobs_fenced; of a newer version: 29990101_later$/,
    advice: /node tools\/migrate\.ts/,
  },
  'database.rights': {
    look: async () => {
      await asOwner(
        `revoke select on vote from scapis_app; grant update on audit_event to scapis_app; alter table cohort disable row level security`,
        `grant select on vote to scapis_app; revoke update on audit_event from scapis_app; alter table cohort enable row level security`,
      );
      return look();
    },
    saw: /^may not read vote; no row-level security on cohort; may rewrite audit_event$/,
    advice: /grants what is missing/,
  },
  'database.session': {
    look: async () =>
      look({
        DATABASE_URL: await altered(test.appUrl, {
          "set timezone to 'UTC'": "set timezone to 'CET'",
        }),
      }),
    saw: /^sessions in CET/,
    advice: /PgBouncer/,
  },
  'database.clock': {
    look: () => look({}, { now: () => Date.now() + 60_000 }),
    saw: /[\d.]+ s ahead of the database/,
    advice: /NTP/,
  },
  'queue.reached': {
    look: async () => look({ REDIS_URL: `redis://u:Canary@127.0.0.1:${await chooseFreePort()}` }),
    saw: /not reached \(ECONNREFUSED\)$/,
    advice: /REDIS_URL/,
  },
  'queue.version': {
    look: async () =>
      look({
        REDIS_URL: await altered(await startRedis(...safely), asRedis5),
      }),
    saw: /^Redis 5/,
    advice: /6\.2 or later/,
  },
  'queue.rights': {
    look: async () => {
      const url = await startRedis(
        ...safely,
        ...['--user', 'default', 'on', 'nopass', '~*', '&*', '+@all', '-@write'],
      );
      return look({ REDIS_URL: url });
    },
    saw: /^a primary, refuses writes: NOPERM$/,
    advice: /write commands/,
  },
  'queue.persistence': {
    look: async () => look({ REDIS_URL: await startRedis('--maxmemory-policy', 'noeviction') }),
    saw: /^appendonly no$/,
    advice: /appendonly yes/,
  },
  'queue.eviction': {
    look: async () =>
      look({
        REDIS_URL: await startRedis('--appendonly', 'yes', '--maxmemory-policy', 'allkeys-lru'),
      }),
    saw: /^maxmemory-policy allkeys-lru$/,
    advice: /noeviction/,
  },
  'storage.writable': {
    look: () => {
      const file = join(folder, 'a-file');
      writeFileSync(file, '');
      return look({ STORAGE_PATH: join(file, 'storage') });
    },
    saw: /a-file\/storage: ENOTDIR$/,
    advice: /chown/,
  },
  'storage.space': {
    look: () => look({}, { leastFreeBytes: Number.MAX_SAFE_INTEGER }),
    saw: /GB free$/,
    advice: /sweep/,
  },
  'identity.reached': {
    look: () => look({ KEYCLOAK_REALM: 'absent' }),
    saw: /\/realms\/absent answered 404$/,
    advice: /KEYCLOAK_REALM/,
  },
  'identity.issuer': {
    look: () => look({ KEYCLOAK_URL: identity.url.replace('127.0.0.1', 'localhost') }),
    saw: /^http:\/\/127\.0\.0\.1:\d+\/realms\/scapis$/,
    advice: /KEYCLOAK_URL/,
  },
  'identity.client': {
    look: () => look({ KEYCLOAK_CLIENT_SECRET: 'not-the-secret-Canary' }),
    saw: /^scapis-gateway: identity provider answered 401$/,
    advice: /KEYCLOAK_CLIENT_SECRET/,
  },
  'identity.redirect': {
    look: () => look({ PUBLIC_URL: 'https://elsewhere.example.org' }),
    saw: /^https:\/\/elsewhere\.example\.org\/api\/callback is refused \(400\)$/,
    advice: /redirect URIs/,
  },
  'identity.token': {
    look: () => {
      const [header = '', , signature = ''] = token.split('.');
      const claims = Buffer.from(
        JSON.stringify({ iss: `${identity.url}/realms/scapis`, aud: 'account' }),
      ).toString('base64url');
      return look({ LAB_TOKEN: `${header}.${claims}.${signature}` });
    },
    saw: /^its audience is account, without scapis-gateway; it has no sub; it has no role of the lab$/,
    advice: /audience of the gateway/,
  },
  'identity.clock': {
    look: () => look({}, { now: () => Date.now() - 60_000 }),
    saw: /^this host is \d+ s behind$/,
    advice: /NTP/,
  },
  'gateway.address': {
    look: () => look({ PUBLIC_URL: 'http://lab.example.org' }),
    saw: /^http:\/\/lab\.example\.org, unencrypted$/,
    advice: /TLS/,
  },
};

describe('the doctor', () => {
  it('finds nothing wrong with a lab that is well, and says what it saw of each part', async () => {
    const findings = await look({ REDIS_URL: await startRedis(...safely) });
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual(Object.keys(doctorChecks).sort(byPart));
    expect(renderFindings(findings)).toMatch(/^ok {7}database\.version {7}Postgres 18/m);
  });

  it('looks at the queue in Postgres where there is no Redis', async () => {
    const findings = await look();
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(findings.find(({ check }) => check === 'queue.version')?.saw).toMatch(
      /^tables of version/,
    );
  });

  it.each(Object.entries(faults))('finds %s wrong, and says what to do', async (check, fault) => {
    const findings = await fault.look();
    const wrong = findings.filter((one) => one.check === check && one.state === 'wrong');
    expect(wrong).toEqual([
      {
        check,
        state: 'wrong',
        saw: expect.stringMatching(fault.saw) as string,
        advice: expect.stringMatching(fault.advice) as string,
      },
    ]);
    expect(renderFindings(findings)).not.toMatch(/Canary/);
    expect(renderFindings(findings)).not.toContain(secret);
  });

  it('asks the rest although a part is away, and leaves out what is not set', async () => {
    const findings = await examine({
      overrides: {
        DATABASE_URL: `postgresql://scapis_app:a@127.0.0.1:${await chooseFreePort()}/lab`,
      },
      environment: {},
      tryProvider: () => Promise.resolve(null),
    });
    const saw = Object.fromEntries(findings.map((finding) => [finding.check, finding.saw]));
    expect(saw['database.reached']).toMatch(/not reached \(ECONNREFUSED\)$/);
    expect(findings.filter(({ check }) => check === 'settings.form').map((one) => one.saw)).toEqual(
      ['STORAGE_PATH: not set', 'MASTER_KEY: not set'],
    );
    expect(Object.keys(saw).some((check) => check.startsWith('identity'))).toBe(false);
  });

  it('cannot tell without a token whether tokens are right, and calls that no fault', async () => {
    const rest = settings();
    delete rest.LAB_TOKEN;
    const findings = await examine({
      overrides: rest,
      environment: {},
      leastFreeBytes: 1,
      tryProvider: () => Promise.resolve(null),
    });
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([
      expect.objectContaining({ check: 'identity.token', state: 'unknown' }),
    ]);
  });

  it('judges the clock of a Keycloak that tells no time by a token', async () => {
    const silent = await altered(identity.url, { '\r\nDate: ': '\r\nGate: ' });
    const clockOf = async (now: () => number): Promise<Finding | undefined> =>
      (await look({ KEYCLOAK_URL: silent.replace(/\/$/, '') }, { now })).find(
        ({ check }) => check === 'identity.clock',
      );
    expect(await clockOf(Date.now)).toMatchObject({ state: 'unknown' });
    expect(await clockOf(() => Date.now() - 3_600_000)).toMatchObject({
      state: 'wrong',
      saw: expect.stringMatching(/^this host is \d+ s behind or more, by the token$/),
    });
  });

  it.each([
    { table: 'the schema', sql: 'usage on schema bullmq', saw: /no right to use the schema/ },
    { table: 'a table', sql: 'insert on bullmq.job', saw: /no full right to job/ },
  ])('finds $table of the queue in Postgres closed', async ({ sql, saw }) => {
    await asOwner(`revoke ${sql} from scapis_app`, `grant ${sql} to scapis_app`);
    expect(
      (await look()).find(({ check, state }) => check === 'queue.rights' && state === 'wrong')?.saw,
    ).toMatch(saw);
  });
});

/** In the order in which parts are asked. */
function byPart(one: string, other: string): number {
  const parts = ['settings', 'keys', 'node', 'compute', 'database', 'queue', 'storage'].concat([
    'gateway',
    'identity',
  ]);
  const placeOf = (name: string): number => parts.indexOf(name.split('.')[0] ?? '');
  return placeOf(one) - placeOf(other);
}
