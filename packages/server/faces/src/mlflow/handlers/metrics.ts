// mlflow: handlers of the histories of metrics. A history without a limit is streamed, page by page.
import { Readable } from 'node:stream';
import { failure } from '@holdfast/base';
import type { Place } from '@holdfast/postgres';
import type { HistoryPoint, Tracking } from '@holdfast/tracking';
import type { MlflowHandlers } from '../call.ts';
import { pageToken, readPageToken } from '../page-token.ts';
import { pointView, some } from '../views.ts';

const page_points = 25_000;
/** Of a whole history, one slice is in memory at a time. */
const slice_points = 8_000;

/** Fails with HF-MLF-007. */
function pointAt([at_ms, step, value]: Place): HistoryPoint {
  const whole = Number.isSafeInteger(at_ms) && Number.isSafeInteger(step);
  if (!whole || (typeof value !== 'number' && value !== 'NaN')) throw failure('HF-MLF-007', { why: 'it holds no point of a history' });
  return { at_ms: Number(at_ms), step: Number(step), value: Number(value) };
}

export function metricHandlers({ runs }: Tracking): MlflowHandlers {
  async function* whole(run_id: string, key: string): AsyncGenerator<string> {
    let after: HistoryPoint | undefined;
    do {
      const page: HistoryPoint[] = await runs.history(run_id, key, slice_points, after);
      const text = page.map((point) => JSON.stringify(pointView(key, point))).join(',');
      yield `${after === undefined ? '{"metrics":[' : page.length > 0 ? ',' : ''}${text}`;
      after = page.length === slice_points ? page.at(-1) : undefined;
    } while (after);
    yield ']}';
  }

  const bulk = async (of: { run_ids: readonly string[]; key: string; steps?: { first: number; last: number } | undefined; limit: number }) => ({
    metrics: some((await runs.sampledHistory(of)).map(({ run_id, ...point }) => ({ ...pointView(of.key, point), run_id }))),
  });

  return {
    getMetricHistory: async ({ input, reply }) => {
      const { run_id, metric_key: key, max_results: limit, page_token } = input;
      if (limit === undefined && !page_token) return reply.type('application/json').send(Readable.from(whole(run_id, key)));
      const asked = ['history', run_id, key];
      const place = readPageToken(page_token, asked);
      const after = place && pointAt(place);
      const points = await runs.history(run_id, key, (limit ?? page_points) + 1, after);
      const shown = points.slice(0, limit ?? page_points);
      const last = points.length > shown.length ? shown.at(-1) : undefined;
      return {
        metrics: some(shown.map((point) => pointView(key, point))),
        next_page_token: last ? pageToken([last.at_ms, last.step, last.value], asked) : undefined,
      };
    },
    getMetricHistoryBulk: async ({ input, may }) => {
      const metrics = [];
      for (const run_id of await may.runsSeen(input.run_id)) {
        const points = await runs.history(run_id, input.metric_key, input.max_results - metrics.length);
        for (const point of points) metrics.push({ ...pointView(input.metric_key, point), run_id });
        if (metrics.length >= input.max_results) break;
      }
      return { metrics };
    },
    getMetricHistoryBulkInterval: async ({ input, may }) => {
      const { metric_key: key, start_step: first, end_step: last, max_results: limit } = input;
      if ((first === undefined) !== (last === undefined))
        throw failure('HF-MLF-008', { why: 'If either start_step or end_step are specified, both must be specified' });
      if (first !== undefined && last !== undefined && first > last)
        throw failure('HF-MLF-008', { why: `end_step must be greater than start_step. Found start_step=${first} and end_step=${last}` });
      return bulk({ run_ids: await may.runsSeen(input.run_ids), key, steps: first === undefined || last === undefined ? undefined : { first, last }, limit });
    },
  };
}
