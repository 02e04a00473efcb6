import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConfigOverrides, hostEnvironment } from '../config/config.ts';
import { findRepositoryRoot } from '../config/root.ts';
import { type DemoPerson, readDemoPeople } from '../identity/realm.ts';
import { createTokenSource } from '../identity/token-source.ts';
import { type EmbeddedLab, type EmbeddedLabOptions, startEmbeddedLab } from './embedded-lab.ts';

/**
 * The processes of a lab on one machine, beside the database and identity provider that
 * `startEmbeddedLab` gives them.
 */
const PROGRAMS = {
  gateway: ['dist', 'apps', 'gateway', 'main.js'],
  worker: ['apps', 'worker', 'src', 'main.ts'],
} as const;
type LabProcess = keyof typeof PROGRAMS;

export interface LabProcesses {
  /** Where people find it. */
  url: string;
  embedded: EmbeddedLab;
  people: DemoPerson[];
  /** Settings of the environment that this lab does not use, since it brings its own parts. */
  unused: string[];
  /** Access tokens of a demo person, for programs. */
  tokenSource(username: string): () => Promise<string>;
  /** Of several workers the first. */
  pidOf(name: LabProcess): number | undefined;
  stop(): Promise<void>;
}

export interface LabProcessesOptions extends Omit<EmbeddedLabOptions, 'onProgress'> {
  onStep?: (step: string) => void;
  /** Settings that win over the embedded ones for gateway and worker. */
  settings?: Record<string, string>;
  /** They share the queue, and where the environment says nothing else the cores; default one. */
  workers?: number;
}

/**
 * V8 sizes its heap by the machine; a gateway holds little, and on a large host would collect its
 * rubbish far too late.
 */
const HEAP_FLAGS: Record<LabProcess, string[]> = {
  gateway: ['--max-old-space-size=160', '--max-semi-space-size=4'],
  worker: [],
};
const LIFELINE = new URL('./lifeline.ts', import.meta.url).href;
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 8_000;
const RESTART_AFTER_MS = 1_000;

/**
 * Workers of a lab that has the machine to itself: two networks train side by side where there are
 * two cores, since a second thread brings one training little (docs/performance.md).
 */
export function usualWorkers(cores = availableParallelism()): number {
  return Math.min(2, cores);
}

/**
 * Starts a whole lab on this machine: surroundings, gateway and workers, and starts each again when
 * it dies. Their logs lie in `dataFolder/logs`.
 * @throws Error with the end of the log when a process does not come up.
 */
export async function startLabProcesses({
  onStep,
  settings: extra = {},
  workers = 1,
  ...options
}: LabProcessesOptions): Promise<LabProcesses> {
  const root = findRepositoryRoot();
  if (!existsSync(join(root, ...PROGRAMS.gateway)))
    throw new Error('The gateway is not built yet. Run: npx nx run-many -t build');
  const embedded = await startEmbeddedLab({
    ...options,
    onProgress: (step) => onStep?.(`starting the ${step}`),
  });
  const logs = join(resolve(options.dataFolder), 'logs');
  mkdirSync(logs, { recursive: true });
  const threads = Math.max(1, Math.floor(availableParallelism() / workers));
  const unused = findUnused(embedded.settings, hostEnvironment());
  const environment = {
    ...(workers > 1 && { WORKER_THREADS: String(threads) }),
    ...Object.fromEntries(
      Object.entries(hostEnvironment()).filter(([name]) => !unused.includes(name)),
    ),
    ...embedded.settings,
    ...extra,
  };
  // One port can't be everybody's: the gateway has it, and each worker's log tells of a free one.
  const environmentOf = (program: LabProcess) => ({
    ...environment,
    ...(program === 'worker' && environment['METRICS_PORT'] && { METRICS_PORT: '0' }),
  });
  const processes = new Map<string, LabProcess>([
    ['gateway', 'gateway'],
    ...Array.from(
      { length: workers },
      (_, at) => [at === 0 ? 'worker' : `worker-${at + 1}`, 'worker'] as const,
    ),
  ]);
  const running = new Map<string, ChildProcess>();
  let phase: 'starting' | 'running' | 'stopping' = 'starting';

  const launch = (name: string, program: LabProcess): void => {
    const log = createWriteStream(join(logs, `${name}.log`), { flags: 'a' });
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        '--enable-source-maps',
        ...HEAP_FLAGS[program],
        '--import',
        LIFELINE,
        join(root, ...PROGRAMS[program]),
      ],
      { cwd: root, env: environmentOf(program), stdio: ['pipe', 'pipe', 'pipe'] },
    );
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    running.set(name, child);
    child.on('exit', () => {
      log.end();
      running.delete(name);
      // One that dies before the lab has come up would only die again.
      if (phase === 'running')
        setTimeout(() => phase === 'running' && launch(name, program), RESTART_AFTER_MS).unref();
    });
  };
  const stop = async (): Promise<void> => {
    phase = 'stopping';
    await Promise.all([...running.values()].map((child) => endProcess(child)));
    await embedded.stop();
  };

  try {
    onStep?.(
      workers > 1 ? `starting gateway and ${workers} workers` : 'starting gateway and worker',
    );
    for (const [name, program] of processes) launch(name, program);
    await waitUntilReady(`${embedded.settings.PUBLIC_URL ?? ''}/ready`, () => {
      for (const name of processes.keys())
        if (!running.has(name))
          throw new Error(`The ${name} stopped at its start. ${endOfLog(logs, name)}`);
    });
    phase = 'running';
  } catch (error) {
    await stop();
    throw error;
  }
  const people = readDemoPeople();
  return {
    url: embedded.settings.PUBLIC_URL ?? '',
    embedded,
    people,
    unused,
    tokenSource(username) {
      const person = people.find((each) => each.username === username);
      if (person === undefined) throw new Error(`No ${username} in docker/realm.json`);
      return createTokenSource(
        {
          KEYCLOAK_URL: embedded.settings.KEYCLOAK_URL ?? '',
          KEYCLOAK_REALM: embedded.settings.KEYCLOAK_REALM ?? '',
        },
        person,
      );
    },
    pidOf: (name) => running.get(name)?.pid,
    stop,
  };
}

/**
 * The names in an environment, with their `_FILE` forms, whose place the embedded lab's own
 * settings take.
 */
export function findUnused(
  own: ConfigOverrides,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  return Object.entries(own)
    .flatMap(([name, value]) => [...(environment[name] === value ? [] : [name]), `${name}_FILE`])
    .filter((name) => name !== 'LAB_DATA' && Boolean(environment[name]));
}

/** @param checkAlive throws when waiting on is in vain. */
async function waitUntilReady(url: string, checkAlive: () => void): Promise<void> {
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; await sleep(150)) {
    checkAlive();
    const response = await fetch(url).catch(() => null);
    if (response?.ok === true) return;
  }
  throw new Error(
    `The gateway did not answer within ${READY_WITHIN_MS / 1000} s at ${url}. Is this machine very busy? Try again.`,
  );
}

function endOfLog(folder: string, name: string): string {
  const file = join(folder, `${name}.log`);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15) : [];
  return `The end of its log (${file}):\n${lines.join('\n')}`;
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolveGone) => child.once('exit', () => resolveGone()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await gone;
  clearTimeout(timer);
}
