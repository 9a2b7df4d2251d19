// The tables of tracking, in the data model of MLflow (experiment, run, param, metric, tag). Only this room writes them.
export const migrations = [
  {
    name: '0006_tracking',
    sql: `
create table experiment (id bigint generated always as identity primary key, name text not null unique, lifecycle_stage text not null default 'active', created_ms bigint not null);
create table run (
  id text primary key, experiment_id bigint not null references experiment (id), name text not null, status text not null, user_id text not null,
  start_ms bigint not null, end_ms bigint, lifecycle_stage text not null default 'active'
);
create index run_experiment on run (experiment_id, start_ms desc);
create table run_param (run_id text not null references run (id), key text not null, value text not null, primary key (run_id, key));
create table run_tag (run_id text not null references run (id), key text not null, value text not null, primary key (run_id, key));
create table run_metric (
  id bigint generated always as identity primary key, run_id text not null references run (id), key text not null, step bigint not null, at_ms bigint not null, value double precision not null
);
create index run_metric_key on run_metric (run_id, key, step, at_ms);
`,
  },
] as const;
