// tracking: experiments and runs, in MLflow's data model.
export { type RunLog, Tracking } from './tracking.ts';
export { migrations as trackingMigrations } from './migrations.ts';
