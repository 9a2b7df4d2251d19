// web/app: the one way to the server. Every view asks through useRoute, so that live.ts knows what is on the screen.
import { Client, type Asked } from '@holdfast/client';
import type { ReplyOf, RouteName, routes } from '@holdfast/protocol/rest';
import { HoldfastError } from '@holdfast/base';
import { watched } from './reach.ts';
import { QueryClient, keepPreviousData, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';

/** The client of the page's own server; what it finds out about the connection is kept for the frame. */
class PageClient extends Client {
  override raw(...asked: Parameters<Client['raw']>): Promise<Response> {
    return watched(super.raw(...asked));
  }
}

export const api = new PageClient({ url: location.origin });
export type Reply<N extends RouteName> = ReplyOf<(typeof routes)[N]>;

const retries_max = 2;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < retries_max && error instanceof HoldfastError && error.retryable,
      retryDelay: 1_000,
    },
    mutations: { networkMode: 'always' },
  },
});

/** How long the last answer of a query took, in milliseconds: live.ts asks a slow one less often. */
export const durations_ms = new Map<string, number>();

export interface RouteOptions<N extends RouteName> {
  /** False: not asked now. */
  readonly enabled?: boolean;
  /** Asked again without an event, for what changes by time alone or is written by others; false: not any more, by what was answered. */
  readonly every_ms?: number | ((answer: Reply<N>) => number | false);
  /** The former answer stays while a filter changes. */
  readonly keep?: boolean;
}

export function useRoute<N extends RouteName>(name: N, asked: Asked<N>, options: RouteOptions<N> = {}): UseQueryResult<Reply<N>, Error> {
  const key = [name, asked] as const;
  const { every_ms = false } = options;
  return useQuery<Reply<N>, Error>({
    queryKey: key,
    queryFn: async () => {
      const started = performance.now();
      const reply = await api.call(name, asked);
      durations_ms.set(JSON.stringify(key), performance.now() - started);
      return reply;
    },
    enabled: options.enabled ?? true,
    refetchInterval: ({ state }) => (typeof every_ms === 'function' ? state.data !== undefined && every_ms(state.data) : every_ms),
    ...(options.keep ? { placeholderData: keepPreviousData } : {}),
  });
}

/** A change: what is on the screen is asked again after it. */
export function useChange<N extends RouteName>(name: N): UseMutationResult<Reply<N>, Error, Asked<N>> {
  const client = useQueryClient();
  return useMutation<Reply<N>, Error, Asked<N>>({ mutationFn: (asked) => api.call(name, asked), onSuccess: () => client.invalidateQueries() });
}
