// The tables of alerts. Only this room writes them.
export const migrations = [
  {
    name: '0008_alerts',
    sql: `
create table alert (
  id text primary key, dedupe_key text not null, state text not null, monitor text not null, model text not null, model_version integer not null,
  since_ms bigint not null, updated_ms bigint not null, resolved_ms bigint,
  acknowledged jsonb, silenced jsonb
);
create unique index alert_one_open on alert (dedupe_key) where state <> 'resolved';
create index alert_since on alert (since_ms desc);
create table alert_device (
  alert text not null references alert (id), device text not null, since_ms bigint not null, cleared_ms bigint, features jsonb not null, primary key (alert, device)
);
create table alert_streak (monitor text not null, device text not null, drifted integer not null, clean integer not null, primary key (monitor, device));
create table alert_cursor (name text primary key, id bigint not null);
create table alert_event (id bigint generated always as identity primary key, alert text not null references alert (id), at_ms bigint not null, kind text not null, device text);
`,
  },
  { name: '0014_alert_reason', sql: `alter table alert add column resolved_reason text;` },
  { name: '0033_alert_by_evidence', sql: `drop table alert_streak;` },
  { name: '0034_alert_cohort', sql: `alter table alert add column cohort jsonb;` },
  {
    name: '0040_alert_of_device_monitors',
    sql: `
alter table alert add column origin text not null default 'windows', add column feature text;
alter table alert_device add column said text, add column fired_ms bigint;
alter table alert_cursor add column xact xid8 not null default '0';
`,
  },
  { name: '0041_alert_suspects', sql: `alter table alert_device add column confirmed boolean not null default true;` },
  {
    // the default takes every device for confirmed; those of a suspected alert are not, and an alert without a confirmed device could not be over
    name: '0042_alert_suspects_of_before',
    sql: `update alert_device d set confirmed = false from alert a where a.id = d.alert and a.state = 'suspect';`,
  },
  {
    name: '0044_alert_refused',
    sql: `create table alert_refused (reason text primary key, firings bigint not null, last_ms bigint not null, device text not null, detail text not null);`,
  },
] as const;
