// Routes of monitors, drift, alerts and triggers.
import { type Static, Type } from 'typebox';
import { route } from './route.ts';
import { CountIn, DurationIn, Id, Limit, ModelName, Name, Nullable, Ok, Time, byId, byName, closed } from './shapes.ts';

/** What is wrong with a feature; null where nothing is. */
export const FaultView = Nullable(
  Type.Union([Type.Literal('distribution'), Type.Literal('missing'), Type.Literal('not_comparable')], {
    description: 'other values, values that are missing, or counts that cannot be compared with the profile, which are neither drifted nor clean',
  }),
);
export const MissingView = Type.Object(
  { share: Type.Number(), reference_share: Type.Number() },
  { description: 'share of the inferences without a value, in the window and in the reference; absent where neither misses one' },
);

const counted = { count: Type.Integer(), of: Type.Integer({ description: 'inferences or rows that were looked at' }) };
const Counted = Nullable(Type.Object(counted));
const CounterKind = Type.Union([Type.Literal('missing'), Type.Literal('infinite'), Type.Literal('out_of_range'), Type.Literal('new_category')], {
  description: 'infinite: of the missing; out_of_range: outside of what the reference ever had; new_category: a word that it never had',
});
/** What is counted of a feature beside its bins; null is not known, which is not 0. */
export const CounterView = Type.Object({ kind: CounterKind, reference: Counted, current: Counted });

export const DriftCell = Type.Object({
  device: Id,
  feature: Type.String(),
  monitor: Type.String({ description: 'whose verdict this is: a model may have several monitors' }),
  distance: Type.Number({
    description: 'Kolmogorov-Smirnov distance on the bins of the profile, 0 to 1; where the fault is missing, by how much more often than in the reference',
  }),
  p_value: Type.Number(),
  threshold: Type.Number({
    description:
      'the least distance of the monitor: what the distance since the onset, beyond what the reference is itself off by, must pass; that of a window alone may pass it by chance',
  }),
  drifted: Type.Boolean(),
  fault: FaultView,
  missing: Type.Optional(MissingView),
  window: Type.Integer(),
  inferences: Type.Integer(),
  at_ms: Time,
});

/** Windows that a monitor could not judge, counted by reason. */
export const NotJudgedView = Type.Object({
  reason: Type.String(),
  windows: Type.Integer(),
  last_ms: Time,
  device: Type.String({ description: 'the device of the last one' }),
});

/** Firings of monitors on devices that do not fit what came to the device, or are too many. */
export const RefusedFirings = Type.Object({
  reason: Type.String(),
  firings: Type.Integer(),
  last_ms: Time,
  device: Type.String({ description: 'the device of the last one' }),
});

/** The false alarms that a monitor may raise in its fleet, beside all that it has raised. */
export const BudgetView = Type.Object({
  devices: Type.Integer({ description: 'with a window in the last 30 days' }),
  expected: Type.Number({ description: 'false alarms that are expected of them in 30 days, at most' }),
  alarms: Type.Integer({ description: 'devices that came into an alert in the last 30 days, true alarms and false ones' }),
});

/** What has changed on devices of a cohort together, by e-BH over cohorts and features. */
export const ChangedCohort = Type.Object({
  monitor: Name,
  fact: Type.String({ description: 'such as `label firmware`, `machine`, `model version`, or `fleet`' }),
  value: Type.String(),
  feature: Type.String(),
  devices: Type.Integer({ description: 'with the fact and the feature' }),
  share: Type.Number({ description: 'about so many of them have changed: the one of 0.05, 0.1, 0.25, 0.5, 0.75 and 1 that fits best' }),
  evidence: Type.Number({ description: 'log10 of the e-value without its strongest device: 3 is a thousand to one' }),
});

const Taken = (description: string) => Type.Object({ taken: Type.Integer(), of: Type.Integer() }, { description });

