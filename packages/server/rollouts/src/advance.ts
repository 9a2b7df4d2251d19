// One step of one rollout: read reports, hand out assignments, judge the wave, go on or stop. Runs inside one transaction that holds the rollout's row.
import type { Clock } from '@holdfast/base';
import type { DeviceRow, Fleet } from '@holdfast/fleet';
import { type Actor, type Audit, type Db, serverActor } from '@holdfast/postgres';
import type { Registry } from '@holdfast/registry';
import { isActive, observe, observeBack } from './assignment-states.ts';
import { type Member, membersOf, withRows } from './members.ts';
import * as table from './rollout-table.ts';
import type { AssignmentRow, RolloutRow } from './rollout-table.ts';
import type { WaveRow } from './waves.ts';
import { formerOf, isToldToRun, tellBack, wentBackText } from './way-back.ts';

export interface AdvanceRooms {
  readonly clock: Clock;
  readonly audit: Audit;
  readonly fleet: Fleet;
  readonly registry: Registry;
}

/** True where something changed. */
export async function advance(rooms: AdvanceRooms, trx: Db, rollout: RolloutRow): Promise<boolean> {
  const members = await membersOf(rooms.fleet, trx, rollout.id);
  const changed = await takeReports(rooms, trx, rollout, members);
  const at = rollout.waves.findIndex((w) => w.state === 'waiting' || w.state === 'running' || w.state === 'watching');
  if (at < 0) return changed;
  const wave = members.filter((m) => m.wave === rollout.waves[at]!.number);
  const bad = faultOf(rollout, members, rollout.waves[at]!.number);
  if (bad) {
    await stop(rooms, trx, rollout, members, { state: 'stopped', reason: bad });
    await auditEnd(rooms, trx, rollout, { state: 'stopped', reason: bad });
    return true;
  }
  const handed = await handOut(rooms, trx, rollout, wave);
  return (await moveWave(rooms, trx, rollout, at, wave)) || handed || changed;
}

/** True where the device has synced lately: what it reports is of now. */
export const answers = (row: DeviceRow, now_ms: number): boolean => now_ms - (row.last_seen_ms ?? 0) <= 3 * row.poll_ms + 10_000;

async function takeReports(rooms: AdvanceRooms, trx: Db, rollout: RolloutRow, members: Member[]): Promise<boolean> {
  let changed = false;
  for (const [i, member] of members.entries()) {
    const seen = seenOf(rollout, member);
    if (seen.state === member.state && seen.error === member.error) continue;
    await table.setAssignment(trx, member, { ...seen, updated_ms: rooms.clock.wall_ms() });
    if (seen.state === 'failed') await takeBack(rooms, trx, rollout, member, seen.error);
    members[i] = { ...member, ...seen, row: seen.state === 'failed' ? { ...member.row, assignment: member.previous } : member.row };
    changed = true;
  }
  return changed;
}

/** What a member's report says of it; a removed device takes no further part, whether it had its turn or not. */
function seenOf(rollout: RolloutRow, member: Member): Pick<AssignmentRow, 'state' | 'error'> {
  if (!isActive(member.state) && member.state !== 'pending') return member;
  if (member.row.removed_ms !== null) return { state: 'cancelled', error: 'the device was removed' };
  if (member.state === 'pending') return member;
  return observe(member.state, member.row.reported, { rollout: rollout.id, bundle: member.bundle });
}

/** A device that failed has gone back by itself; what it should run says so too. */
async function takeBack({ clock, fleet }: AdvanceRooms, trx: Db, rollout: RolloutRow, member: Member, error: string | null): Promise<void> {
  if (isToldToRun(member, rollout)) await tellBack(fleet, trx, member, rollout);
  await table.addEvent(trx, rollout.id, clock.wall_ms(), `${wentBackText(member)}: ${error ?? 'no reason was given'}`);
}

/** Why the rollout must stop, or null: too many devices of a wave failed, in this wave or late in one before, or a device of this wave is ill. */
function faultOf(rollout: RolloutRow, members: readonly Member[], current: number): string | null {
  for (const { number } of rollout.waves.filter((w) => w.number <= current)) {
    const wave = members.filter((m) => m.wave === number);
    const failed = wave.filter((m) => m.state === 'failed');
    if (failed.length > 0 && failed.length / wave.length > rollout.error_share) {
      return `${failed.length} of ${wave.length} devices of wave ${number} failed; ${failed[0]!.row.name}: ${failed[0]!.error ?? 'no reason was given'}`;
    }
  }
  const ill = members.find(
    (m) =>
      m.wave === current &&
      m.state === 'healthy' &&
      m.row.removed_ms === null &&
      (m.row.reported?.program.state === 'backing_off' || (m.row.reported?.suspects.length ?? 0) > 0),
  );
  if (!ill) return null;
  const suspects = ill.row.reported?.suspects ?? [];
  return suspects.length > 0
    ? `${ill.row.name} holds itself to be drifted under the new version: ${suspects.join(', ')}`
    : `the program of ${ill.row.name} keeps ending under the new version`;
}

/** Gives the version to each device of the wave that no other rollout has; one that must wait says for which. */
async function handOut(rooms: AdvanceRooms, trx: Db, rollout: RolloutRow, wave: readonly Member[]): Promise<boolean> {
  const pending = wave.filter((m) => m.state === 'pending' && m.row.removed_ms === null);
  if (pending.length === 0) return false;
  const held = await table.heldElsewhere(trx, rollout, pending[0]!.wave);
  // What a free device is told to run is read after it was seen to be free: the rollout that had it may have told it to go back just before.
  const free = await withRows(
    rooms.fleet,
    trx,
    pending.filter((m) => !held.has(m.device)),
  );
  for (const member of free) await give(rooms, trx, rollout, member);
  const waits = pending.map((member) => ({ member, error: waitText(held.get(member.device)) })).filter(({ member, error }) => error && error !== member.error);
  for (const { member, error } of waits) await table.setAssignment(trx, member, { error, updated_ms: rooms.clock.wall_ms() });
  return free.length > 0 || waits.length > 0;
}

