// The tables of webhooks. Only this room writes them.
export const migrations = [
  {
    name: '0024_webhooks',
    sql: `
create table webhook (
  id text primary key, name text not null, description text, url text not null, events text[] not null, secret text, is_active boolean not null,
  created_ms bigint not null, updated_ms bigint not null, last_ms bigint, last_status integer, last_error text, failures integer not null default 0
);
create table webhook_delivery (
  id text primary key, webhook text not null references webhook (id) on delete cascade, news bigint not null, event text not null, body text not null,
  created_ms bigint not null, state text not null default 'waiting', attempts integer not null default 0, next_ms bigint not null,
  done_ms bigint, last_status integer, last_error text, unique (webhook, news, event)
);
create index webhook_delivery_due on webhook_delivery (next_ms) where state = 'waiting';
create index webhook_delivery_of on webhook_delivery (webhook, created_ms desc);
create table webhook_cursor (name text primary key, xact xid8 not null, id bigint not null);
insert into webhook_cursor (name, xact, id) values ('registry', pg_current_xact_id(), 0);
`,
  },
  {
    name: '0035_channels',
    sql: `
alter table webhook add column kind text not null default 'mlflow', add column model text;
create unique index webhook_channel_name on webhook (name) where kind <> 'mlflow';
insert into webhook_cursor (name, xact, id) values ('alerts', pg_current_xact_id(), 0);
`,
  },
] as const;
