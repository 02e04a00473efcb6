import type { IncomingMessage } from 'node:http';

/** More than any form of ours; a longer one is not read to its end. */
const MAX_FORM = 64 * 1024;

/** The fields of an urlencoded body. @throws Error when it is longer than 64 KiB. */
export async function readForm(req: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_FORM) throw new Error('form too large');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
