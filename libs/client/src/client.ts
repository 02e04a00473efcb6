import { clientHeader, missingRanges } from '@scapis/contracts';
import createFetchClient, { type Client } from 'openapi-fetch';
import { ClientError, isAbort } from './client-error.ts';
import { download, type DownloadOptions, type DownloadPart } from './download.ts';
import { operationPaths } from './operations.ts';
import type { components, operations, paths } from './schema.ts';
import { subscribe, type SubscribeOptions } from './subscribe.ts';

/** The API's schemas by name, e.g. `Schemas['Application']`. */
export type Schemas = components['schemas'];
export type OperationName = keyof typeof operationPaths & keyof operations;

type Part<Name extends OperationName, Key extends 'path' | 'query'> = NonNullable<
  operations[Name]['parameters'][Key]
>;
type JsonBody<Name extends OperationName> = operations[Name] extends {
  requestBody: { content: { 'application/json': infer Body } };
}
  ? Body
  : never;
type Slot<Key extends string, Value, IsRequired extends boolean> = [Value] extends [never]
  ? { [K in Key]?: never }
  : IsRequired extends true
    ? { [K in Key]: Value }
    : { [K in Key]?: Value };

/**
 * What a call takes: path parameters, query and JSON body, each only where the operation has it.
 */
export type CallInput<Name extends OperationName> = Slot<'path', Part<Name, 'path'>, true> &
  Slot<'query', Part<Name, 'query'>, false> &
  Slot<'body', JsonBody<Name>, true> & { signal?: AbortSignal };
/** Operations that can be called without any input. */
type InputlessName = {
  [Name in OperationName]: object extends CallInput<Name> ? Name : never;
}[OperationName];

type Content<
  Name extends OperationName,
  Media extends string,
> = operations[Name]['responses'] extends { 200: { content: { [K in Media]: infer Body } } }
  ? Body
  : never;
/** What a call answers: the JSON of the operation, or undefined where it has none. */
export type CallOutput<Name extends OperationName> = [Content<Name, 'application/json'>] extends [
  never,
]
  ? undefined
  : Content<Name, 'application/json'>;

/** Operations that answer an event stream. */
type StreamName = {
  [Name in OperationName]: [Content<Name, 'text/event-stream'>] extends [never] ? never : Name;
}[OperationName];

export interface ClientOptions {
  /** Origin of the lab, e.g. `https://lab.example.se`; '' for the page's own. */
  baseUrl: string;
  /**
   * Access token for programs, or a function that gives a fresh one; a browser has its session
   * cookie instead.
   */
  token?: string | (() => string | Promise<string>);
  fetch?: typeof fetch;
}

export interface LabClient {
  /**
   * Calls an operation by its name in the route table: `call('applications.get', { path: { id }
   * })`. @throws ClientError
   */
  call<Name extends OperationName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>>;
  call<Name extends InputlessName>(name: Name): Promise<CallOutput<Name>>;
  /**
   * Sends a file to an upload operation; in Node a ReadableStream is sent as it is read. @throws
   * ClientError
   */
  upload<Name extends OperationName>(
    name: Name,
    input: UploadInput<Name>,
  ): Promise<CallOutput<Name>>;
  /**
   * Follows an event stream, reconnecting as needed, until the caller breaks off. @throws
   * ClientError when refused
   */
  subscribe<Name extends StreamName>(
    name: Name,
    input: { path: Part<Name, 'path'> } & SubscribeOptions,
  ): AsyncGenerator<Content<Name, 'text/event-stream'>, void, undefined>;
  /**
   * Bytes of a released bundle, range by range; see `DownloadOptions` for resuming. @throws
   * ClientError when refused
   */
  download(
    cohortVersionId: string,
    options?: DownloadOptions,
  ): AsyncGenerator<DownloadPart, void, undefined>;
  /**
   * Confirms a complete copy by its checksum. What the lab did not see delivered, because a
   * connection or a gateway broke off there, is fetched once more first, unless it is more than
   * `refetchBytes` (64 MiB). @returns the signed receipt @throws ClientError
   */
  confirmDownload(
    cohortVersionId: string,
    sha256: string,
    options?: { refetchBytes?: number; signal?: AbortSignal },
  ): Promise<Schemas['Receipt']>;
  /**
   * The raw response of an operation that answers bytes (a sheet, a document). @throws ClientError
   */
  fetchBytes<Name extends OperationName>(
    name: Name,
    input: { path: Part<Name, 'path'>; query?: Record<string, string>; signal?: AbortSignal },
  ): Promise<Response>;
  /** Address of an operation, for links and images. */
  urlOf<Name extends OperationName>(
    name: Name,
    path: Record<string, string>,
    query?: Record<string, string>,
  ): string;
  /** The openapi-fetch client beneath, typed by path; it throws ClientError too. */
  http: Client<paths>;
}

type UploadInput<Name extends OperationName> = {
  body: Blob | ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;
  media: string;
  signal?: AbortSignal;
} & Slot<'path', Part<Name, 'path'>, true> &
  Slot<'query', Part<Name, 'query'>, false>;

