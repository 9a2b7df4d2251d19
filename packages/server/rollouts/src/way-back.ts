// rollouts: the way back. A device is told to run what it ran before, and is back when it says so itself: how many are is counted, never assumed.
import { type Clock, HoldfastError } from '@holdfast/base';
import type { DeviceRow, Fleet } from '@holdfast/fleet';
import type { Db } from '@holdfast/postgres';
import type { DesiredAssignment } from '@holdfast/protocol';
import type { Registry } from '@holdfast/registry';
import { type Observed, observeBack } from './assignment-states.ts';
import { type Member, withRows } from './members.ts';
import * as table from './rollout-table.ts';
import type { RolloutRow } from './rollout-table.ts';

export interface WayBackRooms {
  readonly clock: Clock;
  readonly fleet: Fleet;
}

/** No bundle is smaller than its first 12 bytes. */
const bundle_bytes_min = 12;

/**
 * What a device runs before it is given something: what it was told to run, or what it brought along when it joined; null is none. A bundle that
 * this server does not have is named all the same: the device keeps it until the new one has proved itself.
 */
export async function formerOf(registry: Registry, rollout: RolloutRow, { assignment, no_bundle_by, reported }: DeviceRow): Promise<DesiredAssignment | null> {
  const own = reported?.current;
  if (assignment || no_bundle_by !== null || !own) return assignment;
  const { bundle: digest, model, model_version } = own;
  const size_bytes = await sizeOf(registry, digest);
  return { rollout: rollout.id, bundle: { digest, size_bytes }, model, model_version, probation: rollout.probation };
}

async function sizeOf(registry: Registry, digest: string): Promise<number> {
  try {
    return (await registry.bundle(digest)).size_bytes;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'HF-BLOB-001') return bundle_bytes_min;
    throw error;
  }
}

/** True where this rollout's version is what the device should run. */
export const isToldToRun = ({ row, bundle }: Member, rollout: RolloutRow): boolean =>
  row.assignment?.rollout === rollout.id && row.assignment.bundle.digest === bundle;

/** The generation that tells the device to run what it ran before. */
export const tellBack = (fleet: Fleet, trx: Db, { device, previous }: Member, rollout: RolloutRow): Promise<number> =>
  previous ? fleet.assign(trx, device, previous) : fleet.assignNone(trx, device, rollout.id);

/** What a device that gave the version up by itself runs now, by its own word. */
export function wentBackText({ row, bundle }: Member): string {
  const current = row.reported?.current;
  if (!current) return `${row.name} went back to no bundle, as before`;
  return current.bundle === bundle ? `${row.name} failed and still runs it` : `${row.name} went back to ${current.model} version ${current.model_version}`;
}

/** Reads who is back, of those that were told to be. True where something changed. */
export async function seeBack({ fleet, clock }: WayBackRooms, trx: Db, rollout: RolloutRow): Promise<boolean> {
  const members = await withRows(fleet, trx, await table.goingBack(trx, rollout.id));
  const seen = members.map((member) => ({ member, now: seenOf(rollout, member) }));
  const changed = seen.filter(({ member, now }) => now.state !== member.state || now.error !== member.error);
  const now_ms = clock.wall_ms();
  for (const { member, now } of changed) await table.setAssignment(trx, member, { ...now, updated_ms: now_ms });
  const back = changed.filter(({ now }) => now.state === 'went_back').map(({ member }) => member.row.name);
  const waiting = seen.filter(({ now }) => now.state === 'going_back').length;
  if (back.length > 0) await table.addEvent(trx, rollout.id, now_ms, `${namesText(back)} went back to what ran before; ${waiting} not yet`);
  return changed.length > 0;
}

function seenOf(rollout: RolloutRow, member: Member): Observed {
  const { row, previous } = member;
  if (row.removed_ms !== null) return { state: 'cancelled', error: 'the device was removed before it was seen back' };
  const same = previous
    ? row.assignment?.rollout === previous.rollout && row.assignment.bundle.digest === previous.bundle.digest
    : row.assignment === null && row.no_bundle_by === rollout.id;
  if (!same) return { state: 'cancelled', error: 'it was given something else before it was seen back' };
  return observeBack(row.reported, { generation: member.back_generation ?? 0, bundle: previous?.bundle.digest ?? null });
}

const namesText = (names: readonly string[]): string => (names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', '));
