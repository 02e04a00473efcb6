import { LabError } from '@scapis/contracts';

/** How far this machine's clock is ahead of the database's; negative: behind. */
export interface ClockDifference {
  aheadMs: number;
  /** The true difference is within so much of `aheadMs`: half of the answer's way. */
  withinMs: number;
}

/**
 * The queue on Postgres judges by each worker's clock whether another one's hold on a job has run
 * out (15 s), and the gateway by its own whether a session or a token has. Two seconds leave both
 * as they are; NTP keeps a machine within some milliseconds.
 */
const mostMs = 2_000;

/** @returns what to do about a clock that is too far from the database's, else null */
export function judgeClock({ aheadMs, withinMs }: ClockDifference): LabError | null {
  if (Math.abs(aheadMs) - withinMs <= mostMs) return null;
  const params = { seconds: Math.round(Math.abs(aheadMs) / 100) / 10 };
  return new LabError(aheadMs > 0 ? 'clock_ahead' : 'clock_behind', { params });
}
