// protocol/hardware: what a machine is: the words for it, who reads them, and what a run says of it.
export * from './facts.ts';
export { hardwareOfRun, saysHardware } from './of-run.ts';
export { readHardware } from './machine.ts';
export type { Machine } from './port.ts';
export { type Thermal, thermalOf } from './thermal.ts';
