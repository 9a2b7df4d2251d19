// mlflow: the routes of experiments.
import { int64, list, required, route, text } from '../fields.ts';
import { experiment_id, experiment_tag, filter, order_by, page_token, view_type } from './parts.ts';

const at = '/2.0/mlflow/experiments';
const name = text({ ...required, chars_max: 500 });

export const experimentRoutes = {
  createExperiment: route({
    methods: ['POST'],
    path: `${at}/create`,
    access: 'editor',
    tier: 0,
    summary: 'Make an experiment',
    fields: { name, artifact_location: text(), tags: list(experiment_tag, { items_max: 1_000 }) },
  }),
  getExperiment: route({
    methods: ['GET'],
    path: `${at}/get`,
    access: 'viewer',
    tier: 0,
    summary: 'One experiment, a deleted one too',
    fields: { experiment_id },
  }),
  getExperimentByName: route({
    methods: ['GET'],
    path: `${at}/get-by-name`,
    access: 'viewer',
    tier: 0,
    summary: 'One experiment by its name',
    fields: { experiment_name: text({ ...required }) },
  }),
  searchExperiments: route({
    methods: ['POST', 'GET'],
    path: `${at}/search`,
    access: 'viewer',
    tier: 0,
    summary: 'Search experiments',
    fields: { max_results: int64({ min: 1, max: 50_000, default: 0, note: 'has to be given' }), page_token, filter, order_by, view_type },
  }),
  updateExperiment: route({
    methods: ['POST'],
    path: `${at}/update`,
    access: 'editor',
    tier: 0,
    summary: 'Rename an experiment',
    fields: { experiment_id, new_name: name },
  }),
  deleteExperiment: route({
    methods: ['POST'],
    path: `${at}/delete`,
    access: 'editor',
    tier: 0,
    summary: 'Delete an experiment with its runs; both can be restored',
    fields: { experiment_id },
  }),
  restoreExperiment: route({
    methods: ['POST'],
    path: `${at}/restore`,
    access: 'editor',
    tier: 0,
    summary: 'Restore an experiment and all of its runs',
    fields: { experiment_id },
  }),
  setExperimentTag: route({
    methods: ['POST'],
    path: `${at}/set-experiment-tag`,
    access: 'editor',
    tier: 0,
    summary: 'Set a tag of an experiment',
    fields: { experiment_id, ...experiment_tag.fields },
  }),
  deleteExperimentTag: route({
    methods: ['POST'],
    path: `${at}/delete-experiment-tag`,
    access: 'editor',
    tier: 0,
    summary: 'Remove a tag of an experiment',
    fields: { experiment_id, key: text({ ...required }) },
  }),
  searchDatasets: route({
    methods: ['POST'],
    path: `${at}/search-datasets`,
    access: 'viewer',
    tier: 1,
    summary: 'The datasets that runs of the experiments used',
    fields: { experiment_ids: list(text({ rule: 'experiment_id' }), { items_max: 1_000 }) },
  }),
};
