// workflows: a durable DAG of steps, claimed by lease and fence.
export { Workflows, type WorkflowRooms } from './workflows.ts';
export { type Ending, type StepKey, lease_ms } from './steps.ts';
export { Worker, type WorkerOptions, fileBytes, machineFacts } from './worker.ts';
export type { WorkSource } from './work-source.ts';
export type { LogLine } from './log.ts';
export { type StepEvent, type StepState, nextState } from './step-states.ts';
export type { Params, RolloutRequestRow } from './workflow-table.ts';
export { migrations as workflowMigrations } from './migrations.ts';
