import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Response } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { sendBytes } from './answer-bytes.ts';

const piece = new Uint8Array(16 * 1024).fill(7);
/** More than the buffers between two sockets of one machine hold. */
const pieces = 4_000;
const size = pieces * piece.length;

/** A stream that counts what it gave and what its consumer came back for. */
function counted() {
  const seen = { given: 0, taken: 0, hasEnded: false };
  async function* stream(): AsyncGenerator<Uint8Array> {
    try {
      for (; seen.given < pieces; seen.taken += 1) {
        seen.given += 1;
        // As from storage: each piece comes in a turn of its own.
        await setImmediate();
        yield piece;
      }
    } finally {
      seen.hasEnded = true;
    }
  }
  return { seen, stream: stream() };
}

const opened: (() => void)[] = [];
afterEach(() => opened.splice(0).forEach((close) => close()));

/** Sends the stream over a real socket. */
async function serve(stream: AsyncIterable<Uint8Array>) {
  const sending = Promise.withResolvers<void>();
  // Seen by the test later than it may happen.
  sending.promise.catch(() => undefined);
  const server = createServer((_request, response: ServerResponse) => {
    sendBytes(response as Response, 'application/zip', { size, stream, name: 'bundle.zip' }).then(
      sending.resolve,
      sending.reject,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port, host: '127.0.0.1' }, resolve).on('error', reject);
  });
  opened.push(() => {
    response.destroy();
    server.close();
  });
  return { response, sent: sending.promise };
}

describe('bytes that are sent', () => {
  it('come whole, and the stream knows that each piece was taken', async () => {
    const { seen, stream } = counted();
    const { response, sent } = await serve(stream);
    let received = 0;
    for await (const bytes of response) received += (bytes as Buffer).length;
    await sent;
    expect(received).toBe(size);
    expect(seen).toEqual({ given: pieces, taken: pieces, hasEnded: true });
  });

  it('are not asked for ahead of the socket, and end where a reader breaks off', async () => {
    const { seen, stream } = counted();
    const { response, sent } = await serve(stream);
    response.pause();
    // Until the buffers are full: then the count stands still.
    for (let before = -1; before !== seen.given;) {
      before = seen.given;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(seen.given).toBeLessThan(pieces);
    expect(seen.taken).toBe(seen.given - 1);
    expect(seen.hasEnded).toBe(false);
    response.destroy();
    await sent;
    expect(seen.taken).toBe(seen.given - 1);
    expect(seen.hasEnded).toBe(true);
  });

  it('end with the fault of their stream', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield piece;
      await Promise.reject(new Error('The object store is gone.'));
    }
    const { sent } = await serve(failing());
    await expect(sent).rejects.toThrow('gone');
  });
});
