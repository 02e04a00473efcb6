import { LabError, type ErrorCode } from '@scapis/contracts';
import { JobLostError } from './job-attempt.ts';

/** What a job's use case is told of the attempt. */
export interface JobRun {
  /** True when a throw now ends the job for good. */
  isLastAttempt: boolean;
  /** Where another process supervises this one, which computes and can't keep time. */
  supervisor?: Supervisor;
}

/** The process that beats for one that computes, and stops it. */
export interface Supervisor {
  /** The work begins, as the attempt of this number. */
  begun: (number: number) => void;
  /** What the next heartbeat writes; must survive a structured clone. */
  report: (progress: unknown) => void;
  shouldStop: () => boolean;
}

/** How work tells how far it is, and learns that it should stop. */
export interface Pace<Progress> {
  onProgress: (progress: Progress) => void;
  shouldStop: () => boolean;
}

/** The steps of one job. `Row` is what the job is about, `Result` what its work comes to. */
export interface JobSteps<Row, Result, Progress> {
  /** Marks the row as begun. @returns null when nothing is to be done: it ended, or is done. */
  load: () => Promise<Row | null>;
  /** Number of the attempt that `load` began. */
  numberOf: (row: Row) => number;
  /**
   * Called before the work, every second during it and once after it: writes how far the work is.
   * @returns whether the work is still wanted and permitted
   */
  heartbeat: (row: Row, progress: Progress | null) => Promise<boolean>;
  /** Should return or throw soon once `shouldStop` answers true; its result is then dropped. */
  work: (row: Row, pace: Pace<Progress>) => Promise<Result>;
  /** Stores the result in one transaction; a second worker that comes here finds it done. */
  complete: (row: Row, result: Result) => Promise<void>;
  /** Stores why the row failed. `error` null: the job ended after its last attempt. */
  fail: (row: Row, error: unknown) => Promise<void>;
  /** Faults of this job's own, beside the lab's errors, that another attempt would meet again. */
  isFinal?: ((error: unknown) => boolean) | undefined;
}

/** The work is no longer wanted: cancelled, or its permit has ended. */
export class JobStoppedError extends Error {
  override name = 'JobStoppedError';
}

export const heartbeatEveryMs = 1_000;
/** A supervisor beats every second, so it needs no news more often. */
const reportEveryMs = 250;

/**
 * Runs one attempt of a job. Transient faults are thrown for the queue to try again, until the last
 * attempt; every other fault fails the row. Faults that are not of the lab's own kinds are thrown
 * after that too, so that the log shows them.
 */
export async function runJob<Row, Result, Progress>(
  steps: JobSteps<Row, Result, Progress>,
  run: JobRun,
): Promise<void> {
  const row = await steps.load();
  if (row === null) return;
  try {
    await steps.complete(row, await workWhileWanted(steps, row, run.supervisor));
  } catch (error) {
    // The row is another worker's now.
    if (error instanceof JobLostError) throw error;
    const isFinal = error instanceof JobStoppedError || steps.isFinal?.(error) === true;
    if (!isFinal && isTransient(error) && !run.isLastAttempt) throw error;
    await steps.fail(row, error);
    if (!isFinal && !(error instanceof LabError)) throw error;
  }
}

/** For the worker, when the queue has ended a job after its last attempt: fails its row. */
export async function failExhausted<Row>(
  steps: Pick<JobSteps<Row, unknown, unknown>, 'load' | 'fail'>,
): Promise<void> {
  const row = await steps.load();
  if (row !== null) await steps.fail(row, null);
}

/** @throws JobStoppedError */
async function workWhileWanted<Row, Result, Progress>(
  steps: JobSteps<Row, Result, Progress>,
  row: Row,
  supervisor: Supervisor | undefined,
): Promise<Result> {
  if (!(await steps.heartbeat(row, null))) throw new JobStoppedError();
  let latest: Progress | null = null;
  const pulse =
    supervisor === undefined
      ? beatHere(
          (progress) => steps.heartbeat(row, progress),
          () => latest,
        )
      : beatThere(supervisor, steps.numberOf(row));
  try {
    const result = await steps.work(row, {
      onProgress(progress) {
        latest = progress;
        pulse.onProgress(progress);
      },
      shouldStop: () => !pulse.isWanted(),
    });
    await pulse.end();
    if (pulse.isWanted() && (await steps.heartbeat(row, latest))) return result;
  } catch (error) {
    if (pulse.isWanted() || error instanceof JobLostError) throw error;
  } finally {
    await pulse.end();
  }
  throw new JobStoppedError();
}

/** The heartbeats during the work. */
interface Pulse {
  onProgress: (progress: unknown) => void;
  isWanted: () => boolean;
  /** Resolves when no heartbeat is under way any more. */
  end: () => Promise<void>;
}

function beatHere<Progress>(
  heartbeat: (progress: Progress | null) => Promise<boolean>,
  latest: () => Progress | null,
): Pulse {
  let isWanted = true;
  let beating = Promise.resolve();
  const beat = async (): Promise<void> => {
    try {
      isWanted = (await heartbeat(latest())) && isWanted;
    } catch (error) {
      // One that fails (the database away for a moment) is made up for by the next one.
      if (error instanceof JobLostError) isWanted = false;
    }
  };
  const timer = setInterval(() => {
    beating = beating.then(beat);
  }, heartbeatEveryMs);
  return {
    onProgress: () => undefined,
    isWanted: () => isWanted,
    async end() {
      clearInterval(timer);
      await beating;
    },
  };
}

function beatThere(supervisor: Supervisor, number: number): Pulse {
  let reportedAt = -Infinity;
  supervisor.begun(number);
  return {
    onProgress(progress) {
      const now = performance.now();
      if (now - reportedAt < reportEveryMs) return;
      reportedAt = now;
      supervisor.report(progress);
    },
    isWanted: () => !supervisor.shouldStop(),
    end: () => Promise.resolve(),
  };
}

/**
 * Faults of the lab that end by themselves: the job is tried again. Every other LabError would be
 * met again.
 */
const transientCodes: ReadonlySet<ErrorCode> = new Set([
  'database_unavailable',
  'database_busy',
  'queue_unavailable',
  'identity_unavailable',
  'storage_unavailable',
  'conflict',
  'internal',
]);

/** An error that is none of the lab's own may be a fault of the machine, so it counts too. */
function isTransient(error: unknown): boolean {
  return !(error instanceof LabError) || transientCodes.has(error.code);
}
