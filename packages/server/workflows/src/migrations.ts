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
  {
    name: '0015_step_log_limit',
    sql: `
alter table step add column log_lines integer not null default 0, add column log_bytes bigint not null default 0,
  add column log_left_out integer not null default 0, add column log_left_fence integer not null default 0, add column log_left_number integer not null default -1;
update step set log_lines = kept.lines, log_bytes = kept.bytes
  from (select execution, step, count(*) as lines, sum(octet_length(text)) as bytes from step_log group by execution, step) as kept
  where kept.execution = step.execution and kept.step = step.name;
`,
  },
] as const;
