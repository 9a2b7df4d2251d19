// agent/health: the state of the machine.
export { Health, type HealthRoots, diskOf } from './health.ts';
export { lastingFacts } from './hardware.ts';
