// Handlers of workflows, workers and rollouts.
import type { FaceOptions } from '../rooms.ts';
import type { Handlers } from './call.ts';

export function workHandlers({ rooms }: FaceOptions) {
  const { workflows, rollouts } = rooms;
  const { executions } = workflows;
  const key = (body: { execution: string; step: string; fence: number }) => ({ execution: body.execution, name: body.step, fence: body.fence });
  const rolloutState = async (id: string) => {
    const { state, reason } = await rollouts.rollout(id);
    return { state, reason };
  };
  return {
    workflowList: async () => ({ workflows: await executions.workflows() }),
    workflowShow: async ({ params }) => executions.workflow(params.name),
    workflowPut: async (call) => {
      call.before = (await executions.definition(call.params.name)) ?? null;
      return executions.define(call.params.name, call.body.steps);
    },
    executionStart: async ({ params, body, by }) =>
      executions.execution(
        await executions.start({
          workflow: params.name,
          key: body.key === undefined ? undefined : `api/${params.name}/${body.key}`,
          params: body.params,
          cause: body.cause ?? `started by ${by}`,
        }),
      ),
    executionList: async ({ query }) => ({ executions: await executions.executions(query.workflow, query.limit ?? 50) }),
    executionShow: async ({ params }) => executions.execution(params.id),
    executionCancel: async (call) => {
      const { params } = call;
      call.before = { state: (await executions.execution(params.id)).state };
      await executions.cancel(params.id);
      return executions.execution(params.id);
    },
    stepLog: async ({ params, query }) => {
      await executions.execution(params.id);
      const limit = query.limit ?? 1000;
      const lines = await executions.log(params.id, params.step, query.after ?? 0, limit + 1);
      return { lines: lines.slice(0, limit), more: lines.length > limit };
    },
    rolloutList: async ({ query }) => ({ rollouts: await rollouts.list(query.limit ?? 50) }),
    rolloutShow: async ({ params }) => rollouts.rollout(params.id),
    rolloutCreate: async ({ body, by }) =>
      rollouts.create({ ...body, key: body.key === undefined ? undefined : `api/${body.key}`, cause: `asked by ${by}`, by }),
    rolloutPause: async (call) => {
      call.before = await rolloutState(call.params.id);
      return rollouts.pause(call.params.id);
    },
    rolloutResume: async (call) => {
      call.before = await rolloutState(call.params.id);
      return rollouts.resume(call.params.id);
    },
    rolloutAbort: async (call) => {
      call.before = await rolloutState(call.params.id);
      return rollouts.abort(call.params.id, call.by);
    },
    workerClaim: async ({ body }) => ({ step: await workflows.claim(body.worker) }),
    workerRenew: async ({ body }) => {
      await workflows.renew(key(body));
      return { lease_ms: 30_000 };
    },
    workerLog: async ({ body }) => {
      await workflows.log(key(body), body.first, body.lines);
      return { ok: true };
    },
    workerComplete: async ({ body }) => {
      const ending =
        body.outcome === 'succeeded'
          ? { outcome: body.outcome, outputs: body.outputs ?? {} }
          : { outcome: body.outcome, error: body.error ?? 'no reason was given' };
      await workflows.complete(key(body), ending);
      return { ok: true };
    },
  } satisfies Partial<Handlers>;
}
