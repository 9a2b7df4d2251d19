// The only SQL of a search over traces: conditions on their columns, tags, metadata, runs and spans.
import { type Column, type Db, type RawBuilder, type SearchPage, compare, readPage, sql, termsOf } from '@holdfast/postgres';
import type { Condition, OrderKey, Search } from './search.ts';
import type { TraceRow } from './trace-types.ts';

const word = (table: 'trace_tag' | 'trace_metadata', key: string): RawBuilder<unknown> =>
  sql`(select v.value from ${sql.table(table)} v where v.trace = t.num and v.key = ${key})`;

const columns: Readonly<Record<string, Column>> = {
  trace_id: { expression: sql`t.id`, type: 'text' },
  client_request_id: { expression: sql`t.client_request_id`, type: 'text', nullable: true },
  experiment_id: { expression: sql`t.experiment_id`, type: 'bigint' },
  timestamp_ms: { expression: sql`t.start_ms`, type: 'bigint' },
  execution_time_ms: { expression: sql`t.duration_ms`, type: 'bigint', nullable: true },
  end_time_ms: { expression: sql`(t.start_ms + t.duration_ms)`, type: 'bigint', nullable: true },
  status: { expression: sql`t.state`, type: 'text' },
  name: { expression: word('trace_tag', 'mlflow.traceName'), type: 'text', nullable: true },
  run_id: { expression: word('trace_metadata', 'mlflow.sourceRun'), type: 'text', nullable: true },
};

export interface TraceSearch extends Omit<Search, 'view'> {
  readonly experiment_ids: readonly number[];
}

function fits(condition: Condition): RawBuilder<unknown> {
  const { entity, key, comparator, value } = condition;
  if (entity === 'span') return spanFits(condition);
  if (entity === 'attribute' && key === 'run_id') return runFits(condition);
  if (entity === 'attribute') return compare(columns[key]!.expression, comparator, value, columns[key]!.type);
  const row = sql`select 1 from ${sql.table(entity === 'tag' ? 'trace_tag' : 'trace_metadata')} v where v.trace = t.num and v.key = ${key}`;
  if (comparator === 'IS NULL') return sql`not exists (${row})`;
  if (comparator === 'IS NOT NULL') return sql`exists (${row})`;
  const near = comparator === '=' ? sql`and left(v.value, 100) = left(${value}::text, 100)` : sql``; // what the index holds
  return sql`exists (${row} ${near} and ${compare(sql`v.value`, comparator, value, 'text')})`;
}

/** A trace is of the run in which it was made, and of those that it was linked to. */
function runFits({ comparator, value }: Condition): RawBuilder<unknown> {
  const runs = sql`select v.value as run from trace_metadata v where v.trace = t.num and v.key = 'mlflow.sourceRun'
    union all select l.run from trace_run l where l.trace = t.num`;
  return sql`exists (select 1 from (${runs}) r where ${compare(sql`r.run`, comparator, value, 'text')})`;
}

/** One span of the trace fits: its name, type, status or content, or an attribute as text. */
function spanFits({ key, comparator, value }: Condition): RawBuilder<unknown> {
  const row = sql`select 1 from trace_span s where s.trace = t.num`;
  if (key === 'content')
    return sql`exists (${row} and ${compare(sql`(s.name || ' ' || s.attributes::text || ' ' || s.rest::text)`, comparator, value, 'text')})`;
  if (key === 'name' || key === 'type' || key === 'status') return sql`exists (${row} and ${compare(sql.ref(`s.${key}`), comparator, value, 'text')})`;
  const attribute = key.slice('attributes.'.length);
  const text = sql`(select a.value from jsonb_each_text(s.attributes -> ${attribute}::text) a limit 1)`;
  return sql`exists (${row} and s.attributes ? ${attribute}::text and ${compare(text, comparator, value, 'text')})`;
}

/** The newest first; ties by the id. */
export function searchTraces(db: Db, search: TraceSearch): Promise<SearchPage<TraceRow>> {
  const ties: OrderKey[] = [
    { entity: 'attribute', key: 'timestamp_ms', ascending: false },
    { entity: 'attribute', key: 'trace_id', ascending: true },
  ];
  const order = [...search.order, ...ties.filter((tie) => !search.order.some((one) => one.entity === 'attribute' && one.key === tie.key))];
  const termOf = ({ entity, key, ascending }: OrderKey) =>
    termsOf(entity === 'attribute' ? columns[key]! : { expression: word(entity === 'tag' ? 'trace_tag' : 'trace_metadata', key), type: 'text', nullable: true }, ascending); // prettier-ignore
  const ids = search.experiment_ids;
  return readPage<TraceRow>(db, {
    columns: sql`t.*`,
    from: sql`trace t`,
    where: [ids.length === 1 ? sql`t.experiment_id = ${ids[0]}::bigint` : sql`t.experiment_id = any(${[...ids]}::bigint[])`, ...search.conditions.map(fits)],
    terms: order.flatMap(termOf),
    limit: search.limit,
    after: search.after,
  });
}
