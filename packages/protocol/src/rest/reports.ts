// Routes of reports: drift over a time, of a device, a cohort, a project or the fleet; as JSON, as one HTML file, and by schedules.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import { Id, ModelName, Name, Nullable, Ok, Project, RowId, Time, TimeIn, VersionIn, byName, closed } from './shapes.ts';
import { ReliabilityView } from './performance.ts';
import { CounterView, FaultView } from './watch.ts';

const Count = Type.Number();
const Maybe = Nullable(Type.Number());

export const ReportSide = Type.Object({ rows: Count, missing: Count, mean: Maybe, sd: Maybe, min: Maybe, max: Maybe });

export const ReportPicture = Type.Union([
  Type.Object({ kind: Type.Literal('intervals'), edges: Type.Array(Type.Number()), reference: Type.Array(Count), current: Type.Array(Count) }),
  Type.Object({ kind: Type.Literal('words'), words: Type.Array(Type.String()), reference: Type.Array(Count), current: Type.Array(Count) }),
]);

export const ReportColumnView = Type.Object({
  name: Type.String(),
  kind: Type.Union([Type.Literal('numeric'), Type.Literal('category'), Type.Literal('text'), Type.Literal('time')]),
  test: Type.Union([Type.Literal('kolmogorov-smirnov'), Type.Literal('g'), Type.Literal('none')]),
  method: Nullable(Type.Union([Type.Literal('exact'), Type.Literal('asymptotic'), Type.Literal('counts')])),
  distance: Type.Number(),
  p_value: Maybe,
  p_adjusted: Maybe,
  missing_p_value: Maybe,
  missing_p_adjusted: Maybe,
  drifted: Type.Boolean(),
  fault: FaultView,
  effects: Nullable(Type.Object({ wasserstein_sd: Maybe, jensen_shannon: Type.Number(), population_stability: Type.Number() })),
  reference: ReportSide,
  current: ReportSide,
  counters: Type.Optional(Type.Array(CounterView, { description: 'absent in kept reports of before they were counted' })),
  picture: Nullable(ReportPicture),
  note: Nullable(Type.String()),
});

const Facts = Type.Object({
  title: Type.String(),
  head: Type.Array(Type.String()),
  rows: Type.Array(Type.Array(Nullable(Type.Union([Type.String(), Type.Number()])))),
});
const Sized = Type.Object({ name: Type.String(), rows: Count });
const Period = Nullable(Type.Object({ from_ms: Time, to_ms: Time }));

export const ReportPart = Type.Object({
  v: Type.Literal(1),
  title: Type.String(),
  reference: Sized,
  current: Sized,
  made_at_ms: Nullable(Time),
  period: Period,
  rule: Type.Object({ alpha: Type.Number(), distance_min: Type.Number() }),
  drifted: Type.Integer(),
  not_comparable: Type.Integer(),
  columns: Type.Array(ReportColumnView),
  notes: Type.Array(Type.String()),
  tables: Type.Array(Facts),
});

export const ReportView = Type.Object({
  title: Type.String(),
  made_at_ms: Nullable(Time),
  period: Period,
  notes: Type.Array(Type.String()),
  parts: Type.Array(ReportPart, { description: 'one for each model version, the one with most inferences first' }),
  tables: Type.Array(Facts, { description: 'inferences, performance, alerts of the time, hardware of the devices' }),
  reliability: Type.Optional(
    Type.Array(Type.Object({ title: Type.String(), bins: Type.Array(ReliabilityView) }), {
      description: 'of each model version with labels; absent in kept reports of before',
    }),
  ),
});
export type ReportView = Static<typeof ReportView>;

const subject = {
  model: Type.Optional(ModelName),
  model_version: Type.Optional(VersionIn),
  project: Type.Optional(Project),
  device: Type.Optional(Id),
  group: Type.Optional(Name),
  hardware: Type.Optional(Type.String({ minLength: 3, maxLength: 300, description: 'a fact of machines, such as architecture=arm64' })),
};

export const ReportScheduleView = Type.Object({
  name: Name,
  subject: Type.Object(subject),
  every_ms: Type.Number(),
  keep: Type.Integer(),
  next_ms: Time,
});
const KeptView = Type.Object({ id: Type.Integer(), schedule: Name, made_ms: Time, from_ms: Time, to_ms: Time, drifted: Type.Integer() });

const asked = Type.Object(
  { ...subject, from_ms: Type.Optional(TimeIn), to_ms: Type.Optional(TimeIn), format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('html')])) },
  closed,
);

export const reportRoutes = {
  reportShow: route({
    method: 'GET',
    path: '/api/v1/reports/drift',
    access: 'viewer',
    summary: 'Drift over a time (the last 7 days): of the fleet, or of what is named; format=html answers one file',
    query: asked,
    reply: ReportView,
  }),
  reportList: route({
    method: 'GET',
    path: '/api/v1/reports',
    access: 'viewer',
    summary: 'Schedules of reports, and the reports that they made, newest first',
    reply: Type.Object({ schedules: Type.Array(ReportScheduleView), kept: Type.Array(KeptView) }),
  }),
  reportKept: route({
    method: 'GET',
    path: '/api/v1/reports/kept/:id',
    access: 'viewer',
    summary: 'A report that a schedule made; format=html answers one file',
    params: Type.Object({ id: RowId }),
    query: Type.Object({ format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('html')])) }, closed),
    reply: ReportView,
  }),
  reportPut: route({
    method: 'PUT',
    path: '/api/v1/reports/:name',
    access: 'editor',
    summary: 'Make a report again and again, about the time since the last one; the first at once',
    params: byName,
    body: Type.Object(
      {
        ...subject,
        every_ms: Type.Integer({ minimum: 3_600_000, maximum: 31_622_400_000, description: 'an hour to 366 days' }),
        keep: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
      },
      closed,
    ),
    reply: ReportScheduleView,
  }),
  reportDelete: route({
    method: 'DELETE',
    path: '/api/v1/reports/:name',
    access: 'editor',
    summary: 'Remove a schedule, with the reports that it made',
    params: byName,
    reply: Ok,
  }),
};
