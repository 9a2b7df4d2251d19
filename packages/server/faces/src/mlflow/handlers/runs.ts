// mlflow: handlers of runs.
import { Readable } from 'node:stream';
import { failure } from '@holdfast/base';
import { type MetricPoint, type ModelPoint, type ReadAhead, type RunBatch, type RunRow, type Tracking, name_tag } from '@holdfast/tracking';
import type { May } from '../../may.ts';
import type { MlflowHandlers } from '../call.ts';
import { parseFilter } from '../filter/parse.ts';
import { parseOrder } from '../filter/order.ts';
import { run_subject } from '../filter/subjects.ts';
import { checkBatch, readLoggedModel } from '../limits.ts';
import { pageToken, readPageToken } from '../page-token.ts';
import { runInfoView, runView, some } from '../views.ts';

const runs_a_slice = 1_000;

interface GivenPoint {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
  readonly model_id?: string | undefined;
  readonly dataset_name?: string | undefined;
  readonly dataset_digest?: string | undefined;
}
function pointsOf(given: readonly GivenPoint[]): { metrics: MetricPoint[]; model_metrics: ModelPoint[] } {
  const metrics: MetricPoint[] = [];
  const model_metrics: ModelPoint[] = [];
  for (const { key, value, timestamp: at_ms, step, model_id, dataset_name, dataset_digest } of given) {
    if (model_id) model_metrics.push({ key, value, at_ms, step, model_id, dataset_name, dataset_digest });
    else metrics.push({ key, value, at_ms, step });
  }
  return { metrics, model_metrics };
}

/** A point about a model that whoever logs cannot see is of the run alone, as one about a model that is not there. */
async function modelsSeen(may: May, given: readonly GivenPoint[]): Promise<readonly GivenPoint[]> {
  const ids = may.reach.free ? [] : [...new Set(given.flatMap(({ model_id }) => model_id || []))];
  const unseen = new Set<string>();
  for (const id of ids) if (!(await may.loggedModelOrNone(id, 'edit'))) unseen.add(id);
  return unseen.size === 0 ? given : given.map((point) => (unseen.has(point.model_id ?? '') ? { ...point, model_id: undefined } : point));
}

/** The name that a new run was given, by the field or by the tag. */
function nameOf(run_name: string | undefined, tags: readonly { key: string; value: string }[]): string | undefined {
  const tag = tags.find((one) => one.key === name_tag)?.value;
  if (run_name && tag && run_name !== tag)
    throw failure('HF-MLF-008', {
      why: `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${run_name}', mlflow.runName='${tag}')`,
    });
  return run_name || tag;
}

export function runHandlers({ runs }: Tracking): MlflowHandlers {
  const show = async (rows: readonly RunRow[], options: { folded?: boolean; ahead?: ReadAhead | undefined } = {}) => {
    const [details, links] = await Promise.all([runs.details(rows, options), runs.links(rows, options.ahead)]);
    return details.map((run, i) => runView(run, links[i]!));
  };
  /** Of a long page, one slice is in memory at a time. */
  async function* slices(rows: readonly RunRow[], next_page_token: string | undefined): AsyncGenerator<string> {
    for (let at = 0; at < rows.length; at += runs_a_slice) {
      const text = JSON.stringify(await show(rows.slice(at, at + runs_a_slice)));
      yield `${at === 0 ? '{"runs":[' : ','}${text.slice(1, -1)}`;
    }
    yield next_page_token === undefined ? ']}' : `],"next_page_token":${JSON.stringify(next_page_token)}}`;
  }
  const log = async (id: string, batch: RunBatch) => {
    await runs.log(id, batch);
    return {};
  };

  return {
    createRun: async ({ input, by, may }) => {
      const { experiment_id, user_id, run_name, start_time: start_ms, tags, run_id: id } = input;
      const name = nameOf(run_name, tags);
      const row = await runs.create({ experiment_id: Number(experiment_id), user_id: user_id || by.name, name, start_ms, tags, id, by });
      if (row.experiment_id !== Number(experiment_id)) await may.run(row.id, 'read'); // one that was there already
      return { run: (await show([row]))[0] };
    },
    getRun: async ({ input }) => ({ run: (await show([await runs.get(input.run_id)]))[0] }),
    updateRun: async ({ input }) => {
      const { run_id, status, end_time: end_ms, run_name } = input;
      return { run_info: runInfoView(await runs.update(run_id, { status, end_ms, name: run_name || undefined })) };
    },
    deleteRun: async ({ input, by }) => {
      await runs.delete(input.run_id, by);
      return {};
    },
    restoreRun: async ({ input, by }) => {
      await runs.restore(input.run_id, by);
      return {};
    },
    searchRuns: async ({ input, may, reply }) => {
      const { experiment_ids, filter, order_by, run_view_type: view } = input;
      const asked = ['runs', experiment_ids, filter, order_by, view];
      const { rows, next, ahead } = await runs.search({
        experiment_ids: await may.experimentsSeen([...new Set(experiment_ids.map(Number))]),
        view,
        conditions: parseFilter(filter, run_subject),
        order: parseOrder(order_by, run_subject),
        limit: input.max_results,
        after: readPageToken(input.page_token, asked),
      });
      const next_page_token = next ? pageToken(next, asked) : undefined;
      if (rows.length <= runs_a_slice) return { runs: some(await show(rows, { folded: true, ahead })), next_page_token };
      return reply.type('application/json').send(Readable.from(slices(rows, next_page_token)));
    },
    logMetric: async ({ input, may }) => log(input.run_id, pointsOf(await modelsSeen(may, [input]))),
    logParam: ({ input }) => log(input.run_id, { params: [{ key: input.key, value: input.value }] }),
    setTag: ({ input }) => log(input.run_id, { tags: [{ key: input.key, value: input.value }] }),
    deleteTag: async ({ input }) => {
      await runs.deleteTag(input.run_id, input.key);
      return {};
    },
    logBatch: async ({ input, may }) => {
      checkBatch(input);
      return log(input.run_id, { ...pointsOf(await modelsSeen(may, input.metrics)), params: input.params, tags: input.tags });
    },
    logInputs: async ({ input }) => {
      const datasets = input.datasets.map(({ tags, dataset }) => ({
        tags,
        dataset: { ...dataset, schema: dataset.schema ?? null, profile: dataset.profile ?? null },
      }));
      await runs.addInputs(input.run_id, { datasets, models: input.models });
      return {};
    },
    logOutputs: async ({ input }) => {
      await runs.addOutputs(input.run_id, input.models);
      return {};
    },
    logModel: async ({ input }) => {
      const model = readLoggedModel(input.model_json, input.run_id);
      const join = (before: string) => JSON.stringify([...(JSON.parse(before) as unknown[]), model]);
      await runs.appendTag(input.run_id, 'mlflow.log-model.history', JSON.stringify([model]), join);
      return {};
    },
  };
}
