// The tables of datasets. Only this room writes them.
export const migrations = [
  {
    name: '0005_datasets',
    sql: `
create table dataset (name text primary key, created_ms bigint not null);
create table dataset_version (
  dataset text not null references dataset (name), version integer not null, digest text not null, manifest jsonb not null, size_bytes bigint not null,
  created_ms bigint not null, created_by text not null, parent integer, note text not null, primary key (dataset, version), unique (dataset, digest)
);
`,
  },
] as const;
