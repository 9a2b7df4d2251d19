// Routes of tracking: experiments and their runs.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import { ExperimentName, Hardware, Id, Limit, MayShare, Nullable, Ok, Project, Time, TimeIn, WholeIn, closed } from './shapes.ts';
export const RunView = Type.Object({
  id: Id,
  experiment: ExperimentName,
  name: Type.String(),
  state: Type.Union([Type.Literal('running'), Type.Literal('scheduled'), Type.Literal('finished'), Type.Literal('failed'), Type.Literal('killed')]),
  started_ms: Time,
  ended_ms: Nullable(Time),
  params: Type.Record(Type.String(), Type.String()),
  tags: Type.Record(Type.String(), Type.String()),
  metrics: Type.Record(Type.String(), Type.Object({ last: Type.Number(), step: Type.Integer(), points: Type.Integer() })),
});
export type RunView = Static<typeof RunView>;
/** With what the run says of the machine: its tags hardware.*, and where one is absent, names that clients are known to log. */
export const RunShown = Type.Object({ ...RunView.properties, hardware: Hardware });
export type RunShown = Static<typeof RunShown>;

export const trackingRoutes = {
  experimentList: route({
    method: 'GET',
    path: '/api/v1/experiments',
    access: 'viewer',
    on: 'seen',
    summary: 'List experiments',
    reply: Type.Object({
      experiments: Type.Array(
        Type.Object({ id: Type.Integer(), name: ExperimentName, project: Type.String(), runs: Type.Integer(), created_ms: Time, may_share: MayShare }),
      ),
    }),
  }),
  runList: route({
    method: 'GET',
    path: '/api/v1/runs',
    access: 'viewer',
    on: 'seen',
    summary: 'List runs, newest first',
    query: Type.Object({ experiment: Type.Optional(ExperimentName), project: Type.Optional(Project), limit: Limit }, closed),
    reply: Type.Object({ runs: Type.Array(RunView) }),
  }),
  runShow: route({
    method: 'GET',
    path: '/api/v1/runs/:id',
    access: 'viewer',
    on: 'run',
    summary: 'One run',
    params: Type.Object({ id: Id }),
    reply: RunShown,
  }),
  runCreate: route({
    method: 'POST',
    path: '/api/v1/runs',
    access: 'editor',
    on: 'seen',
    summary: 'Start a run',
    body: Type.Object(
      {
        experiment: ExperimentName,
        name: Type.Optional(Type.String({ maxLength: 250 })),
        tags: Type.Optional(Type.Record(Type.String({ maxLength: 250 }), Type.String({ maxLength: 5000 }))),
      },
      closed,
    ),
    reply: RunView,
  }),
  runLog: route({
    method: 'POST',
    path: '/api/v1/runs/:id/log',
    access: 'editor',
    on: 'run',
    summary: 'Log params, metrics and tags of a run, or end it',
    params: Type.Object({ id: Id }),
    body: Type.Object(
      {
        params: Type.Optional(Type.Record(Type.String({ maxLength: 250 }), Type.String({ maxLength: 6000 }))),
        metrics: Type.Optional(
          Type.Array(
            Type.Object({ key: Type.String({ maxLength: 250 }), value: Type.Number(), step: Type.Optional(WholeIn), at_ms: Type.Optional(TimeIn) }, closed),
            { maxItems: 1000 },
          ),
        ),
        tags: Type.Optional(Type.Record(Type.String({ maxLength: 250 }), Type.String({ maxLength: 5000 }))),
        state: Type.Optional(Type.Union([Type.Literal('finished'), Type.Literal('failed')])),
      },
      closed,
    ),
    reply: Ok,
  }),
  runMetric: route({
    method: 'GET',
    path: '/api/v1/runs/:id/metrics/:key',
    access: 'viewer',
    on: 'run',
    summary: 'The history of one metric',
    params: Type.Object({ id: Id, key: Type.String({ maxLength: 250 }) }),
    reply: Type.Object({ key: Type.String(), points: Type.Array(Type.Object({ step: Type.Integer(), at_ms: Time, value: Type.Number() })) }),
  }),
};
