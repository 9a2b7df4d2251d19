// Routes of workflows, workers and rollouts.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import { CountIn, Digest, DurationIn, Id, Limit, ModelName, Name, Nullable, Ok, RowId, Time, TimeIn, VersionIn, byId, byName, closed } from './shapes.ts';

const Params = Type.Record(Type.String({ maxLength: 100 }), Type.String({ maxLength: 1000 }));

/** A step is a command in its own process, or one of the platform's own acts on its owners. */
export const StepDefinition = Type.Object(
  {
    name: Name,
    needs: Type.Optional(Type.Array(Name, { maxItems: 100 })),
    kind: Type.Union([Type.Literal('command'), Type.Literal('collect'), Type.Literal('register'), Type.Literal('bundle'), Type.Literal('rollout')]),
    /** command: the program and its arguments. */
    argv: Type.Optional(Type.Array(Type.String({ maxLength: 4000 }), { minItems: 1, maxItems: 200 })),
    /** command: folder to run in; a folder of the worker's machine. */
    cwd: Type.Optional(Type.String({ maxLength: 1000 })),
    env: Type.Optional(Params),
    /**
     * command: what is put in place before it starts, as HOLDFAST_INPUT_<NAME>. `dataset:NAME[@VERSION]` (a folder),
     * `model:NAME@ALIAS` (a file; empty where the alias does not exist), `step:STEP/OUTPUT` (what another step made).
     */
    inputs: Type.Optional(Params),
    /** command: files that it writes, as HOLDFAST_OUTPUT_<NAME>; each is kept as a blob. */
    outputs: Type.Optional(Params),
    /** The other kinds: their settings; values may be `step:STEP/OUTPUT`. */
    with: Type.Optional(Params),
    attempts_max: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
    timeout_ms: Type.Optional(Type.Number({ minimum: 1000 })),
  },
  closed,
);
export type StepDefinition = Static<typeof StepDefinition>;

export const StepState = Type.Union([
  Type.Literal('blocked'),
  Type.Literal('ready'),
  Type.Literal('delayed'),
  Type.Literal('running'),
  Type.Literal('succeeded'),
  Type.Literal('failed'),
  Type.Literal('skipped'),
  Type.Literal('cancelled'),
]);
export const StepView = Type.Object({
  name: Name,
  kind: Type.String(),
  needs: Type.Array(Name),
  state: StepState,
  attempt: Type.Integer(),
  attempts_max: Type.Integer(),
  worker: Nullable(Type.String()),
  started_ms: Nullable(Time),
  finished_ms: Nullable(Time),
  wait_reason: Nullable(Type.String()),
  progress: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
  error: Nullable(Type.String()),
  outputs: Type.Record(Type.String(), Type.String()),
});
export const ExecutionState = Type.Union([Type.Literal('running'), Type.Literal('succeeded'), Type.Literal('failed'), Type.Literal('cancelled')]);
export const ExecutionView = Type.Object({
  id: Id,
  workflow: Name,
  workflow_version: Type.Integer(),
  state: ExecutionState,
  cause: Type.String(),
  params: Params,
  created_ms: Time,
  finished_ms: Nullable(Time),
  steps: Type.Array(StepView),
});
export type ExecutionView = Static<typeof ExecutionView>;
export const WorkflowView = Type.Object({
  name: Name,
  version: Type.Integer(),
  steps: Type.Array(StepDefinition),
  created_ms: Time,
  executions: Type.Array(ExecutionView, { description: 'the last 20, newest first' }),
});
export type WorkflowView = Static<typeof WorkflowView>;

export const LogLine = Type.Object({ id: Type.Integer(), at_ms: Time, attempt: Type.Integer(), stream: Type.String(), text: Type.String() });

