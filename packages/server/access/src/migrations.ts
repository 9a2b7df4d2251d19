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
  {
    // A reader follows the audit by (xact, id), and misses no row of a transaction that was still open; see auditAfter.
    name: '0023_audit_feed',
    sql: `
alter table audit add column xact xid8 not null default pg_current_xact_id();
create index audit_feed on audit (xact, id);
`,
  },
  {
    // What somebody may do with one experiment, model or project, whatever the role; and the project that a token belongs to.
    name: '0025_access_grant',
    sql: `
create table access_grant (
  id bigint generated always as identity primary key, subject_kind text not null, subject text not null, object_kind text not null, object text not null,
  level text not null, created_ms bigint not null, created_by text not null, unique (subject_kind, subject, object_kind, object)
);
create index access_grant_object on access_grant (object_kind, object);
alter table access_token add column project text;
create index audit_of_model on audit (split_part(object, '/', 1), id)
  where action in ('alias.set', 'alias.remove', 'version.stage', 'version.delete', 'model.tag', 'model.untag', 'model.rename');
`,
  },
] as const;
