import { describe, expect, it } from 'vitest';
import { ClientError, createClient, Sha256 } from './index.ts';

const id = '0198c0de-0000-7000-8000-000000000001';
const json = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } });

/** A lab that answers with `handle`; `seen` keeps what it was asked. */
function labOf(handle: (request: Request, count: number) => Response | Promise<Response>) {
  const seen: Request[] = [];
  const doFetch: typeof fetch = (input, init) => {
    const request = new Request(input, init);
    seen.push(request);
    return Promise.resolve(handle(request, seen.length));
  };
  return {
    seen,
    client: createClient({ baseUrl: 'http://lab.test', token: 'abc', fetch: doFetch }),
  };
}

async function failureOf(work: Promise<unknown>): Promise<ClientError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ClientError))
    throw new Error(`expected a ClientError, got ${String(error)}`);
  return error;
}

describe('call', () => {
  it('fills the path, query and body and carries the token', async () => {
    const { client, seen } = labOf(() => json({ items: [], nextCursor: null, total: 0 }));
    const list = await client.call('applications.list', { query: { limit: 5, state: 'draft' } });
    expect(list.items).toEqual([]);
    expect(seen[0]?.url).toBe('http://lab.test/api/applications?limit=5&state=draft');
    expect(seen[0]?.headers.get('authorization')).toBe('Bearer abc');
    expect(seen[0]?.headers.get('x-scapis-client')).toBe('1');
    await client.call('permits.revoke', {
      path: { id },
      body: { reason: 'the project has ended' },
    });
    expect(seen[1]?.method).toBe('POST');
    expect(seen[1]?.url).toBe(`http://lab.test/api/permits/${id}/revoke`);
    expect(await seen[1]?.json()).toEqual({ reason: 'the project has ended' });
  });

  it('answers undefined where the operation says nothing', async () => {
    const { client } = labOf(() => new Response(null, { status: 204 }));
    expect(await client.call('notifications.read', { path: { id } })).toBeUndefined();
  });

  it('throws the problem with its details and request id', async () => {
    const { client } = labOf(() =>
      json(
        { code: 'forbidden', text: 'No.', details: [{ code: 'terms-signed' }], requestId: 'r1' },
        403,
      ),
    );
    const error = await failureOf(client.call('session.get'));
    expect(error).toMatchObject({
      code: 'forbidden',
      text: 'No.',
      details: [{ code: 'terms-signed' }],
      requestId: 'r1',
      status: 403,
    });
  });

  it('makes an error of an answer that is no problem', async () => {
    const { client } = labOf(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
    expect(await failureOf(client.call('home.get'))).toMatchObject({
      code: 'answer_unreadable',
      status: 502,
    });
  });

  it('says "network" when nothing answers', async () => {
    const { client } = labOf(() => Promise.reject(new TypeError('fetch failed')));
    expect(await failureOf(client.call('home.get'))).toMatchObject({ code: 'network', status: 0 });
  });
});

describe('upload', () => {
  it('sends the bytes as they are, with their media type', async () => {
    const { client, seen } = labOf(() => json({ id }));
    await client.upload('applications.putEthicsDocument', {
      path: { id },
      query: { name: 'a b.pdf' },
      body: new Blob(['%PDF']),
      media: 'application/pdf',
    });
    expect(seen[0]?.method).toBe('PUT');
    expect(seen[0]?.url).toBe(
      `http://lab.test/api/applications/${id}/ethics-document?name=a+b.pdf`,
    );
    expect(seen[0]?.headers.get('content-type')).toBe('application/pdf');
    expect(await seen[0]?.text()).toBe('%PDF');
  });
});

describe('subscribe', () => {
  const streamOf = (...pieces: string[]): Response =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
          controller.close();
        },
      }),
    );

  it('puts events together across pieces, reconnects with the last id, and stops at "end"', async () => {
    const { client, seen } = labOf((_request, count) =>
      count === 1
        ? streamOf(': hello\n\nid: 7\nda', 'ta: {"points":[1]}\r\n\r\ndata: {"points"', ':[2]}\n\n')
        : streamOf('data: {"points":[3]}\n\nevent: end\ndata: {}\n\n'),
    );
    const got: unknown[] = [];
    for await (const event of client.subscribe('trainingRuns.events', { path: { id }, retryMs: 1 }))
      got.push(event.points);
    expect(got).toEqual([[1], [2], [3]]);
    expect(seen[1]?.headers.get('last-event-id')).toBe('7');
  });

  it('throws a refusal instead of knocking again', async () => {
    const { client, seen } = labOf(() =>
      json({ code: 'forbidden', text: 'No.', requestId: 'r' }, 403),
    );
    expect(
      await failureOf(client.subscribe('trainingRuns.events', { path: { id }, retryMs: 1 }).next()),
    ).toMatchObject({ code: 'forbidden' });
    expect(seen).toHaveLength(1);
  });
});

