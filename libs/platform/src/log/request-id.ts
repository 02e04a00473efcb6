import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The request that work is done for: from the gateway through the outbox into each process that
 * works on it. Every line of the log that is written inside names it.
 */
const current = new AsyncLocalStorage<string>();

/** Runs `work`, and all that it awaits, for this request; null: for none. */
export function withRequestId<T>(requestId: string | null, work: () => T): T {
  return requestId === null ? current.exit(work) : current.run(requestId, work);
}

/** @returns the request that this is done for; null: nobody asked for it */
export function currentRequestId(): string | null {
  return current.getStore() ?? null;
}
