// The only SQL of the audit table: rows are added and read, never changed.
import { type Db, type Generated, sql } from '@holdfast/postgres';

type AuditTables = {
  audit: { id: Generated<number>; at_ms: number; actor: string; action: string; object: string; before: string | null; after: string | null; source: string };
};

export interface AuditEntry {
  readonly at_ms: number;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly source: string;
}

const json = (value: unknown) => (value === undefined || value === null ? null : JSON.stringify(value));

export async function addAudit(db: Db, entry: AuditEntry): Promise<void> {
  await db
    .$extendTables<AuditTables>()
    .insertInto('audit')
    .values({ ...entry, before: json(entry.before), after: json(entry.after) })
    .execute();
}

export async function listAudit(db: Db, options: { object?: string | undefined; before?: number | undefined; limit: number }) {
  const columns = ['id', 'at_ms', 'actor', 'action', 'object', 'before', 'after', 'source'] as const;
  let query = db.$extendTables<AuditTables>().selectFrom('audit').select(columns).orderBy('id', 'desc').limit(options.limit);
  if (options.object !== undefined) query = query.where('object', '=', options.object);
  if (options.before !== undefined) query = query.where('id', '<', options.before);
  return query.execute();
}

export interface AuditRow extends AuditEntry {
  readonly id: number;
}
/** Where the names of a model pointed: its rows since a time, newest first. The list of actions is that of an index. */
export async function listAuditOfModel(db: Db, model: string, since_ms: number, limit: number): Promise<AuditRow[]> {
  const { rows } = await sql<AuditRow>`
    select id, at_ms, actor, action, object, before, after, source from audit where split_part(object, '/', 1) = ${model} and at_ms >= ${since_ms}
      and action in ('alias.set', 'alias.remove', 'version.stage', 'version.delete', 'model.tag', 'model.untag', 'model.rename')
    order by id desc limit ${limit}`.execute(db);
  return rows;
}

/** Where a reader of the audit is: behind this row. */
export interface AuditCursor {
  readonly xact: string;
  readonly id: number;
}
export interface AuditNews extends AuditCursor {
  readonly at_ms: number;
  readonly action: string;
  readonly object: string;
  /** Null where the reader did not ask for this action. */
  readonly before: unknown;
  readonly after: unknown;
}

/** The next rows, those of transactions that are older than every open one; before and after come for the actions alone that are asked for. */
export async function auditAfter(db: Db, cursor: AuditCursor, actions: readonly string[], limit: number): Promise<AuditNews[]> {
  const asked = sql`action = any(${[...actions]}::text[])`;
  const { rows } = await sql<AuditNews>`select xact::text, id, at_ms, action, object,
      case when ${asked} then before end as before, case when ${asked} then after end as after
    from audit where (xact, id) > (${cursor.xact}::xid8, ${cursor.id}::bigint) and xact < pg_snapshot_xmin(pg_current_snapshot())
    order by xact, id limit ${limit}`.execute(db);
  return rows.map((row) => ({ ...row, id: Number(row.id) }));
}
