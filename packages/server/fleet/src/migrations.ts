// The tables of the fleet. Only this room writes them.
export const migrations = [
  {
    name: '0002_fleet',
    sql: `
create table device (
  id text primary key, name text not null unique, public_key text not null, labels jsonb not null, platform jsonb not null,
  created_ms bigint not null, removed_ms bigint, last_seen_ms bigint, reported jsonb,
  desired_generation integer not null default 1, assignment jsonb, capture jsonb not null, poll_ms integer not null,
  bytes_received bigint not null default 0, bytes_sent bigint not null default 0
);
create index device_live on device (name) where removed_ms is null;
create table join_token (
  id text primary key, hash text not null unique, name text not null, labels jsonb not null, uses_max integer not null, uses integer not null default 0,
  created_ms bigint not null, created_by text not null, expires_ms bigint not null, revoked_ms bigint
);
create table device_group (name text primary key, selector text not null);
create table release_key (keyid text primary key, public_key text not null, private_key text not null, created_ms bigint not null);
`,
  },
  {
    name: '0012_watch_rule',
    sql: `
create table watch_rule (
  model text primary key, false_alarms_per_device_month double precision not null, distance_min double precision not null,
  windows_to_open integer not null, windows_to_resolve integer not null
);
`,
  },
  { name: '0017_no_bundle', sql: `alter table device add column no_bundle_by text;` },
  { name: '0019_report_order', sql: `alter table device add column report_sent_ms bigint;` },
] as const;
