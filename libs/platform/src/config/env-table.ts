import { computeProviderNames } from '@scapis/contracts';
import { z } from 'zod';

/**
 * One row of the environment: how the value is read, what stands when it is unset, whether it must
 * never be shown.
 */
export interface EnvRow<T = unknown> {
  /** From the environment's string to the value. */
  parse: z.ZodType<T, string>;
  /** As it would be written in the environment; undefined: required; null: may stay unset. */
  default: string | null | undefined;
  isSecret: boolean;
  /** What it is and what to set, for the person who runs the lab. */
  sentence: string;
}

function row<T>(
  parse: z.ZodType<T, string>,
  fallback: string | null | undefined,
  sentence: string,
): EnvRow<T> {
  return { parse, default: fallback, isSecret: false, sentence };
}

function secret<T>(parse: z.ZodType<T, string>, sentence: string): EnvRow<T> {
  return { parse, default: undefined, isSecret: true, sentence };
}

function optionalSecret<T>(parse: z.ZodType<T, string>, sentence: string): EnvRow<T | undefined> {
  return { parse, default: null, isSecret: true, sentence };
}

const text = z.string().min(1, 'must not be empty');
const url = (protocol: RegExp, example: string) =>
  z.url({ protocol, error: `must be an address such as ${example}` });
const postgresUrl = url(/^postgres(ql)?$/, 'postgresql://user:password@host:5432/scapis');
const httpUrl = url(/^https?$/, 'https://lab.example.org').transform((value) =>
  value.replace(/\/+$/, ''),
);
const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${from} to ${to}`)
    .transform(Number)
    .refine(
      (value) => value >= from && value <= to,
      `must be a whole number from ${from} to ${to}`,
    );
const key32 = z
  .base64('must be base64')
  .transform((value) => Buffer.from(value, 'base64'))
  .refine(
    (value) => value.length === 32,
    'must be exactly 32 bytes in base64: openssl rand -base64 32',
  );

const providers = z
  .string()
  .transform((value) => value.split(',').map((name) => name.trim()))
  .pipe(
    z
      .array(
        z.enum(
          computeProviderNames,
          `must be a list of ${computeProviderNames.join(', ')}, such as cuda,cpu`,
        ),
      )
      .min(1),
  );

/** Level names of pino, least to most telling. */
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * Everything that the lab reads from its environment. A row more here is a setting more in
 * .env.example; nothing else reads process.env. Secrets can also come from a file:
 * NAME_FILE holds its path (Docker and Kubernetes secrets).
 */
export const ENV_TABLE = {
  DATABASE_URL: secret(
    postgresUrl,
    'Postgres as the app: user scapis_app, not the owner, so that row-level security binds it.',
  ),
  DATABASE_OWNER_URL: secret(
    postgresUrl,
    'Postgres as the owner of the same database: only migrations use it.',
  ),
  REDIS_URL: optionalSecret(
    url(/^rediss?$/, 'redis://host:6379'),
    'Redis or Valkey for the queue. Unset: the queue lives in Postgres.',
  ),
  KEYCLOAK_URL: row(
    httpUrl,
    undefined,
    'Keycloak (or the embedded identity provider), up to but without /realms.',
  ),
  KEYCLOAK_REALM: row(text, 'scapis', 'Realm in Keycloak.'),
  KEYCLOAK_CLIENT_ID: row(
    text,
    'scapis-gateway',
    'The gateway as a confidential client of that realm.',
  ),
  KEYCLOAK_CLIENT_SECRET: secret(text, 'Secret of that client.'),
  GATEWAY_HOST: row(
    text,
    '127.0.0.1',
    'Address that the gateway listens on; 0.0.0.0 in a container.',
  ),
  GATEWAY_PORT: row(
    wholeNumber(0, 65535),
    '3000',
    'Port that the gateway listens on; 0 for a free one.',
  ),
  WORKER_PORT: row(wholeNumber(0, 65535), '0', "Port of the worker's /health; 0 for a free one."),
  PUBLIC_URL: row(
    httpUrl,
    undefined,
    'The address that people type. Cookies are Secure when it is https.',
  ),
  STORAGE_PATH: row(
    text,
    undefined,
    'Folder for the images, models and bundles, named by content hash.',
  ),
  MASTER_KEY: secret(
    key32,
    'Wraps the data key of each dataset version: 32 bytes, base64. Lose it and the real images are lost.',
  ),
  SESSION_SECRET: secret(
    z.string().min(32, 'must have at least 32 characters'),
    'Encrypts the tokens of web sessions. Changing it logs everybody out.',
  ),
  LOG_LEVEL: row(
    z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`),
    'info',
    `How much is logged: ${LOG_LEVELS.join(', ')}.`,
  ),
  WORKER_THREADS: row(
    wholeNumber(1, 256),
    '2',
    'CPU threads that one worker uses for training and synthesis.',
  ),
  COMPUTE_PROVIDERS: row(
    providers,
    'cpu',
    `Where training and synthesis are computed, tried in order: ${computeProviderNames.join(', ')}. Only cpu gives the same bytes for the same seed; the gate always takes it.`,
  ),
  TRAINING_SLICE_SECONDS: row(
    wholeNumber(1, 600),
    '20',
    'Length of one slice of training: what a killed worker loses at most, and how long a cancelled run goes on.',
  ),
  QUEUE_LOCK_SECONDS: row(
    wholeNumber(3, 600),
    '15',
    'How long a job stays with a worker that gives no sign of life; another worker takes it up within a third of that time more.',
  ),
  TRAINING_MEMORY_MIB: row(
    wholeNumber(64, 16_777_216),
    '4096',
    'MiB of memory that a worker has for one training run; the gateway refuses a run that needs more before it starts.',
  ),
  LAB_DATA: row(text, '.lab', 'Folder of the embedded lab: its database, secrets and images.'),
} satisfies Record<string, EnvRow>;

export type EnvName = keyof typeof ENV_TABLE;

/**
 * The lab's settings, read once and frozen. Keys are the names of the environment; what may stay
 * unset can be undefined.
 */
export type Config = { readonly [Name in EnvName]: z.output<(typeof ENV_TABLE)[Name]['parse']> };