const waitText = (holder: string | undefined): string | null => (holder === undefined ? null : `waits until rollout ${holder} has ended, which has it`);

async function give({ clock, fleet, registry }: AdvanceRooms, trx: Db, rollout: RolloutRow, member: Member): Promise<void> {
  const { digest, size_bytes } = await registry.bundle(member.bundle);
  const previous = await formerOf(registry, rollout, member.row);
  await table.setAssignment(trx, member, { state: 'assigned', error: null, previous, updated_ms: clock.wall_ms() });
  const { id, model, model_version, probation } = rollout;
  await fleet.assign(trx, member.device, { rollout: id, bundle: { digest, size_bytes }, model, model_version, probation });
}

async function moveWave(rooms: AdvanceRooms, trx: Db, rollout: RolloutRow, at: number, wave: readonly Member[]): Promise<boolean> {
  const now = rooms.clock.wall_ms();
  const current = rollout.waves[at]!;
  const put = async (change: Partial<WaveRow>, reason: string, more: Partial<RolloutRow> = {}) => {
    const waves = rollout.waves.map((w, i) => (i === at ? { ...w, ...change } : w));
    await table.setRollout(trx, rollout.id, { waves, reason, ...more });
    await table.addEvent(trx, rollout.id, now, reason);
    return true;
  };
  const of = `wave ${current.number} of ${rollout.waves.length}`;
  if (current.state === 'waiting')
    return put(
      { state: 'running', started_ms: now },
      `${of} started: ${wave
        .map((m) => m.row.name)
        .slice(0, 5)
        .join(', ')}${wave.length > 5 ? ' and more' : ''}`,
    );
  if (current.state === 'running') {
    if (!isDone(rollout, wave, now)) return false;
    return put({ state: 'watching', healthy_ms: now }, `${of} is healthy and watched for ${Math.round(rollout.watch_ms / 1000)} s`);
  }
  if (now < (current.healthy_ms ?? now) + rollout.watch_ms) return false;
  if (at + 1 < rollout.waves.length) return put({ state: 'succeeded', finished_ms: now }, `${of} succeeded`);
  await finish(rooms, trx, rollout);
  return put({ state: 'succeeded', finished_ms: now }, 'every wave succeeded', { state: 'succeeded', finished_ms: now });
}

/** A wave has what it needs where enough devices are healthy, and no device that answers is on its way. One that is silent is waited for only while it is needed. */
function isDone(rollout: RolloutRow, wave: readonly Member[], now_ms: number): boolean {
  const live = wave.filter((m) => m.state !== 'cancelled');
  const healthy = live.filter((m) => m.state === 'healthy').length;
  return live.length === 0 || (healthy / live.length >= rollout.success_share && !live.some((m) => isActive(m.state) && answers(m.row, now_ms)));
}

/** Moves the alias, and lets go of devices that were not needed: each still takes the version when it is back, and is free for the next rollout. */
async function finish(rooms: AdvanceRooms, trx: Db, rollout: RolloutRow): Promise<void> {
  const { model, model_version: version } = rollout;
  await table.releaseSilent(trx, rollout.id, rooms.clock.wall_ms());
  await rooms.registry.setAlias({ model, alias: 'champion', version, by: itself(rollout), reason: 'its rollout succeeded' }, trx);
  await auditEnd(rooms, trx, rollout, { state: 'succeeded', reason: 'every wave succeeded' });
}

const itself = (rollout: RolloutRow): Actor => serverActor(`rollout:${rollout.id}`);

/** The end that a rollout comes to by itself. */
function auditEnd({ audit }: AdvanceRooms, trx: Db, rollout: RolloutRow, after: Pick<RolloutRow, 'state' | 'reason'>): Promise<void> {
  const action = after.state === 'succeeded' ? 'rollout.succeed' : 'rollout.stop';
  return audit(trx, { by: itself(rollout), action, object: rollout.id, before: { state: rollout.state, reason: rollout.reason }, after });
}

/** Ends a rollout early: nothing more is handed out, and devices that have or try the new version are told to go back; who has is read by `seeBack`. */
export async function stop(
  { clock, fleet }: AdvanceRooms,
  trx: Db,
  rollout: RolloutRow,
  members: readonly Member[],
  end: { state: 'stopped' | 'aborted'; reason: string },
): Promise<void> {
  const now = clock.wall_ms();
  for (const member of members) {
    if (member.state === 'pending') await table.setAssignment(trx, member, { state: 'cancelled', error: null, updated_ms: now });
    else if (member.row.removed_ms === null && isToldToRun(member, rollout)) {
      const back_generation = await tellBack(fleet, trx, member, rollout);
      if (member.state === 'failed') continue; // it has gone back by itself, and keeps the reason
      const { state, error } = observeBack(null, { generation: back_generation, bundle: null });
      await table.setAssignment(trx, member, { state, error, back_generation, updated_ms: now });
    }
  }
  const waves = rollout.waves.map((w) => (w.state === 'succeeded' ? w : { ...w, state: 'stopped' as const, finished_ms: now }));
  await table.setRollout(trx, rollout.id, { ...end, waves, finished_ms: now });
  await table.addEvent(trx, rollout.id, now, `${end.state}: ${end.reason}`);
}
