// The only SQL of logged_model and of its params, tags and metrics.
import { type Column, type Db, type RawBuilder, type SearchPage, type Term, compare, readPage, sql, termsOf } from '@holdfast/postgres';
import type { Condition, OrderKey, Search } from './search.ts';
import type { ModelPoint, Pair } from './types.ts';

export type LoggedModelStatus = 'LOGGED_MODEL_PENDING' | 'LOGGED_MODEL_READY' | 'LOGGED_MODEL_UPLOAD_FAILED';
export interface LoggedModelRow {
  id: string;
  experiment_id: number;
  name: string;
  model_type: string | null;
  source_run_id: string | null;
  artifact_uri: string;
  status: LoggedModelStatus;
  status_message: string | null;
  created_ms: number;
  updated_ms: number;
  deleted_ms: number | null;
}
type LoggedModelTables = {
  logged_model: LoggedModelRow;
  logged_model_param: Pair & { model_id: string };
  logged_model_tag: Pair & { model_id: string };
};
const tables = (db: Db) => db.$extendTables<LoggedModelTables>();

/** Whether it was made: an id is used once, also by a deleted one. */
export const insertModel = async (trx: Db, row: LoggedModelRow): Promise<boolean> => {
  const made = tables(trx)
    .insertInto('logged_model')
    .values(row)
    .onConflict((c) => c.column('id').doNothing());
  return (await made.returning('id').executeTakeFirst()) !== undefined;
};
/** Not the deleted ones. */
export const findModel = (db: Db, id: string): Promise<LoggedModelRow | undefined> =>
  tables(db).selectFrom('logged_model').selectAll().where('id', '=', id).where('deleted_ms', 'is', null).executeTakeFirst();
export const lockModel = (trx: Db, id: string): Promise<LoggedModelRow | undefined> =>
  tables(trx).selectFrom('logged_model').selectAll().where('id', '=', id).where('deleted_ms', 'is', null).forUpdate().executeTakeFirst();
export const changeModel = (trx: Db, id: string, set: Partial<Pick<LoggedModelRow, 'status' | 'status_message' | 'updated_ms' | 'deleted_ms'>>) =>
  tables(trx).updateTable('logged_model').set(set).where('id', '=', id).execute();

/** A param that is there keeps its value. */
export async function addModelParams(trx: Db, model_id: string, pairs: readonly Pair[]): Promise<void> {
  await sql`insert into logged_model_param (model_id, key, value) select ${model_id}, * from unnest(${pairs.map((p) => p.key)}::text[], ${pairs.map((p) => p.value)}::text[])
    on conflict do nothing`.execute(trx);
}
export async function putModelTags(trx: Db, model_id: string, given: readonly Pair[]): Promise<void> {
  const pairs = [...new Map(given.map((pair) => [pair.key, pair])).values()];
  await sql`insert into logged_model_tag (model_id, key, value) select ${model_id}, * from unnest(${pairs.map((p) => p.key)}::text[], ${pairs.map((p) => p.value)}::text[])
    on conflict (model_id, key) do update set value = excluded.value`.execute(trx);
}
/** False where there was none. */
export const deleteModelTag = async (db: Db, model_id: string, key: string): Promise<boolean> =>
  (await tables(db).deleteFrom('logged_model_tag').where('model_id', '=', model_id).where('key', '=', key).returning('key').executeTakeFirst()) !== undefined;

/** Points about models that are not there are left to the run alone. */
export async function addModelPoints(trx: Db, run_id: string, points: readonly ModelPoint[]): Promise<void> {
  await sql`insert into logged_model_metric (model_id, key, run_id, step, at_ms, value, dataset_name, dataset_digest)
    select g.model_id, g.key, ${run_id}, g.step, g.at_ms, g.value, g.dataset_name, g.dataset_digest
    from unnest(${points.map((p) => p.model_id)}::text[], ${points.map((p) => p.key)}::text[], ${points.map((p) => p.step)}::bigint[],
      ${points.map((p) => p.at_ms)}::bigint[], ${points.map((p) => p.value)}::float8[], ${points.map((p) => p.dataset_name ?? null)}::text[],
      ${points.map((p) => p.dataset_digest ?? null)}::text[]) as g (model_id, key, step, at_ms, value, dataset_name, dataset_digest)
    join logged_model m on m.id = g.model_id on conflict do nothing`.execute(trx);
}

const pairsOf = (table: 'logged_model_param' | 'logged_model_tag') => (db: Db, ids: readonly string[]) =>
  tables(db)
    .selectFrom(table)
    .selectAll()
    .where('model_id', '=', sql<string>`any(${[...ids]}::text[])`)
    .orderBy('key')
    .execute();
