import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, type ConfigOverrides, loadEnvOf } from '../config/config.ts';
import { type Config, ENV_TABLE, type EnvName } from '../config/env-table.ts';
import { findRepositoryRoot } from '../config/root.ts';
import { isThisMachine } from '../config/this-machine.ts';
import { DEMO_CLIENT_SECRET } from '../identity/realm-table.ts';
import { type Finding, judge, ok, wrong } from './checks.ts';

/** Without these neither a worker nor a gateway starts. */
const ALWAYS = ['DATABASE_URL', 'STORAGE_PATH', 'MASTER_KEY'] as const satisfies EnvName[];
/** Without these a gateway does not; where one is set, a gateway is meant. */
const OF_GATEWAY = [
  'KEYCLOAK_URL',
  'KEYCLOAK_CLIENT_SECRET',
  'PUBLIC_URL',
  'SESSION_SECRET',
] as const satisfies EnvName[];

/** What of the settings could be read, and what is to be said of them. */
export interface ReadSettings {
  values: Partial<Config>;
  findings: Finding[];
}

export function readSettings(
  overrides: ConfigOverrides,
  environment: Readonly<Record<string, string | undefined>>,
): ReadSettings {
  const isSet = (name: EnvName): boolean =>
    Boolean(overrides[name] ?? environment[name] ?? environment[`${name}_FILE`]);
  const needed: EnvName[] = [...ALWAYS, ...(OF_GATEWAY.some(isSet) ? OF_GATEWAY : [])];
  const values: Partial<Config> = {};
  const faults: Finding[] = [];
  for (const name of Object.keys(ENV_TABLE) as EnvName[]) {
    if (!isSet(name) && ENV_TABLE[name].default === undefined && !needed.includes(name)) continue;
    try {
      Object.assign(values, loadEnvOf([name], overrides, environment));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const [, line = ''] = error.message.split('\n');
      const [saw = '', ...advice] = line.trim().split('. ');
      faults.push(wrong('settings.form', saw, advice.join('. ')));
    }
  }
  const count = Object.keys(ENV_TABLE).filter((name) => isSet(name as EnvName)).length;
  return {
    values,
    findings: faults.length > 0 ? faults : [ok('settings.form', `${count} set, each of its form`)],
  };
}

/** Fewer different bytes than this in a key of 32 or more are no chance. */
const LEAST_DIFFERENT = 12;

export function checkKeys(values: Partial<Config>): Finding[] {
  const { MASTER_KEY, SESSION_SECRET, KEYCLOAK_CLIENT_SECRET } = values;
  const faults = [
    ...(MASTER_KEY !== undefined && new Set(MASTER_KEY).size < LEAST_DIFFERENT
      ? ['MASTER_KEY is no random key']
      : []),
    ...(SESSION_SECRET !== undefined && new Set(SESSION_SECRET).size < LEAST_DIFFERENT
      ? ['SESSION_SECRET is no random text']
      : []),
    ...(KEYCLOAK_CLIENT_SECRET === DEMO_CLIENT_SECRET
      ? ["KEYCLOAK_CLIENT_SECRET is the demo's, which everybody knows"]
      : []),
  ];
  const named = Object.entries({ MASTER_KEY, SESSION_SECRET, KEYCLOAK_CLIENT_SECRET }).flatMap(
    ([name, value]) => (value === undefined ? [] : [name]),
  );
  if (named.length === 0) return [];
  return [judge('keys.form', faults.length === 0, faults.join('; ') || named.join(', '))];
}

export function checkNode(version: string): Finding {
  const { dependencies } = JSON.parse(
    readFileSync(join(findRepositoryRoot(), 'package.json'), 'utf8'),
  ) as { dependencies: { node: string } };
  const majorOf = (text: string): string => text.split('.')[0] ?? '';
  return judge(
    'node.version',
    majorOf(version) === majorOf(dependencies.node),
    `Node ${version}, tested with ${dependencies.node}`,
  );
}

export function checkAddress(publicUrl: string): Finding {
  const { protocol, hostname } = new URL(publicUrl);
  return judge(
    'gateway.address',
    protocol === 'https:' || isThisMachine(hostname),
    protocol === 'https:'
      ? publicUrl
      : `${publicUrl}, unencrypted${isThisMachine(hostname) ? ' but on this machine alone' : ''}`,
  );
}
