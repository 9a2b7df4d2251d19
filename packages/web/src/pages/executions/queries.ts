// web/executions: what the execution page asks: the execution, and the log of the selected step, which grows.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Reply, api, useRoute } from '../../app/api.ts';

export type Execution = Reply<'executionShow'>;
export type Step = Execution['steps'][number];
export type LogLine = Reply<'stepLog'>['lines'][number];

export const useExecution = (id: string) => useRoute('executionShow', { params: { id } });

const page_lines = 2_000;
const no_lines: { readonly lines: readonly LogLine[]; readonly more: boolean } = { lines: [], more: false };

/** Every line of a step. What is here stays: each question is for the lines after the last one, and while there are more the next follows at once. */
export function useStepLog(id: string, step: string) {
  const client = useQueryClient();
  const key = ['stepLog', { id, step }] as const;
  const log = useQuery({
    queryKey: key,
    queryFn: async () => {
      const before = client.getQueryData<typeof no_lines>(key) ?? no_lines;
      const { lines, more } = await api.call('stepLog', { params: { id, step }, query: { after: before.lines.at(-1)?.id ?? 0, limit: page_lines } });
      return lines.length === 0 && before.more === more ? before : { lines: [...before.lines, ...lines], more };
    },
    structuralSharing: false,
  });
  const { data, isFetching, isError, refetch } = log;
  const more = data?.more ?? false;
  useEffect(() => {
    if (more && !isFetching && !isError) void refetch();
  }, [more, isFetching, isError, refetch]);
  return log;
}
