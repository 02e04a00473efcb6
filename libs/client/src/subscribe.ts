import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream';
import { ClientError, isAbort } from './client-error.ts';

export interface SubscribeOptions {
  signal?: AbortSignal;
  /** Wait before the first reconnection; doubled after each failure in a row, at most 30 s. */
  retryMs?: number;
}

/**
 * Server-sent events over fetch: unlike EventSource it can carry a bearer token, runs in Node, and
 * tells why it was refused. A connection that breaks is opened again with Last-Event-ID; a refusal
 * (4xx) is thrown as ClientError.
 * @param open opens the stream with the given headers; must throw ClientError when the answer is
 * not 200.
 * @yields the parsed JSON of each event, until the caller stops, the signal aborts, or the server
 * sends `event: end`.
 */
export async function* subscribe<Event>(
  open: (headers: Record<string, string>, signal: AbortSignal | undefined) => Promise<Response>,
  options: SubscribeOptions = {},
): AsyncGenerator<Event, void, undefined> {
  const { signal, retryMs = 1_000 } = options;
  let lastEventId: string | null = null;
  let failures = 0;
  while (!signal?.aborted) {
    try {
      const headers: Record<string, string> = {
        accept: 'text/event-stream',
        ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
      };
      const response = await open(headers, signal);
      for await (const message of readMessages(response)) {
        failures = 0;
        if (message.id !== undefined) lastEventId = message.id;
        if (message.event === 'end') return;
        if (message.data !== '') yield JSON.parse(message.data) as Event;
      }
    } catch (error) {
      if (signal?.aborted || isAbort(error)) return;
      if (error instanceof ClientError && error.status >= 400 && error.status < 500) throw error;
    }
    await wait(Math.min(30_000, retryMs * 2 ** failures), signal);
    failures += 1;
  }
}

/** The events of a response (HTML standard, 9.2.6). Leaving the loop closes the connection. */
async function* readMessages(
  response: Response,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  if (!response.body) return;
  const reader = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted) done();
  });
}
