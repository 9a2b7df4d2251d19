// mlflow: experiments, runs and logged models as MLflow's clients read them. Only what is set appears; ids of experiments are text.
import type { DatasetInput, ExperimentDetails, HistoryPoint, LoggedModelDetails, ModelLink, Pair, RunDetails, RunLinks, RunRow } from '@holdfast/tracking';

/** An empty list is left out, as in MLflow's own answers. */
export const some = <T>(all: readonly T[]): readonly T[] | undefined => (all.length > 0 ? all : undefined);
/** JSON has no NaN. */
export const double = (value: number): number | 'NaN' => (Number.isNaN(value) ? 'NaN' : value);
export const pairsView = (pairs: readonly Pair[]) => some(pairs.map(({ key, value }) => ({ key, value })));

export const experimentView = ({ row, tags }: ExperimentDetails) => ({
  experiment_id: String(row.id),
  name: row.name,
  artifact_location: row.artifact_location,
  lifecycle_stage: row.lifecycle_stage,
  last_update_time: row.updated_ms,
  creation_time: row.created_ms,
  tags: pairsView(tags),
  workspace: 'default',
});

export const runInfoView = (row: RunRow) => ({
  run_id: row.id,
  run_uuid: row.id,
  run_name: row.name,
  experiment_id: String(row.experiment_id),
  user_id: row.user_id,
  status: row.status,
  start_time: row.start_ms,
  end_time: row.end_ms ?? undefined,
  artifact_uri: row.artifact_uri,
  lifecycle_stage: row.lifecycle_stage,
});

export const pointView = (key: string, { value, at_ms, step }: HistoryPoint) => ({ key, value: double(value), timestamp: at_ms, step });

const datasetView = ({ dataset, tags }: DatasetInput) => ({
  tags: pairsView(tags),
  dataset: { ...dataset, schema: dataset.schema ?? undefined, profile: dataset.profile ?? undefined },
});

export const runView = ({ row, params, tags, metrics }: RunDetails, links: RunLinks) => ({
  info: runInfoView(row),
  data: { metrics: some(metrics.map((point) => pointView(point.key, point))), params: some(params), tags: some(tags) },
  inputs: { dataset_inputs: some(links.datasets.map(datasetView)), model_inputs: some(links.models_in.map(({ model_id }) => ({ model_id }))) },
  outputs: { model_outputs: some(links.models_out.map(({ model_id, step }: ModelLink) => ({ model_id, step }))) },
});

export const loggedModelView = ({ row, params, tags, metrics }: LoggedModelDetails) => ({
  info: {
    model_id: row.id,
    experiment_id: String(row.experiment_id),
    name: row.name,
    creation_timestamp_ms: row.created_ms,
    last_updated_timestamp_ms: row.updated_ms,
    artifact_uri: row.artifact_uri,
    status: row.status,
    model_type: row.model_type ?? undefined,
    source_run_id: row.source_run_id ?? undefined,
    status_message: row.status_message ?? undefined,
    tags: pairsView(tags),
  },
  data: {
    params: pairsView(params),
    metrics: some(
      metrics.map((m) => ({
        ...pointView(m.key, m),
        dataset_name: m.dataset_name ?? undefined,
        dataset_digest: m.dataset_digest ?? undefined,
        model_id: m.model_id,
        run_id: m.run_id,
      })),
    ),
  },
});
