import { isIP } from 'node:net';
import { computeProviderNames } from '@scapis/contracts';
import { z } from 'zod';

/**
 * One row of the environment: how the value is read, what stands when it is unset, whether it must
 * never be shown.
 */
export interface EnvRow<T = unknown> {
  /** From the environment's string to the value. */
  parse: z.ZodType<T, string>;
  /** What is written in the environment, in words. */
  form: string;
  /** As it would be written in the environment; undefined: required; null: may stay unset. */
  default: string | null | undefined;
  isSecret: boolean;
  /** What it is and what to set, for the person who runs the lab. */
  sentence: string;
}

type Form<T> = Pick<EnvRow<T>, 'parse' | 'form'>;

function row<T>(form: Form<T>, fallback: string | null | undefined, sentence: string): EnvRow<T> {
  return { ...form, default: fallback, isSecret: false, sentence };
}

function secret<T>(form: Form<T>, sentence: string): EnvRow<T> {
  return { ...form, default: undefined, isSecret: true, sentence };
}

function optional<T>(envRow: EnvRow<T>): EnvRow<T | undefined> {
  return { ...envRow, default: null };
}

const text: Form<string> = { parse: z.string().min(1, 'must not be empty'), form: 'text' };
const url = (protocol: RegExp, example: string): Form<string> => ({
  parse: z.url({ protocol, error: `must be an address such as ${example}` }),
  form: example,
});
const postgresUrl = (user: string): Form<string> =>
  url(/^postgres(ql)?$/, `postgresql://${user}:password@host:5432/scapis`);
