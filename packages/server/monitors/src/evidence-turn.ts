// monitors: one turn of one monitor: takes windows into the evidence of their devices, in rounds of one window a device in the order of their time, and
// decides after each round over the streams of all devices. So a verdict does not depend on how many windows a turn happened to read.
import { DeviceEvidence, type ProfileLaw, type ReferenceProfile, type StreamReading, discoveryThreshold, packEvidence, unpackEvidence } from '@holdfast/stats';
import type { WindowRow } from '@holdfast/telemetry';
import { type Known, admit } from './admit.ts';
import { budgetThreshold, discoveryLevel } from './budget.ts';
import type { EvidenceRow } from './evidence-table.ts';
import type { MonitorRow } from './monitor-table.ts';
import type { NotJudgedReason } from './profiles.ts';

export interface JudgeableWindow {
  readonly window: WindowRow;
  readonly profile: ReferenceProfile;
  readonly law: ProfileLaw;
}
interface Ledger extends Known {
  readonly evidence: DeviceEvidence;
}
export interface TurnHooks {
  /** Of a profile that evidence was gathered under before; null where it is gone. */
  readonly lawOf: (profile: string) => ProfileLaw | null;
  /** Every row of the monitor that counts for its decisions. */
  readonly allLogE: () => Promise<readonly Pick<EvidenceRow, 'device' | 'log_e'>[]>;
  readonly judged: (one: JudgeableWindow, streams: readonly StreamReading[]) => void;
  readonly refused: (window: WindowRow, reason: NotJudgedReason) => void;
}

export class EvidenceTurn {
  readonly #monitor: MonitorRow;
  readonly #now_ms: number;
  readonly #hooks: TurnHooks;
  readonly #stored: Map<string, EvidenceRow>;
  readonly #ledgers = new Map<string, Ledger>();
  /** log e of the streams of every device; read when a decision first needs it. */
  #fleet: Map<string, Float32Array> | null = null;

  constructor(monitor: MonitorRow, stored: readonly EvidenceRow[], now_ms: number, hooks: TurnHooks) {
    this.#monitor = monitor;
    this.#now_ms = now_ms;
    this.#hooks = hooks;
    this.#stored = new Map(stored.map((row) => [row.device, row]));
  }

  async judge(windows: readonly JudgeableWindow[]): Promise<void> {
    for (const round of roundsOf(windows)) {
      const merged = round.filter((one) => this.#merge(one));
      const found = await this.#discoveryThreshold(merged);
      for (const one of merged) this.#hooks.judged(one, this.#settle(this.#ledgers.get(one.window.device)!.evidence, found));
    }
  }

  /** What has changed, for the table. */
  rows(): EvidenceRow[] {
    return [...this.#ledgers].map(([device, { evidence, profile, started_ms, last_to_ms }]) => ({
      device,
      profile,
      started_ms,
      last_to_ms,
      log_e: bufferOf(evidence.logE()),
      state: bufferOf(packEvidence(evidence)),
    }));
  }

  #merge({ window, law }: JudgeableWindow): boolean {
    const known = this.#ledgers.get(window.device) ?? this.#open(window, law);
    const how = admit(window, known, this.#now_ms);
    if (how !== 'merge' && how !== 'anew') {
      this.#hooks.refused(window, how);
      return false;
    }
    const { profile, from_ms, to_ms } = window;
    const in_order = !known || to_ms > known.last_to_ms;
    const evidence = how === 'merge' ? known!.evidence : (known?.evidence.anew(law) ?? new DeviceEvidence(law));
    evidence.merge({ ...window.body, from_ms, to_ms }, in_order);
    const started_ms = how === 'merge' ? known!.started_ms : from_ms;
    this.#ledgers.set(window.device, { profile, started_ms, last_to_ms: Math.max(to_ms, known?.last_to_ms ?? to_ms), evidence });
    return true;
  }

  /** What the table has of the device, gathered under the profile of then; null where there is nothing to go on with. */
  #open(window: WindowRow, law: ProfileLaw): Ledger | null {
    const row = this.#stored.get(window.device);
    if (!row) return null;
    const law_then = row.profile === window.profile ? law : this.#hooks.lawOf(row.profile);
    const evidence = law_then && unpackEvidence(row.state, law_then);
    return { ...row, evidence: evidence ?? new DeviceEvidence(law) };
  }

  #settle(evidence: DeviceEvidence, found: number): StreamReading[] {
    return evidence.settle(Math.max(found, this.#budgetThreshold(evidence)), this.#monitor);
  }

  #budgetThreshold(evidence: DeviceEvidence): number {
    return budgetThreshold(this.#monitor.false_alarms_per_device_month, evidence.law.length);
  }

  /** log of what e-BH asks for now; Infinity where none of these has the evidence that the budget asks for, so that it need not be asked. */
  async #discoveryThreshold(merged: readonly JudgeableWindow[]): Promise<number> {
    const evidences = merged.map((one) => [one.window.device, this.#ledgers.get(one.window.device)!.evidence] as const);
    if (this.#fleet) for (const [device, evidence] of evidences) this.#fleet.set(device, evidence.logE());
    if (!evidences.some(([, evidence]) => evidence.reaches(this.#budgetThreshold(evidence)))) return Number.POSITIVE_INFINITY;
    const fleet = (this.#fleet ??= await this.#readFleet());
    return discoveryThreshold(flat([...fleet.values()]), discoveryLevel(this.#monitor.false_alarms_per_device_month));
  }

  async #readFleet(): Promise<Map<string, Float32Array>> {
    const fleet = new Map((await this.#hooks.allLogE()).map((row) => [row.device, floatsOf(row.log_e)]));
    for (const [device, { evidence }] of this.#ledgers) fleet.set(device, evidence.logE());
    return fleet;
  }
}

/** The n-th window of each device, in the order of their time. */
function roundsOf(windows: readonly JudgeableWindow[]): JudgeableWindow[][] {
  const rounds: JudgeableWindow[][] = [];
  const taken = new Map<string, number>();
  for (const one of windows.toSorted((a, b) => a.window.to_ms - b.window.to_ms)) {
    const round = taken.get(one.window.device) ?? 0;
    (rounds[round] ??= []).push(one);
    taken.set(one.window.device, round + 1);
  }
  return rounds;
}

function flat(lists: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array): Buffer => Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
/** A copy: the bytes of a row need not lie where 32-bit numbers may. */
const floatsOf = (bytes: Buffer): Float32Array => new Float32Array(new Uint8Array(bytes).buffer);