export const Wave = Type.Object({
  number: Type.Integer(),
  state: Type.Union([Type.Literal('waiting'), Type.Literal('running'), Type.Literal('watching'), Type.Literal('succeeded'), Type.Literal('stopped')]),
  devices: Type.Integer(),
  counts: Type.Object({
    pending: Type.Integer(),
    downloading: Type.Integer(),
    installed: Type.Integer(),
    healthy: Type.Integer(),
    failed: Type.Integer(),
    going_back: Type.Integer({ description: 'told to run what ran before, and not seen to do so yet' }),
    went_back: Type.Integer({ description: 'told to run what ran before, and reported that they do' }),
    cancelled: Type.Integer(),
  }),
  started_ms: Nullable(Time),
  finished_ms: Nullable(Time),
});
export const AssignmentView = Type.Object({
  device: Id,
  name: Type.String(),
  wave: Type.Integer(),
  state: Type.String(),
  error: Nullable(Type.String()),
  updated_ms: Time,
});
export const RolloutView = Type.Object({
  id: Id,
  model: ModelName,
  model_version: Type.Integer(),
  bundle: Digest,
  selector: Type.String(),
  state: Type.Union([Type.Literal('running'), Type.Literal('paused'), Type.Literal('succeeded'), Type.Literal('stopped'), Type.Literal('aborted')]),
  reason: Type.String({ description: 'one sentence: why it is in this state' }),
  cause: Type.String(),
  /** Share of a wave's devices that must be healthy before the next wave starts, 0 to 1. */
  success_share: Type.Number(),
  /** Share of a wave's devices whose failure stops the rollout, 0 to 1; any failure counts where it is 0. */
  error_share: Type.Number(),
  /** How long a wave is watched after it is healthy. */
  watch_ms: Type.Number(),
  created_ms: Time,
  finished_ms: Nullable(Time),
  waves: Type.Array(Wave),
  assignments: Type.Array(AssignmentView, { description: 'the first 1,000 by wave and name' }),
  assignments_total: Type.Integer(),
});
export type RolloutView = Static<typeof RolloutView>;

/** An input of a command step, resolved to digests: a folder of files, one file, or nothing (an alias that does not exist yet). */
export const StepInput = Type.Union([
  Type.Object({ kind: Type.Literal('folder'), files: Type.Array(Type.Object({ path: Type.String(), digest: Digest })) }),
  Type.Object({ kind: Type.Literal('file'), digest: Digest }),
  Type.Object({ kind: Type.Literal('none') }),
]);
export type StepInput = Static<typeof StepInput>;

const claimed = Type.Object({
  execution: Id,
  step: Name,
  attempt: Type.Integer(),
  fence: Type.Integer(),
  lease_ms: Type.Number(),
  definition: StepDefinition,
  params: Params,
  inputs: Type.Record(Type.String(), StepInput),
});
export type ClaimedStep = Static<typeof claimed>;

