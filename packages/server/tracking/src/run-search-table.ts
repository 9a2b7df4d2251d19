// The only SQL of a search over runs: conditions over narrow rows by key, never over the history of a metric.
import {
  type Column,
  type Db,
  type PageQuery,
  type RawBuilder,
  type SearchPage,
  type Term,
  compare,
  readPage,
  readParts,
  sql,
  termsOf,
} from '@holdfast/postgres';
import type { Condition, OrderKey, Search } from './search.ts';
import type { RunRow } from './types.ts';

const columns: Readonly<Record<string, Column>> = {
  run_id: { expression: sql`r.id`, type: 'text' },
  run_name: { expression: sql`r.name`, type: 'text' },
  status: { expression: sql`r.status`, type: 'text' },
  start_time: { expression: sql`r.start_ms`, type: 'bigint' },
  end_time: { expression: sql`r.end_ms`, type: 'bigint', nullable: true },
  user_id: { expression: sql`r.user_id`, type: 'text' },
  artifact_uri: { expression: sql`r.artifact_uri`, type: 'text' },
  experiment_id: { expression: sql`r.experiment_id`, type: 'bigint' },
};

const within = (column: RawBuilder<unknown>, ids: readonly number[]): RawBuilder<unknown> =>
  ids.length === 1 ? sql`${column} = ${ids[0]}::bigint` : sql`${column} = any(${[...ids]}::bigint[])`;

function fits(condition: Condition, experiment_ids: readonly number[]): RawBuilder<unknown> {
  const { entity, key, comparator, value } = condition;
  if (entity === 'attribute') return compare(columns[key]!.expression, comparator, value, columns[key]!.type);
  if (entity === 'metric') return metricFits(condition, experiment_ids);
  if (entity === 'dataset') return datasetFits(condition);
  const row = sql`select 1 from ${sql.table(entity === 'param' ? 'run_param' : 'run_tag')} v where v.run = r.num and v.key = ${key}`;
  if (comparator === 'IS NULL') return sql`not exists (${row})`;
  if (comparator === 'IS NOT NULL') return sql`exists (${row})`;
  const near = comparator === '=' ? sql`and left(v.value, 100) = left(${value}::text, 100)` : sql``; // what the index holds
  return sql`exists (${row} ${near} and ${compare(sql`v.value`, comparator, value, 'text')})`;
}

/** PostgreSQL counts NaN as greater than every number; here it fits `!=` alone. */
function metricFits({ key, comparator, value }: Condition, experiment_ids: readonly number[]): RawBuilder<unknown> {
  const row = sql`select 1 from metric_series v where v.run = r.num and v.key = ${key} and ${within(sql`v.experiment_id`, experiment_ids)}`;
  const number = comparator === '!=' ? sql`` : sql`and v.value <> 'NaN'`;
  return sql`exists (${row} ${number} and ${compare(sql`v.value`, comparator, value, 'float8')})`;
}

function datasetFits({ key, comparator, value }: Condition): RawBuilder<unknown> {
  const joined = sql`select 1 from run_dataset i join run_dataset_source s on s.id = i.dataset`;
  if (key !== 'context') return sql`exists (${joined} where i.run = r.num and ${compare(sql.ref(`s.${key}`), comparator, value, 'text')})`;
  const tags = sql`cross join lateral jsonb_array_elements(i.tags) as t (tag)`;
  const context = sql`t.tag ->> 'key' = 'mlflow.data.context'`;
  return sql`exists (${joined} ${tags} where i.run = r.num and ${context} and ${compare(sql`t.tag ->> 'value'`, comparator, value, 'text')})`;
}

const tableOf = { metric: 'metric_series', param: 'run_param', tag: 'run_tag' } as const;

/** The terms of an order, and the tables that they need beside `run`. */
function orderOf(order: readonly OrderKey[]): { terms: Term[]; joins: RawBuilder<unknown> } {
  const joins: RawBuilder<unknown>[] = [];
  const terms = order.flatMap(({ entity, key, ascending }, i) => {
    if (entity !== 'metric' && entity !== 'param' && entity !== 'tag') return termsOf(columns[key]!, ascending);
    const name = `o${i}`;
    joins.push(sql`left join ${sql.table(tableOf[entity])} ${sql.ref(name)} on ${sql.ref(`${name}.run`)} = r.num and ${sql.ref(`${name}.key`)} = ${key}`);
    return termsOf({ expression: sql.ref(`${name}.value`), type: entity === 'metric' ? 'float8' : 'text', nullable: true }, ascending);
  });
  return { terms, joins: joins.length > 0 ? sql.join(joins, sql` `) : sql`` };
}

export interface RunSearch extends Search {
  readonly experiment_ids: readonly number[];
}

/** Runs that fit the conditions of a search by a metric are sorted as they are up to this count; more are read in the order of the index. */
const few_runs = 2_000;

/** What a search needs of who asks for it. */
export interface SearchAids {
  /** Puts points that wait into their series, where conditions find them. */
  readonly fold: () => Promise<void>;
  /** Told before the page is read which runs will stand on it, where that is known: what hangs on them can be read meanwhile. */
  readonly foresee: (nums: readonly number[]) => void;
}