describe('download', () => {
  const file = Uint8Array.from({ length: 1_000 }, (_, index) => (index * 31) % 251);
  const serve = (request: Request, bytes = file, etag = '"one"'): Response => {
    const [, from = '0', to = '0'] =
      /^bytes=(\d+)-(\d+)$/.exec(request.headers.get('range') ?? '') ?? [];
    const ifRange = request.headers.get('if-range');
    if (ifRange !== null && ifRange !== etag)
      return new Response(bytes, {
        status: 200,
        headers: { etag, 'content-length': String(bytes.length) },
      });
    if (Number(from) >= bytes.length)
      return json({ code: 'range_not_satisfiable', text: 'Outside.', requestId: 'r' }, 416);
    const part = bytes.slice(Number(from), Number(to) + 1);
    return new Response(part, {
      status: 206,
      headers: {
        etag,
        'content-range': `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`,
      },
    });
  };
  async function collect(
    parts: AsyncGenerator<{ offset: number; bytes: Uint8Array }>,
    into: Uint8Array,
  ): Promise<number> {
    let count = 0;
    for await (const { offset, bytes } of parts) {
      into.set(bytes, offset);
      count += bytes.length;
    }
    return count;
  }

  it('fetches range by range and survives a connection that breaks within one', async () => {
    const { client, seen } = labOf((request, count) => {
      if (count !== 2) return serve(request);
      const whole = serve(request);
      let isFirst = true;
      const body = new ReadableStream({
        pull(controller) {
          if (isFirst) controller.enqueue(file.slice(300, 350));
          else controller.error(new TypeError('terminated'));
          isFirst = false;
        },
      });
      return new Response(body, { status: 206, headers: whole.headers });
    });
    const copy = new Uint8Array(file.length);
    expect(await collect(client.download(id, { rangeBytes: 300 }), copy)).toBe(file.length);
    expect(copy).toEqual(file);
    expect(seen.map((request) => request.headers.get('range'))).toEqual([
      'bytes=0-299',
      'bytes=300-599',
      'bytes=350-649',
      'bytes=650-949',
      'bytes=950-1249',
    ]);
  });

  it('resumes at an offset, and has nothing to do when all is there', async () => {
    const { client } = labOf((request) => serve(request));
    const copy = new Uint8Array(file.length);
    expect(await collect(client.download(id, { offset: 990, etag: '"one"' }), copy)).toBe(10);
    expect(await collect(client.download(id, { offset: 1_000, etag: '"one"' }), copy)).toBe(0);
  });

  it('stops at the end that was asked for', async () => {
    const { client, seen } = labOf((request) => serve(request));
    const copy = new Uint8Array(file.length);
    expect(await collect(client.download(id, { offset: 10, end: 45, rangeBytes: 20 }), copy)).toBe(
      35,
    );
    expect(seen.map((request) => request.headers.get('range'))).toEqual([
      'bytes=10-29',
      'bytes=30-44',
    ]);
  });

  it('fetches again what the lab did not see delivered, then confirms', async () => {
    const incomplete = {
      code: 'download_incomplete',
      text: 'Parts.',
      details: {
        missing: [
          { first: 300, last: 349 },
          { first: 990, last: 999 },
        ],
      },
      requestId: 'r',
    };
    const lab = () =>
      labOf((request, count) =>
        request.method === 'GET'
          ? serve(request)
          : count === 1
            ? json(incomplete, 409)
            : json({ number: 7 }),
      );
    const { client, seen } = lab();
    expect(await client.confirmDownload(id, 'a'.repeat(64))).toEqual({ number: 7 });
    expect(seen.map(({ method, headers }) => `${method} ${headers.get('range')}`)).toEqual([
      'POST null',
      'GET bytes=300-349',
      'GET bytes=990-999',
      'POST null',
    ]);
    const careful = lab();
    expect(
      await failureOf(careful.client.confirmDownload(id, 'a'.repeat(64), { refetchBytes: 59 })),
    ).toMatchObject({ code: 'download_incomplete' });
    expect(careful.seen).toHaveLength(1);
  });

  it('never mixes two files', async () => {
    const { client } = labOf((request) => serve(request, file, '"two"'));
    expect(
      await failureOf(client.download(id, { offset: 10, etag: '"one"' }).next()),
    ).toMatchObject({ code: 'download_changed' });
  });

  it('stops at once when the permit is refused between two ranges', async () => {
    const { client, seen } = labOf((request, count) =>
      count === 1
        ? serve(request)
        : json({ code: 'forbidden', text: 'Revoked.', requestId: 'r' }, 403),
    );
    expect(
      await failureOf(
        collect(client.download(id, { rangeBytes: 400 }), new Uint8Array(file.length)),
      ),
    ).toMatchObject({ code: 'forbidden' });
    expect(seen).toHaveLength(2);
  });
});

describe('Sha256', () => {
  it('agrees with WebCrypto at every length around the block size, however the bytes are cut', async () => {
    const bytes = Uint8Array.from({ length: 400 }, (_, index) => (index * 7 + 3) % 256);
    for (const length of [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 399]) {
      const expected = new Uint8Array(
        await crypto.subtle.digest('SHA-256', bytes.slice(0, length)),
      );
      const hash = new Sha256();
      for (let from = 0; from < length; from += 37)
        hash.update(bytes.subarray(from, Math.min(length, from + 37)));
      expect(hash.hex(), `${length} bytes`).toBe(
        Array.from(expected, (byte) => byte.toString(16).padStart(2, '0')).join(''),
      );
    }
  });
});
