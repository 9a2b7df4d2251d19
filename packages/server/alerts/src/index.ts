// alerts: one open alert for each cause.
export { Alerts } from './alerts.ts';
export type { AlertDeviceRow, AlertEventRow, AlertFeature, AlertRow } from './alert-table.ts';
export { migrations as alertMigrations } from './migrations.ts';
export { plainName } from './words.ts';
