// telemetry: what devices sent, kept exactly once.
export { type Outbox, Telemetry } from './telemetry.ts';
export type { Series } from './timeline.ts';
export { migrations as telemetryMigrations } from './migrations.ts';
export type { FiringRow } from './firing-table.ts';
export type { WindowFilter, WindowRow } from './record-table.ts';
export type { SampleFilter, SampleRow } from './sample-table.ts';
