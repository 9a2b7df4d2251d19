// datasets: content-addressed snapshots with a manifest.
export { Datasets } from './datasets.ts';
export type { DatasetVersionRow } from './dataset-table.ts';
export type { ManifestFile } from './manifest.ts';
export { encodeImages, encodeLabels } from './idx.ts';
export { migrations as datasetMigrations } from './migrations.ts';
