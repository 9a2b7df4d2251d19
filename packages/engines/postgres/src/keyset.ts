// postgres: what the searches of the rooms share: comparators, orders that put what is missing last, and pages by key instead of by count.
import { failure } from '@holdfast/base';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import { prepared } from './prepared.ts';

export type Comparator = '=' | '!=' | '>' | '>=' | '<' | '<=' | 'LIKE' | 'ILIKE' | 'IN' | 'NOT IN' | 'IS NULL' | 'IS NOT NULL';
/** It fits the comparator: a list for IN, nothing for IS NULL. */
export type Compared = string | number | readonly string[] | null;
/** The sort values of the last row of a page: the next page begins behind them, however far in it is. */
export type Place = readonly (string | number)[];
export interface SearchPage<R> {
  readonly rows: readonly R[];
  /** Null on the last page. */
  readonly next: Place | null;
}

type Sql = RawBuilder<unknown>;
type SqlType = 'bigint' | 'float8' | 'text';

/** One expression of an order; never null, so that a place is plain values. */
export interface Term {
  readonly expression: Sql;
  readonly type: SqlType;
  readonly ascending: boolean;
}
export interface Column {
  readonly expression: Sql;
  readonly type: SqlType;
  readonly nullable?: boolean;
}

const signs: Readonly<Record<string, Sql>> = { '=': sql`=`, '!=': sql`<>`, '>': sql`>`, '>=': sql`>=`, '<': sql`<`, '<=': sql`<=` };
const cast = (value: string | number, type: SqlType): Sql => {
  if (type === 'text') return sql`${String(value)}::text`;
  return Number.isSafeInteger(value) && type === 'bigint' ? sql`${value}::bigint` : sql`${value}::float8`;
};

/** `expression comparator value`. LIKE without an escape character: a pattern may end in a backslash. */
export function compare(expression: Sql, comparator: Comparator, value: Compared, type: SqlType): Sql {
  if (comparator === 'IS NULL') return sql`${expression} is null`;
  if (comparator === 'IS NOT NULL') return sql`${expression} is not null`;
  if (comparator === 'IN') return sql`${expression} = any(${[...(value as readonly string[])]}::text[])`;
  if (comparator === 'NOT IN') return sql`${expression} <> all(${[...(value as readonly string[])]}::text[])`;
  if (comparator === 'LIKE') return sql`${expression} like ${value}::text escape ''`;
  if (comparator === 'ILIKE') return sql`${expression} ilike ${value}::text escape ''`;
  return sql`${expression} ${signs[comparator]!} ${cast(value as string | number, type)}`;
}

/** Numbers first, then NaN, then what is missing, in both directions. */
export function termsOf({ expression, type, nullable = false }: Column, ascending: boolean): Term[] {
  if (!nullable) return [{ expression, type, ascending }];
  const isNaN = type === 'float8' ? sql`when ${expression} = 'NaN' then 1` : sql``;
  const known = type === 'float8' ? sql`nullif(${expression}, 'NaN')` : expression;
  return [
    { expression: sql`case when ${expression} is null then 2 ${isNaN} else 0 end`, type: 'bigint', ascending: true },
    { expression: sql`coalesce(${known}, ${type === 'text' ? sql`''` : sql`0`})`, type, ascending },
  ];
}

const beyond = (term: Term, value: string | number): Sql => sql`${term.expression} ${term.ascending ? sql`>` : sql`<`} ${cast(value, term.type)}`;
const atOrBeyond = (term: Term, value: string | number): Sql => sql`${term.expression} ${term.ascending ? sql`>=` : sql`<=`} ${cast(value, term.type)}`;

/** A place comes from outside, in a page token: it has to be one of this order. Fails with HF-REQ-001. */
function checkPlace(terms: readonly Term[], place: Place): void {
  const fits = (value: string | number | undefined, { type }: Term): boolean =>
    type === 'text'
      ? typeof value === 'string'
      : /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(String(value)) && (type === 'float8' || Number.isSafeInteger(Number(value)));
  if (place.length === terms.length && terms.every((term, i) => fits(place[i], term))) return;
  throw wrongPlace();
}
const wrongPlace = (): Error => failure('HF-REQ-001', { where: 'page token', saw: 'a place in another order', expected: 'a token as it came' });

/** Behind the place in the order; the first line alone lets an index of the first term be used. */
function behind(terms: readonly Term[], place: Place): Sql {
  const chain = (i: number): Sql => {
    const first = beyond(terms[i]!, place[i]!);
    return i === terms.length - 1 ? first : sql`(${first} or (${terms[i]!.expression} = ${cast(place[i]!, terms[i]!.type)} and ${chain(i + 1)}))`;
  };
  return sql`${atOrBeyond(terms[0]!, place[0]!)} and ${chain(0)}`;
}

export interface PageQuery {
  /** What is selected, from where: `select … from …` is put together of both. */
  readonly columns: Sql;
  readonly from: Sql;
  readonly where: readonly Sql[];
  readonly terms: readonly Term[];
  readonly limit: number;
  readonly after?: Place | undefined;
  /** The best plan does not hang on the values: the statement is prepared. */
  readonly steady?: boolean;
}

/** One row more than asked is read, to know whether there is a next page. */
export async function readPage<R>(db: Db, query: PageQuery): Promise<SearchPage<R>> {
  const { terms, limit, after = [] } = query;
  if (after.length > 0) checkPlace(terms, after);
  const sorts = terms.map((term, i) => sql`${term.expression} as ${sql.ref(`sort_${i}`)}`);
  const where = after.length > 0 ? [...query.where, behind(terms, after)] : query.where;
  const order = terms.map((term) => sql`${term.expression} ${term.ascending ? sql`asc` : sql`desc`}`);
  const { rows } = await sql<R & Record<string, unknown>>`${query.steady ? prepared : sql``}
    select ${query.columns}, ${sql.join(sorts)} from ${query.from}
    where ${sql.join(where, sql` and `)} order by ${sql.join(order)} limit ${limit + 1}`.execute(db);
  if (rows.length <= limit) return { rows, next: null };
  const last = rows[limit - 1]; // none on a page of no rows, which only asks whether there are any
  return { rows: rows.slice(0, limit), next: last === undefined ? [] : terms.map((_, i) => last[`sort_${i}`] as string | number) };
}

/**
 * One order that is put together of parts, each of which an index can serve: all rows of the first, then all of the second. The place begins
 * with the number of the part.
 */
export async function readParts<R>(db: Db, parts: readonly PageQuery[], limit: number, after: Place | undefined): Promise<SearchPage<R>> {
  const [first = 0, ...place] = after ?? [];
  if (typeof first !== 'number' || parts[first] === undefined) throw wrongPlace();
  const rows: R[] = [];
  for (let part = first; part < parts.length; part++) {
    const page = await readPage<R>(db, { ...parts[part]!, limit: limit - rows.length, after: part === first ? place : undefined });
    rows.push(...page.rows);
    if (page.next) return { rows, next: [part, ...page.next] };
  }
  return { rows, next: null };
}
