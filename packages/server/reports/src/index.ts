// reports: of the fleet and its parts, over a time.
export { Reports } from './reports.ts';
export type { ReportSubject } from './subject.ts';
export { migrations as reportMigrations } from './migrations.ts';
