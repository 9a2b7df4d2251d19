// Monitors: read closed windows as they come, in commit order, and write one verdict for each; one that cannot be judged is counted with its reason.
import { type Clock, checkName, failure } from '@holdfast/base';
import type { Fleet } from '@holdfast/fleet';
import { type Actor, type Audit, type Db, announce, serverActor } from '@holdfast/postgres';
import { watch_rule_default } from '@holdfast/protocol';
import type { Registry } from '@holdfast/registry';
import { type LocatedChanges, evidenceOfDevices } from '@holdfast/stats';
import type { Telemetry } from '@holdfast/telemetry';
import { budgetThreshold, discoveryLevel, epoch_ms, fleetBudget } from './budget.ts';
import { countWatched, forgetEvidence, someReaches, watchedDevices } from './evidence-table.ts';
import { readFleetEvidence, readStreamEvidence } from './fleet-evidence.ts';
import { ruleSentence } from './judge.ts';
import { judgeWindows } from './judge-windows.ts';
import * as table from './monitor-table.ts';
import type { MonitorRow, MonitorStop, VerdictRow } from './monitor-table.ts';
import { BundleMonitors, type OwnMonitors } from './own-monitors.ts';
import { type Cut, type MeasuredSegments, type Performance, type PerformanceQuery, measuredBy, performanceOf } from './performance/performance.ts';
import { Segments, segmentsBy } from './performance/segments.ts';
import { Profiles, not_judged_reasons } from './profiles.ts';
import { mostSensitive } from './sensitivity.ts';
import { WordsOfModels } from './words.ts';

const windows_a_turn = 500;
const verdicts_shown_max = 10_000;

/** What a model without a monitor of its own is watched by. */
const defaults = { ...watch_rule_default, enabled: true } as const;

const nothing_changed: LocatedChanges = { found: [], cohorts: { taken: 0, of: 0 }, features: { taken: 0, of: 0 } };

export interface MonitorOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly telemetry: Telemetry;
  readonly registry: Registry;
  readonly fleet: Fleet;
}
export type MonitorSet = { readonly model: string } & { readonly [K in keyof Omit<MonitorRow, 'name' | 'model' | 'created_ms'>]?: MonitorRow[K] | undefined };

export class Monitors {
  readonly #o: MonitorOptions;
  readonly #db: Db;
  readonly #profiles: Profiles;
  readonly #words: WordsOfModels;
  readonly #own: BundleMonitors;
  #rules_told = false;

  constructor(options: MonitorOptions) {
    this.#o = options;
    this.#db = options.db;
    this.#profiles = new Profiles(options.registry, options.telemetry);
    this.#words = new WordsOfModels(options.registry, this.#profiles);
    this.#own = new BundleMonitors(options.registry);
  }

  /** Judges the next windows; true where there may be more. Cursor, evidence and verdicts are one commit: the same window, once. */
  async turn(): Promise<boolean> {
    if (!this.#rules_told) await this.#tellAllRules();
    return this.#db.transaction().execute(async (trx) => {
      if (!(await table.takeTurn(trx, 'monitors'))) return false;
      const windows = await this.#o.telemetry.windowsAfter(trx, await table.readCursor(trx), windows_a_turn);
      if (windows.length === 0) return false;
      for (const model of new Set(windows.map((w) => w.model))) await this.#addDefault(trx, model);
      const monitors = (await table.listMonitors(trx)).filter((monitor) => monitor.enabled);
      const { verdicts, not_judged } = await judgeWindows(
        { trx, profiles: this.#profiles, fleet: this.#o.fleet, now_ms: this.#o.clock.wall_ms() },
        monitors,
        windows,
      );
      if (verdicts.length > 0) await table.insertVerdicts(trx, verdicts);
      await table.countNotJudged(trx, not_judged);
      const last = windows.at(-1)!;
      await table.writeCursor(trx, { xact: last.xact, id: Number(last.id) });
      await announce(trx, 'drift');
      return windows.length === windows_a_turn;
    });
  }

  async #addDefault(trx: Db, model: string): Promise<void> {
    const row = { name: `default-${model}`.slice(0, 100), model, ...defaults, created_ms: this.#o.clock.wall_ms() };
    if (!(await table.addWhereNone(trx, row))) return;
    await this.#o.audit(trx, { by: serverActor(), action: 'monitor.put', object: row.name, before: null, after: row });
  }

