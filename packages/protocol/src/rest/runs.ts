// Routes that the pages of runs ask: a search in MLflow's own grammar, in columns; points of a metric for a chart; the files of a run.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import { Id, Limit, Nullable, Project, Time, closed } from './shapes.ts';

/** JSON has no NaN. */
const Value = Type.Union([Type.Number(), Type.Literal('NaN')]);
const Key = Type.String({ minLength: 1, maxLength: 250 });
const ArtifactPath = Type.String({ maxLength: 1000 });

/** The values stand in the order of the keys; null where the run has none. */
export const RunRow = Type.Object({
  id: Id,
  experiment: Type.String(),
  name: Type.String(),
  state: Type.Union([Type.Literal('running'), Type.Literal('scheduled'), Type.Literal('finished'), Type.Literal('failed'), Type.Literal('killed')]),
  started_ms: Time,
  ended_ms: Nullable(Time),
  metrics: Type.Array(Nullable(Value)),
  params: Type.Array(Nullable(Type.String())),
  hardware: Type.Array(Nullable(Type.String())),
});
export type RunRow = Static<typeof RunRow>;

export const RunPoints = Type.Object({
  run: Id,
  points_total: Type.Integer(),
  points: Type.Array(Type.Tuple([Type.Integer(), Value]), { description: 'step and value, by step' }),
});
export type RunPoints = Static<typeof RunPoints>;

export const runRoutes = {
  runSearch: route({
    method: 'GET',
    path: '/api/v1/runs/search',
    access: 'viewer',
    on: 'seen',
    summary: "Search runs with MLflow's filters and orders; a page goes on where the one before ended",
    query: Type.Object(
      {
        experiment: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'absent: all experiments' })),
        project: Type.Optional(Project),
        filter: Type.Optional(Type.String({ maxLength: 10_000, description: "such as metrics.loss < 0.1 AND params.layers = '2'" })),
        order_by: Type.Optional(Type.String({ maxLength: 500, description: 'such as metrics.loss ASC; absent: newest first' })),
        page_token: Type.Optional(Type.String({ maxLength: 20_000 })),
        limit: Limit,
      },
      closed,
    ),
    reply: Type.Object({
      metric_keys: Type.Array(Type.String()),
      param_keys: Type.Array(Type.String()),
      hardware_keys: Type.Array(Type.String(), { description: 'facts of the machine that some run of the page says; docs/reference/hardware.md' }),
      rows: Type.Array(RunRow),
      next_page_token: Nullable(Type.String()),
    }),
  }),
  runPoints: route({
    method: 'GET',
    path: '/api/v1/run-points',
    access: 'viewer',
    on: 'seen',
    summary: 'One metric of some runs, for a chart: where a run has more points than asked for, the least and the greatest of each stretch of steps',
    query: Type.Object(
      {
        runs: Type.String({ minLength: 1, maxLength: 5_200, description: 'ids, with commas between; at most 20' }),
        key: Key,
        points: Type.Optional(Type.Integer({ minimum: 10, maximum: 10_000, description: 'at most so many of each run; default 1,000' })),
      },
      closed,
    ),
    reply: Type.Object({ series: Type.Array(RunPoints) }),
  }),
  runArtifacts: route({
    method: 'GET',
    path: '/api/v1/runs/:id/artifacts',
    access: 'viewer',
    on: 'run',
    summary: 'The files of a run, folder by folder',
    params: Type.Object({ id: Id }),
    query: Type.Object({ folder: Type.Optional(ArtifactPath) }, closed),
    reply: Type.Object({
      entries: Type.Array(Type.Object({ name: Type.String(), is_dir: Type.Boolean(), size_bytes: Type.Integer() })),
      entries_total: Type.Integer(),
    }),
  }),
  runArtifact: route({
    method: 'GET',
    path: '/api/v1/runs/:id/artifact',
    access: 'viewer',
    on: 'run',
    summary: 'The first bytes of a file of a run, or all of it, always as bytes to keep',
    params: Type.Object({ id: Id }),
    query: Type.Object(
      { path: ArtifactPath, bytes_max: Type.Optional(Type.Integer({ minimum: 1, maximum: 33_554_432 })), whole: Type.Optional(Type.Boolean()) },
      closed,
    ),
  }),
};
