import { LabError } from '@scapis/contracts';
import type { ClockDifference } from '@scapis/platform';

/**
 * The queue on Postgres judges by each worker's clock whether another one's hold on a job has run
 * out (15 s). Two seconds leave that as it is; NTP keeps a machine within some milliseconds.
 */
const mostMs = 2_000;

/** @returns what to do about a clock that is too far from the database's, else null */
export function findClockFault({ aheadMs, withinMs }: ClockDifference): LabError | null {
  if (Math.abs(aheadMs) - withinMs <= mostMs) return null;
  const params = { seconds: Math.round(Math.abs(aheadMs) / 100) / 10 };
  return new LabError(aheadMs > 0 ? 'clock_ahead' : 'clock_behind', { params });
}
