// tracking: experiments, runs, logged models and artifacts, in MLflow's data model.
export type { Place } from './place-table.ts';
export { type RunLog, Tracking } from './tracking.ts';
export type { ExperimentDetails } from './experiments.ts';
export { type ReadAhead, type RunBatch, name_tag } from './runs.ts';
export type { LoggedModelDetails } from './logged-models.ts';
export type { DatasetFilter, LoggedModelRow, LoggedModelStatus } from './logged-model-table.ts';
export { checkArtifactFolder, checkArtifactPath } from './artifact-path.ts';
export type { ArtifactRow } from './artifact-table.ts';
export { storePath } from './artifacts.ts';
export type { HistoryPoint } from './metric-points.ts';
export type { Condition, Entity, OrderKey } from './search.ts';
export type { DatasetInput, MetricPoint, ModelLink, ModelPoint, Pair, RunDetails, RunLinks, RunRow, RunStatus, Stage, View } from './types.ts';
export { trace_limits } from './trace-limits.ts';
export { textOf } from './span-summary.ts';
export type * from './trace-types.ts';
export { migrations as trackingMigrations } from './migrations.ts';
