// web/workflows: what the workflow pages ask.
import { type Reply, useRoute } from '../../app/api.ts';

export type Workflow = Reply<'workflowShow'>;
export type Execution = Workflow['executions'][number];
export type Trigger = Reply<'triggerList'>['triggers'][number];

export const useWorkflows = () => useRoute('workflowList', {});
export const useWorkflow = (name: string) => useRoute('workflowShow', { params: { name } });
export const running_max = 200;
export const useRunning = () => useRoute('executionList', { query: { state: 'running', limit: running_max } });
export const useTriggers = () => useRoute('triggerList', {});
