// web/traces: what the trace pages ask.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type Reply, api, useRoute } from '../../app/api.ts';

export type TraceAnswer = Reply<'traceShow'>;
export type Trace = TraceAnswer['trace'];
export type Span = TraceAnswer['spans'][number];

const page_traces = 100;
const loaded_max = 2_000;

export interface TraceSearch {
  readonly experiment: string;
  readonly run: string;
  readonly filter: string;
}

export function useTraceSearch({ experiment, run, filter }: TraceSearch) {
  const asked = { experiment: experiment || undefined, run: run || undefined, filter: filter || undefined, limit: page_traces };
  return useInfiniteQuery({
    queryKey: ['traceSearch', asked],
    queryFn: ({ pageParam }) => api.call('traceSearch', { query: { ...asked, page_token: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last, pages) => (pages.length * page_traces < loaded_max ? (last.next_page_token ?? undefined) : undefined),
    placeholderData: keepPreviousData,
  });
}

export const useTrace = (id: string) => useRoute('traceShow', { params: { id }, query: {} }, { every_ms: ({ trace }) => trace.state === 'running' && 5_000 });
