// Routes that the pages of traces ask: what programs did for their requests, and one trace with its spans.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import { Id, Limit, Nullable, Time, closed } from './shapes.ts';

const State = Type.Union([Type.Literal('ok'), Type.Literal('error'), Type.Literal('running'), Type.Literal('unknown')]);
const TraceId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,50}$' });
const Words = Type.Record(Type.String(), Type.String());

export const TraceView = Type.Object({
  id: Id,
  experiment: Type.String(),
  name: Nullable(Type.String()),
  state: State,
  started_ms: Time,
  duration_ms: Nullable(Type.Number()),
  request_preview: Nullable(Type.String()),
  response_preview: Nullable(Type.String()),
  run: Nullable(Type.String({ description: 'in which it was made' })),
  spans: Type.Integer(),
  tags: Words,
  metadata: Words,
});
export type TraceView = Static<typeof TraceView>;

const Attribute = Type.Object({ key: Type.String(), value: Type.String(), chars_total: Type.Integer() });
export const SpanView = Type.Object({
  id: Type.String(),
  parent: Nullable(Type.String()),
  name: Type.String(),
  type: Type.String(),
  state: Type.Union([Type.Literal('ok'), Type.Literal('error'), Type.Literal('unset')]),
  message: Type.String(),
  start_us: Type.Number({ description: 'microseconds since the trace began' }),
  duration_us: Nullable(Type.Number()),
  attributes: Type.Array(Attribute),
  events: Type.Array(Type.Object({ name: Type.String(), at_us: Type.Number(), attributes: Type.Array(Attribute) })),
});
export type SpanView = Static<typeof SpanView>;

export const traceRoutes = {
  traceSearch: route({
    method: 'GET',
    path: '/api/v1/traces/search',
    access: 'viewer',
    on: 'seen',
    summary: "Search traces with MLflow's filters and orders, newest first; a page goes on where the one before ended",
    query: Type.Object(
      {
        experiment: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'absent: all experiments' })),
        run: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'made in this run, or linked to it' })),
        filter: Type.Optional(Type.String({ maxLength: 10_000, description: "such as status = 'ERROR' AND span.name = 'ask'" })),
        order_by: Type.Optional(Type.String({ maxLength: 500, description: 'such as execution_time_ms DESC' })),
        page_token: Type.Optional(Type.String({ maxLength: 20_000 })),
        limit: Limit,
      },
      closed,
    ),
    reply: Type.Object({ traces: Type.Array(TraceView), next_page_token: Nullable(Type.String()) }),
  }),
  traceShow: route({
    method: 'GET',
    path: '/api/v1/traces/:id',
    access: 'viewer',
    on: 'trace',
    summary: 'One trace with its spans in the order in which they began; long values are cut, and say how long they are',
    params: Type.Object({ id: TraceId }),
    query: Type.Object({ chars: Type.Optional(Type.Integer({ minimum: 10, maximum: 100_000, description: 'of each value; default 2,000' })) }, closed),
    reply: Type.Object({ trace: TraceView, spans_total: Type.Integer(), spans: Type.Array(SpanView, { description: 'the first 1,000' }) }),
  }),
};