/** Ties are broken by the start, newest first, then by the id. */
export async function searchRuns(db: Db, search: RunSearch, aids: SearchAids): Promise<SearchPage<RunRow>> {
  const has = (key: string) => search.order.some((o) => o.entity === 'attribute' && o.key === key);
  const ties: OrderKey[] = [
    { entity: 'attribute', key: 'start_time', ascending: false },
    { entity: 'attribute', key: 'run_id', ascending: true },
  ];
  const order = [...search.order, ...ties.filter((tie) => !has(tie.key))];
  const [first, ...rest] = order;
  if (first?.entity !== 'metric') {
    const folding = aids.fold();
    if (search.conditions.some(({ entity }) => entity === 'metric')) await folding; // only these ask for what waits; the page's metrics are read after both
    const { terms, joins } = orderOf(order);
    const { limit, after } = search;
    const page = readPage<RunRow>(db, {
      columns: run_columns,
      from: sql`run r ${joins}`,
      where: [inExperiments(search), ...conditionsOf(search)],
      terms,
      limit,
      after,
      steady: search.conditions.length === 0,
    });
    return (await Promise.all([page, folding]))[0];
  }
  if (search.conditions.length === 0) await aids.fold();
  const few = search.conditions.length > 0 ? await fewThatFit(db, search, aids.fold) : null;
  if (few?.nums.length === 0) return { rows: [], next: null };
  if (few && !search.after && few.nums.length <= search.limit) aids.foresee(few.nums);
  if (few) return sortedPage(db, few, order, search);
  return readParts<RunRow>(db, metricParts(search, first, rest), search.limit, search.after);
}

interface Few {
  readonly nums: readonly number[];
  /** What is still to be asked of each of them. */
  readonly left: readonly Condition[];
}

/**
 * Null where they are many. Two conditions mostly leave few, and PostgreSQL plans two in a third of the time of three; the others are then asked of the
 * few, by a statement that is prepared. Where two leave many, all are asked at once.
 */
async function fewThatFit(db: Db, search: RunSearch, fold: () => Promise<void>): Promise<Few | null> {
  const conditions = search.conditions.toSorted((a, b) => Number(isEqual(b)) - Number(isEqual(a)));
  const nums = await numsThatFit(db, search, conditions.slice(0, 2), fold);
  if (nums) return { nums, left: conditions.slice(2) };
  const all = conditions.length > 2 ? await numsThatFit(db, search, conditions, fold) : null;
  return all && { nums: all, left: [] };
}
const isEqual = ({ comparator }: Condition): boolean => comparator === '=';

/** Whether points wait is asked by the same statement: mostly none do. */
async function numsThatFit(db: Db, search: RunSearch, conditions: readonly Condition[], fold: () => Promise<void>): Promise<number[] | null> {
  const where = sql.join([inExperiments(search), ...conditionsOf({ ...search, conditions })], sql` and `);
  const read = () =>
    sql<{ num: number | null }>`
      (select r.num from run r where ${where} limit ${few_runs + 1}) union all select null where exists (select 1 from metric_batch)`.execute(db);
  let { rows } = await read();
  if (rows.at(-1)?.num === null) {
    await fold();
    rows = (await read()).rows;
  }
  const nums = rows.flatMap((row) => row.num ?? []); // a point that waits by now came after the question
  return nums.length > few_runs ? null : nums;
}

/** A page of these runs. Its places are those of the parts: which of the two reads a page is not known to who asks for the next. */
async function sortedPage(db: Db, { nums, left }: Few, order: readonly OrderKey[], { limit, after, experiment_ids }: RunSearch): Promise<SearchPage<RunRow>> {
  const { terms, joins } = orderOf(order);
  const where = [sql`r.num = any(${[...nums]}::bigint[])`, ...left.map((condition) => fits(condition, experiment_ids))];
  const place = after?.length && after[0] !== 0 ? [after[0]!, 0, ...after.slice(1)] : after; // NaN and what is missing have no value to sort by
  const page = await readPage<RunRow>(db, { columns: run_columns, from: sql`run r ${joins}`, where, terms, limit, after: place, steady: true });
  return { rows: page.rows, next: page.next && page.next[0] !== 0 ? page.next.toSpliced(1, 1) : page.next };
}

const run_columns = sql`r.num, r.id, r.experiment_id, r.name, r.status, r.user_id, r.start_ms, r.end_ms, r.lifecycle_stage, r.artifact_uri`;
const inExperiments = (search: RunSearch): RawBuilder<unknown> => within(sql`r.experiment_id`, search.experiment_ids);
const conditionsOf = (search: RunSearch): RawBuilder<unknown>[] => [
  { ACTIVE_ONLY: sql`r.lifecycle_stage = 'active'`, DELETED_ONLY: sql`r.lifecycle_stage = 'deleted'`, ALL: sql`true` }[search.view],
  ...search.conditions.map((condition) => fits(condition, search.experiment_ids)),
];

/**
 * By a metric: numbers first, then NaN, then what is missing, in both directions. The index on (experiment, key, value) gives the numbers in
 * their order, so that a page of many runs reads no more than itself.
 */
function metricParts(search: RunSearch, { key, ascending }: OrderKey, rest: readonly OrderKey[]): PageQuery[] {
  const { terms, joins } = orderOf(rest);
  const series = sql`metric_series s join run r on r.num = s.run ${joins}`;
  const its = sql`${within(sql`s.experiment_id`, search.experiment_ids)} and s.key = ${key}`;
  const missing = sql`not exists (select 1 from metric_series s where s.run = r.num and s.key = ${key})`;
  const common = { columns: run_columns, limit: search.limit };
  const conditions = conditionsOf(search);
  return [
    { ...common, from: series, where: [its, sql`s.value < 'NaN'`, ...conditions], terms: [{ expression: sql`s.value`, type: 'float8', ascending }, ...terms] },
    { ...common, from: series, where: [its, sql`s.value = 'NaN'`, ...conditions], terms },
    { ...common, from: sql`run r ${joins}`, where: [inExperiments(search), missing, ...conditions], terms },
  ];
}
