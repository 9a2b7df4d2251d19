// Handlers of workflows, workers and rollouts.
import type { FaceOptions } from '../rooms.ts';
import type { Handlers } from './call.ts';

export function workHandlers({ rooms }: FaceOptions) {
  const { workflows, rollouts } = rooms;
  const { executions } = workflows;
  const key = (body: { execution: string; step: string; fence: number }) => ({ execution: body.execution, name: body.step, fence: body.fence });
  return {
    workflowList: async () => ({ workflows: await executions.workflows() }),
    workflowShow: async ({ params }) => executions.workflow(params.name),
    workflowPut: async ({ params, body, by }) => executions.define(params.name, body.steps, by),
    executionStart: async ({ params, body, by }) =>
      executions.execution(
        await executions.start({
          workflow: params.name,
          key: body.key === undefined ? undefined : `api/${params.name}/${body.key}`,
          params: body.params,
          cause: body.cause ?? `started by ${by.name}`,
          by,
        }),
      ),
    executionList: async ({ query }) => ({ executions: await executions.executions(query.workflow, query.limit ?? 50, query.state) }),
    executionShow: async ({ params }) => executions.execution(params.id),
    executionCancel: async ({ params, by }) => {
      await executions.cancel(params.id, by);
      return executions.execution(params.id);
    },
    stepLog: async ({ params, query }) => {
      await executions.execution(params.id);
      const limit = query.limit ?? 1000;
      const lines = await executions.log(params.id, params.step, query.after ?? 0, limit + 1);
      return { lines: lines.slice(0, limit), more: lines.length > limit };
    },
    rolloutList: async ({ query }) => ({ rollouts: await rollouts.list(query.limit ?? 50, query.under_way) }),
    rolloutShow: async ({ params }) => rollouts.rollout(params.id),
    rolloutCreate: async ({ body, by }) =>
      rollouts.create({ ...body, key: body.key === undefined ? undefined : `api/${body.key}`, cause: `asked by ${by.name}`, by }),
    rolloutPause: async ({ params, by }) => rollouts.pause(params.id, by),
    rolloutResume: async ({ params, by }) => rollouts.resume(params.id, by),
    rolloutAbort: async ({ params, by }) => rollouts.abort(params.id, by),
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
