import { create as toContentDisposition } from 'content-disposition';
import type { Response } from 'express';

/** Bytes with their length known before the first is sent. */
export interface Bytes {
  size: number;
  stream: AsyncIterable<Uint8Array>;
}

/**
 * Sends a picture or document whole; the browser may not keep it, since access can end at any
 * moment.
 */
export async function sendBytes(
  response: Response,
  media: string,
  bytes: Uint8Array | (Bytes & { name: string }),
): Promise<void> {
  response.setHeader('Cache-Control', 'private, no-store');
  response.setHeader('Content-Type', media);
  if (bytes instanceof Uint8Array) {
    response.end(bytes);
    return;
  }
  response.setHeader('Content-Length', bytes.size);
  response.setHeader('Content-Disposition', toContentDisposition(bytes.name));
  await send(response, bytes.stream);
}

/** A bundle, or the part of it that a request asked for. */
export interface RangedBytes extends Bytes {
  name: string;
  sha256: string;
  /** Null: the stream is the whole. */
  range: { first: number; last: number } | null;
}

/**
 * Headers of a file that can be resumed (RFC 9110 section 14): its strong validator is its sha256.
 */
export function describeFile(
  response: Response,
  { name, size, sha256 }: Pick<RangedBytes, 'name' | 'size' | 'sha256'>,
): void {
  response.setHeader('Accept-Ranges', 'bytes');
  response.setHeader('ETag', `"${sha256}"`);
  response.setHeader('Cache-Control', 'private, no-cache');
  response.setHeader('Content-Type', 'application/zip');
  response.setHeader('Content-Length', size);
  response.setHeader('Content-Disposition', toContentDisposition(name));
  response.setHeader('Repr-Digest', `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`);
}

/** Sends 206 for a part, 200 for the whole. */
export async function sendRange(
  response: Response,
  { range, stream, ...file }: RangedBytes,
): Promise<void> {
  describeFile(response, file);
  if (range !== null) {
    response.status(206);
    response.setHeader('Content-Range', `bytes ${range.first}-${range.last}/${file.size}`);
    response.setHeader('Content-Length', range.last - range.first + 1);
  }
  await send(response, stream);
}

/**
 * One piece at a time: the stream is asked for the next when the socket has taken the one before,
 * so that it knows how far the bytes went (DownloadService). A pipeline would read ahead of the
 * socket.
 */
async function send(response: Response, stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const bytes of stream) {
    // The reader went away: nothing is wrong here, and nobody is left to tell.
    if (!(await isTaken(response, bytes))) return;
  }
  response.end();
}

/** @returns once the socket has handed all bytes to the network, or is gone; false then */
function isTaken(response: Response, bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    if (response.destroyed) {
      resolve(false);
      return;
    }
    const onClose = (): void => resolve(false);
    response.once('close', onClose);
    response.write(bytes, (error) => {
      response.off('close', onClose);
      resolve(!error);
    });
  });
}
