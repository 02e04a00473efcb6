import type { ComputeJobName, JobPayload } from '@scapis/contracts';
import type { Database, Transaction } from '@scapis/platform';
import { JobAttempt, JobLostError } from './job-attempt.ts';
import { failExhausted, JobStoppedError, runJob, type JobRun, type Pace } from './run-job.ts';

/** What a feature says of one job of its kind; `compute-job.ts` does the rest. */
export interface ComputeJobSteps<Row, Result, Progress> {
  /** The row that the job is about. */
  objectId: string;
  /** Marks the row as begun. @returns null when nothing is to be done: it ended, or is done. */
  begin: (tx: Transaction) => Promise<Row | null>;
  /**
   * Writes how far the work is; null: nothing is known yet. Runs in the process that supervises, so
   * it knows nothing but the database.
   * @returns whether the work is still wanted and permitted
   */
  heartbeat: (tx: Transaction, progress: Progress | null) => Promise<boolean>;
  /** Should return or throw soon once `shouldStop` answers true; its result is then dropped. */
  work: (row: Row, pace: Pace<Progress>) => Promise<Result>;
  /** Stores the result, in one transaction of the attempt. */
  complete: (row: Row, result: Result, attempt: JobAttempt) => Promise<void>;
  /** Stores why the row failed. `error` null: the job ended after its last attempt. */
  fail: (row: Row, error: unknown, attempt: JobAttempt) => Promise<void>;
  /** Faults of this job's own, beside the lab's errors, that another attempt would meet again. */
  isFinal?: (error: unknown) => boolean;
  /** Called after each run, however it went: tidies up what no row holds. */
  end?: () => Promise<void>;
}

/** A job as the worker sees it, whatever it is about. */
export interface ComputeJob<Name extends ComputeJobName> {
  /** Does the work. @throws JobLostError when another worker took it; what should be tried again */
  run: (payload: JobPayload<Name>, run: JobRun) => Promise<void>;
  /** For the process that supervises a run. @returns whether attempt `number` is still wanted */
  heartbeat: (payload: JobPayload<Name>, number: number, progress: unknown) => Promise<boolean>;
  /** For the same, after it has killed the run of an attempt that was no longer wanted. */
  stop: (payload: JobPayload<Name>, number: number) => Promise<void>;
  /** When the queue has ended the job after its last attempt: nobody waits for the row in vain. */
  onExhausted: (payload: JobPayload<Name>) => Promise<void>;
}

export function createComputeJob<Name extends ComputeJobName, Row, Result, Progress>(
  database: Database,
  job: Name,
  stepsOf: (payload: JobPayload<Name>) => ComputeJobSteps<Row, Result, Progress>,
): ComputeJob<Name> {
  const attemptOf = (steps: ComputeJobSteps<Row, Result, Progress>, number: number): JobAttempt =>
    new JobAttempt(database, { job, objectId: steps.objectId }, number);
  const toRunSteps = (steps: ComputeJobSteps<Row, Result, Progress>) => ({
    load: () => JobAttempt.begin(database, { job, objectId: steps.objectId }, steps.begin),
    numberOf: ({ attempt }: Held<Row>) => attempt.number,
    heartbeat: ({ attempt }: Held<Row>, progress: Progress | null) =>
      attempt.transact((tx) => steps.heartbeat(tx, progress)),
    work: ({ row }: Held<Row>, pace: Pace<Progress>) => steps.work(row, pace),
    complete: ({ row, attempt }: Held<Row>, result: Result) => steps.complete(row, result, attempt),
    fail: ({ row, attempt }: Held<Row>, error: unknown) => steps.fail(row, error, attempt),
    isFinal: steps.isFinal,
  });
  return {
    async run(payload, run) {
      const steps = stepsOf(payload);
      try {
        await runJob(toRunSteps(steps), run);
      } finally {
        await steps.end?.();
      }
    },
    async heartbeat(payload, number, progress) {
      const steps = stepsOf(payload);
      try {
        // It was reported by `run` of the same job in the process that computes.
        return await attemptOf(steps, number).transact((tx) =>
          steps.heartbeat(tx, progress as Progress | null),
        );
      } catch (error) {
        if (error instanceof JobLostError) return false;
        throw error;
      }
    },
    async stop(payload, number) {
      const steps = stepsOf(payload);
      const attempt = attemptOf(steps, number);
      const row = await attempt.transact(steps.begin);
      if (row !== null) await steps.fail(row, new JobStoppedError(), attempt);
    },
    async onExhausted(payload) {
      await failExhausted(toRunSteps(stepsOf(payload)));
    },
  };
}

interface Held<Row> {
  row: Row;
  attempt: JobAttempt;
}