/**
 * A client of one lab, for browsers and Node alike. Every failure is a ClientError; an abort is
 * passed on as it is.
 */
export function createClient(options: ClientOptions): LabClient {
  const doFetch = options.fetch ?? fetch;
  const baseUrl = options.baseUrl.replace(/\/$/, '');
  const http = createFetchClient<paths>({ baseUrl, fetch: (request) => doFetch(request) });
  http.use({
    async onRequest({ request }) {
      for (const [name, value] of Object.entries(await ownHeaders()))
        request.headers.set(name, value);
      return request;
    },
    async onResponse({ response }) {
      if (!response.ok) throw await ClientError.fromResponse(response);
    },
    onError: ({ error }) =>
      isAbort(error) || error instanceof ClientError ? undefined : ClientError.fromNetwork(error),
  });

  async function ownHeaders(): Promise<Record<string, string>> {
    const token = typeof options.token === 'function' ? await options.token() : options.token;
    return {
      [clientHeader.name]: clientHeader.value,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
  }

  function urlOf(
    name: OperationName,
    path: Record<string, string>,
    query: Record<string, string> = {},
  ): string {
    const filled = operationPaths[name].path.replaceAll(/\{(\w+)\}/g, (_match, key: string) =>
      encodeURIComponent(path[key] ?? ''),
    );
    const search = new URLSearchParams(query).toString();
    return `${baseUrl}${filled}${search === '' ? '' : `?${search}`}`;
  }

  async function fetchRaw(url: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await doFetch(url, {
        ...init,
        headers: {
          ...(await ownHeaders()),
          ...(init.headers as Record<string, string> | undefined),
        },
      });
    } catch (error) {
      throw isAbort(error) ? error : ClientError.fromNetwork(error);
    }
    if (!response.ok) throw await ClientError.fromResponse(response);
    return response;
  }

  // The table gives each name its own method and path, which openapi-fetch's types cannot follow
  // through a variable.
  const request = http.request as (
    method: string,
    path: string,
    init: object,
  ) => Promise<{ data?: unknown }>;

  const client: LabClient = {
    http,
    urlOf,
    async call<Name extends OperationName>(name: Name, input?: CallInput<Name>) {
      const { path, query, body, signal } = (input ?? {}) as {
        path?: object;
        query?: object;
        body?: unknown;
        signal?: AbortSignal;
      };
      const { method, path: template } = operationPaths[name];
      const { data } = await request(method.toLowerCase(), template, {
        params: { path, query },
        ...(body === undefined ? {} : { body }),
        ...(signal ? { signal } : {}),
      });
      return data as CallOutput<Name>;
    },
    async upload<Name extends OperationName>(name: Name, input: UploadInput<Name>) {
      const { path = {}, query = {} } = input as {
        path?: Record<string, string>;
        query?: Record<string, string>;
      };
      const { method } = operationPaths[name];
      // fetch refuses a stream as body unless `duplex` says that the answer comes after it.
      const init = {
        method,
        body: input.body,
        headers: { 'content-type': input.media },
        duplex: 'half' as const,
        ...(input.signal ? { signal: input.signal } : {}),
      };
      const response = await fetchRaw(urlOf(name, path, query), init);
      return (await response.json()) as CallOutput<Name>;
    },
    subscribe<Name extends StreamName>(
      name: Name,
      input: { path: Part<Name, 'path'> } & SubscribeOptions,
    ) {
      const url = urlOf(name, input.path);
      return subscribe<Content<Name, 'text/event-stream'>>(
        (headers, signal) => fetchRaw(url, { headers, ...(signal ? { signal } : {}) }),
        input,
      );
    },
    download(cohortVersionId, downloadOptions) {
      const url = urlOf('cohorts.download', { id: cohortVersionId });
      return download(
        (headers, signal) => fetchRaw(url, { headers, ...(signal ? { signal } : {}) }),
        downloadOptions,
      );
    },
    async confirmDownload(cohortVersionId, sha256, { refetchBytes = 2 ** 26, signal } = {}) {
      const confirm = () =>
        client.call('cohorts.confirmDownload', {
          path: { id: cohortVersionId },
          body: { sha256 },
          ...(signal ? { signal } : {}),
        });
      try {
        return await confirm();
      } catch (error) {
        const missing = missingIn(error);
        const bytes = missing.reduce((sum, { first, last }) => sum + last - first + 1, 0);
        if (missing.length === 0 || bytes > refetchBytes) throw error;
        for (const { first, last } of missing) {
          const range = { offset: first, end: last + 1, ...(signal ? { signal } : {}) };
          const parts = client.download(cohortVersionId, range);
          while ((await parts.next()).done !== true);
        }
        return confirm();
      }
    },
    fetchBytes(name, { path, query, signal }) {
      return fetchRaw(urlOf(name, path, query), signal ? { signal } : {});
    },
  };
  return client;
}

function missingIn(error: unknown): { first: number; last: number }[] {
  if (!(error instanceof ClientError) || error.code !== 'download_incomplete') return [];
  return missingRanges.safeParse(error.details).data?.missing ?? [];
}
