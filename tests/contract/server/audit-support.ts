// contract/server: the audit table as it stands, the rest of the database at a glance, and a database in which no row of the audit can be written.
import { type Db, sql } from '@holdfast/postgres';

export interface AuditRow {
  readonly id: number;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly source: string;
}

/** Every row, oldest first. */
export async function auditRows(db: Db): Promise<AuditRow[]> {
  return (await sql<AuditRow>`select id, actor, action, object, before, after, source from audit order by id`.execute(db)).rows;
}

/** Every row of every other table. */
export async function snapshot(db: Db): Promise<Record<string, string>> {
  const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'audit%'`.execute(db);
  const found: Record<string, string> = {};
  for (const { name } of rows) {
    const all = await sql<{ rows: string | null }>`select string_agg(t::text, E'\n' order by t::text) as rows from ${sql.table(name)} t`.execute(db);
    found[name] = all.rows[0]!.rows ?? '';
  }
  return found;
}

export async function withoutAudit<T>(db: Db, act: () => Promise<T>): Promise<T> {
  await sql`alter table audit rename to audit_away`.execute(db);
  try {
    return await act();
  } finally {
    await sql`alter table audit_away rename to audit`.execute(db);
  }
}
