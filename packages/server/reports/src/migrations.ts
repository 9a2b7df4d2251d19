// The tables of reports. Only this room writes them.
export const migrations = [
  {
    name: '0029_reports',
    sql: `
create table report_schedule (
  name text primary key, subject jsonb not null, every_ms bigint not null, keep integer not null, next_ms bigint not null, created_ms bigint not null
);
create table report_kept (
  id bigint generated always as identity primary key, schedule text not null references report_schedule (name) on delete cascade,
  made_ms bigint not null, from_ms bigint not null, to_ms bigint not null, drifted integer not null, body jsonb not null
);
create index report_kept_of on report_kept (schedule, id desc);
`,
  },
] as const;
