import { LabError, type ErrorCode } from '@scapis/contracts';

/** What a job's use case is told of the run. */
export interface JobRun {
  /** True when a throw now ends the job for good. */
  isLastAttempt: boolean;
}

/**
 * Faults that pass by themselves: the job is tried again. All other LabErrors end the matter at
 * once with their sentence.
 */
const passing: ReadonlySet<ErrorCode> = new Set([
  'database_unavailable',
  'queue_unavailable',
  'identity_unavailable',
  'conflict',
  'internal',
]);

/**
 * Whether trying again can help. An error that is none of ours may be a passing fault of the
 * machine, so it can.
 */
export function isPassing(error: unknown): boolean {
  return !(error instanceof LabError) || passing.has(error.code);
}
