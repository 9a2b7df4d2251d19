// monitors: verdicts on closed windows, with a stated false-alarm budget.
export { type Judgement, type MonitorRule, type Reading, judge, ruleSentence } from './judge.ts';
export { Monitors } from './monitors.ts';
export type { Cut, MeasuredSegments, Performance, SegmentPerformance } from './performance/performance.ts';
export type { OwnMonitors } from './own-monitors.ts';
export type { MonitorRow, MonitorStop, VerdictRow } from './monitor-table.ts';
export { migrations as monitorMigrations } from './migrations.ts';
