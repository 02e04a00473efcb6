import { createHash } from 'node:crypto';
import type { Config } from '../config/env-table.ts';

/** Something that was done, from when to when. Attributes hold patterns, names of jobs, states. */
export interface Done {
  name: string;
  /** Milliseconds since 1970. */
  beganAt: number;
  endedAt: number;
  hasFailed?: boolean;
  attributes?: Readonly<Record<string, string | number>>;
}

/**
 * Traces by OpenTelemetry. A trace is a request: its id is the request's, so that whoever knows the
 * one finds the other, and each process can add to it by that id alone.
 */
export interface Tracing {
  /** What the gateway did itself: the trace's first span, under which all others lie. */
  request(requestId: string, done: Done): void;
  /**
   * What was done for a request. Nothing is told of what nobody asked for (null).
   * @param ids `id` where other spans lie under this one, `parentId` where it lies under another
   * than the request's
   */
  step(requestId: string | null, done: Done, ids?: { id?: string; parentId?: string }): void;
  /** Sends what has not been sent, and ends. */
  stop(): Promise<void>;
}

const NO_TRACING: Tracing = {
  request: () => undefined,
  step: () => undefined,
  stop: () => Promise.resolve(),
};

/** @returns a tracing that tells nobody anything, and loads nothing, without OTLP_TRACES_URL */
export async function openTracing(
  { OTLP_TRACES_URL }: Pick<Config, 'OTLP_TRACES_URL'>,
  process: 'gateway' | 'worker' | 'compute',
): Promise<Tracing> {
  if (OTLP_TRACES_URL === undefined) return NO_TRACING;
  const { openOtlpTracing } = await import('./otlp-tracing.ts');
  return openOtlpTracing(OTLP_TRACES_URL, process);
}

/** W3C Trace Context: 32 hex digits; a UUID without its dashes. */
export function traceIdOf(requestId: string): string {
  return requestId.replaceAll('-', '').toLowerCase();
}

/** 16 hex digits of the request's own span, which every process can work out. */
export function requestSpanIdOf(requestId: string): string {
  return traceIdOf(requestId).slice(16);
}

/** The span of one attempt at a job, the same in each process that works on it. */
export function attemptSpanIdOf(jobId: string, attempt: number): string {
  return createHash('sha256').update(`${jobId} ${attempt}`).digest('hex').slice(0, 16);
}