export const DriftMap = Type.Object({
  model: ModelName,
  /** The monitors of the model; shown are the verdicts of the one that was asked for, or of every enabled one. */
  monitors: Type.Array(
    Type.Object({
      name: Name,
      enabled: Type.Boolean(),
      shown: Type.Boolean(),
      rule: Type.String({ description: 'the rule in words, with its false-alarm budget' }),
      budget: BudgetView,
      windows_not_judged: Type.Array(NotJudgedView),
    }),
  ),
  /** The last verdict for each device, feature and monitor; features in the order of their greatest distance. */
  features: Type.Array(Type.String()),
  devices: Type.Array(Type.Object({ id: Id, name: Name, model_version: Type.Integer() })),
  cells: Type.Array(DriftCell),
  cohorts: Type.Array(ChangedCohort, { description: 'the strongest first, 50 at most' }),
  taken: Type.Object(
    {
      verdicts: Taken('last verdicts of a device and monitor, 10,000 at most'),
      changes: Taken('cohorts that have changed, of this answer'),
      features: Taken('features that have changed in a cohort: 20 of a monitor are located'),
      cohorts: Taken('cohorts: the 500 of a monitor that have most devices are looked at'),
    },
    { description: 'how many of how many; 0 of 0 of cohorts where no device has the evidence that its budget asks for' },
  ),
  says: Type.Array(Type.String(), { description: 'where a limit was met, in sentences' }),
});
export type DriftMap = Static<typeof DriftMap>;

export const DriftDetail = Type.Object({
  device: Id,
  feature: Type.String(),
  model: ModelName,
  model_version: Type.Integer(),
  reference: Type.Object({
    edges: Type.Array(Type.Number()),
    counts: Type.Array(Type.Number()),
    n: Type.Integer(),
    names: Type.Optional(Type.Array(Type.String(), { description: 'what each bin is, where the bins are words or classes, which have no order' })),
    seldom: Type.Optional(
      Type.Union([Type.Object({ once: Type.Integer(), twice: Type.Integer(), rare: Type.Integer() }), Type.Null()], {
        description: 'of words: how many of them the reference has once, twice, and in no bin of their own; null where new ones cannot be told from rare ones',
      }),
    ),
    unnamed: Type.Optional(
      Type.Array(Type.String(), {
        description: 'of the names, those that are codes of words: a device learned the words, whose text is not sent, and nobody names them',
      }),
    ),
    /** Counts of each condition of the profile; the nearest of them and the whole is what the window is compared with. */
    conditions: Type.Optional(Type.Array(Type.Array(Type.Number()))),
  }),
  current: Type.Object({
    counts: Type.Array(Type.Number()),
    n: Type.Integer(),
    from_ms: Time,
    to_ms: Time,
    mean: Type.Number(),
    /** Inferences without a value, and the share of them in the reference. */
    missing: Type.Integer(),
    reference_missing_share: Type.Number(),
  }),
  counters: Type.Array(CounterView),
  history: Type.Array(
    Type.Object({
      id: Type.Integer({ description: 'names the window; its number begins anew with each bundle' }),
      window: Type.Integer(),
      to_ms: Time,
      monitor: Type.String(),
      distance: Type.Number(),
      p_value: Type.Number(),
      drifted: Type.Boolean(),
      fault: FaultView,
      model_version: Type.Integer(),
    }),
  ),
  rule: Type.String({ description: 'of the monitor whose verdict is shown' }),
});
export type DriftDetail = Static<typeof DriftDetail>;

export const DriftWindows = Type.Object({
  feature: Type.String(),
  reference: DriftDetail.properties.reference,
  counters: Type.Array(Type.Object({ kind: CounterKind, reference: Counted }), { description: 'what is counted of the feature beside its bins' }),
  /** Oldest first; all on the bins of the reference. */
  windows: Type.Array(
    Type.Object({
      id: Type.Integer(),
      from_ms: Time,
      to_ms: Time,
      inferences: Type.Integer(),
      counts: Type.Array(Type.Number()),
      counted: Type.Array(Type.Object({ kind: CounterKind, ...counted }), { description: 'beside its bins; without those that the window does not tell' }),
      drifted: Type.Boolean({ description: 'by a monitor that judged it' }),
    }),
  ),
});
export type DriftWindows = Static<typeof DriftWindows>;

export const MonitorView = Type.Object({
  name: Name,
  model: ModelName,
  /** Expected false alarms for one device in 30 days, over all features. */
  false_alarms_per_device_month: Type.Number(),
  distance_min: Type.Number(),
  /** Drifted windows in a row before an alert opens; clean ones before it resolves. */
  windows_to_open: Type.Integer(),
  windows_to_resolve: Type.Integer(),
  enabled: Type.Boolean(),
  budget: BudgetView,
  verdicts: Type.Integer(),
  drifted: Type.Integer(),
  not_comparable: Type.Integer({ description: 'verdicts in which something could not be compared with the profile' }),
  windows_not_judged: Type.Array(NotJudgedView),
});
export type MonitorView = Static<typeof MonitorView>;

