// web/runs: what the run pages ask.
import { useQueries } from '@tanstack/react-query';
import { type Reply, api, useRoute } from '../../app/api.ts';

export type Run = Reply<'runShow'>;
export const runs_max = 1_000;

export const useExperiments = () => useRoute('experimentList', {});
export const useRuns = (experiment: string) => useRoute('runList', { query: { experiment: experiment || undefined, limit: runs_max } }, { keep: true });
export const useRun = (id: string) => useRoute('runShow', { params: { id } });

/** The histories of the metrics that are on the screen. */
export const useHistories = (id: string, keys: readonly string[]) =>
  useQueries({
    queries: keys.map((key) => ({ queryKey: ['runMetric', { params: { id, key } }], queryFn: () => api.call('runMetric', { params: { id, key } }) })),
  });
