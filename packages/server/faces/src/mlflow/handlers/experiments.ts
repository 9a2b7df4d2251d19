// mlflow: handlers of experiments.
import { failure } from '@holdfast/base';
import { type Tracking, storePath } from '@holdfast/tracking';
import type { MlflowHandlers } from '../call.ts';
import { parseFilter } from '../filter/parse.ts';
import { parseOrder } from '../filter/order.ts';
import { experiment_subject } from '../filter/subjects.ts';
import { pageToken, readPageToken } from '../page-token.ts';
import { experimentView, some } from '../views.ts';

const summaries_max = 1_000;

/** A folder of the client's own machine relative to wherever it runs, or of a run: neither is a place for the artifacts of all. */
function checkLocation(artifact_location: string | undefined, chars_max: number): void {
  if (artifact_location === undefined) return;
  const why = artifact_location.startsWith('runs:/')
    ? "an artifact location cannot be a 'runs:/' address"
    : artifact_location.length > chars_max
      ? `it has more than ${chars_max} characters`
      : /[?#]|(?:^|[\\/])\.\.(?:[\\/]|$)|\p{Cc}/u.test(artifact_location)
        ? 'it holds "?", "#", ".." or a control character'
        : null;
  if (why !== null) throw failure('HF-MLF-003', { saw: JSON.stringify(artifact_location.slice(0, 200)), field: 'artifact_location', why });
}

export function experimentHandlers({ experiments, runs }: Tracking, settings: { artifact_location_chars_max: number }): MlflowHandlers {
  const show = async (row: Awaited<ReturnType<typeof experiments.get>>) => ({ experiment: experimentView((await experiments.details([row]))[0]!) });

  return {
    createExperiment: async ({ input, by, may }) => {
      checkLocation(input.artifact_location || undefined, settings.artifact_location_chars_max);
      const artifact_location = input.artifact_location?.replace(/\/+$/, '') || undefined;
      if (!may.reach.free && artifact_location !== undefined && storePath(artifact_location) !== null) throw failure('HF-ACCESS-015');
      const { name } = input;
      const made = await may.make('experiment', input.tags, (tags, within) => experiments.create({ name, artifact_location, tags, by, within }));
      return { experiment_id: String(made.id) };
    },
    getExperiment: async ({ input }) => show(await experiments.get(Number(input.experiment_id))),
    getExperimentByName: async ({ input }) => show(await experiments.getByName(input.experiment_name)),
    searchExperiments: async ({ input, may }) => {
      const { filter, order_by, view_type: view, max_results: limit } = input;
      if (limit < 1) throw failure('HF-MLF-005', { saw: limit, field: 'max_results', why: 'It must be a positive integer' });
      const asked = ['experiments', filter, order_by, view];
      const { rows, next } = await experiments.search({
        view,
        conditions: parseFilter(filter, experiment_subject),
        order: parseOrder(order_by, experiment_subject),
        limit,
        after: readPageToken(input.page_token, asked),
        sight: may.experiments,
      });
      const found = await experiments.details(rows);
      return { experiments: some(found.map(experimentView)), next_page_token: next ? pageToken(next, asked) : undefined };
    },
    updateExperiment: async ({ input, by }) => {
      await experiments.rename(Number(input.experiment_id), input.new_name, by);
      return {};
    },
    deleteExperiment: async ({ input, by }) => {
      await experiments.delete(Number(input.experiment_id), by);
      return {};
    },
    restoreExperiment: async ({ input, by }) => {
      await experiments.restore(Number(input.experiment_id), by);
      return {};
    },
    setExperimentTag: async ({ input, by, may }) => {
      const id = Number(input.experiment_id);
      await may.retag(id, input.key, input.value);
      await experiments.setTag(id, { key: input.key, value: input.value }, by);
      return {};
    },
    deleteExperimentTag: async ({ input, by, may }) => {
      const id = Number(input.experiment_id);
      await may.retag(id, input.key, null);
      await experiments.deleteTag(id, input.key, by);
      return {};
    },
    searchDatasets: async ({ input, may }) => {
      const found = await runs.datasetSummaries(await may.experimentsSeen(input.experiment_ids.map(Number)), summaries_max);
      const summaries = found.map((one) => ({ ...one, experiment_id: String(one.experiment_id), context: one.context ?? undefined }));
      return { dataset_summaries: some(summaries) };
    },
  };
}
