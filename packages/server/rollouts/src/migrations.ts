// The tables of rollouts. Only this room writes them.
export const migrations = [
  {
    name: '0011_rollouts',
    sql: `
create table rollout (
  id text primary key, key text not null unique, model text not null, model_version integer not null, bundle text not null, selector text not null,
  state text not null, reason text not null, cause text not null, success_share double precision not null, error_share double precision not null,
  watch_ms bigint not null, probation jsonb not null, waves jsonb not null, created_by text not null, created_ms bigint not null, finished_ms bigint
);
create index rollout_live on rollout (created_ms) where state in ('running', 'paused');
create table rollout_assignment (
  rollout text not null references rollout (id), device text not null, wave integer not null, bundle text not null, state text not null, error text, previous jsonb,
  updated_ms bigint not null, primary key (rollout, device)
);
create unique index rollout_one_active on rollout_assignment (device) where state in ('assigned', 'downloading', 'installed');
create index rollout_assignment_wave on rollout_assignment (rollout, wave);
create table rollout_cursor (name text primary key, id bigint not null);
create table rollout_event (id bigint generated always as identity primary key, rollout text not null, at_ms bigint not null, text text not null);
`,
  },
  {
    name: '0018_rollout_way_back',
    sql: `
alter table rollout_assignment add column back_generation integer;
create index rollout_going_back on rollout_assignment (rollout) where state = 'going_back';
`,
  },
  {
    name: '0021_rollout_place',
    sql: `
alter table rollout add column place bigint;
update rollout set place = made.place from (select id, row_number() over (order by created_ms, id) as place from rollout) made where made.id = rollout.id;
alter table rollout alter column place set not null, alter column place add generated always as identity;
select setval(pg_get_serial_sequence('rollout', 'place'), (select coalesce(max(place), 0) + 1 from rollout), false);
create unique index rollout_place on rollout (place);
`,
  },
] as const;
