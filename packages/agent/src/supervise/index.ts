// agent/supervise: one program, kept running.
export { Program, type ProgramEnvironment, type ProgramOptions } from './program.ts';
