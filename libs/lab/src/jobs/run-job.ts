import { LabError, type ErrorCode } from '@scapis/contracts';

/** What a job's use case is told of the attempt. */
export interface JobRun {
  /** True when a throw now ends the job for good. */
  isLastAttempt: boolean;
}

/** The steps of one job. `Row` is what the job is about, `Result` what its work comes to. */
export interface JobSteps<Row, Result> {
  /** Marks the row as begun. @returns null when nothing is to be done: it ended, or is done. */
  load: () => Promise<Row | null>;
  /**
   * Called before the work, every second during it and once after it: writes how far the work is.
   * @returns whether the work is still wanted and permitted. Without it: to the end.
   */
  heartbeat?: (row: Row) => Promise<boolean>;
  /** Should return or throw soon once `shouldStop` answers true; its result is then dropped. */
  work: (row: Row, shouldStop: () => boolean) => Promise<Result>;
  /** Stores the result in one transaction; a second worker that comes here finds it done. */
  complete: (row: Row, result: Result) => Promise<void>;
  /** Stores why the row failed. `error` null: the job ended after its last attempt. */
  fail: (row: Row, error: unknown) => Promise<void>;
  /** Faults of this job's own, beside the lab's errors, that another attempt would meet again. */
  isFinal?: (error: unknown) => boolean;
}

/** The work is no longer wanted: cancelled, or its permit has ended. */
export class JobStoppedError extends Error {
  override name = 'JobStoppedError';
}

const heartbeatEveryMs = 1_000;

/**
 * Runs one attempt of a job. Transient faults are thrown for the queue to try again, until the last
 * attempt; every other fault fails the row. Faults that are not of the lab's own kinds are thrown
 * after that too, so that the log shows them.
 */
export async function runJob<Row, Result>(
  steps: JobSteps<Row, Result>,
  { isLastAttempt }: JobRun,
): Promise<void> {
  const row = await steps.load();
  if (row === null) return;
  try {
    await steps.complete(row, await workWhileWanted(steps, row));
  } catch (error) {
    const isFinal = error instanceof JobStoppedError || steps.isFinal?.(error) === true;
    if (!isFinal && isTransient(error) && !isLastAttempt) throw error;
    await steps.fail(row, error);
    if (!isFinal && !(error instanceof LabError)) throw error;
  }
}

/** For the worker, when the queue has ended a job after its last attempt: fails its row. */
export async function failExhausted<Row>(
  steps: Pick<JobSteps<Row, unknown>, 'load' | 'fail'>,
): Promise<void> {
  const row = await steps.load();
  if (row !== null) await steps.fail(row, null);
}

/** @throws JobStoppedError */
async function workWhileWanted<Row, Result>(
  { heartbeat = () => Promise.resolve(true), work }: JobSteps<Row, Result>,
  row: Row,
): Promise<Result> {
  let isWanted = await heartbeat(row);
  if (!isWanted) throw new JobStoppedError();
  const beat = async (): Promise<void> => {
    isWanted = (await heartbeat(row)) && isWanted;
  };
  let beating = Promise.resolve();
  // A heartbeat that fails (the database away for a moment) is made up for by the next one.
  const timer = setInterval(() => {
    beating = beating.then(beat).catch(() => undefined);
  }, heartbeatEveryMs);
  try {
    const result = await work(row, () => !isWanted);
    clearInterval(timer);
    await beating;
    await beat();
    if (isWanted) return result;
  } catch (error) {
    if (isWanted) throw error;
  } finally {
    clearInterval(timer);
    await beating;
  }
  throw new JobStoppedError();
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
  'conflict',
  'internal',
]);

/** An error that is none of the lab's own may be a fault of the machine, so it counts too. */
function isTransient(error: unknown): boolean {
  return !(error instanceof LabError) || transientCodes.has(error.code);
}
