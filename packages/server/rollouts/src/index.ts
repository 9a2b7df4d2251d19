// rollouts: a version on its way to devices, wave by wave.
export { type RolloutOrder, Rollouts } from './rollouts.ts';
export { migrations as rolloutMigrations } from './migrations.ts';
