// mlflow: handlers of logged models: what 3.x clients log a model as.
import { failure } from '@holdfast/base';
import type { DatasetFilter, Tracking } from '@holdfast/tracking';
import type { MlflowHandlers } from '../call.ts';
import { parseFilter } from '../filter/parse.ts';
import { parseOrder } from '../filter/order.ts';
import { logged_model_subject } from '../filter/subjects.ts';
import { listFolder } from '../folders.ts';
import { pageToken, readPageToken } from '../page-token.ts';
import { loggedModelView, some } from '../views.ts';

interface GivenOrder {
  readonly field_name: string;
  readonly ascending: boolean;
  readonly dataset_name?: string | undefined;
  readonly dataset_digest?: string | undefined;
}
function orderOf(given: readonly GivenOrder[]) {
  const keys = parseOrder(
    given.map((one) => one.field_name),
    logged_model_subject,
  );
  return keys.map((key, i) => {
    const { ascending, dataset_name: name, dataset_digest: digest } = given[i]!;
    if (name && key.entity !== 'metric') throw failure('HF-MLF-008', { why: 'dataset_name is of an order by a metric alone' });
    return { ...key, ascending, dataset: name ? { name, digest: digest || undefined } : undefined };
  });
}
const datasetsOf = (given: readonly { dataset_name: string; dataset_digest?: string | undefined }[]): DatasetFilter[] =>
  given.map((one) => ({ name: one.dataset_name, digest: one.dataset_digest || undefined }));

export function loggedModelHandlers(tracking: Tracking): MlflowHandlers {
  const { models } = tracking;
  const show = async (row: Awaited<ReturnType<typeof models.get>>) => ({ model: loggedModelView((await models.details([row]))[0]!) });

  return {
    createLoggedModel: async ({ input, by, may }) => {
      const row = await models.create({ ...input, id: input.model_id, experiment_id: Number(input.experiment_id), by });
      await may.loggedModel(row.id, 'read'); // one that was there already may be of another experiment
      return show(row);
    },
    getLoggedModel: async ({ input }) => show(await models.get(input.model_id)),
    finalizeLoggedModel: async ({ input }) => show(await models.finish(input.model_id, input.status)),
    deleteLoggedModel: async ({ input, by }) => {
      await models.delete(input.model_id, by);
      return {};
    },
    setLoggedModelTags: async ({ input }) => {
      await models.setTags(input.model_id, input.tags);
      return show(await models.get(input.model_id));
    },
    deleteLoggedModelTag: async ({ input }) => {
      await models.deleteTag(input.model_id, input.tag_key);
      return {};
    },
    logLoggedModelParams: async ({ input }) => {
      await models.addParams(input.model_id, input.params);
      return {};
    },
    listLoggedModelArtifacts: async ({ input, may }) =>
      listFolder(tracking.artifacts, may, (await models.get(input.model_id)).artifact_uri, input.artifact_directory_path),
    searchLoggedModels: async ({ input, may }) => {
      const { experiment_ids, filter, datasets, order_by } = input;
      const asked = ['logged-models', experiment_ids, filter, datasets, order_by];
      const { rows, next } = await models.search({
        experiment_ids: await may.experimentsSeen(experiment_ids.map(Number)),
        view: 'ACTIVE_ONLY',
        conditions: parseFilter(filter, logged_model_subject),
        order: orderOf(order_by),
        datasets: datasetsOf(datasets),
        limit: input.max_results,
        after: readPageToken(input.page_token, asked),
      });
      return { models: some((await models.details(rows)).map(loggedModelView)), next_page_token: next ? pageToken(next, asked) : undefined };
    },
  };
}
