import {
  type JobName,
  type JobPayload,
  type JobSpec,
  jobNames,
  jobs,
  LabError,
} from '@scapis/contracts';
import { UnrecoverableError } from 'bullmq';
import { z } from 'zod';
import { withRequestId } from '../log/request-id.ts';

/** What a handler learns about the run beside its payload. */
export interface JobContext {
  /** Same for every run of the job: the `dedupeKey` it was enqueued with, or a random id. */
  jobId: string;
  /** 1 on the first run. */
  attempt: number;
  /** True when a throw now fails the job for good. */
  isLastAttempt: boolean;
  /** The request that the job comes of; null: nobody asked for it. */
  requestId: string | null;
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
  /** The request that the job comes of, for the log. */
  requestId?: string | null;
}

interface WorkOptions {
  /**
   * Called once a job has failed for good, to put its row into the failed state. What it throws
   * goes to `onFault`.
   */
  onFailed?: (name: JobName, payload: unknown, error: Error) => Promise<void>;
  /** Faults of the queue itself. Never ends the process. */
  onFault?: (fault: QueueFault) => void;
  /**
   * Called after each attempt that ended, well or not: the outbox relay looks at once whether it
   * wrote anything.
   */
  onSettled?: (attempt: SettledAttempt) => void;
}

/** An attempt at a job that has ended. */
export interface SettledAttempt {
  job: JobName;
  queue: JobSpec['queue'];
  jobId: string;
  requestId: string | null;
  /** `failed`: it will be tried again; `exhausted`: it will not. */
  outcome: 'completed' | 'failed' | 'exhausted';
  /** 1 for the first. */
  attempt: number;
  /** Milliseconds since 1970. */
  enqueuedAt: number;
  beganAt: number;
  endedAt: number;
}

/** How full one queue is. */
export interface QueueFill {
  queue: JobSpec['queue'];
  waiting: number;
  active: number;
  delayed: number;
  /** How long the oldest job has waited; null: none waits. */
  oldestWaitingMs: number | null;
}

/** What can go wrong with the queue itself, and the sentence that the log says of it. */
export const queueFaults = {
  'taken-up-again':
    'A job lost its worker, which died or stood still, and is taken up again by another.',
  'lock-not-renewed':
    'This worker could not renew its hold on a job in time: another may take the job up.',
  'lock-lost':
    'This worker ended a job that another had taken up meanwhile; what the queue was told is dropped.',
  'failure-not-stored':
    'A job failed for good and its row could not be told so yet; the row is looked at again each minute.',
  'not-answering': 'The queue did not answer; it is asked again.',
} as const;

export interface QueueFault {
  kind: keyof typeof queueFaults;
  queue: JobSpec['queue'];
  jobId?: string | undefined;
  error?: unknown;
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
  /** Whether the job of this dedupe key waits or runs; false also when the queue never had it. */
  isPending(name: JobName, dedupeKey: string): Promise<boolean>;
  /** Jobs that wait or run, over all queues; finished ones are not counted. */
  countPending(): Promise<number>;
  /** @throws LabError queue_unavailable */
  look(): Promise<QueueFill[]>;
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

/** Beside the payload, whose schema leaves it out: the queue's own, no matter which job. */
const originSchema = z.object({ requestId: z.uuid() });

/** @returns the request that a job in the queue comes of; null: none, or of an older version */
export function requestIdOf(data: unknown): string | null {
  const parsed = originSchema.safeParse(data);
  return parsed.success ? parsed.data.requestId : null;
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
  await withRequestId(context.requestId, () => dispatch(handlers, name, payload, context));
}

async function dispatch<Name extends JobName>(
  handlers: JobHandlers,
  name: Name,
  payload: unknown,
  context: JobContext,
): Promise<void> {
  await handlers[name](parsePayload(name, payload), context);
}
