// web/executions: what the execution page asks: the execution, and the log of the selected step, which grows.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Reply, api, useRoute } from '../../app/api.ts';

export type Execution = Reply<'executionShow'>;
export type Step = Execution['steps'][number];
export type LogLine = Reply<'stepLog'>['lines'][number];

export const useExecution = (id: string) => useRoute('executionShow', { params: { id } });

const page_lines = 2_000;

/** Every line of a step, page after page; a page that is not full is asked again when the log grows. */
export function useStepLog(id: string, step: string) {
  const log = useInfiniteQuery({
    queryKey: ['stepLog', { id, step }],
    queryFn: ({ pageParam }) => api.call('stepLog', { params: { id, step }, query: { after: pageParam, limit: page_lines } }),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.more ? last.lines.at(-1)!.id : undefined),
    enabled: step !== '',
  });
  const { hasNextPage, isFetching, fetchNextPage } = log;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return log;
}
