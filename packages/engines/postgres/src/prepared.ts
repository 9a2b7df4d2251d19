// postgres: a statement that is asked all the time is parsed and planned once a connection, not once a question.
import { sql } from 'kysely';
import pg from 'pg';

const mark = '/* prepared */ ';
/** Each costs the memory of a plan on every connection that asks it. */
const names_max = 100;
const names = new Map<string, string>();

/**
 * Put first in a statement, it has it prepared. For texts that do not vary, and whose best plan does not hang on the values: PostgreSQL may
 * settle on a plan for any value (plan_cache_mode). Beyond 100 texts of this process the rest is asked as any other.
 */
export const prepared = sql.raw(mark);

function nameOf(text: string): string | undefined {
  if (!names.has(text) && names.size < names_max) names.set(text, `holdfast_${names.size}`);
  return names.get(text);
}

function named(text: string, values: unknown[]): pg.QueryConfig {
  const name = nameOf(text);
  return name === undefined ? { text, values } : { name, text, values };
}

/** A connection that knows the mark. */
export class PreparingClient extends pg.Client {
  /** The one form of `query` in which Kysely asks is looked at; every other goes by as it is. */
  override query = ((...asked: Parameters<pg.Client['query']>) => {
    const [text, values] = asked as readonly unknown[];
    if (typeof text === 'string' && text.startsWith(mark) && Array.isArray(values)) return super.query(named(text, values));
    return super.query(...asked);
  }) as pg.Client['query'];
}
