import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { ConfigOverrides } from '../config/config.ts';
import { APP_ROLE, migrate } from '../database/migrate.ts';
import { type EmbeddedIdentity, startEmbeddedIdentity } from '../identity/embedded-identity.ts';
import { lockFolder } from './folder-lock.ts';
import { chooseFreePort, startPostgres } from './postgres.ts';

export interface EmbeddedLabOptions {
  /** Everything that the lab keeps lies here: database, secrets, images. One lab per folder. */
  dataFolder: string;
  /** Fixed ports. Those left out are the ones of the last start when free, else free ones. */
  ports?: {
    gateway?: number | undefined;
    postgres?: number | undefined;
    identity?: number | undefined;
  };
  /** Told what is going on, for a progress display. */
  onProgress?: (step: 'database' | 'migrations' | 'identity') => void;
}

export interface EmbeddedLab {
  /**
   * What gateway and worker need: for `loadEnv(settings)`, or as the environment of a child
   * process.
   */
  settings: ConfigOverrides;
  identity: EmbeddedIdentity;
  /** Migrations that this start applied. */
  applied: string[];
  /** Stops identity provider and database, in that order; stop gateway and worker first. */
  stop(): Promise<void>;
}

/** What a folder keeps from one start to the next. Losing it loses the encrypted images. */
const stateSchema = z.object({
  masterKey: z.string(),
  sessionSecret: z.string(),
  clientSecret: z.string(),
  ownerPassword: z.string(),
  appPassword: z.string(),
  ports: z.object({ gateway: z.int(), postgres: z.int(), identity: z.int() }),
});
type State = z.infer<typeof stateSchema>;

const DATABASE = 'scapis';
/** The number people expect a local web page at; another one when it is taken. */
const FIRST_GATEWAY_PORT = 3000;

/**
 * Starts the lab's surroundings in and under this process: Postgres (migrated) and the identity
 * provider. No Docker, no root, no network. Secrets are made on the first start and kept in
 * `dataFolder/lab.json` (mode 600). After a kill -9 the next start mends what was left.
 * @throws FolderInUseError when the folder's lab already runs; Error saying what to do (port in
 * use, disk full).
 */
export async function startEmbeddedLab(options: EmbeddedLabOptions): Promise<EmbeddedLab> {
  const folder = resolve(options.dataFolder);
  const undo: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    undo.push(lockFolder(folder));
    const stateFile = join(folder, 'lab.json');
    const state = readState(stateFile) ?? newState();
    // Before the database is made: a cluster whose password nobody knows is worth nothing.
    writeState(stateFile, state);

    options.onProgress?.('database');
    const postgres = await startPostgres({
      folder: join(folder, 'postgres'),
      port: options.ports?.postgres,
      preferredPort: state.ports.postgres,
      ownerPassword: state.ownerPassword,
    });
    undo.push(() => postgres.stop());
    options.onProgress?.('migrations');
    const ownerUrl = postgres.ownerUrl(DATABASE);
    const applied = await migrate({ ownerUrl, appUrl: appUrlOf(state, postgres.port) });

    options.onProgress?.('identity');
    const gatewayPort = options.ports?.gateway ?? (await chooseFreePort(state.ports.gateway));
    const publicUrl = `http://127.0.0.1:${gatewayPort}`;
    const identity = await startEmbeddedIdentity({
      port: options.ports?.identity ?? (await chooseFreePort(state.ports.identity)),
      publicUrl,
      clientSecret: state.clientSecret,
      keyFile: join(folder, 'identity-keys.json'),
    });
    undo.push(() => identity.stop());
    const started: State = {
      ...state,
      ports: { gateway: gatewayPort, postgres: postgres.port, identity: identity.port },
    };
    writeState(stateFile, started);
    const settings = { ...settingsOf(folder, started), DATABASE_OWNER_URL: ownerUrl };
    return { settings, identity, applied, stop };
  } catch (error) {
    await stop();
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    ) {
      throw new Error(
        `The disk that holds ${folder} is full. Free some room (at least 300 MB), or set LAB_DATA to another disk.`,
        { cause: error },
      );
    }
    throw error;
  }
}

/**
 * The settings of a lab that runs already, by what its folder keeps; without those of the
 * database's owner. @throws Error when there is no lab in the folder
 */
export function readEmbeddedSettings(dataFolder: string): ConfigOverrides {
  const folder = resolve(dataFolder);
  const state = readState(join(folder, 'lab.json'));
  if (state === null) throw new Error(`There is no lab in ${folder}.`);
  return settingsOf(folder, state);
}

function settingsOf(folder: string, state: State): ConfigOverrides {
  return {
    DATABASE_URL: appUrlOf(state, state.ports.postgres),
    KEYCLOAK_URL: `http://127.0.0.1:${state.ports.identity}`,
    KEYCLOAK_REALM: 'scapis',
    KEYCLOAK_CLIENT_ID: 'scapis-gateway',
    KEYCLOAK_CLIENT_SECRET: state.clientSecret,
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_PORT: String(state.ports.gateway),
    PUBLIC_URL: `http://127.0.0.1:${state.ports.gateway}`,
    STORAGE_PATH: join(folder, 'storage'),
    MASTER_KEY: state.masterKey,
    SESSION_SECRET: state.sessionSecret,
    LAB_DATA: folder,
  };
}

function appUrlOf(state: State, port: number): string {
  return `postgresql://${APP_ROLE}:${state.appPassword}@127.0.0.1:${port}/${DATABASE}`;
}

function newState(): State {
  const secret = (): string => randomBytes(32).toString('base64url');
  return {
    masterKey: randomBytes(32).toString('base64'),
    sessionSecret: secret(),
    clientSecret: secret(),
    ownerPassword: secret(),
    appPassword: secret(),
    // Zero: any free one.
    ports: { gateway: FIRST_GATEWAY_PORT, postgres: 0, identity: 0 },
  };
}

function readState(file: string): State | null {
  if (!existsSync(file)) return null;
  const parsed = stateSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success)
    throw new Error(
      `${file} is damaged: it holds the keys of this lab. Restore it from a backup, or remove the whole folder to begin an empty lab.`,
    );
  return parsed.data;
}

function writeState(file: string, state: State): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}
