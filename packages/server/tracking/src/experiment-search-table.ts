// The only SQL of a search over experiments.
import { type Column, type Db, type SearchPage, compare, readPage, seen, sql, termsOf } from '@holdfast/postgres';
import { projectOf } from './place-table.ts';
import type { Condition, OrderKey, Search } from './search.ts';
import type { ExperimentRow } from './types.ts';

const columns: Readonly<Record<string, Column>> = {
  experiment_id: { expression: sql`e.id`, type: 'bigint' },
  name: { expression: sql`e.name`, type: 'text' },
  creation_time: { expression: sql`e.created_ms`, type: 'bigint' },
  last_update_time: { expression: sql`e.updated_ms`, type: 'bigint' },
};

function fits(condition: Condition) {
  const { entity, key, comparator, value } = condition;
  if (entity === 'attribute') return compare(columns[key]!.expression, comparator, value, columns[key]!.type);
  const tag = sql`select 1 from experiment_tag t where t.experiment_id = e.id and t.key = ${key}`;
  if (comparator === 'IS NULL') return sql`not exists (${tag})`;
  return comparator === 'IS NOT NULL' ? sql`exists (${tag})` : sql`exists (${tag} and ${compare(sql`t.value`, comparator, value, 'text')})`;
}

export function searchExperiments(db: Db, search: Search): Promise<SearchPage<ExperimentRow>> {
  const stage = { ACTIVE_ONLY: sql`e.lifecycle_stage = 'active'`, DELETED_ONLY: sql`e.lifecycle_stage = 'deleted'`, ALL: sql`true` }[search.view];
  const given: readonly OrderKey[] = search.order.length > 0 ? search.order : [{ entity: 'attribute', key: 'creation_time', ascending: false }];
  const order = [...given, { key: 'experiment_id', ascending: true }];
  return readPage<ExperimentRow>(db, {
    columns: sql`e.*`,
    from: sql`experiment e`,
    where: [stage, seen(search.sight, sql`e.id`, projectOf(sql`e.id`)), ...search.conditions.map(fits)],
    terms: order.flatMap(({ key, ascending }) => termsOf(columns[key]!, ascending)),
    limit: search.limit,
    after: search.after,
  });
}