export const workRoutes = {
  workflowList: route({
    method: 'GET',
    path: '/api/v1/workflows',
    access: 'viewer',
    summary: 'List workflows',
    reply: Type.Object({ workflows: Type.Array(WorkflowView) }),
  }),
  workflowShow: route({
    method: 'GET',
    path: '/api/v1/workflows/:name',
    access: 'viewer',
    summary: 'One workflow with its last executions',
    params: byName,
    reply: WorkflowView,
  }),
  workflowPut: route({
    method: 'PUT',
    path: '/api/v1/workflows/:name',
    access: 'admin',
    summary: 'Make or change a workflow: its steps run commands on the workers',
    params: byName,
    body: Type.Object({ steps: Type.Array(StepDefinition, { minItems: 1, maxItems: 10_000 }) }, closed),
    reply: WorkflowView,
  }),
  executionStart: route({
    method: 'POST',
    path: '/api/v1/workflows/:name/executions',
    access: 'editor',
    summary: 'Start a workflow; the same key starts it once',
    params: byName,
    body: Type.Object(
      { key: Type.Optional(Type.String({ maxLength: 200 })), params: Type.Optional(Params), cause: Type.Optional(Type.String({ maxLength: 500 })) },
      closed,
    ),
    reply: ExecutionView,
  }),
  executionList: route({
    method: 'GET',
    path: '/api/v1/executions',
    access: 'viewer',
    summary: 'Executions, newest first',
    query: Type.Object({ workflow: Type.Optional(Name), state: Type.Optional(ExecutionState), limit: Limit }, closed),
    reply: Type.Object({ executions: Type.Array(ExecutionView) }),
  }),
  executionShow: route({ method: 'GET', path: '/api/v1/executions/:id', access: 'viewer', summary: 'One execution', params: byId, reply: ExecutionView }),
  executionCancel: route({
    method: 'POST',
    path: '/api/v1/executions/:id/cancel',
    access: 'editor',
    summary: 'Cancel an execution',
    params: byId,
    reply: ExecutionView,
  }),
  stepLog: route({
    method: 'GET',
    path: '/api/v1/executions/:id/steps/:step/log',
    access: 'viewer',
    summary: 'The log of a step, in order',
    params: Type.Object({ id: Id, step: Name }),
    query: Type.Object({ after: Type.Optional(RowId), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000 })) }, closed),
    reply: Type.Object({ lines: Type.Array(LogLine), more: Type.Boolean() }),
  }),
  rolloutList: route({
    method: 'GET',
    path: '/api/v1/rollouts',
    access: 'viewer',
    summary: 'Rollouts, newest first',
    query: Type.Object({ under_way: Type.Optional(Type.Boolean({ description: 'true: those that run or are paused alone' })), limit: Limit }, closed),
    reply: Type.Object({ rollouts: Type.Array(RolloutView) }),
  }),
  rolloutShow: route({ method: 'GET', path: '/api/v1/rollouts/:id', access: 'viewer', summary: 'One rollout', params: byId, reply: RolloutView }),
  rolloutCreate: route({
    method: 'POST',
    path: '/api/v1/rollouts',
    access: 'editor',
    summary: 'Bring a model version to devices, wave by wave',
    body: Type.Object(
      {
        model: ModelName,
        version: VersionIn,
        selector: Type.Optional(Type.String({ maxLength: 500 })),
        /** Growing sizes, such as ["1", "50%", "100%"]. */
        waves: Type.Optional(Type.Array(Type.String({ maxLength: 20 }), { minItems: 1, maxItems: 100 })),
        success_share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
        error_share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
        watch_ms: Type.Optional(DurationIn()),
        probation: Type.Optional(
          Type.Partial(
            Type.Object({
              inferences_min: Type.Integer({ minimum: 0 }),
              seconds_min: Type.Number({ minimum: 0 }),
              seconds_max: Type.Number({ minimum: 1 }),
              crashes_max: Type.Integer({ minimum: 0 }),
              suspect_windows_max: Type.Integer({ minimum: 0 }),
            }),
          ),
        ),
        key: Type.Optional(Type.String({ maxLength: 200 })),
      },
      closed,
    ),
    reply: RolloutView,
  }),
  rolloutPause: route({
    method: 'POST',
    path: '/api/v1/rollouts/:id/pause',
    access: 'editor',
    summary: 'Pause: no further device is assigned',
    params: byId,
    reply: RolloutView,
  }),
  rolloutResume: route({
    method: 'POST',
    path: '/api/v1/rollouts/:id/resume',
    access: 'editor',
    summary: 'Go on with a paused rollout',
    params: byId,
    reply: RolloutView,
  }),
  rolloutAbort: route({
    method: 'POST',
    path: '/api/v1/rollouts/:id/abort',
    access: 'editor',
    summary: 'Stop it, and bring back the former version where it was installed',
    params: byId,
    reply: RolloutView,
  }),
  workerClaim: route({
    method: 'POST',
    path: '/api/v1/worker/claim',
    access: 'editor',
    summary: 'A worker takes a ready command step by lease; null where none is ready',
    body: Type.Object({ worker: Name }, closed),
    reply: Type.Object({ step: Nullable(claimed) }),
  }),
  workerRenew: route({
    method: 'POST',
    path: '/api/v1/worker/renew',
    access: 'editor',
    summary: 'A worker keeps its lease',
    body: Type.Object({ execution: Id, step: Name, fence: CountIn }, closed),
    reply: Type.Object({ lease_ms: Type.Number() }),
  }),
  workerLog: route({
    method: 'POST',
    path: '/api/v1/worker/log',
    access: 'editor',
    summary: 'A worker hands over log lines; numbers already there are dropped',
    body: Type.Object(
      {
        execution: Id,
        step: Name,
        fence: CountIn,
        first: CountIn,
        lines: Type.Array(Type.Object({ at_ms: TimeIn, stream: Type.String({ maxLength: 10 }), text: Type.String({ maxLength: 16_500 }) }, closed), {
          maxItems: 1000,
        }),
      },
      closed,
    ),
    reply: Ok,
  }),
  workerComplete: route({
    method: 'POST',
    path: '/api/v1/worker/complete',
    access: 'editor',
    summary: 'A worker ends its attempt; an old fence is refused',
    body: Type.Object(
      {
        execution: Id,
        step: Name,
        fence: CountIn,
        outcome: Type.Union([Type.Literal('succeeded'), Type.Literal('failed'), Type.Literal('retry')]),
        error: Type.Optional(Type.String({ maxLength: 4000 })),
        outputs: Type.Optional(Params),
      },
      closed,
    ),
    reply: Ok,
  }),
};
