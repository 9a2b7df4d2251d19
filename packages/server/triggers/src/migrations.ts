// The tables of triggers. Only this room writes them.
export const migrations = [
  {
    name: '0009_triggers',
    sql: `
create table trigger (
  name text primary key, workflow text not null, model text not null, cooldown_ms bigint not null, params jsonb not null, enabled boolean not null, created_ms bigint not null
);
create table trigger_cursor (name text primary key, id bigint not null);
create table execution_request (
  id bigint generated always as identity primary key, trigger_name text not null, workflow text not null, event_id bigint, alert text not null,
  cause text not null, at_ms bigint not null, outcome text not null, params jsonb not null, unique (trigger_name, event_id)
);
create index execution_request_alert on execution_request (alert);
create index execution_request_last on execution_request (trigger_name, id);
`,
  },
] as const;
