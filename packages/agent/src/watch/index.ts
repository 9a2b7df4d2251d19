// agent/watch: what the device itself sees of its model.
export { AppMonitors } from './app-monitors.ts';
export { AppMonitorsFile } from './app-monitors-file.ts';
export { EvidenceFile } from './evidence-file.ts';
export { WarmUpFile } from './warm-up-file.ts';
export { Points } from './points.ts';
export { PredictionLog } from './prediction-log.ts';
export { Quarantine } from './quarantine.ts';
export { QuarantineFile } from './quarantine-file.ts';
export { Sampler } from './sampler.ts';
export { type ClosedWindow, Watcher } from './watcher.ts';
export { type WatchedBundle, watchedBundle } from './watched-bundle.ts';
export { WindowFile } from './window-file.ts';
