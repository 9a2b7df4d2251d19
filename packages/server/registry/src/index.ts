// registry: models, versions, aliases, bundles.
export { type BundleRequest, type Registration, Registry } from './registry.ts';
export type { ModelRecord } from './model-records.ts';
export { type ModelColumn, type RecordCondition, type VersionColumn, model_columns, version_columns } from './record-types.ts';
export type { ModelPlace } from './place-table.ts';
export type { VersionRecordRow } from './record-table.ts';
export { type VersionRecord, stageNamed } from './version-records.ts';
export type { AliasRow, BundleRow, Lineage, VersionRow } from './model-table.ts';
export { migrations as registryMigrations } from './migrations.ts';
