// monitors: one turn of one monitor: takes windows into the evidence of their devices, in rounds of one window a device in the order of their time, and
// decides after each round over the streams of all devices. So a verdict does not depend on how many windows a turn happened to read.
import { DeviceEvidence, type ProfileLaw, type ReferenceProfile, type StreamReading, packEvidence, unpackEvidence } from '@holdfast/stats';
import type { WindowRow } from '@holdfast/telemetry';
import { type Known, admit } from './admit.ts';
import { budgetThreshold, discoveryLevel } from './budget.ts';
import type { EvidenceRow } from './evidence-table.ts';
import type { FleetEvidence, Needed } from './fleet-evidence.ts';
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
  /** Of every device that counts for the decisions of the monitor, as it is stored. */
  readonly fleet: () => Promise<FleetEvidence>;
  readonly judged: (one: JudgeableWindow, streams: readonly StreamReading[]) => void;
  readonly refused: (window: WindowRow, reason: NotJudgedReason) => void;
}

export class EvidenceTurn {
  readonly #monitor: MonitorRow;
  readonly #now_ms: number;
  readonly #hooks: TurnHooks;
  readonly #stored: Map<string, EvidenceRow>;
  readonly #ledgers = new Map<string, Ledger>();
  /** Of every device; read when a decision first needs it. */
  #fleet: FleetEvidence | null = null;

  constructor(monitor: MonitorRow, stored: readonly EvidenceRow[], now_ms: number, hooks: TurnHooks) {
    this.#monitor = monitor;
    this.#now_ms = now_ms;
    this.#hooks = hooks;
    this.#stored = new Map(stored.map((row) => [row.device, row]));
  }

  async judge(windows: readonly JudgeableWindow[]): Promise<void> {
    for (const round of roundsOf(windows)) {
      const merged = round.filter((one) => this.#merge(one));
      const needed = await this.#needed(merged.map((one) => one.window.device));
      for (const one of merged) this.#hooks.judged(one, this.#settle(one.window.device, needed));
    }
  }

  /** What has changed, for the table. */
  rows(): EvidenceRow[] {
    return [...this.#ledgers].map(([device, { evidence, profile, started_ms, last_to_ms }]) => {
      const log_e = evidence.logE();
      return { device, profile, started_ms, last_to_ms, log_e: bufferOf(log_e), log_e_max: greatestOf(log_e), state: bufferOf(packEvidence(evidence)) };
    });
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

  #settle(device: string, needed: Needed): StreamReading[] {
    const { evidence } = this.#ledgers.get(device)!;
    const budget = this.#budgetThreshold(evidence);
    return evidence.settle((stream) => Math.max(budget, needed(device, stream)), this.#monitor);
  }

  #budgetThreshold(evidence: DeviceEvidence): number {
    return budgetThreshold(this.#monitor.false_alarms_per_device_month, evidence.law.length);
  }

  /** What is asked for now. Where none of these devices has the evidence that the budget asks for, the fleet need not be asked. */
  async #needed(merged: readonly string[]): Promise<Needed> {
    if (this.#fleet) this.#bringUp(this.#fleet, merged);
    const reach = merged.some((device) => {
      const { evidence } = this.#ledgers.get(device)!;
      return evidence.reaches(this.#budgetThreshold(evidence));
    });
    if (!reach) return () => Number.POSITIVE_INFINITY;
    if (!this.#fleet) {
      this.#fleet = await this.#hooks.fleet();
      this.#bringUp(this.#fleet, [...this.#ledgers.keys()]);
    }
    return this.#fleet.needed(discoveryLevel(this.#monitor.false_alarms_per_device_month));
  }

  #bringUp(fleet: FleetEvidence, devices: readonly string[]): void {
    for (const device of devices) {
      const { evidence } = this.#ledgers.get(device)!;
      fleet.set(device, evidence.law, evidence.logE());
    }
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

/** NaN is no evidence. */
const greatestOf = (log_e: Float32Array): number => log_e.reduce((most, one) => (one > most ? one : most), Number.NEGATIVE_INFINITY);
const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array): Buffer => Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
