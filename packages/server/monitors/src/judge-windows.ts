// monitors: the windows of a turn, under every monitor of their models: reads the evidence, takes the windows in, writes it back, and gives the verdicts
// and what was not judged, counted by reason. All within the transaction of the turn.
import type { Fleet } from '@holdfast/fleet';
import type { Db } from '@holdfast/postgres';
import type { ProfileLaw } from '@holdfast/stats';
import type { WindowRow } from '@holdfast/telemetry';
import { epoch_ms } from './budget.ts';
import { readEvidence, writeEvidence } from './evidence-table.ts';
import { EvidenceTurn, type JudgeableWindow } from './evidence-turn.ts';
import { readFleetEvidence } from './fleet-evidence.ts';
import { judge } from './judge.ts';
import { type JudgedWindow, type MonitorRow, type NotJudgedRow, type VerdictRow, judgedAmong } from './monitor-table.ts';
import type { FoundProfile, NotJudgedReason, Profiles } from './profiles.ts';

export interface JudgeScope {
  readonly trx: Db;
  readonly profiles: Profiles;
  readonly fleet: Fleet;
  readonly now_ms: number;
}
export interface Judged {
  readonly verdicts: Omit<VerdictRow, 'id'>[];
  readonly not_judged: NotJudgedRow[];
}

export async function judgeWindows(scope: JudgeScope, monitors: readonly MonitorRow[], windows: readonly WindowRow[]): Promise<Judged> {
  const found = new Map<string, FoundProfile>();
  for (const digest of new Set(windows.map((window) => window.profile))) found.set(digest, await scope.profiles.find(digest));
  const before = new Set((await judgedAmong(scope.trx, windows.map(timeOf))).map((one) => keyOf(one)));
  const counter = new NotJudgedCounter();
  const verdicts: Judged['verdicts'] = [];
  for (const monitor of monitors) {
    const mine = windows.filter((window) => window.model === monitor.model);
    if (mine.length > 0) verdicts.push(...(await judgeBy(scope, monitor, judgeable(monitor, mine, { found, before, counter }), counter)));
  }
  return { verdicts: inOrderOf(windows, verdicts), not_judged: counter.rows() };
}

interface Sieve {
  readonly found: ReadonlyMap<string, FoundProfile>;
  /** Keys of the windows that have a verdict. */
  readonly before: Set<string>;
  readonly counter: NotJudgedCounter;
}

/** The windows with a profile, each once. */
function judgeable(monitor: MonitorRow, windows: readonly WindowRow[], { found, before, counter }: Sieve): JudgeableWindow[] {
  return windows.flatMap((window) => {
    const known = found.get(window.profile)!;
    const key = keyOf({ ...window, ...timeOf(window), monitor: monitor.name });
    if (!('profile' in known)) counter.add(monitor, window, known.reason, known.detail);
    else if (before.has(key)) counter.add(monitor, window, 'twice', numberOf(window));
    else {
      before.add(key);
      return [{ window, ...known }];
    }
    return [];
  });
}

async function judgeBy({ trx, profiles, fleet, now_ms }: JudgeScope, monitor: MonitorRow, windows: readonly JudgeableWindow[], counter: NotJudgedCounter) {
  const stored = await readEvidence(trx, monitor.name, [...new Set(windows.map((one) => one.window.device))]);
  const laws = new Map<string, ProfileLaw>();
  for (const digest of new Set(stored.map((row) => row.profile))) {
    const known = await profiles.find(digest);
    if ('law' in known) laws.set(digest, known.law);
  }
  const verdicts: Judged['verdicts'] = [];
  const turn = new EvidenceTurn(monitor, stored, now_ms, {
    lawOf: (profile) => laws.get(profile) ?? null,
    fleet: () => readFleetEvidence({ db: trx, profiles, monitor: monitor.name, since_ms: now_ms - epoch_ms }, fleet),
    judged: ({ window, profile }, streams) => verdicts.push({ ...placeOf(monitor, window), ...judge(window.body, profile, monitor, streams) }),
    refused: (window, reason) => counter.add(monitor, window, reason, numberOf(window)),
  });
  await turn.judge(windows);
  await writeEvidence(trx, monitor.name, turn.rows());
  return verdicts;
}

const placeOf = (monitor: MonitorRow, window: WindowRow) => ({
  monitor: monitor.name,
  window_id: window.id,
  device: window.device,
  model: window.model,
  model_version: window.model_version,
  window_number: window.window_number,
  at_ms: window.to_ms,
  inferences: window.inferences,
});

const timeOf = (window: WindowRow) => ({ device: window.device, at_ms: window.to_ms });
const keyOf = (one: JudgedWindow) => JSON.stringify([one.monitor, one.device, one.model_version, one.window_number, one.at_ms]);
const numberOf = (window: WindowRow) => `window ${window.window_number} of version ${window.model_version}`;

/** Verdicts are read in the order of their ids: a device's windows in the order of their time, devices as their windows came. */
function inOrderOf(windows: readonly WindowRow[], verdicts: Judged['verdicts']): Judged['verdicts'] {
  const order = new Map<string, number>();
  for (const { device } of windows) if (!order.has(device)) order.set(device, order.size);
  return verdicts.toSorted((a, b) => order.get(a.device)! - order.get(b.device)! || a.at_ms - b.at_ms);
}

class NotJudgedCounter {
  readonly #rows = new Map<string, NotJudgedRow>();

  add(monitor: MonitorRow, window: WindowRow, reason: NotJudgedReason, detail: string): void {
    const key = `${monitor.name} ${reason}`;
    const windows = (this.#rows.get(key)?.windows ?? 0) + 1;
    this.#rows.set(key, { monitor: monitor.name, reason, windows, last_ms: window.to_ms, device: window.device, detail });
  }
  rows(): NotJudgedRow[] {
    return [...this.#rows.values()];
  }
}
