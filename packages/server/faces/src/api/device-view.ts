// A device as the API shows it, and the sentence that answers "is it up to date, and if not, why?".
import { cleanFact, factsFrom } from '@holdfast/protocol/hardware';
import { type DeviceRow as StoredDevice, illnessOf } from '@holdfast/fleet';
import type { OutboxReport } from '@holdfast/protocol';
import type { DeviceRow, DeviceView } from '@holdfast/protocol/rest';

/** Polls that a device may miss before it counts as stale. */
const polls_missed_max = 3;

export function stateOf(row: StoredDevice, now_ms: number): DeviceView['state'] {
  if (row.removed_ms !== null) return 'removed';
  if (row.last_seen_ms === null) return 'waiting';
  return now_ms - row.last_seen_ms <= polls_missed_max * row.poll_ms + 5_000 ? 'online' : 'stale';
}

export function deviceView(row: StoredDevice, now_ms: number, drifted: DeviceView['drifted']): DeviceView {
  const { reported, assignment } = row;
  return {
    id: row.id,
    name: row.name,
    labels: { ...row.labels },
    state: stateOf(row, now_ms),
    created_ms: row.created_ms,
    last_seen_ms: row.last_seen_ms,
    agent_version: reported?.agent_version ?? null,
    platform: row.platform,
    current: reported?.current ?? null,
    desired: assignment ? { bundle: assignment.bundle.digest, model: assignment.model, model_version: assignment.model_version } : null,
    desired_none: row.no_bundle_by !== null,
    desired_generation: row.desired_generation,
    reported_generation: reported?.generation ?? 0,
    install: reported?.install ?? null,
    program: reported?.program ?? null,
    health: reported ? { ...reported.health, thermal_state: cleanFact('thermal_state', reported.health.thermal_state ?? undefined) ?? null } : null,
    hardware: { ...factsFrom(reported?.hardware ?? {}) },
    outbox: reported ? outboxOf(reported.outbox) : null,
    ill: row.removed_ms === null ? illnessOf(row, now_ms) : [],
    suspects: [...(reported?.suspects ?? [])],
    drifted,
    bytes_received: row.bytes_received,
    bytes_sent: row.bytes_sent,
    update: updateSentence(row, now_ms),
  };
}

/** An agent before these fields said nothing of its memory and its disk. */
const outboxOf = ({ records, bytes, oldest_ms, dropped, in_memory = 0, refused_since_ms = null }: OutboxReport): DeviceView['outbox'] => ({
  records,
  bytes,
  oldest_ms,
  dropped,
  in_memory,
  refused_since_ms,
});

/** The row of a device in a list. */
export function deviceRow({ id, name, labels, state, last_seen_ms, drifted, ill, current, desired, install, outbox }: DeviceView): DeviceRow {
  return {
    ...{ id, name, labels, state, last_seen_ms, drifted, ill },
    current: current && { model: current.model, model_version: current.model_version },
    next_version: current && desired && desired.bundle !== current.bundle ? desired.model_version : null,
    install: install && { state: install.state },
    outbox: outbox && { records: outbox.records, oldest_ms: outbox.oldest_ms },
  };
}

function updateSentence(row: StoredDevice, now_ms: number): string {
  const { reported, assignment } = row;
  if (!assignment) return row.no_bundle_by === null ? 'No version is assigned to it.' : noneSentence(row, now_ms);
  const wanted = `${assignment.model} version ${assignment.model_version}`;
  if (reported?.current?.bundle === assignment.bundle.digest && reported.install.state !== 'probation') return `It runs ${wanted}, as it should.`;
  if (!reported) return `It should run ${wanted}, but has never synced.`;
  if (stateOf(row, now_ms) === 'stale') return `It should run ${wanted}, but has not been seen since ${new Date(row.last_seen_ms ?? 0).toISOString()}.`;
  const { install } = reported;
  if (install.bundle !== assignment.bundle.digest)
    return `It should run ${wanted} and has not taken that up yet; it reports generation ${reported.generation} of ${row.desired_generation}.`;
  if (install.state === 'failed') return `It refused ${wanted}: ${install.error?.text ?? 'no reason was given'}`;
  if (install.state === 'downloading') return `It is fetching ${wanted}: ${install.bytes_done} of ${assignment.bundle.size_bytes} bytes.`;
  return `It is on its way to ${wanted}: ${install.state}.`;
}

function noneSentence(row: StoredDevice, now_ms: number): string {
  const { reported } = row;
  if (reported && !reported.current && reported.generation >= row.desired_generation) return 'It runs no bundle, as it should: its first one was taken back.';
  const runs = reported?.current ? `runs ${reported.current.model} version ${reported.current.model_version}` : 'ran none';
  const seen = stateOf(row, now_ms) === 'stale' ? 'when it was last seen' : `and reports generation ${reported?.generation ?? 0} of ${row.desired_generation}`;
  return `It should run no bundle; it ${runs} ${seen}${reported?.install.error ? `: ${reported.install.error.text}` : '.'}`;
}
