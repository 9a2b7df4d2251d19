// postgres: reads many small rows as a few columns of JSON. A driver pays for each value of each row; JSON.parse reads a column at once.
import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import { prepared } from './prepared.ts';

/** A list for each column, all of one length. */
export type Columns<R> = { readonly [K in keyof R]: readonly R[K][] };

/**
 * The rows of `query`, in its order, as these columns: text, integers that are exact as a number, and float8, whose NaN and infinities come as
 * their names in text. The statement is prepared.
 */
export async function readColumns<R>(db: Db, query: RawBuilder<unknown>, columns: readonly (keyof R & string)[]): Promise<Columns<R>> {
  const lists = columns.map((name) => sql`json_agg(${sql.ref(name)}) as ${sql.ref(name)}`);
  const { rows } = await sql<Record<string, unknown[] | null>>`${prepared}select ${sql.join(lists)} from (${query}) as rows`.execute(db);
  return Object.fromEntries(columns.map((name) => [name, rows[0]?.[name] ?? []])) as unknown as Columns<R>;
}
