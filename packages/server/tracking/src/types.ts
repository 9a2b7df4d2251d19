// tracking: the nouns of MLflow's data model, as rows and as what comes in. Times are milliseconds since 1970.

export type RunStatus = 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';
export type Stage = 'active' | 'deleted';
/** Which of the rows that can be deleted softly a search sees. */
export type View = 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL';

export interface Pair {
  readonly key: string;
  readonly value: string;
}

export interface ExperimentRow {
  id: number;
  name: string;
  lifecycle_stage: Stage;
  created_ms: number;
  updated_ms: number;
  artifact_location: string;
}

export interface RunRow {
  /** Narrow; what the rows of the run carry. */
  num: number;
  id: string;
  experiment_id: number;
  name: string;
  status: RunStatus;
  user_id: string;
  start_ms: number;
  end_ms: number | null;
  lifecycle_stage: Stage;
  artifact_uri: string;
}

export interface MetricPoint {
  readonly key: string;
  readonly value: number;
  readonly step: number;
  readonly at_ms: number;
}

/** A point that also says something about a logged model. */
export interface ModelPoint extends MetricPoint {
  readonly model_id: string;
  readonly dataset_name?: string | undefined;
  readonly dataset_digest?: string | undefined;
}

export interface RunDataset {
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
  readonly schema: string | null;
  readonly profile: string | null;
}
export interface DatasetInput {
  readonly dataset: RunDataset;
  readonly tags: readonly Pair[];
}
export interface ModelLink {
  readonly model_id: string;
  readonly step: number;
}

/** A run with everything that hangs on it. */
export interface RunDetails {
  readonly row: RunRow;
  readonly params: readonly Pair[];
  readonly tags: readonly Pair[];
  /** The latest point of each series: the greatest (step, time, value); beside it the count of its points. */
  readonly metrics: readonly (MetricPoint & { readonly points: number })[];
}
export interface RunLinks {
  readonly datasets: readonly DatasetInput[];
  readonly models_in: readonly ModelLink[];
  readonly models_out: readonly ModelLink[];
}
