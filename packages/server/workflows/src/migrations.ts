// The tables of workflows. Only this room writes them.
export const migrations = [
  {
    name: '0010_workflows',
    sql: `
create table workflow (name text not null, version integer not null, steps jsonb not null, created_ms bigint not null, primary key (name, version));
create table execution (
  id text primary key, key text not null unique, workflow text not null, workflow_version integer not null, state text not null, cause text not null, trigger_request bigint,
  params jsonb not null, created_ms bigint not null, finished_ms bigint
);
create index execution_created on execution (created_ms desc);
create table step (
  execution text not null references execution (id), name text not null, position integer not null, kind text not null, definition jsonb not null, needs text[] not null,
  state text not null, attempt integer not null default 0, fence integer not null default 0, worker text, lease_until_ms bigint, not_before_ms bigint,
  started_ms bigint, finished_ms bigint, progress double precision, wait_reason text, error text, outputs jsonb not null default '{}',
  primary key (execution, name)
);
create index step_claimable on step (kind, position) where state in ('ready', 'delayed');
create index step_leased on step (lease_until_ms) where state = 'running';
create table step_log (
  id bigint generated always as identity primary key, execution text not null, step text not null, fence integer not null, number integer not null,
  attempt integer not null, at_ms bigint not null, stream text not null, text text not null, unique (execution, step, fence, number)
);
create index step_log_read on step_log (execution, step, id);
create table workflow_cursor (name text primary key, id bigint not null);
create table rollout_request (
  id bigint generated always as identity primary key, key text not null unique, execution text not null, model text not null, version integer not null, settings jsonb not null, at_ms bigint not null
);
`,
  },
] as const;
