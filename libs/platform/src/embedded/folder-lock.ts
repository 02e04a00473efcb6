import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Thrown when a live process holds the folder. */
export class FolderInUseError extends Error {
  override name = 'FolderInUseError';
}

/**
 * Takes a folder for this process: its file `lock` names us. A lock whose process is gone (kill -9,
 * power cut) is taken over; a process that merely got the same number since is told apart by its
 * start time, on Linux.
 * @returns gives the folder back.
 * @throws FolderInUseError when another live process, or another part of this one, holds it.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const file = join(folder, 'lock');
  const mine = `${process.pid} ${startTimeOf(process.pid)}`;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        // link() is the one call that both writes the whole text and fails when the name exists.
        linkSync(draft, file);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
        const holder = readHolder(file);
        if (holder !== null && isAlive(holder)) {
          throw new FolderInUseError(
            `The folder ${folder} is in use by process ${holder.pid}. Stop that lab, or choose another folder with LAB_DATA.`,
          );
        }
        if (attempt > 3) throw error;
        rmSync(file, { force: true });
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

interface Holder {
  pid: number;
  startTime: string;
}

function readHolder(file: string): Holder | null {
  try {
    const [pid = '', startTime = ''] = readFileSync(file, 'utf8').split(' ');
    return { pid: Number.parseInt(pid, 10), startTime };
  } catch {
    return null;
  }
}

function isAlive({ pid, startTime }: Holder): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return startTimeOf(pid) === startTime;
}

/**
 * Clock ticks since boot at which the process began (proc(5), field 22); '-' where there is no
 * /proc.
 */
function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
  } catch {
    return '-';
  }
}
