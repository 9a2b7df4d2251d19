// The tables of monitors. Only this room writes them.
export const migrations = [
  {
    name: '0007_monitors',
    sql: `
create table monitor (
  name text primary key, model text not null, false_alarms_per_device_month double precision not null, distance_min double precision not null,
  windows_to_open integer not null, windows_to_resolve integer not null, enabled boolean not null, created_ms bigint not null
);
create index monitor_model on monitor (model);
create table monitor_cursor (name text primary key, xact xid8 not null, id bigint not null);
create table verdict (
  id bigint generated always as identity primary key, monitor text not null, window_id bigint not null, device text not null, model text not null, model_version integer not null,
  window_number integer not null, at_ms bigint not null, inferences integer not null, alpha double precision not null, drifted boolean not null, readings jsonb not null,
  unique (monitor, window_id)
);
create index verdict_device on verdict (device, id desc);
create index verdict_time on verdict (at_ms);
create index verdict_model on verdict (model, id desc);
`,
  },
  {
    name: '0013_monitor_truth',
    sql: `
alter table verdict add column not_comparable integer not null default 0;
create table monitor_not_judged (
  monitor text not null, reason text not null, windows bigint not null, last_ms bigint not null, device text not null, detail text not null,
  primary key (monitor, reason)
);
create table monitor_stop (id bigint generated always as identity primary key, monitor text not null, model text not null, at_ms bigint not null, reason text not null);
`,
  },
  {
    name: '0032_monitor_evidence',
    sql: `
create table monitor_evidence (
  monitor text not null, device text not null, profile text not null, started_ms bigint not null, last_to_ms bigint not null, log_e bytea not null, state bytea not null,
  primary key (monitor, device)
);
alter table monitor_evidence alter column state set storage external;
create index verdict_window on verdict (device, at_ms);
`,
  },
  { name: '0043_evidence_greatest', sql: `alter table monitor_evidence add column log_e_max real;` },
] as const;
