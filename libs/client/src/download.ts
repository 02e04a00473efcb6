import { ClientError, isAbort } from './client-error.ts';
import { wait } from './subscribe.ts';

export interface DownloadOptions {
  /** First byte wanted: the length of what is already there, to resume. */
  offset?: number;
  /** First byte that is not wanted any more: the file's size when it is left out. */
  end?: number;
  /**
   * ETag of what is already there; when the file has changed since, the download fails with code
   * 'download_changed' instead of mixing two files.
   */
  etag?: string;
  /**
   * Bytes asked for at a time. Each range is a request of its own, for which the lab asks the
   * permit again.
   */
  rangeBytes?: number;
  /** Attempts per range when the connection breaks. */
  attempts?: number;
  signal?: AbortSignal;
}

/** A run of bytes, in order. `offset` is its place in the file, `total` the file's size. */
export interface DownloadPart {
  offset: number;
  bytes: Uint8Array;
  total: number;
  etag: string | null;
}

/**
 * Downloads a file range by range and yields the bytes as they come; a broken connection goes on at
 * the last byte received. The caller keeps the bytes (a file, memory) and feeds them to `Sha256`; a
 * refusal by the lab is thrown at once as ClientError.
 * @param open asks for the file with the given headers; must throw ClientError when the answer is
 * neither 200 nor 206.
 */
export async function* download(
  open: (headers: Record<string, string>, signal: AbortSignal | undefined) => Promise<Response>,
  options: DownloadOptions = {},
): AsyncGenerator<DownloadPart, void, undefined> {
  const { end = Infinity, rangeBytes = 8 * 1024 * 1024, attempts = 5, signal } = options;
  let offset = options.offset ?? 0;
  let etag = options.etag ?? null;
  let total = Infinity;
  let failures = 0;
  while (offset < Math.min(total, end)) {
    try {
      const headers: Record<string, string> = {
        range: `bytes=${offset}-${Math.min(offset + rangeBytes, end) - 1}`,
        ...(etag === null ? {} : { 'if-range': etag }),
      };
      const response = await open(headers, signal);
      const start = checkPlace(response, offset);
      total = totalOf(response, start);
      etag = response.headers.get('etag') ?? etag;
      for await (const bytes of readBody(response)) {
        failures = 0;
        yield { offset, bytes, total, etag };
        offset += bytes.length;
      }
    } catch (error) {
      // Asked to resume a file that is already whole: nothing is left to fetch.
      if (error instanceof ClientError && error.status === 416 && offset > 0) return;
      const isRefusal = error instanceof ClientError && error.status > 0;
      failures += 1;
      if (isRefusal || isAbort(error) || signal?.aborted || failures >= attempts)
        throw error instanceof TypeError ? ClientError.fromNetwork(error) : error;
      await wait(200 * 2 ** failures, signal);
    }
  }
}

/**
 * The first byte of what the response holds; throws when that isn't the byte asked for, because the
 * file has changed or ranges are not served.
 */
function checkPlace(response: Response, offset: number): number {
  const start =
    response.status === 206
      ? Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN)
      : 0;
  if (start === offset) return start;
  throw ClientError.of({ code: 'download_changed', params: {} }, { status: response.status });
}

function totalOf(response: Response, start: number): number {
  const ranged = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (ranged !== undefined) return Number(ranged);
  const length = response.headers.get('content-length');
  if (length === null)
    throw ClientError.of(
      { code: 'download_length_unknown', params: {} },
      { status: response.status },
    );
  return start + Number(length);
}

async function* readBody(response: Response): AsyncGenerator<Uint8Array, void, undefined> {
  if (!response.body) return;
  const reader = response.body.getReader();
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
