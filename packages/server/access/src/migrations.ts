// The tables of access. Only this room writes them.
export const migrations = [
  {
    name: '0001_access',
    sql: `
create table access_user (name text primary key, role text not null, passphrase text not null, created_ms bigint not null);
create table access_session (hash text primary key, user_name text not null, role text not null, created_ms bigint not null, expires_ms bigint not null);
create table access_link (hash text primary key, role text not null, expires_ms bigint not null, used_ms bigint);
create table access_token (
  id text primary key, name text not null, hash text not null unique, role text not null,
  created_ms bigint not null, created_by text not null, expires_ms bigint, used_ms bigint, revoked_ms bigint
);
create table audit (
  id bigint generated always as identity primary key, at_ms bigint not null, actor text not null, action text not null,
  object text not null, before jsonb, after jsonb, source text not null
);
create index audit_object on audit (object, id);
`,
  },
] as const;
