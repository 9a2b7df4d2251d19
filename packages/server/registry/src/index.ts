// registry: models, versions, aliases, bundles.
export { type BundleRequest, type Registration, Registry } from './registry.ts';
export type { AliasRow, BundleRow, Lineage, VersionRow } from './model-table.ts';
export { migrations as registryMigrations } from './migrations.ts';
