// rollouts: the devices of a rollout, each with its row of the fleet.
import type { DeviceRow, Fleet } from '@holdfast/fleet';
import type { Db } from '@holdfast/postgres';
import * as table from './rollout-table.ts';
import type { AssignmentRow } from './rollout-table.ts';

export interface Member extends AssignmentRow {
  readonly row: DeviceRow;
}

export const membersOf = async (fleet: Fleet, trx: Db, rollout: string): Promise<Member[]> => withRows(fleet, trx, await table.assignmentsOf(trx, rollout));

export async function withRows(fleet: Fleet, trx: Db, assignments: readonly AssignmentRow[]): Promise<Member[]> {
  const found = await fleet.byId(
    assignments.map((a) => a.device),
    trx,
  );
  const rows = new Map(found.map((row) => [row.id, row]));
  return assignments.flatMap((a) => (rows.has(a.device) ? [{ ...a, row: rows.get(a.device)! }] : []));
}