/** What a change looks like, from bins and moments alone: a guess with a rule. */
export const SignatureView = Type.Union(
  [
    Type.Literal('offset'),
    Type.Literal('gain'),
    Type.Literal('stuck'),
    Type.Literal('clipped'),
    Type.Literal('unit_change'),
    Type.Literal('missing'),
    Type.Literal('new_category'),
    Type.Literal('prior_shift'),
    Type.Literal('shape'),
  ],
  { description: 'the likely fault; shape where none of the others fits' },
);

export const CohortView = Type.Object(
  {
    fact: Type.String({ description: 'such as `label firmware`, `machine`, `model version`' }),
    value: Type.String(),
    drifted_with: Type.Integer(),
    drifted: Type.Integer(),
    watched_with: Type.Integer(),
    watched: Type.Integer(),
    lift: Type.Number({ description: 'the share among the drifted devices over that among all that are watched' }),
    p_value: Type.Number({ description: 'hypergeometric, corrected for the facts that were looked at' }),
    evidence: Type.Optional(Nullable(Type.Number({ description: 'log10 of the e-value of the first feature on all devices with the fact' }))),
  },
  { description: 'the fact that the drifted devices share more than chance would have it' },
);

export const AlertView = Type.Object({
  id: Id,
  key: Type.String({
    description:
      'dedupe key: one open alert for each cause, which is a monitor, a first feature and a fault; of monitors on devices a monitor, a model and a feature',
  }),
  state: Type.Union([Type.Literal('suspect'), Type.Literal('firing'), Type.Literal('acknowledged'), Type.Literal('resolved')], {
    description: 'suspect: drifted, not for as many windows in a row as the monitor asks for; it fires no trigger and tells nobody',
  }),
  onset_ms: Nullable(Time),
  fault: SignatureView,
  features: Type.Array(Type.Object({ name: Type.String(), devices: Type.Integer(), effect: Type.Number({ description: 'mean over its devices' }) }), {
    description: 'the likeliest cause first: what comes in before what the model makes of it, then on more devices, then the larger effect',
  }),
  cohort: Nullable(CohortView),
  title: Type.String(),
  cause: Type.String(),
  suggestion: Type.String(),
  monitor: Type.String(),
  origin: Type.Union([Type.Literal('windows'), Type.Literal('device')], {
    description: 'windows: a monitor of the server found it in what devices sent; device: the monitors of the app, which run on the devices, said it',
  }),
  feature: Nullable(Type.String({ description: 'of origin device: what the monitor looks at; null where that is no one feature' })),
  model: ModelName,
  model_version: Type.Integer(),
  since_ms: Time,
  updated_ms: Time,
  resolved_ms: Nullable(Time),
  resolved_reason: Nullable(Type.String()),
  devices: Type.Array(
    Type.Object({
      id: Id,
      name: Type.String(),
      since_ms: Time,
      cleared_ms: Nullable(Time),
      said: Nullable(Type.String({ description: 'of origin device: why the monitor on it fired' })),
      fired_ms: Nullable(Time),
      features: Type.Array(
        Type.Object({
          name: Type.String(),
          distance: Type.Number(),
          p_value: Type.Number(),
          fault: FaultView,
          missing: Type.Optional(MissingView),
          evidence: Type.Optional(Type.Number({ description: 'log10 of the e-value: 3 is a thousand to one' })),
          effect: Type.Optional(
            Type.Number({ description: 'the distance of all that came since the onset, as far as it is beyond what a reference of its size is itself off by' }),
          ),
          signature: Type.Optional(SignatureView),
        }),
      ),
    }),
  ),
  acknowledged: Nullable(Type.Object({ by: Type.String(), at_ms: Time, reason: Type.String() })),
  silenced: Nullable(Type.Object({ by: Type.String(), until_ms: Time, reason: Type.String() })),
  firings: Type.Array(Type.Object({ trigger: Name, execution: Nullable(Id), outcome: Type.String(), at_ms: Time })),
});
export type AlertView = Static<typeof AlertView>;

export const TriggerView = Type.Object({
  name: Name,
  workflow: Name,
  on: Type.Object({ kind: Type.Literal('alert'), model: ModelName }),
  cooldown_ms: Type.Number(),
  params: Type.Record(Type.String(), Type.String()),
  enabled: Type.Boolean(),
  firings: Type.Array(
    Type.Object({ cause: Type.String(), at_ms: Time, outcome: Type.String({ description: 'requested, cooldown or disabled' }), execution: Nullable(Id) }),
  ),
});
export type TriggerView = Static<typeof TriggerView>;