const httpUrl = (example: string): Form<string> => {
  const { parse, form } = url(/^https?$/, example);
  return { parse: parse.transform((value) => value.replace(/\/+$/, '')), form };
};
const wholeNumber = (from: number, to: number): Form<number> => ({
  parse: z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${from} to ${to}`)
    .transform(Number)
    .refine(
      (value) => value >= from && value <= to,
      `must be a whole number from ${from} to ${to}`,
    ),
  form: `${from} to ${to}`,
});
const key32: Form<Buffer> = {
  parse: z
    .base64('must be base64')
    .transform((value) => Buffer.from(value, 'base64'))
    .refine(
      (value) => value.length === 32,
      'must be exactly 32 bytes in base64: openssl rand -base64 32',
    ),
  form: '32 bytes in base64: openssl rand -base64 32',
};
const listOf = <T extends string>(item: z.ZodType<T, string>): z.ZodType<T[], string> =>
  z
    .string()
    .transform((value) => value.split(',').map((each) => each.trim()))
    .pipe(z.array(item).min(1));

const providers: Form<(typeof computeProviderNames)[number][]> = {
  parse: listOf(
    z.enum(
      computeProviderNames,
      `must be a list of ${computeProviderNames.join(', ')}, such as cuda,cpu`,
    ) as z.ZodType<(typeof computeProviderNames)[number], string>,
  ),
  form: `list of ${computeProviderNames.join(', ')}`,
};

/** Names that Express knows for the addresses of this host and of private networks. */
const PROXY_NAMES = ['loopback', 'linklocal', 'uniquelocal'];

/** An address, a range of them, or a name; never everybody, who could then claim any address. */
function isProxy(value: string): boolean {
  if (PROXY_NAMES.includes(value)) return true;
  const [address = '', bits, ...rest] = value.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  const most = version === 4 ? 32 : 128;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) > 0 && Number(bits) <= most);
}

const proxies: Form<string[]> = {
  parse: listOf(
    z
      .string()
      .refine(
        isProxy,
        `must be a list of ${PROXY_NAMES.join(', ')}, addresses or ranges, such as loopback,10.1.0.0/16, and not everybody`,
      ),
  ),
  form: `list of ${PROXY_NAMES.join(', ')}, addresses, ranges such as 10.1.0.0/16`,
};

/** Level names of pino, least to most telling. */
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * Everything that the lab reads from its environment. A row more here is a setting more in
 * .env.example and docs/generated/settings.md; nothing else reads process.env. Secrets can also
 * come from a file: NAME_FILE holds its path (Docker and Kubernetes secrets).
 */
export const ENV_TABLE = {
  DATABASE_URL: secret(
    postgresUrl('scapis_app'),
    'Postgres as the app: user scapis_app, not the owner, so that row-level security binds it.',
  ),
  DATABASE_OWNER_URL: secret(
    postgresUrl('lab_owner'),
    'Postgres as the owner of the same database: only migrations use it.',
  ),
  REDIS_URL: optional(
    secret(
      url(/^rediss?$/, 'redis://user:password@host:6379'),
      'Redis or Valkey for the queue. Unset: the queue lives in Postgres.',
    ),
  ),
  KEYCLOAK_URL: row(
    httpUrl('https://id.example.org'),
    undefined,
    'Keycloak, up to but without /realms, by the name that browsers have for it: that name is the issuer of its tokens. The gateway must reach it by that name too.',
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
  METRICS_PORT: optional(
    row(
      wholeNumber(0, 65535),
      null,
      "Port on which gateway or worker answers Prometheus's GET /metrics; 0 for a free one. Unset: nowhere. Each process of one host needs its own.",
    ),
  ),
  METRICS_HOST: row(
    text,
    '127.0.0.1',
    'Address of that port. On another than this host alone METRICS_TOKEN must be set.',
  ),
  METRICS_TOKEN: optional(
    secret(
      {
        parse: z.string().min(16, 'must have at least 16 characters'),
        form: 'at least 16 characters: openssl rand -base64 24',
      },
      'What Prometheus must send as its bearer token to read the metrics.',
    ),
  ),
  OTLP_TRACES_URL: optional(
    row(
      httpUrl('http://collector:4318/v1/traces'),
      null,
      'OpenTelemetry collector that traces are sent to, by OTLP over HTTP. Unset: none are made.',
    ),
  ),
  PUBLIC_URL: row(
    httpUrl('https://lab.example.org'),
    undefined,
    'The address that people type. Cookies are Secure when it is https.',
  ),
  TRUSTED_PROXIES: row(
    proxies,
    'loopback',
    'Reverse proxies whose X-Forwarded-For the gateway believes. Behind one that is not named here all people share one rate limit.',
  ),
  STORAGE_PATH: row(
    text,
    undefined,
    'Folder for the images, models and bundles, named by content hash: one, which every gateway and worker can write.',
  ),
  MASTER_KEY: secret(
    key32,
    'Wraps the data key of each dataset version: 32 bytes, base64. Lose it and the real images are lost.',
  ),
  SESSION_SECRET: secret(
    {
      parse: z.string().min(32, 'must have at least 32 characters'),
      form: 'at least 32 characters: openssl rand -base64 48',
    },
    'Encrypts the tokens of web sessions. Changing it logs everybody out.',
  ),
  LOG_LEVEL: row(
    {
      parse: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`),
      form: LOG_LEVELS.join(', '),
    },
    'info',
    'How much is logged.',
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
  LAB_URL: optional(
    row(
      httpUrl('https://lab.example.org'),
      null,
      'The lab that npm run lab -- ingest uploads to, with LAB_TOKEN. Unset: the embedded lab.',
    ),
  ),
  LAB_TOKEN: optional(
    secret(text, 'Access token of the person who uploads there; it is good for minutes.'),
  ),
  LAB_DATA: row(text, '.lab', 'Folder of the embedded lab: its database, secrets and images.'),
} satisfies Record<string, EnvRow>;

export type EnvName = keyof typeof ENV_TABLE;

/**
 * The lab's settings, read once and frozen. Keys are the names of the environment; what may stay
 * unset can be undefined.
 */
export type Config = { readonly [Name in EnvName]: z.output<(typeof ENV_TABLE)[Name]['parse']> };
