// The tables of the registry. Only this room writes them.
export const migrations = [
  {
    name: '0004_registry',
    sql: `
create table model (name text primary key, description text not null, created_ms bigint not null);
create table model_version (
  model text not null references model (name), version integer not null, digest text not null, size_bytes bigint not null,
  created_ms bigint not null, created_by text not null, lineage jsonb not null, metrics jsonb not null,
  primary key (model, version), unique (model, digest)
);
create table model_alias (model text not null references model (name), alias text not null, version integer not null, at_ms bigint not null, changed_by text not null, reason text not null, primary key (model, alias));
create table bundle (
  digest text primary key, model text not null, version integer not null, os text not null, arch text not null, size_bytes bigint not null,
  pipeline text not null, profile text not null, created_ms bigint not null, foreign key (model, version) references model_version (model, version)
);
create index bundle_version on bundle (model, version);
`,
  },
  {
    // What people write about models and versions stands beside them. The same bytes may be registered twice by clients that expect a new number.
    name: '0020_registry_records',
    sql: `
alter table model add column updated_ms bigint;
update model m set updated_ms = coalesce((select max(v.created_ms) from model_version v where v.model = m.name), m.created_ms);
alter table model alter column updated_ms set not null;
create table model_tag (model text not null references model (name), key text collate "C" not null, value text not null, primary key (model, key));
alter table model_version add column deleted_ms bigint;
alter table model_version drop constraint model_version_model_digest_key;
create index model_version_digest on model_version (model, digest);
create table version_record (
  model text not null, version integer not null, source text, folder boolean not null, run_link text not null, description text not null, stage text not null,
  logged_model text, updated_ms bigint not null, primary key (model, version), foreign key (model, version) references model_version (model, version)
);
insert into version_record select model, version, null, false, '', '', 'None', null, created_ms from model_version;
create index version_record_by_time on version_record (updated_ms desc, model, version desc);
create table version_tag (
  model text not null, version integer not null, key text collate "C" not null, value text not null, primary key (model, version, key),
  foreign key (model, version) references model_version (model, version)
);
`,
  },
] as const;
