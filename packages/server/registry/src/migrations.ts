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
] as const;
