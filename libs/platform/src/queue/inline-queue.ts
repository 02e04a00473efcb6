import { randomUUID } from 'node:crypto';
import {
  checkHandlers,
  type JobHandlers,
  type Queue,
  parsePayload,
  runJob,
  specOf,
} from './queue.ts';

export interface InlineQueue extends Queue {
  /**
   * Runs what was enqueued, in order, and what that enqueues, until nothing is left. @throws what a
   * job throws on its last attempt.
   */
  drain(): Promise<void>;
}

/**
 * A queue in memory for tests: the same parsing, deduplication and retries as the real one, without
 * delays. Jobs run when `drain` says so, so a test sees the state between steps.
 */
export function openInlineQueue(handlers: JobHandlers): InlineQueue {
  checkHandlers(handlers);
  const waiting: { name: Parameters<Queue['enqueue']>[0]; payload: unknown; jobId: string }[] = [];
  const known = new Set<string>();
  return {
    enqueue: (name, payload, { dedupeKey = randomUUID() } = {}) =>
      Promise.resolve().then(() => {
        const parsed = parsePayload(name, payload);
        if (known.has(dedupeKey)) return;
        known.add(dedupeKey);
        // Through JSON, as on the wire: what doesn't survive it shows here.
        waiting.push({
          name,
          payload: JSON.parse(JSON.stringify(parsed)) as unknown,
          jobId: dedupeKey,
        });
      }),
    async drain() {
      for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
        const { attempts } = specOf(job.name);
        for (let attempt = 1; ; attempt++) {
          try {
            await runJob(handlers, job.name, job.payload, {
              jobId: job.jobId,
              attempt,
              isLastAttempt: attempt >= attempts,
            });
            break;
          } catch (error) {
            if (attempt >= attempts) throw error;
          }
        }
      }
    },
    work: () => Promise.reject(new Error('The inline queue runs its own handlers: call drain().')),
    countPending: () => Promise.resolve(waiting.length),
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