  /** How good a model is by the labels that came. */
  measured(query: PerformanceQuery, cutsOf?: (devices: readonly string[]) => Promise<readonly Cut[]>): Promise<MeasuredSegments> {
    return measuredBy(this.#o.telemetry, query, cutsOf);
  }
  /** How good a model is: by labels, and without; in segments where `by` says by what. */
  performance(query: PerformanceQuery, by?: string): Promise<Performance> {
    const segments = new Segments(by === undefined ? null : segmentsBy(this.#o.fleet, by));
    return performanceOf(this.#o.telemetry, this.#profiles, query, segments);
  }

  verdictsAfter(db: Db, id: number, limit: number): Promise<VerdictRow[]> {
    return table.verdictsAfter(db, id, limit);
  }
  /** Where monitors stopped to watch a model, for who comes after on the loop. */
  stopsAfter(db: Db, id: number, limit: number): Promise<MonitorStop[]> {
    return table.stopsAfter(db, id, limit);
  }
  takeTurn(trx: Db, name: string): Promise<boolean> {
    return table.takeTurn(trx, name);
  }

  /** The monitors that came with the bundles of a version, or of the last ones, and what each looks at; null of a version that the registry does not know. */
  own(model: string, version: number | null): Promise<OwnMonitors | null> {
    return this.#own.of(model, version);
  }

  /** The devices whose windows count for the decisions of a monitor now. */
  watched(db: Db, monitor: string): Promise<string[]> {
    return watchedDevices(db, monitor, this.#since_ms());
  }

  /** log10 of the e-value of a feature on these devices together; null where fewer than three of them have it. */
  async cohortEvidence(db: Db, monitor: string, devices: readonly string[], feature: string): Promise<number | null> {
    const log_e = await readStreamEvidence(this.#evidenceOf(db, monitor), devices, feature);
    return log_e.length < 3 ? null : evidenceOfDevices(log_e) / Math.LN10;
  }

  /** Where features have changed: cohorts by e-BH over cohorts and features, the strongest first. The fleet is read where some device has what its budget asks for. */
  async changes({ name, false_alarms_per_device_month: budget }: Pick<MonitorRow, 'name' | 'false_alarms_per_device_month'>): Promise<LocatedChanges> {
    if (!(await someReaches(this.#db, name, this.#since_ms(), budget))) return nothing_changed;
    const evidence = await readFleetEvidence(this.#evidenceOf(this.#db, name), this.#o.fleet);
    return evidence.reaches((streams) => budgetThreshold(budget, streams)) ? evidence.changes(discoveryLevel(budget)) : nothing_changed;
  }

  #evidenceOf(db: Db, monitor: string) {
    return { db, profiles: this.#profiles, monitor, since_ms: this.#since_ms() };
  }

  #since_ms(): number {
    return this.#o.clock.wall_ms() - epoch_ms;
  }

  /** Every monitor, within the transaction of who asks. */
  rows(db: Db): Promise<MonitorRow[]> {
    return table.listMonitors(db);
  }

  /** The reference profile of this digest as it is shown, its words named where somebody of the model names them; or why there is none. */
  async profile(digest: string, model: string) {
    const found = await this.#profiles.find(digest);
    return 'profile' in found ? { ...found, profile: await this.#words.named(model, found.profile) } : found;
  }

  async list() {
    const [rows, counts, not_judged, watched] = await Promise.all([
      table.listMonitors(this.#db),
      table.countByMonitor(this.#db),
      table.listNotJudged(this.#db),
      countWatched(this.#db, this.#since_ms()),
    ]);
    return rows.map((row) => ({
      ...row,
      budget: fleetBudget(row.false_alarms_per_device_month, watched.get(row.name)),
      ...(counts.get(row.name) ?? { verdicts: 0, drifted: 0, not_comparable: 0 }),
      windows_not_judged: notJudgedBy(row.name, not_judged),
    }));
  }

  /** Makes or changes a monitor of a model that exists. Its rule goes to the devices, and where it stops to watch a model that is told, in the same commit. */
  async put(name: string, set: MonitorSet, by: Actor) {
    checkName(name);
    await this.#o.registry.model(set.model);
    await this.#db.transaction().execute(async (trx) => {
      await table.lockMonitors(trx);
      const before = (await table.findMonitor(trx, name)) ?? null;
      const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
      const after: MonitorRow = { name, ...defaults, created_ms: this.#o.clock.wall_ms(), ...before, model: set.model, ...given };
      await table.putMonitor(trx, after);
      await this.#o.audit(trx, { by, action: 'monitor.put', object: name, before, after });
      if (before?.enabled) await this.#stop(trx, before, after);
      for (const model of new Set([before?.model ?? after.model, after.model])) await this.#tellRule(trx, model);
      await announce(trx, 'drift');
    });
    return (await this.list()).find((m) => m.name === name)!;
  }

  async #stop(trx: Db, before: MonitorRow, after: MonitorRow): Promise<void> {
    const moved = before.model !== after.model;
    if (!moved && after.enabled) return;
    const reason = moved ? `the monitor ${before.name} was given another model to watch, ${after.model}` : `the monitor ${before.name} was disabled`;
    await forgetEvidence(trx, before.name); // one that looks again one day begins anew
    await table.addStop(trx, { monitor: before.name, model: before.model, at_ms: this.#o.clock.wall_ms(), reason });
  }

  async #tellRule(trx: Db, model: string): Promise<void> {
    const monitors = (await table.listMonitors(trx)).filter((monitor) => monitor.model === model);
    await this.#o.fleet.setWatchRule(trx, model, mostSensitive(monitors));
  }

  /** Once a process, for monitors that were made before their rules went to the devices. What is known already changes nothing. */
  async #tellAllRules(): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await table.lockMonitors(trx);
      for (const model of new Set((await table.listMonitors(trx)).map((monitor) => monitor.model))) await this.#tellRule(trx, model);
    });
    this.#rules_told = true;
  }

  /** The monitors of a model, each with its rule in words. Shown are the enabled ones, or the one that is named, which names the model too. */
  async watching(of: { model: string; monitor?: string | undefined }) {
    const [rows, not_judged, watched] = await Promise.all([
      table.listMonitors(this.#db),
      table.listNotJudged(this.#db),
      countWatched(this.#db, this.#since_ms()),
    ]);
    const named = rows.find((row) => row.name === of.monitor);
    if (of.monitor !== undefined && !named) throw failure('HF-REQ-004', { kind: 'monitor', name: of.monitor });
    return rows
      .filter((row) => row.model === (named?.model ?? of.model))
      .map((row) => ({
        ...row,
        shown: named ? row === named : row.enabled,
        sentence: ruleSentence(row),
        budget: fleetBudget(row.false_alarms_per_device_month, watched.get(row.name)),
        windows_not_judged: notJudgedBy(row.name, not_judged),
      }));
  }
  /** The last verdict of each device under each of these monitors, and of how many. */
  lastVerdicts(monitors: readonly string[]): Promise<{ verdicts: VerdictRow[]; of: number }> {
    return table.lastVerdicts(this.#db, monitors, verdicts_shown_max);
  }
  history(device: string, limit: number, monitor?: string): Promise<VerdictRow[]> {
    return table.verdictHistory(this.#db, device, limit, monitor);
  }
  strip(from_ms: number, bucket_ms: number) {
    return table.verdictStrip(this.#db, from_ms, bucket_ms);
  }

  /** The window of a device (the last one, or by id) with its verdict and the profile that it was judged by. */
  async detail(device: string, of: { window_id?: number | undefined; monitor?: string | undefined } = {}) {
    const { window_id, monitor } = of;
    const verdict =
      window_id === undefined
        ? (await table.verdictHistory(this.#db, device, 1, monitor))[0]
        : await table.verdictOfWindow(this.#db, device, window_id, monitor);
    if (!verdict) throw failure('HF-REQ-009', { kind: 'judged window', name: window_id ?? 'the last one', of: `device ${device}`, see: 'drift show' });
    const window = await this.#o.telemetry.window(verdict.window_id);
    const found = await this.profile(window.profile, verdict.model);
    return { verdict, window, profile: 'profile' in found ? found.profile : null };
  }
}

function notJudgedBy(monitor: string, rows: readonly table.NotJudgedRow[]) {
  return rows
    .filter((row) => row.monitor === monitor)
    .map(({ reason, detail, windows, last_ms, device }) => ({ reason: `${not_judged_reasons[reason]} (${detail})`, windows, last_ms, device }));
}
