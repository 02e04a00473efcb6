import { z } from 'zod';

/**
 * One kind of work for the worker. A payload holds ids only, never data, never secrets; the job
 * re-reads its row and returns when the row is gone or done.
 */
export interface JobSpec {
  queue: 'compute' | 'light';
  payload: z.ZodType;
  attempts: number;
  backoffMs: number;
}

/**
 * Long work (`compute`, one at a time per worker) and quick work (`light`) wait in queues of their
 * own, so that a message never waits for a training slice.
 */
export const jobs = {
  'dataset.ingest': {
    queue: 'compute',
    payload: z.object({ datasetVersionId: z.uuid() }),
    attempts: 3,
    backoffMs: 2_000,
  },
  'training.slice': {
    queue: 'compute',
    payload: z.object({ trainingRunId: z.uuid(), fromStep: z.int().min(0) }),
    attempts: 5,
    backoffMs: 2_000,
  },
  'ensemble.choose': {
    queue: 'compute',
    payload: z.object({ ensembleId: z.uuid() }),
    attempts: 3,
    backoffMs: 2_000,
  },
  'generator.check': {
    queue: 'compute',
    payload: z.object({ generatorImportId: z.uuid() }),
    attempts: 3,
    backoffMs: 2_000,
  },
  'synthesis.run': {
    queue: 'compute',
    payload: z.object({ synthesisRunId: z.uuid() }),
    attempts: 3,
    backoffMs: 2_000,
  },
  'gate.run': {
    queue: 'compute',
    payload: z.object({ gateRunId: z.uuid() }),
    attempts: 2,
    backoffMs: 2_000,
  },
  'release.pack': {
    queue: 'compute',
    payload: z.object({ cohortVersionId: z.uuid() }),
    attempts: 5,
    backoffMs: 5_000,
  },
  'notification.deliver': {
    queue: 'light',
    payload: z.object({ notificationId: z.uuid() }),
    attempts: 20,
    backoffMs: 5_000,
  },
} as const satisfies Record<string, JobSpec>;

export type JobName = keyof typeof jobs;
/** Long work, which has a process of its own. */
export type ComputeJobName = {
  [Name in JobName]: (typeof jobs)[Name]['queue'] extends 'compute' ? Name : never;
}[JobName];
export type JobPayload<Name extends JobName> = z.infer<(typeof jobs)[Name]['payload']>;
export const jobNames = Object.keys(jobs) as JobName[];
