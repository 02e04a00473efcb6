import { ClientError, type CallInput, type CallOutput, type OperationName } from '@scapis/client';
import { notifications } from '@mantine/notifications';
import {
  QueryCache,
  QueryClient,
  queryOptions,
  skipToken,
  type SkipToken,
  useInfiniteQuery,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { client } from './client.ts';

/** A session that ended while a page was open shows the landing page, not a failed list. */
function forgetSessionOn401(error: unknown): void {
  if (error instanceof ClientError && error.status === 401)
    queryClient.setQueryData(sessionOptions.queryKey, null);
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: forgetSessionOn401 }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal stays a refusal; only a lab that does not answer is asked again.
      retry: (count, error) =>
        count < 2 && error instanceof ClientError && (error.status === 0 || error.status >= 502),
    },
  },
});

/** Who is signed in; null when nobody is. */
export const sessionOptions = queryOptions({
  queryKey: ['session.get'],
  staleTime: 60_000,
  queryFn: async ({ signal }): Promise<CallOutput<'session.get'> | null> => {
    try {
      return await client.call('session.get', { signal });
    } catch (error) {
      if (error instanceof ClientError && error.status === 401) return null;
      throw error;
    }
  },
});

export function useSession(): CallOutput<'session.get'> | null {
  return useQuery(sessionOptions).data ?? null;
}

interface CallOptions<Output> {
  /**
   * Asks again after this many milliseconds for as long as it is a number: for things that the lab
   * is working on.
   */
  pollMs?: (data: Output | undefined) => number | false;
}

/**
 * Reads one thing of the lab; `skipToken` as the input reads nothing yet. The key is the operation
 * and its input, so that pages share what they have read.
 */
export function useCall<Name extends OperationName>(
  name: Name,
  input: CallInput<Name> | SkipToken,
  options: CallOptions<CallOutput<Name>> = {},
) {
  return useQuery<CallOutput<Name>>({
    queryKey: [name, input === skipToken ? null : input],
    queryFn:
      input === skipToken ? skipToken : ({ signal }) => client.call(name, { ...input, signal }),
    refetchInterval: (query) => options.pollMs?.(query.state.data) ?? false,
  });
}

/**
 * Reads the same thing of several objects, in their order; undefined for each that is not there
 * yet.
 */
export function useCalls<Name extends OperationName>(
  name: Name,
  inputs: readonly CallInput<Name>[],
): (CallOutput<Name> | undefined)[] {
  const queries = inputs.map((input) => ({
    queryKey: [name, input],
    queryFn: ({ signal }: { signal: AbortSignal }) => client.call(name, { ...input, signal }),
  }));
  return useQueries({ queries }).map((result) => result.data);
}

/** Operations that answer a page of a list. */
export type ListName = {
  [Name in OperationName]: CallOutput<Name> extends { items: unknown[]; nextCursor: string | null }
    ? Name
    : never;
}[OperationName];
type ItemOf<Name extends ListName> =
  CallOutput<Name> extends { items: (infer Item)[] } ? Item : never;

/**
 * Reads a list page by page. `items` holds what is loaded so far; `more` loads the next page, null
 * at the end.
 */
export function useList<Name extends ListName>(
  name: Name,
  input?: Omit<CallInput<Name>, 'signal'>,
  options: { pollMs?: number } = {},
) {
  const result = useInfiniteQuery({
    queryKey: [name, 'pages', input ?? {}],
    initialPageParam: '',
    queryFn: async ({ signal, pageParam }) => {
      const given = (input ?? {}) as { path?: object; query?: object };
      const query = {
        limit: 50,
        ...given.query,
        ...(pageParam === '' ? {} : { cursor: pageParam }),
      };
      const pageInput: object = { ...given, query, signal };
      return (await client.call(name, pageInput as CallInput<Name>)) as {
        items: ItemOf<Name>[];
        nextCursor: string | null;
        total: number | null;
      };
    },
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: options.pollMs ?? false,
  });
  return {
    items: result.data?.pages.flatMap((page) => page.items) ?? [],
    total: result.data?.pages[0]?.total ?? null,
    isPending: result.isPending,
    error: result.error,
    more: result.hasNextPage ? () => void result.fetchNextPage() : null,
    isLoadingMore: result.isFetchingNextPage,
  };
}

/**
 * Does something in the lab, then reads everything on the page again: one act can change what many
 * objects allow.
 * `done` is the sentence shown when it succeeded.
 */
export function useAct<Name extends OperationName>(
  name: Name,
  options: { done?: string; onDone?: (output: CallOutput<Name>) => void } = {},
) {
  const cache = useQueryClient();
  return useMutation<CallOutput<Name>, Error, CallInput<Name>>({
    mutationFn: (input) => client.call(name, input),
    onSuccess: async (output) => {
      await cache.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session.get' });
      if (options.done !== undefined) notifications.show({ message: options.done, color: 'lab' });
      options.onDone?.(output);
    },
    onError: forgetSessionOn401,
  });
}
