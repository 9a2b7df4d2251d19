// web/runs: what the run pages ask.
import { keepPreviousData, useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Reply, api, durations_ms, useRoute } from '../../app/api.ts';
import type { FileKind } from './files.ts';
import { type RunTable, tableOf } from './run-table.ts';

export type Run = Reply<'runShow'>;
export type Points = Reply<'runPoints'>['series'][number];

/** The first page is small, so that rows are there at once. */
const first_runs = 100;
const page_runs = 400;
export const loaded_max = 10_000;
export const compared_max = 20;
const chart_points = 1_000;
/** Clients log without an event: what may still grow is asked for again. */
const live_ms = 5_000;
const table_live_ms = 15_000;
/** A longer table is not asked for again by itself: all of its pages would be. */
export const live_runs_max = 1_000;

export interface RunSearch {
  readonly project: string;
  readonly experiment: string;
  readonly filter: string;
  readonly order_by: string;
}

export const useExperiments = () => useRoute('experimentList', {});
export const useRun = (id: string) => useRoute('runShow', { params: { id } }, { every_ms: (run) => run.state === 'running' && live_ms });

const countOf = (pages: readonly Reply<'runSearch'>[]): number => pages.reduce((sum, page) => sum + page.rows.length, 0);

export function useRunSearch(search: RunSearch) {
  const asked = {
    project: search.project || undefined,
    experiment: search.experiment || undefined,
    filter: search.filter || undefined,
    order_by: search.order_by || undefined,
  };
  const key = ['runSearch', asked];
  const found = useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam }) => {
      const started = performance.now();
      const limit = pageParam === undefined ? first_runs : page_runs;
      const page = await api.call('runSearch', { query: { ...asked, page_token: pageParam, limit } });
      durations_ms.set(JSON.stringify(key), performance.now() - started);
      return page;
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last, pages) => (countOf(pages) < loaded_max ? (last.next_page_token ?? undefined) : undefined),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data && countOf(state.data.pages) <= live_runs_max ? table_live_ms : false),
  });
  const pages = found.data?.pages;
  const table = useMemo<RunTable | undefined>(() => pages && tableOf(pages), [pages]);
  return { ...found, table };
}

/** Runs that were chosen, in one answer. */
export function useChosen(ids: readonly string[]) {
  const filter = `run_id IN (${ids.map((id) => `'${id.replaceAll("'", "''")}'`).join(', ')})`;
  const found = useRoute('runSearch', { query: { filter, order_by: 'attributes.start_time ASC', limit: compared_max } }, { enabled: ids.length > 0 });
  const { data } = found;
  const table = useMemo<RunTable | undefined>(() => data && tableOf([data]), [data]);
  return { ...found, table };
}

/** All runs of a search, in one answer: the newest where there are more than fit in it. */
export const weighed_max = 1_000;
export function useAll({ project, experiment, filter }: Omit<RunSearch, 'order_by'>, enabled: boolean) {
  const found = useRoute(
    'runSearch',
    { query: { project: project || undefined, experiment: experiment || undefined, filter: filter || undefined, limit: weighed_max } },
    { enabled },
  );
  const { data } = found;
  const table = useMemo<RunTable | undefined>(() => data && tableOf([data]), [data]);
  return { ...found, table, more: data?.next_page_token != null };
}

/** The points of each metric, one request a chart. */
export const usePoints = (runs: readonly string[], keys: readonly string[], growing: boolean) =>
  useQueries({
    queries: keys.map((key) => {
      const asked = { query: { runs: runs.join(','), key, points: chart_points } };
      return { queryKey: ['runPoints', asked], queryFn: () => api.call('runPoints', asked), enabled: runs.length > 0, refetchInterval: growing && live_ms };
    }),
  });

export const useArtifacts = (id: string, folder: string) => useRoute('runArtifacts', { params: { id }, query: { folder: folder || undefined } });

export interface FilePart {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly size_bytes: number;
}
/** So many bytes of a file are fetched to be shown; of a model one, which says its size: its graph is read apart. */
const shown_bytes_max: Readonly<Record<FileKind, number>> = { text: 262_144, table: 1_048_576, image: 16_777_216, onnx: 1, other: 1 };

export const useFile = (id: string, path: string, kind: FileKind) =>
  useQuery<FilePart>({
    queryKey: ['runFile', id, path],
    queryFn: async () => {
      const asked = new URLSearchParams({ path, bytes_max: String(shown_bytes_max[kind]) });
      const answer = await api.raw('GET', `/api/v1/runs/${encodeURIComponent(id)}/artifact?${asked}`);
      return { bytes: new Uint8Array(await answer.arrayBuffer()), size_bytes: Number(answer.headers.get('x-size-bytes')) };
    },
    staleTime: 'static',
  });
