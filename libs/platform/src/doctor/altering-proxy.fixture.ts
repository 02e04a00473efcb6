import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a real server on which some words are other ones. */
export interface AlteringProxy {
  port: number;
  stop(): Promise<void>;
}

/** @param words each word and what stands in its place, of the same length, in both directions */
export async function startAlteringProxy(
  target: number,
  words: Readonly<Record<string, string>>,
): Promise<AlteringProxy> {
  const sockets = new Set<Socket>();
  const alter = (chunk: Buffer): Buffer =>
    Buffer.from(
      Object.entries(words).reduce(
        (text, [word, other]) => text.replaceAll(word, other),
        chunk.toString('latin1'),
      ),
      'latin1',
    );
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => to.write(alter(chunk)));
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
