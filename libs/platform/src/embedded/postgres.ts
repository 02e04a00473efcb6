import { type ChildProcess, spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { createServer, Socket } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../database/connection.ts';
import {
  findDataFolder,
  findPostgresBinaries,
  findServerUser,
  type ServerUser,
} from './postgres-binaries.ts';

/**
 * A running server of our own. `stop` is a fast shutdown: transactions under way are rolled back,
 * nothing committed is lost.
 */
export interface EmbeddedPostgres {
  port: number;
  /** Connection string of the cluster's superuser to the database `name`. */
  ownerUrl(name: string): string;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /**
   * Holds `data/` (the cluster) and `postgres.log`. One caller at a time: the lock is the caller's.
   */
  folder: string;
  /** Fixed port, or undefined for `preferredPort` when free, else any free one. */
  port?: number | undefined;
  preferredPort?: number | undefined;
  ownerPassword: string;
  /** True gives up durability for speed: a cluster for tests, which a power cut may destroy. */
  isDisposable?: boolean;
}

const OWNER = 'scapis_owner';
const START_TIMEOUT_MS = 60_000;
/** initdb and the first checkpoints need about 120 MB; refusing early beats a half-made cluster. */
const ROOM_NEEDED_BYTES = 300e6;

/**
 * The shell stands between us and the server so that the server never outlives us: when we end,
 * however we end, the pipe on descriptor 3 closes and the server is told to stop (SIGINT: fast
 * shutdown). It waits for the server itself, so the pid can't have been given away.
 */
const SUPERVISE = `"$@" 3<&- & server=$!
(read -r _ <&3; kill -INT $server) 2>/dev/null & watcher=$!
exec 3<&-
wait $server; status=$?
kill $watcher 2>/dev/null
exit $status`;

/**
 * Starts a PostgreSQL 18 under `folder`, making the cluster on the first call (about 2 s; later
 * starts take under 1 s). Listens on 127.0.0.1 only, without a Unix socket. A server that a killed
 * process left behind in the same folder is stopped first.
 * @throws Error that says what to do: port in use, disk full, no binaries for the platform.
 */
export async function startPostgres(asked: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const options = { ...asked, folder: resolve(asked.folder) };
  const user = findServerUser();
  const binaries = findPostgresBinaries(user);
  mkdirSync(options.folder, { recursive: true, mode: 0o711 });
  const data = findDataFolder(options.folder, user);
  await stopLeftover(data);
  if (!existsSync(join(data, 'PG_VERSION'))) await makeCluster(binaries, options, data, user);
  const attempts = options.port === undefined ? 3 : 1;
  for (let attempt = 1; ; attempt++) {
    const port =
      options.port ?? (await chooseFreePort(attempt === 1 ? options.preferredPort : undefined));
    const outcome = await launch(binaries, options, data, user, port);
    if (!(outcome instanceof Error)) return outcome;
    // Another process took the free port between our look and the server's bind: look again, unless
    // the port was asked for.
    if (attempt >= attempts || !isPortTaken(outcome.message)) throw outcome;
  }
}

/**
 * A free TCP port on 127.0.0.1: `preferred` when nothing listens there, else one that the system
 * picks.
 */
export async function chooseFreePort(preferred?: number): Promise<number> {
  const tryPort = (port: number): Promise<number | null> =>
    new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(null));
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        server.close(() =>
          resolve(typeof address === 'object' && address !== null ? address.port : null),
        );
      });
    });
  const chosen = (preferred === undefined ? null : await tryPort(preferred)) ?? (await tryPort(0));
  if (chosen === null)
    throw new Error(
      'No free TCP port on 127.0.0.1. Close some programs, or raise the limit on open files.',
    );
  return chosen;
}

