// fleet: the devices, what each should be, and what it says it is.
export { Fleet, type FleetOptions, type KnownDevice } from './fleet.ts';
export type { Capture, DeviceRow, Report } from './device-table.ts';
export type { Counted, FactCounts, Facts, Word } from './fact-table.ts';
export { type Illness, illnessOf } from './illness.ts';
export { migrations as fleetMigrations } from './migrations.ts';
export { isInTime, isNewer } from './report-order.ts';
export { type Labels, parseSelector } from './selector.ts';
export { type ReleaseKeys, signatureFits } from './signing.ts';
