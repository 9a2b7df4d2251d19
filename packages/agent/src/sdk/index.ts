// agent/sdk: what an app imports to log its inferences. Three lines; it never waits and never throws into the app.
export type { Described, DescribedNames, Sound } from './described.ts';
export { type Log, type LogOptions, type LoggedInference, openLog } from './log.ts';