export const watchRoutes = {
  driftMap: route({
    method: 'GET',
    path: '/api/v1/drift',
    access: 'viewer',
    summary: 'Devices x features: the last verdicts',
    query: Type.Object({ model: Type.Optional(ModelName), monitor: Type.Optional(Name) }, closed),
    reply: DriftMap,
  }),
  driftDetail: route({
    method: 'GET',
    path: '/api/v1/drift/detail',
    access: 'viewer',
    summary: 'One device and feature: distribution against reference, and the history',
    query: Type.Object({ device: Id, feature: Type.String({ maxLength: 200 }), window: Type.Optional(CountIn), monitor: Type.Optional(Name) }, closed),
    reply: DriftDetail,
  }),
  driftWindows: route({
    method: 'GET',
    path: '/api/v1/drift/windows',
    access: 'viewer',
    summary: 'One device and feature: the counts of the last windows on one reference, which whoever asks may add up',
    query: Type.Object({ device: Id, feature: Type.String({ maxLength: 200 }), monitor: Type.Optional(Name) }, closed),
    reply: DriftWindows,
  }),
  monitorList: route({
    method: 'GET',
    path: '/api/v1/monitors',
    access: 'viewer',
    summary: 'List monitors',
    reply: Type.Object({ monitors: Type.Array(MonitorView) }),
  }),
  monitorPut: route({
    method: 'PUT',
    path: '/api/v1/monitors/:name',
    access: 'editor',
    summary: 'Make or change a monitor',
    params: byName,
    body: Type.Object(
      {
        model: ModelName,
        false_alarms_per_device_month: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 100 })),
        distance_min: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
        windows_to_open: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
        windows_to_resolve: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
        enabled: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
    reply: MonitorView,
  }),
  alertList: route({
    method: 'GET',
    path: '/api/v1/alerts',
    access: 'viewer',
    summary: 'Alerts, newest first',
    query: Type.Object(
      {
        state: Type.Optional(
          Type.Union([Type.Literal('open'), Type.Literal('suspect'), Type.Literal('firing'), Type.Literal('acknowledged'), Type.Literal('resolved')]),
        ),
        limit: Limit,
      },
      closed,
    ),
    reply: Type.Object({
      alerts: Type.Array(AlertView),
      refused: Type.Array(RefusedFirings, { description: 'firings of monitors on devices that made no alert, by reason' }),
    }),
  }),
  alertShow: route({ method: 'GET', path: '/api/v1/alerts/:id', access: 'viewer', summary: 'One alert', params: byId, reply: AlertView }),
  alertAck: route({
    method: 'POST',
    path: '/api/v1/alerts/:id/acknowledge',
    access: 'editor',
    summary: 'Say that somebody looks after it',
    params: byId,
    body: Type.Object({ reason: Type.String({ maxLength: 500 }) }, closed),
    reply: AlertView,
  }),
  alertSilence: route({
    method: 'POST',
    path: '/api/v1/alerts/:id/silence',
    access: 'editor',
    summary: 'Fire no trigger for it until a time',
    params: byId,
    body: Type.Object({ reason: Type.String({ maxLength: 500 }), for_ms: Type.Number({ minimum: 1000, maximum: 31_536_000_000 }) }, closed),
    reply: AlertView,
  }),
  triggerList: route({
    method: 'GET',
    path: '/api/v1/triggers',
    access: 'viewer',
    summary: 'List triggers',
    reply: Type.Object({ triggers: Type.Array(TriggerView) }),
  }),
  triggerPut: route({
    method: 'PUT',
    path: '/api/v1/triggers/:name',
    access: 'editor',
    summary: 'Make or change a trigger',
    params: byName,
    body: Type.Object(
      {
        workflow: Name,
        on: Type.Object({ kind: Type.Literal('alert'), model: ModelName }, closed),
        cooldown_ms: DurationIn(),
        params: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Type.String({ maxLength: 1000 }))),
        enabled: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
    reply: TriggerView,
  }),
  triggerDelete: route({ method: 'DELETE', path: '/api/v1/triggers/:name', access: 'editor', summary: 'Remove a trigger', params: byName, reply: Ok }),
};
