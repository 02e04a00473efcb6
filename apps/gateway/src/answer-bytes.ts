import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
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

async function send(response: Response, stream: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await pipeline(Readable.from(stream, { objectMode: false }), response);
  } catch (error) {
    // The reader went away: nothing is wrong here, and nobody is left to tell.
    if (error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')
      return;
    throw error;
  }
}
