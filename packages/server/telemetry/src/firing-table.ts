// The SQL that reads, of the events of devices, what their own monitors found: for a mover that follows them by cursor.
import { type Db, sql } from '@holdfast/postgres';

export interface FiringRow {
  readonly id: number;
  readonly xact: string;
  readonly device: string;
  readonly at_ms: number;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

/** A drift that a monitor on a device found, or still holds. The index is on these two alone. */
export const isFiring = (kind: string): boolean => kind === 'monitor_fired' || kind === 'monitor_held';

/** The next ones after a cursor, in commit order: only those of transactions older than every open one, so that one that commits late is never behind the cursor. */
export async function firingsAfter(db: Db, cursor: { readonly xact: string; readonly id: number }, limit: number): Promise<FiringRow[]> {
  const { rows } = await sql<FiringRow>`
    select id, xact::text as xact, device, at_ms, fields from device_event
    where kind in ('monitor_fired', 'monitor_held') and (xact, id) > (${cursor.xact}::xid8, ${cursor.id}::bigint) and xact < pg_snapshot_xmin(pg_current_snapshot())
    order by device_event.xact, id limit ${limit}`.execute(db);
  return rows;
}