async function makeCluster(
  binaries: string,
  options: EmbeddedPostgresOptions,
  data: string,
  user: ServerUser | null,
): Promise<void> {
  const { bavail, bsize } = statfsSync(options.folder);
  if (bavail * bsize < ROOM_NEEDED_BYTES) {
    throw new Error(
      `Not enough room for the database in ${options.folder}: ${Math.round((bavail * bsize) / 1e6)} MB free, 300 MB needed. Free some, or set LAB_DATA to another disk.`,
    );
  }
  // Left over from an initdb that was interrupted: initdb wants the folder empty.
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { mode: 0o700 });
  const passwordFile = join(dirname(data), `.initdb-${process.pid}`);
  writeFileSync(passwordFile, `${options.ownerPassword}\n`, { mode: 0o600 });
  if (user !== null) {
    chownSync(data, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  const flags = [
    '--pgdata',
    data,
    '--username',
    OWNER,
    '--pwfile',
    passwordFile,
    '--auth',
    'scram-sha-256',
    '--encoding',
    'UTF8',
    '--locale',
    'C',
  ];
  if (options.isDisposable === true) flags.push('--no-sync');
  try {
    const { code, output } = await runToEnd(
      spawn(join(binaries, 'bin', 'initdb'), flags, {
        ...user,
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: '/',
      }),
    );
    if (code !== 0) {
      rmSync(data, { recursive: true, force: true });
      throw explain(output, options.folder, undefined);
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

async function launch(
  binaries: string,
  options: EmbeddedPostgresOptions,
  data: string,
  user: ServerUser | null,
  port: number,
): Promise<EmbeddedPostgres | Error> {
  const logFile = join(options.folder, 'postgres.log');
  const log = openSync(logFile, 'w', 0o600);
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'timezone=UTC',
    'log_timezone=UTC',
  ];
  if (options.isDisposable === true)
    settings.push(
      'fsync=off',
      'synchronous_commit=off',
      'full_page_writes=off',
      'wal_level=minimal',
      'max_wal_senders=0',
    );
  const command = [
    join(binaries, 'bin', 'postgres'),
    '-D',
    data,
    '-p',
    String(port),
    ...settings.flatMap((setting) => ['-c', setting]),
  ];
  // Detached: Ctrl-C at the terminal reaches us alone, and we stop the server last.
  const child = spawn('sh', ['-c', SUPERVISE, 'sh', ...command], {
    ...user,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log, 'pipe'],
  });
  closeSync(log);
  child.unref();
  // A socket to libuv, though the types promise only a stream; neither it nor the child may keep a
  // finished program alive.
  const lifeline = child.stdio[3];
  if (lifeline instanceof Socket) lifeline.unref();
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ownerUrl = (name: string): string =>
    `postgresql://${OWNER}:${encodeURIComponent(options.ownerPassword)}@127.0.0.1:${port}/${name}`;
  const stop = async (): Promise<void> => {
    child.ref();
    lifeline?.destroy();
    await ended;
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (child.exitCode === null && child.signalCode === null) {
    if (await answers(ownerUrl('postgres'))) return { port, ownerUrl, stop };
    if (Date.now() > deadline) {
      await stop();
      return new Error(
        `The embedded Postgres did not answer within ${START_TIMEOUT_MS / 1000} s; its log is ${logFile}.`,
      );
    }
    await sleep(40);
  }
  return explain(readFileSync(logFile, 'utf8'), options.folder, port);
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await connect(url, { connectionTimeoutMillis: 2000 })).end();
    return true;
  } catch {
    return false;
  }
}

/**
 * Stops a server that still runs on `data` though its owner is gone (kill -9 of everything), and
 * clears a postmaster.pid whose process is gone. Postgres clears a stale file itself only when the
 * pid is free: after a reboot it may belong to somebody else.
 */
async function stopLeftover(data: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8').split('\n')[0] ?? '', 10);
  const runs = (): boolean => existsSync(pidFile) && isServerOn(data, pid);
  // A parent killed a moment ago: its server is on the way down by itself.
  for (let waited = 0; runs() && waited < 2000; waited += 50) await sleep(50);
  if (runs()) process.kill(pid, 'SIGINT');
  for (let waited = 0; runs() && waited < 20_000; waited += 50) await sleep(50);
  if (runs())
    throw new Error(
      `Another Postgres (process ${pid}) runs on ${data} and does not stop. End it, then start the lab again.`,
    );
  rmSync(pidFile, { force: true });
}

function isServerOn(data: string, pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  try {
    // Only Linux has /proc; elsewhere a live pid counts as the server, which is the safe answer.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data);
  } catch {
    return process.platform !== 'linux';
  }
}

function runToEnd(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    let output = '';
    const collect = (chunk: Buffer): void => void (output += chunk.toString('utf8'));
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

const isPortTaken = (message: string): boolean => message.startsWith('Port ');

/**
 * The server's own words turned into what to do about them; the end of its log when we don't know
 * better.
 */
function explain(log: string, folder: string, port: number | undefined): Error {
  if (/could not bind|Address already in use/i.test(log))
    return new Error(
      `Port ${port} is in use by another program. Choose another port, or leave it unset for a free one.`,
    );
  if (/No space left on device/i.test(log))
    return new Error(
      `The disk that holds ${folder} is full. Free some room (at least 300 MB), then start again.`,
    );
  if (/Permission denied/i.test(log))
    return new Error(
      `Postgres may not write to ${folder}: give its user the folder, or set LAB_DATA to another one.`,
    );
  return new Error(
    `The embedded Postgres did not start in ${folder}. Its last words: ${log.trim().split('\n').slice(-5).join(' | ')}`,
  );
}
