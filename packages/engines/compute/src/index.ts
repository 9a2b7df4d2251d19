// compute: runs programs for the workflows. Local processes are the only engine so far.
export { type Line, type ProcessEnd, type ProcessSpec, type RunningProcess, startProcess } from './process.ts';
export { type ThisMachine, thisMachine } from './machine.ts';
