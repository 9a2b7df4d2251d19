// compute: commands on executors. One so far: processes of this machine.
export { type OnLine, type ProcessExit, type ProcessSpec, type RunningProcess, line_bytes_max, startProcess } from './process.ts';
