// Routes of the fleet: overview, devices, join tokens, groups.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import { DurationIn, Hardware, Id, Labels, Name, Nullable, Ok, Time, TimeIn, byId, byName, closed } from './shapes.ts';

export const VersionRef = Type.Object({ bundle: Type.String(), model: Type.String(), model_version: Type.Integer() });

/** online: synced within three polls; stale: not; waiting: enrolled, never synced; removed: cut off. */
export const DeviceState = Type.Union([Type.Literal('online'), Type.Literal('stale'), Type.Literal('waiting'), Type.Literal('removed')]);

export const InstallView = Type.Object({
  state: Type.String(),
  bundle: Nullable(Type.String()),
  rollout: Nullable(Type.String()),
  since_ms: Time,
  bytes_done: Type.Number(),
  error: Nullable(Type.Object({ code: Type.String(), text: Type.String() })),
});
export const ProgramView = Type.Object({
  state: Type.String(),
  pid: Nullable(Type.Integer()),
  restarts: Type.Integer(),
  since_ms: Time,
  last_exit: Nullable(Type.String()),
});
export const HealthView = Type.Object({
  uptime_s: Type.Number(),
  load_1m: Type.Number(),
  memory_total_bytes: Type.Number(),
  memory_available_bytes: Type.Number(),
  disk_total_bytes: Type.Number(),
  disk_free_bytes: Type.Number(),
  agent_rss_bytes: Type.Number(),
  temperature_c: Nullable(Type.Number()),
  thermal_state: Nullable(Type.String({ description: 'nominal, fair, serious or critical; null where the device cannot tell' })),
});
export const OutboxView = Type.Object({
  records: Type.Number({ description: 'records that wait to be sent, on the disk and in memory' }),
  bytes: Type.Number(),
  oldest_ms: Nullable(Time),
  dropped: Type.Number({ description: 'since the agent started' }),
  in_memory: Type.Number({ description: 'of the records, those that the disk has not taken yet' }),
  refused_since_ms: Nullable(Time),
});
export const IllnessView = Type.Object({
  reason: Type.Union([Type.Literal('disk_full'), Type.Literal('outbox_refused'), Type.Literal('records_dropped')]),
  text: Type.String({ description: 'what is wrong, to be read after the name of the device' }),
});

export const DeviceView = Type.Object({
  id: Id,
  name: Name,
  labels: Labels,
  state: DeviceState,
  created_ms: Time,
  last_seen_ms: Nullable(Time),
  agent_version: Nullable(Type.String()),
  platform: Type.Object({ os: Type.String(), arch: Type.String(), runtime: Type.String() }),
  current: Nullable(VersionRef),
  desired: Nullable(VersionRef),
  desired_none: Type.Boolean({ description: 'it is to run no bundle: its first one was taken back; false and no version desired: nothing was asked of it' }),
  desired_generation: Type.Integer(),
  reported_generation: Type.Integer(),
  install: Nullable(InstallView),
  program: Nullable(ProgramView),
  health: Nullable(HealthView),
  hardware: Hardware,
  outbox: Nullable(OutboxView),
  ill: Type.Array(IllnessView, { description: 'what is wrong with the device itself, by its own report' }),
  suspects: Type.Array(Type.String(), { description: 'features that the device itself holds to be drifted' }),
  drifted: Type.Array(
    Type.Object({ feature: Type.String(), monitor: Type.String(), fault: Type.Union([Type.Literal('distribution'), Type.Literal('missing')]) }),
    {
      description: 'features for which this device is in an open alert, and whose alert it is; a device is drifted where this is not empty',
    },
  ),
  bytes_received: Type.Number({ description: 'bytes of sync requests and bundle requests from this device, bodies as sent' }),
  bytes_sent: Type.Number({ description: 'bytes of replies to this device, bodies as sent' }),
  update: Type.String({ description: 'one sentence: is it up to date, and if not, why' }),
});
export type DeviceView = Static<typeof DeviceView>;

const Quarantine = Type.Object(
  {
    confidence_below: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    an_hour_max: Type.Integer({ minimum: 1, maximum: 100_000 }),
  },
  { additionalProperties: false, description: 'inferences whose confidence is below are kept for people to look at, so many an hour; null: none' },
);

