// The tables of telemetry. Only this room writes them.
// `xact` lets a reader follow a table without missing rows of transactions that were still open: see feed.ts.
export const migrations = [
  {
    name: '0003_telemetry',
    sql: `
create table outbox_mark (device text not null, boot text not null, seq bigint not null, primary key (device, boot));
create table points_chunk (
  device text not null, boot text not null, seq bigint not null, first_ms bigint not null, last_ms bigint not null,
  points integer not null, metrics text[] not null, body bytea not null, primary key (device, boot, seq)
);
alter table points_chunk alter column body set storage external;
create index points_chunk_time on points_chunk (device, last_ms);
create table window_summary (
  id bigint generated always as identity primary key, xact xid8 not null default pg_current_xact_id(),
  device text not null, boot text not null, seq bigint not null, model text not null, model_version integer not null,
  bundle text not null, profile text not null, window_number integer not null, from_ms bigint not null, to_ms bigint not null,
  inferences integer not null, body jsonb not null, unique (device, boot, seq)
);
create index window_summary_feed on window_summary (xact, id);
create index window_summary_time on window_summary (device, to_ms);
create table device_event (
  id bigint generated always as identity primary key, device text not null, boot text not null, seq bigint not null,
  at_ms bigint not null, kind text not null, text text not null, fields jsonb not null, unique (device, boot, seq)
);
create index device_event_time on device_event (device, at_ms);
create index device_event_all on device_event (at_ms);
create table sample (
  id bigint generated always as identity primary key, device text not null, boot text not null, seq bigint not null,
  reference bigint not null, at_ms bigint not null, model text not null, model_version integer not null,
  width integer not null, height integer not null, channels integer not null, predicted integer not null, confidence double precision not null,
  reason text not null, pixels bytea not null, label integer, labelled_by text, labelled_ms bigint, unique (device, boot, seq)
);
create index sample_model on sample (model, id);
create table gap (
  id bigint generated always as identity primary key, device text not null, boot text not null, seq bigint not null,
  at_ms bigint not null, stream text not null, from_seq bigint not null, to_seq bigint not null, records bigint not null, reason text not null, unique (device, boot, seq)
);
create table rejected_record (
  device text not null, boot text not null, seq bigint not null, stream bigint not null, reason text not null, payload bytea not null, primary key (device, boot, seq)
);
`,
  },
  {
    name: '0036_predictions',
    sql: `
create table prediction_chunk (
  device text not null, boot text not null, seq bigint not null, model text not null, model_version integer not null, predictions integer not null,
  first_ms bigint not null, last_ms bigint not null, body bytea not null, primary key (device, boot, seq)
);
alter table prediction_chunk alter column body set storage external;
create index prediction_chunk_time on prediction_chunk (device, last_ms);
create index prediction_chunk_age on prediction_chunk (last_ms);
create table answer_label (
  device text not null, reference bigint not null, inferred_ms bigint not null, label double precision not null, came_ms bigint not null, told_by text not null,
  primary key (device, reference, inferred_ms)
);
create index answer_label_came on answer_label (came_ms);
`,
  },
  { name: '0028_window_end', sql: `create index window_summary_end on window_summary (to_ms, id);` },
  {
    name: '0031_device_profile',
    sql: `create table device_profile (id bigint generated always as identity primary key, digest text not null unique, device text not null, body text not null);
create index device_profile_of on device_profile (device, id);`,
  },
  {
    name: '0037_device_label',
    sql: `
create table device_label_mark (device text primary key, seq bigint not null);
create table device_label (
  device text not null, seq bigint not null, reference bigint not null, at_ms bigint not null, label double precision not null, given_ms bigint not null,
  primary key (device, seq)
);
create index device_label_age on device_label (given_ms);
`,
  },
  {
    name: '0038_quarantine',
    sql: `
alter table sample add column inputs jsonb, add column inputs_left_out integer not null default 0, add column dismissed_ms bigint, add column dismissed_by text;
create index sample_quarantine on sample (confidence, id) where reason = 'quarantine' and label is null and dismissed_ms is null;
create index sample_quarantine_of on sample (device) where reason = 'quarantine' and label is null and dismissed_ms is null;
`,
  },
  {
    name: '0039_device_firings',
    sql: `
alter table device_event add column xact xid8 not null default pg_current_xact_id();
create index device_event_firings on device_event (xact, id) where kind in ('monitor_fired', 'monitor_held');
`,
  },
] as const;