export const modelParamsOf = pairsOf('logged_model_param');
export const modelTagsOf = pairsOf('logged_model_tag');

export type ModelMetric = ModelPoint & { readonly run_id: string };
/** The latest of each metric by run and dataset. */
export async function modelMetricsOf(db: Db, ids: readonly string[]): Promise<ModelMetric[]> {
  const { rows } = await sql<ModelMetric>`
    select distinct on (model_id, key, run_id, dataset_name, dataset_digest) * from logged_model_metric where model_id = any(${[...ids]}::text[])
    order by model_id, key, run_id, dataset_name, dataset_digest, step desc, at_ms desc, value desc`.execute(db);
  return rows;
}

const columns: Readonly<Record<string, Column>> = {
  model_id: { expression: sql`m.id`, type: 'text' },
  name: { expression: sql`m.name`, type: 'text' },
  model_type: { expression: sql`m.model_type`, type: 'text', nullable: true },
  status: { expression: sql`m.status`, type: 'text' },
  source_run_id: { expression: sql`m.source_run_id`, type: 'text', nullable: true },
  creation_timestamp: { expression: sql`m.created_ms`, type: 'bigint' },
  last_updated_timestamp: { expression: sql`m.updated_ms`, type: 'bigint' },
};

export interface DatasetFilter {
  readonly name: string;
  readonly digest?: string | undefined;
}
export interface ModelSearch extends Search {
  readonly experiment_ids: readonly number[];
  /** The metrics of conditions and order are those on one of these; empty: on any. */
  readonly datasets: readonly DatasetFilter[];
  readonly order: readonly (OrderKey & { readonly dataset?: DatasetFilter | undefined })[];
}

const onDataset = (datasets: readonly DatasetFilter[]): RawBuilder<unknown> => {
  if (datasets.length === 0) return sql`true`;
  const one = ({ name, digest }: DatasetFilter) => sql`(v.dataset_name = ${name} ${digest === undefined ? sql`` : sql`and v.dataset_digest = ${digest}`})`;
  return sql`(${sql.join(datasets.map(one), sql` or `)})`;
};

function fits(condition: Condition, datasets: readonly DatasetFilter[]): RawBuilder<unknown> {
  const { entity, key, comparator, value } = condition;
  if (entity === 'attribute') return compare(columns[key]!.expression, comparator, value, columns[key]!.type);
  if (entity === 'metric') {
    const number = comparator === '!=' ? sql`` : sql`and v.value <> 'NaN'`;
    const row = sql`select 1 from logged_model_metric v where v.model_id = m.id and v.key = ${key} and ${onDataset(datasets)}`;
    return sql`exists (${row} ${number} and ${compare(sql`v.value`, comparator, value, 'float8')})`;
  }
  const row = sql`select 1 from ${sql.table(entity === 'param' ? 'logged_model_param' : 'logged_model_tag')} v where v.model_id = m.id and v.key = ${key}`;
  if (comparator === 'IS NULL') return sql`not exists (${row})`;
  return comparator === 'IS NOT NULL' ? sql`exists (${row})` : sql`exists (${row} and ${compare(sql`v.value`, comparator, value, 'text')})`;
}

function termsFor(order: ModelSearch['order'][number], datasets: readonly DatasetFilter[]): Term[] {
  if (order.entity === 'attribute') return termsOf(columns[order.key]!, order.ascending);
  const on = onDataset(order.dataset ? [order.dataset] : datasets);
  const latest = sql`(select v.value from logged_model_metric v where v.model_id = m.id and v.key = ${order.key} and ${on} order by v.step desc, v.at_ms desc limit 1)`;
  return termsOf({ expression: latest, type: 'float8', nullable: true }, order.ascending);
}

export function searchModels(db: Db, search: ModelSearch): Promise<SearchPage<LoggedModelRow>> {
  const order = [
    ...search.order,
    { entity: 'attribute' as const, key: 'creation_timestamp', ascending: false },
    { entity: 'attribute' as const, key: 'model_id', ascending: true },
  ];
  return readPage<LoggedModelRow>(db, {
    columns: sql`m.*`,
    from: sql`logged_model m`,
    where: [
      sql`m.experiment_id = any(${[...search.experiment_ids]}::bigint[])`,
      sql`m.deleted_ms is null`,
      ...search.conditions.map((condition) => fits(condition, search.datasets)),
    ],
    terms: order.flatMap((one) => termsFor(one, search.datasets)),
    limit: search.limit,
    after: search.after,
  });
}
