// agent/sdk: what an app imports to log its inferences (three lines; it never waits and never throws into the app), and to learn from their labels.
export type { Described, DescribedNames, Sound } from './described.ts';
export { type Head, type HeadPrediction, type HeadSnapshot, type TakenLabels, openHead } from './head.ts';
export type { HeadChange, HeadOptions, Quarantine } from './head-options.ts';
export { type Log, type LogOptions, type LoggedInference, openLog } from './log.ts';
