// web/samples: what the page of samples asks: the queue, which stays as it was asked while somebody works through it; counts; pixels; names of classes.
import { parseProfile } from '@holdfast/stats';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Reply, api, useRoute } from '../../app/api.ts';
import { useModels } from '../models/queries.ts';
import { type Reason, type SampleFilter, orderOf, sortOf } from './filter.ts';

export type Sample = Reply<'sampleList'>['samples'][number];
export type SampleCount = NonNullable<Reply<'sampleList'>['counts']>[number];

const page_samples = 100;
/** More are fetched while so many are still ahead. */
const ahead_min = 20;
const ahead_pixels = 3;

interface Place {
  readonly reason: Reason;
  readonly after: number;
}

/** The samples of a filter, page after page. Not asked again by itself: a sample that got its label keeps its place until the filter changes. */
export function useSampleQueue(filter: SampleFilter, at: number) {
  const order = orderOf(filter);
  const { show } = filter;
  const labelled = show === 'labelled' ? true : show === 'unlabelled' ? false : undefined;
  const dismissed = show === 'dismissed' ? true : undefined;
  const queue = useInfiniteQuery({
    queryKey: ['sampleQueue', filter],
    queryFn: ({ pageParam: { reason, after } }) =>
      api.call('sampleList', {
        query: {
          model: filter.model,
          device: filter.device,
          devices: filter.devices,
          ids: filter.ids,
          since_ms: filter.since_ms,
          reason,
          labelled,
          dismissed,
          order: sortOf(reason),
          after,
          limit: page_samples,
        },
      }),
    initialPageParam: { reason: order[0]!, after: 0 } as Place,
    getNextPageParam: ({ samples }, _all, { reason }): Place | undefined => {
      if (samples.length === page_samples) return { reason, after: samples.at(-1)!.id };
      const next = order[order.indexOf(reason) + 1];
      return next && { reason: next, after: 0 };
    },
    staleTime: 'static',
    gcTime: 0,
  });
  const samples = queue.data?.pages.flatMap((page) => page.samples) ?? [];
  const { hasNextPage, isFetching, isError, fetchNextPage } = queue;
  const short = samples.length - at < ahead_min;
  useEffect(() => {
    if (short && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [short, hasNextPage, isFetching, isError, fetchNextPage]);
  return { ...queue, samples };
}

export const useSampleCounts = (filter: SampleFilter) =>
  useRoute(
    'sampleList',
    { query: { model: filter.model, since_ms: filter.since_ms, devices: filter.devices, ids: filter.ids, counts: true, limit: 1 } },
    { keep: true },
  );

const pixelsOf = (id: number) => ({
  queryKey: ['samplePixels', id],
  queryFn: async () => new Uint8Array(await (await api.raw('GET', `/api/v1/samples/${id}/pixels`)).arrayBuffer()),
  staleTime: 'static' as const,
  gcTime: 60_000,
});

/** The pixels of a sample; those of the next ones are fetched meanwhile. */
export function usePixels(samples: readonly Sample[], at: number) {
  const client = useQueryClient();
  const pixels = useQuery(pixelsOf(samples[at]!.id));
  const here = pixels.isSuccess;
  useEffect(() => {
    if (here) for (const { id } of samples.slice(at + 1, at + 1 + ahead_pixels).filter((next) => next.width > 0)) void client.prefetchQuery(pixelsOf(id));
  }, [here, samples, at, client]);
  return pixels;
}

/** The names of the classes, from the reference profile in the bundle of the version that predicted; null where no bundle is kept. */
export function useClassNames(model: string, version: number) {
  const models = useModels();
  const versions = models.data?.models.find((each) => each.name === model)?.versions ?? [];
  const profile = versions.find((each) => each.version === version)?.bundles[0]?.profile;
  const names = useQuery({
    queryKey: ['classNames', profile ?? null],
    queryFn: async () => (profile ? parseProfile(await (await api.raw('GET', `/api/v1/blobs/${profile}`)).text()).classes.names : null),
    enabled: models.isSuccess,
    staleTime: 'static',
  });
  const error = names.error ?? models.error;
  return { names: names.data, error, isWaiting: names.data === undefined && error === null };
}