/** One device: beside what a list has, what it keeps and sends, and what goes back to it. */
export const DeviceShown = Type.Object({
  ...DeviceView.properties,
  capture: Type.Object({
    window_inferences: Type.Integer(),
    sample_every: Type.Integer(),
    sample_every_drifted: Type.Integer(),
    predictions_every: Type.Integer(),
    quarantine: Nullable(Quarantine),
    poll_ms: Type.Integer(),
  }),
  quarantine: Type.Object({
    waiting: Type.Integer({ description: 'quarantined samples that wait for a label' }),
    kept: Nullable(Type.Number({ description: 'since its agent started; null where it says nothing of it' })),
    left_out: Nullable(Type.Number({ description: 'beyond what an hour may have' })),
  }),
  label_feed: Type.Object(
    {
      given: Type.Integer({ description: 'labels and truths of its answers so far' }),
      taken: Nullable(Type.Integer({ description: 'up to where it holds them; null where it asks for none' })),
      waiting: Type.Integer({ description: 'kept for it and not taken yet' }),
    },
    { description: 'labels on their way back to the device' },
  ),
});
export type DeviceShown = Static<typeof DeviceShown>;

/** What a list of many devices shows: a third of the bytes. */
export const DeviceRow = Type.Object({
  ...Type.Pick(DeviceView, ['id', 'name', 'labels', 'state', 'last_seen_ms', 'drifted', 'ill']).properties,
  current: Nullable(Type.Object({ model: Type.String(), model_version: Type.Integer() })),
  next_version: Nullable(Type.Integer({ description: 'of the bundle that it is to run, where it runs another one' })),
  install: Nullable(Type.Object({ state: Type.String() })),
  outbox: Nullable(Type.Object({ records: Type.Number(), oldest_ms: Nullable(Time) })),
});
export type DeviceRow = Static<typeof DeviceRow>;

export const ActivityView = Type.Object({ at_ms: Time, kind: Type.String(), text: Type.String(), link: Nullable(Type.String()) });

export const Overview = Type.Object({
  server_ms: Time,
  devices: Type.Object({
    total: Type.Integer(),
    online: Type.Integer(),
    stale: Type.Integer(),
    waiting: Type.Integer(),
    drifted: Type.Integer(),
    ill: Type.Integer(),
    updating: Type.Integer(),
  }),
  ill: Type.Array(Type.Object({ device: Id, name: Name, text: Type.String() }), { description: 'the first 20 devices that are ill, and why' }),
  versions: Type.Array(
    Type.Object({ model: Type.String(), model_version: Type.Integer(), devices: Type.Integer(), drifted: Type.Integer(), stale: Type.Integer() }),
  ),
  alerts_firing: Type.Integer(),
  rollouts_running: Type.Integer(),
  executions_running: Type.Integer(),
  /** Windows a bucket over the last 24 hours, and how many of them were drifted; buckets without windows are absent. */
  strip: Type.Object({ bucket_ms: Type.Number(), buckets: Type.Array(Type.Object({ from_ms: Time, windows: Type.Integer(), drifted: Type.Integer() })) }),
  activity: Type.Array(ActivityView),
});
export type Overview = Static<typeof Overview>;

export const SeriesView = Type.Object({
  metric: Type.String(),
  times_ms: Type.Array(Time),
  min: Type.Array(Nullable(Type.Number())),
  max: Type.Array(Nullable(Type.Number())),
  mean: Type.Array(Nullable(Type.Number())),
  points: Type.Integer({ description: 'stored points in the range; each shown bucket keeps their least and greatest' }),
});
export const TimelineView = Type.Object({
  from_ms: Time,
  to_ms: Time,
  series: Type.Array(SeriesView),
  /** A line a feature, a point a window; drifted_by are the monitors that held it to be drifted in at least one. */
  drift: Type.Array(
    Type.Object({
      feature: Type.String(),
      at_ms: Type.Array(Time),
      distance: Type.Array(Type.Number()),
      drifted: Type.Array(Type.Boolean()),
      drifted_by: Type.Array(Name),
    }),
  ),
  /** The monitors that have judged the device in the range, and what a distance must pass for each. */
  monitors: Type.Array(Type.Object({ name: Name, distance_min: Type.Number() })),
  marks: Type.Array(Type.Object({ at_ms: Time, kind: Type.String(), text: Type.String() })),
  /** Records that the device says it could not keep, by stream. */
  gaps: Type.Array(Type.Object({ at_ms: Time, stream: Type.String(), records: Type.Integer(), reason: Type.String() })),
});
export type TimelineView = Static<typeof TimelineView>;

export const JoinTokenView = Type.Object({
  id: Id,
  name: Name,
  labels: Labels,
  uses_max: Type.Integer(),
  uses: Type.Integer(),
  created_ms: Time,
  expires_ms: Time,
  created_by: Type.String(),
});
export const GroupView = Type.Object({ name: Name, selector: Type.String(), devices: Type.Integer() });

