import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type ConfigOverrides,
  loadEnv,
  loadEnvOf,
  renderEnvExample,
  renderSettingsPage,
} from './config.ts';
import { ENV_TABLE, type EnvRow } from './env-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'scapis-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const good: ConfigOverrides = {
  DATABASE_URL: 'postgresql://scapis_app:a@localhost/lab',
  DATABASE_OWNER_URL: 'postgresql://owner:b@localhost/lab',
  KEYCLOAK_URL: 'https://id.example.org/',
  KEYCLOAK_CLIENT_SECRET: 'client-secret',
  PUBLIC_URL: 'https://lab.example.org',
  STORAGE_PATH: '/data',
  MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  SESSION_SECRET: 's'.repeat(32),
};

describe('the settings', () => {
  it('are parsed, completed from the table and frozen', () => {
    const config = loadEnv({}, { ...good, GATEWAY_PORT: '8080', REDIS_URL: '' });
    expect(config).toMatchObject({
      GATEWAY_PORT: 8080,
      KEYCLOAK_URL: 'https://id.example.org',
      KEYCLOAK_REALM: 'scapis',
      LOG_LEVEL: 'info',
      WORKER_THREADS: 2,
      COMPUTE_PROVIDERS: ['cpu'],
    });
    expect(loadEnv({}, { ...good, COMPUTE_PROVIDERS: 'cuda, cpu' }).COMPUTE_PROVIDERS).toEqual([
      'cuda',
      'cpu',
    ]);
    expect(() => loadEnv({}, { ...good, COMPUTE_PROVIDERS: 'tpu' })).toThrow(
      /COMPUTE_PROVIDERS: must be a list of cpu, cuda, webgpu/,
    );
    expect(config.MASTER_KEY).toEqual(Buffer.alloc(32, 7));
    expect(config.REDIS_URL).toBeUndefined();
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('take an override before the environment', () => {
    expect(
      loadEnv({ ...good, LOG_LEVEL: 'debug' }, { LOG_LEVEL: 'error', PUBLIC_URL: 'nonsense' })
        .LOG_LEVEL,
    ).toBe('debug');
  });

  it('read a secret from the file that NAME_FILE names, without its last newline', () => {
    const file = join(folder, 'session');
    writeFileSync(file, `${'x'.repeat(40)}\n`);
    const rest = { ...good, SESSION_SECRET: undefined };
    expect(loadEnv({}, { ...rest, SESSION_SECRET_FILE: file }).SESSION_SECRET).toBe('x'.repeat(40));
    expect(() => loadEnv({}, { ...rest, SESSION_SECRET_FILE: join(folder, 'absent') })).toThrow(
      /SESSION_SECRET: SESSION_SECRET_FILE points to a file/,
    );
    expect(() => loadEnv({}, { ...good, SESSION_SECRET_FILE: file })).toThrow(
      /SESSION_SECRET: both/,
    );
  });

  it('are refused all at once, each with what to set, and never with its value', () => {
    const wrong = {
      ...good,
      MASTER_KEY: 'Q2FuYXJ5',
      SESSION_SECRET: 'Canary',
      GATEWAY_PORT: '70000',
      DATABASE_URL: 'mysql://Canary@h/d',
      LOG_LEVEL: 'loud',
      PUBLIC_URL: 'ftp://x',
    };
    const faults = (() => {
      try {
        loadEnv({}, wrong);
        return '';
      } catch (error) {
        return String(error);
      }
    })();
    for (const name of [
      'MASTER_KEY',
      'SESSION_SECRET',
      'GATEWAY_PORT',
      'DATABASE_URL',
      'LOG_LEVEL',
      'PUBLIC_URL',
    ])
      expect(faults).toMatch(new RegExp(`^ {2}${name}: must`, 'm'));
    expect(faults).toContain('6 setting(s)');
    expect(faults).not.toMatch(/Canary|Q2FuYXJ5/);
  });

  it('can be read in part by a tool that needs no more', () => {
    expect(loadEnvOf(['WORKER_THREADS'], {}, { WORKER_THREADS: '4' })).toEqual({
      WORKER_THREADS: 4,
    });
  });

  it.each(['loopback', '10.1.0.5', '10.1.0.0/16, loopback', 'uniquelocal', '2001:db8::/32', '::1'])(
    'take %s for trusted proxies',
    (value) => {
      expect(
        loadEnvOf(['TRUSTED_PROXIES'], { TRUSTED_PROXIES: value }, {}).TRUSTED_PROXIES,
      ).toEqual(value.split(', '));
    },
  );

  it.each(['true', '1', '*', 'all', '0.0.0.0/0', '::/0', '10.1.0.0/33', '10.1/16', 'proxy.local'])(
    'refuse %s as a trusted proxy',
    (value) => {
      expect(() => loadEnvOf(['TRUSTED_PROXIES'], {}, { TRUSTED_PROXIES: value })).toThrow(
        /TRUSTED_PROXIES: must be a list of loopback, .* not everybody/,
      );
    },
  );

  it.each(Object.entries(ENV_TABLE))(
    '%s has a sentence, and a default that its own rule takes',
    (_name, row) => {
      const { default: fallback, form, parse, sentence }: EnvRow = row;
      expect(sentence).toMatch(/\.$/);
      expect(form).not.toBe('');
      // An address that stands there as an example is one that the setting takes.
      if (/^\w+:\/\//.test(form)) expect(parse.safeParse(form).success).toBe(true);
      if (typeof fallback === 'string') expect(parse.safeParse(fallback).success).toBe(true);
    },
  );

  it('are all in .env.example, without a secret', () => {
    const text = renderEnvExample();
    for (const name of Object.keys(ENV_TABLE)) {
      expect(text).toMatch(new RegExp(`^(# )?${name}=`, 'm'));
      expect(renderSettingsPage()).toContain(`| \`${name}\` |`);
    }
    expect(text).toMatch(/^MASTER_KEY=$/m);
  });
});
