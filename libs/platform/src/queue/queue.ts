import {
  type JobName,
  type JobPayload,
  type JobSpec,
  jobNames,
  jobs,
  LabError,
} from '@scapis/contracts';
import { UnrecoverableError } from 'bullmq';

/** What a handler learns about the run beside its payload. */
export interface JobContext {
  /** Same for every run of the job: the `dedupeKey` it was enqueued with, or a random id. */
  jobId: string;
  /** 1 on the first run. */
  attempt: number;
  /** True when a throw now fails the job for good. */
  isLastAttempt: boolean;
}

/**
 * One handler per job: the compiler refuses a missing row, and `work` refuses it again at boot. A
 * failed job throws.
 */
export type JobHandlers = {
  readonly [Name in JobName]: (payload: JobPayload<Name>, context: JobContext) => Promise<void>;
};

export interface EnqueueOptions {
  /**
   * A second job with the same key is dropped for as long as the first is remembered (a day after
   * its end). Without ':'.
   */
  dedupeKey?: string;
  delayMs?: number;
}

interface WorkOptions {
  /**
   * Called once a job has failed for good, to put its row into the failed state. What it throws
   * goes to `onError`.
   */
  onFailed?: (name: JobName, payload: unknown, error: Error) => Promise<void>;
  /**
   * Faults of the queue itself (its server away, a stalled job taken up again). Never ends the
   * process.
   */
  onError?: (error: Error) => void;
  /**
   * Called after each job that ended, well or not: the outbox relay looks at once whether it wrote
   * anything.
   */
  onSettled?: () => void;
}

/** Runs handlers until `stop`, which waits for the jobs under way. */
export interface Worker {
  stop(): Promise<void>;
}

export interface Queue {
  /**
   * @throws LabError queue_unavailable; Error when the payload is not what contracts/jobs.ts says.
   */
  enqueue<Name extends JobName>(
    name: Name,
    payload: JobPayload<Name>,
    options?: EnqueueOptions,
  ): Promise<void>;
  work(handlers: JobHandlers, options?: WorkOptions): Promise<Worker>;
  /** Jobs that wait or run, over all queues; finished ones are not counted. */
  countPending(): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The closed list as a set, for names that come from outside (a row, another version of the lab).
 */
const KNOWN: ReadonlySet<string> = new Set(jobNames);

export function isJobName(name: string): name is JobName {
  return KNOWN.has(name);
}

/**
 * Reads a payload by the job's schema. @throws Error that names the job and the fields; retrying it
 * would be in vain.
 */
export function parsePayload<Name extends JobName>(name: Name, payload: unknown): JobPayload<Name> {
  const result = specOf(name).payload.safeParse(payload);
  if (!result.success)
    throw new UnrecoverableError(
      `Payload of ${name}: ${result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`,
    );
  return result.data as JobPayload<Name>;
}

export function specOf(name: JobName): JobSpec {
  return jobs[name];
}

/**
 * @throws LabError configuration_invalid naming the jobs that nobody would do. A job without a
 * handler stops the boot.
 */
export function checkHandlers(handlers: Partial<JobHandlers>): asserts handlers is JobHandlers {
  const missing = jobNames.filter((name) => typeof handlers[name] !== 'function');
  if (missing.length > 0)
    throw new LabError('configuration_invalid', {
      details: missing,
      privateDetail: `missing handlers: ${missing.join(', ')}`,
    });
}

/** Parses and runs one job: the one path that the real drivers and the inline driver share. */
export async function runJob(
  handlers: JobHandlers,
  name: string,
  payload: unknown,
  context: JobContext,
): Promise<void> {
  if (!isJobName(name))
    throw new UnrecoverableError(
      `Unknown job ${name}: it was enqueued by another version of the lab.`,
    );
  await dispatch(handlers, name, payload, context);
}

async function dispatch<Name extends JobName>(
  handlers: JobHandlers,
  name: Name,
  payload: unknown,
  context: JobContext,
): Promise<void> {
  await handlers[name](parsePayload(name, payload), context);
}
