import { readFileSync } from 'node:fs';
import { type Config, ENV_TABLE, type EnvName, type EnvRow } from './env-table.ts';

/**
 * Values that win over the environment, as strings: the embedded lab's own addresses and secrets,
 * or a test's.
 */
export type ConfigOverrides = Partial<Record<EnvName, string>>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Thrown when the lab can't start: each line of the message names a setting and what to put there.
 * Never holds a value.
 */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const NAMES = Object.keys(ENV_TABLE) as EnvName[];

/**
 * Reads, checks and freezes the settings: `overrides` first, then NAME, then the file named by
 * NAME_FILE (secrets only), then the default.
 * @throws ConfigError that lists every bad or missing value at once.
 */
export function loadEnv(
  overrides: ConfigOverrides = {},
  environment: Environment = process.env,
): Config {
  return loadEnvOf(NAMES, overrides, environment);
}

/** As `loadEnv`, for a process that needs the named settings only. */
export function loadEnvOf<Name extends EnvName>(
  names: readonly Name[],
  overrides: ConfigOverrides = {},
  environment: Environment = process.env,
): Pick<Config, Name> {
  const values: Partial<Record<EnvName, unknown>> = {};
  const faults: string[] = [];
  for (const name of names) {
    const envRow: EnvRow = ENV_TABLE[name];
    const raw = overrides[name] ?? readRaw(name, envRow, environment, faults) ?? envRow.default;
    if (raw === null) continue;
    if (raw === undefined) {
      if (!faults.some((fault) => fault.startsWith(`${name}:`)))
        faults.push(`${name}: not set. ${envRow.sentence}`);
      continue;
    }
    const result = envRow.parse.safeParse(raw);
    if (result.success) values[name] = result.data;
    else
      faults.push(
        `${name}: ${result.error.issues.map((issue) => issue.message).join('; ')}. ${envRow.sentence}`,
      );
  }
  if (faults.length > 0)
    throw new ConfigError(
      `The lab can't start: ${faults.length} setting(s) to mend.\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  return Object.freeze(values) as Pick<Config, Name>;
}

/** An empty string counts as unset: compose files and CI write NAME= for what they leave out. */
function readRaw(
  name: EnvName,
  envRow: EnvRow,
  environment: Environment,
  faults: string[],
): string | undefined {
  const plain = environment[name] || undefined;
  const file = envRow.isSecret ? environment[`${name}_FILE`] || undefined : undefined;
  if (plain !== undefined && file !== undefined) {
    faults.push(`${name}: both ${name} and ${name}_FILE are set. Keep one.`);
    return undefined;
  }
  if (file === undefined) return plain;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    faults.push(`${name}: ${name}_FILE points to a file that can't be read. ${envRow.sentence}`);
    return undefined;
  }
}

/**
 * `.env.example`, made from the table: required ones first to set, the others commented out with
 * their default.
 */
export function renderEnvExample(): string {
  const blocks = NAMES.map((name) => {
    const { default: fallback, form, isSecret, sentence }: EnvRow = ENV_TABLE[name];
    const lines = [`# ${sentence}`, `# Form: ${form}`];
    if (isSecret) lines.push(`# Secret. Or ${name}_FILE=/path/to/a/file that holds it.`);
    lines.push(fallback === undefined ? `${name}=` : `# ${name}=${fallback ?? ''}`);
    return lines.join('\n');
  });
  return `# Settings of the lab, made by npm run generate from libs/platform/src/config/env-table.ts.\n# npm start and npm run demo need none of them.\n\n${blocks.join('\n\n')}\n`;
}

/** The table as a page for operators. */
export function renderSettingsPage(): string {
  const rows = NAMES.map((name) => {
    const { default: fallback, form, isSecret, sentence }: EnvRow = ENV_TABLE[name];
    const standing =
      fallback === undefined ? '**required**' : fallback === null ? 'unset' : `\`${fallback}\``;
    return `| \`${name}\` | ${form} | ${standing} | ${isSecret ? `yes, or \`${name}_FILE\`` : 'no'} | ${sentence} |`;
  });
  return `# Settings\n\nGenerated from libs/platform/src/config/env-table.ts by \`npm run generate\`. Do not edit.\n\nA gateway, a worker and the migrations each ask only for those that they need. An empty value counts as unset. A wrong\none ends the start with a sentence that names the setting.\n\n| Setting | Form | Default | Secret | What it is |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

/** This process's whole environment, for a child process to start from. */
export function hostEnvironment(): Environment {
  return process.env;
}
