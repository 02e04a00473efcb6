import type { ComputeProvider } from '@scapis/contracts';
import { type ConfigOverrides, hostEnvironment } from '../config/config.ts';
import { type Finding, ok, wrong } from './checks.ts';
import { checkDatabase, checkPostgresQueue } from './database-checks.ts';
import { checkIdentity } from './identity-checks.ts';
import { checkRedis } from './redis-checks.ts';
import { checkAddress, checkKeys, checkNode, readSettings } from './settings-checks.ts';
import { checkStorage } from './storage-checks.ts';

export interface DoctorOptions {
  /** Settings that win over the environment: those of the embedded lab. */
  overrides?: ConfigOverrides;
  environment?: Readonly<Record<string, string | undefined>>;
  /** This machine's clock, in ms. */
  now?: () => number;
  nodeVersion?: string;
  /** Room that a dataset of some hundred people takes. */
  leastFreeBytes?: number;
  /** @returns what keeps a provider from computing; null: it does */
  tryProvider: (provider: ComputeProvider) => Promise<string | null>;
}

const LEAST_FREE_BYTES = 5e9;

/**
 * Looks at every part that the settings name, and changes none. A part that is away takes the
 * checks that need it along; what belongs to a setting that is not set is left out.
 */
export async function examine(options: DoctorOptions): Promise<Finding[]> {
  const { overrides = {}, environment = hostEnvironment(), now = Date.now } = options;
  const { values, findings } = readSettings(overrides, environment);
  const {
    DATABASE_URL,
    REDIS_URL,
    STORAGE_PATH,
    KEYCLOAK_URL,
    KEYCLOAK_REALM,
    KEYCLOAK_CLIENT_ID,
    KEYCLOAK_CLIENT_SECRET,
    PUBLIC_URL,
    COMPUTE_PROVIDERS = [],
    LAB_TOKEN,
  } = values;
  findings.push(
    ...checkKeys(values),
    checkNode(options.nodeVersion ?? process.versions.node),
    ...(await checkProviders(COMPUTE_PROVIDERS, options.tryProvider)),
  );
  if (DATABASE_URL !== undefined) findings.push(...(await checkDatabase(DATABASE_URL, now)));
  if (REDIS_URL !== undefined) findings.push(...(await checkRedis(REDIS_URL)));
  else if (DATABASE_URL !== undefined) findings.push(...(await checkPostgresQueue(DATABASE_URL)));
  if (STORAGE_PATH !== undefined)
    findings.push(
      ...(await checkStorage(STORAGE_PATH, options.leastFreeBytes ?? LEAST_FREE_BYTES)),
    );
  if (PUBLIC_URL !== undefined) findings.push(checkAddress(PUBLIC_URL));
  if (
    KEYCLOAK_URL !== undefined &&
    KEYCLOAK_REALM !== undefined &&
    KEYCLOAK_CLIENT_ID !== undefined &&
    KEYCLOAK_CLIENT_SECRET !== undefined &&
    PUBLIC_URL !== undefined
  )
    findings.push(
      ...(await checkIdentity(
        {
          KEYCLOAK_URL,
          KEYCLOAK_REALM,
          KEYCLOAK_CLIENT_ID,
          KEYCLOAK_CLIENT_SECRET,
          PUBLIC_URL,
        },
        LAB_TOKEN,
        now,
      )),
    );
  return findings;
}

async function checkProviders(
  providers: readonly ComputeProvider[],
  tryProvider: DoctorOptions['tryProvider'],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const provider of providers) {
    const fault = await tryProvider(provider);
    findings.push(
      fault === null
        ? ok('compute.providers', `${provider} computes`)
        : wrong('compute.providers', fault),
    );
  }
  return findings;
}

/** One line a finding: what was seen, and where something is wrong what to do. */
export function renderFindings(findings: readonly Finding[]): string {
  return findings
    .map(
      ({ check, state, saw, advice }) =>
        `${state.padEnd(8)} ${check.padEnd(22)} ${saw}${advice === null ? '' : ` -> ${advice}`}\n`,
    )
    .join('');
}
