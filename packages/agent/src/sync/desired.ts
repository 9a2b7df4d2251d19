// agent/sync: the desired state as it came: signed. It is kept as the envelope, and opened again after every start.

import { failure, isDigest } from '@holdfast/base';
import { type DesiredAssignment, type DesiredState, type Envelope, type Probation, type WatchRule, payload_types } from '@holdfast/protocol';
import { readJson, writeDurableJson } from '../durable-file.ts';
import type { Identity } from '../identity.ts';
import { openJson } from './envelope.ts';

/** What holds until a server has said otherwise. */
export function desiredAtFirst(device: string): DesiredState {
  return {
    generation: 0,
    device,
    assignment: null,
    capture: { window_inferences: 1000, sample_every: 0, sample_every_drifted: 0 },
    poll_ms: 60_000,
  };
}

/** Fails with HF-AGENT-006 (signature) or HF-AGENT-007 (another device, or not a desired state). */
export function openDesired(envelope: Envelope, identity: Identity): DesiredState {
  const desired = openJson(envelope, payload_types.desired, identity.keys, 'HF-AGENT-006') as DesiredState;
  if (desired?.device !== identity.device) throw failure('HF-AGENT-007', { saw: `device ${String(desired?.device)}`, expected: `device ${identity.device}` });
  const problem = problemIn(desired);
  if (problem) throw failure('HF-AGENT-007', { saw: problem, expected: 'a whole desired state' });
  return desired;
}

function problemIn(desired: DesiredState): string | null {
  const { generation, capture, poll_ms, assignment } = desired;
  if (!Number.isSafeInteger(generation) || generation < 0) return `generation ${String(generation)}`;
  if (!(Number.isSafeInteger(poll_ms) && poll_ms >= 50 && poll_ms <= 86_400_000)) return `poll_ms ${String(poll_ms)}`;
  if (!(Number.isSafeInteger(capture?.window_inferences) && capture.window_inferences >= 1)) return `window_inferences ${String(capture?.window_inferences)}`;
  if (desired.no_bundle !== undefined && (assignment !== null || typeof desired.no_bundle?.rollout !== 'string'))
    return 'no_bundle beside an assignment, or without a rollout';
  const samples = [capture.sample_every, capture.sample_every_drifted, capture.predictions_every ?? 0];
  if (!samples.every((every) => Number.isSafeInteger(every) && every >= 0)) return `sample_every ${samples.join(', ')}`;
  return problemInQuarantine(capture.quarantine) ?? problemInWatch(desired.watch) ?? (assignment === null ? null : problemInAssignment(assignment));
}

function problemInQuarantine(rule: DesiredState['capture']['quarantine']): string | null {
  if (rule === undefined) return null;
  const good = Number.isFinite(rule?.confidence_below) && Number.isSafeInteger(rule.an_hour_max) && rule.an_hour_max >= 1;
  return good ? null : `quarantine ${JSON.stringify(rule).slice(0, 200)}`;
}

const watched_models_max = 16;

function problemInWatch(rules: DesiredState['watch']): string | null {
  if (rules === undefined) return null; // from a server before rules were sent: the default holds
  if (!Array.isArray(rules) || rules.length > watched_models_max) return `watch is not a list of at most ${watched_models_max} rules`;
  const good = (rule: WatchRule & { model: string }) =>
    typeof rule?.model === 'string' &&
    rule.false_alarms_per_device_month > 0 &&
    rule.distance_min >= 0 &&
    [rule.windows_to_open, rule.windows_to_resolve].every((windows) => Number.isSafeInteger(windows) && windows >= 1);
  const bad = rules.find((rule) => !good(rule));
  return bad === undefined ? null : `the watch rule ${JSON.stringify(bad).slice(0, 200)}`;
}

function problemInAssignment(assignment: DesiredAssignment): string | null {
  const { rollout, bundle, probation } = assignment;
  if (typeof rollout !== 'string') return 'an assignment without a rollout';
  if (!isDigest(String(bundle?.digest)) || !Number.isSafeInteger(bundle.size_bytes) || bundle.size_bytes < 12) return `bundle ${String(bundle?.digest)}`;
  const names: readonly (keyof Probation)[] = ['inferences_min', 'seconds_min', 'seconds_max', 'crashes_max', 'suspect_windows_max'];
  return names.every((name) => Number.isFinite(probation?.[name]) && probation[name] >= 0) ? null : 'an assignment without a probation';
}

export class DesiredFile {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = `${folder}/desired.json`;
  }

  load(identity: Identity): DesiredState {
    const envelope = readJson(this.#path) as Envelope | undefined;
    return envelope === undefined ? desiredAtFirst(identity.device) : openDesired(envelope, identity);
  }

  save(envelope: Envelope): void {
    writeDurableJson(this.#path, envelope, 0o600);
  }
}