export const fleetRoutes = {
  overview: route({ method: 'GET', path: '/api/v1/overview', access: 'viewer', summary: 'Is anything wrong?', reply: Overview }),
  deviceList: route({
    method: 'GET',
    path: '/api/v1/devices',
    access: 'viewer',
    summary: 'List devices by name',
    query: Type.Object(
      {
        selector: Type.Optional(Type.String({ maxLength: 500 })),
        after: Type.Optional(Type.String({ maxLength: 200 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
        brief: Type.Optional(Type.Boolean({ description: 'true: `rows` instead of `devices`' })),
      },
      closed,
    ),
    reply: Type.Object({
      devices: Type.Array(DeviceView),
      rows: Type.Optional(Type.Array(DeviceRow)),
      total: Type.Integer(),
      next: Nullable(Type.String()),
    }),
  }),
  deviceShow: route({ method: 'GET', path: '/api/v1/devices/:id', access: 'viewer', summary: 'One device, by id or name', params: byId, reply: DeviceShown }),
  deviceTimeline: route({
    method: 'GET',
    path: '/api/v1/devices/:id/timeline',
    access: 'viewer',
    summary: 'Metrics, drift and events of a device on one time axis',
    params: byId,
    query: Type.Object(
      { from_ms: Type.Optional(TimeIn), to_ms: Type.Optional(TimeIn), buckets: Type.Optional(Type.Integer({ minimum: 10, maximum: 2000 })) },
      closed,
    ),
    reply: TimelineView,
  }),
  devicePatch: route({
    method: 'PATCH',
    path: '/api/v1/devices/:id',
    access: 'editor',
    summary: 'Rename or relabel a device',
    params: byId,
    body: Type.Object({ name: Type.Optional(Name), labels: Type.Optional(Labels) }, closed),
    reply: DeviceView,
  }),
  deviceCapture: route({
    method: 'PUT',
    path: '/api/v1/devices/:id/capture',
    access: 'editor',
    summary: 'How much a device keeps and sends; what is not given stays',
    params: byId,
    body: Type.Object(
      {
        window_inferences: Type.Optional(Type.Integer({ minimum: 10, maximum: 1_000_000, description: 'inferences in one window' })),
        sample_every: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'one image in so many is kept; 0: none' })),
        sample_every_drifted: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'the same while it looks drifted' })),
        predictions_every: Type.Optional(
          Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'one prediction in so many is sent, for truths that come later; 0: none' }),
        ),
        quarantine: Type.Optional(Nullable(Quarantine)),
        poll_ms: Type.Optional(Type.Integer({ minimum: 100, maximum: 86_400_000, description: 'how often it syncs' })),
      },
      closed,
    ),
    reply: Ok,
  }),
  deviceRemove: route({
    method: 'DELETE',
    path: '/api/v1/devices/:id',
    access: 'editor',
    summary: 'Remove a device: its key is refused from now on',
    params: byId,
    reply: Ok,
  }),
  joinTokenList: route({
    method: 'GET',
    path: '/api/v1/join-tokens',
    access: 'editor',
    summary: 'List join tokens',
    reply: Type.Object({ tokens: Type.Array(JoinTokenView) }),
  }),
  joinTokenCreate: route({
    method: 'POST',
    path: '/api/v1/join-tokens',
    access: 'editor',
    summary: 'Make a join token; the join address is shown once',
    body: Type.Object(
      {
        name: Type.Optional(Name),
        labels: Type.Optional(Labels),
        uses_max: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
        expires_in_ms: Type.Optional(DurationIn(1000)),
      },
      closed,
    ),
    reply: Type.Object({ token: JoinTokenView, address: Type.String({ description: 'hf://HOST:PORT/TOKEN' }) }),
  }),
  joinTokenDelete: route({ method: 'DELETE', path: '/api/v1/join-tokens/:id', access: 'editor', summary: 'Revoke a join token', params: byId, reply: Ok }),
  groupList: route({
    method: 'GET',
    path: '/api/v1/groups',
    access: 'viewer',
    summary: 'List device groups',
    reply: Type.Object({ groups: Type.Array(GroupView) }),
  }),
  groupPut: route({
    method: 'PUT',
    path: '/api/v1/groups/:name',
    access: 'editor',
    summary: 'Make or change a device group',
    params: byName,
    body: Type.Object({ selector: Type.String({ maxLength: 500 }) }, closed),
    reply: GroupView,
  }),
  groupDelete: route({ method: 'DELETE', path: '/api/v1/groups/:name', access: 'editor', summary: 'Remove a device group', params: byName, reply: Ok }),
};
