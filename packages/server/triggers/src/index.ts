// triggers: from an alert to a request for an execution, with a cooldown.
export { Triggers } from './triggers.ts';
export type { RequestRow, TriggerRow } from './trigger-table.ts';
export { migrations as triggerMigrations } from './migrations.ts';
