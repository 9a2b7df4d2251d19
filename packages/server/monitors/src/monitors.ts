// Monitors: read closed windows as they come, in commit order, and write one verdict for each.
import { type Clock, checkName, failure } from '@holdfast/base';
import { type Actor, type Audit, type Db, announce, serverActor } from '@holdfast/postgres';
import type { Registry } from '@holdfast/registry';
import type { ReferenceProfile } from '@holdfast/stats';
import type { Telemetry, WindowRow } from '@holdfast/telemetry';
import { judge, ruleSentence } from './judge.ts';
import * as table from './monitor-table.ts';
import type { MonitorRow, VerdictRow } from './monitor-table.ts';

const windows_a_turn = 200;
const profiles_cached_max = 100;
const profile_bytes_max = 16_777_216;

/** What a model without a monitor of its own is watched by. */
const defaults = { false_alarms_per_device_month: 0.1, distance_min: 0.12, windows_to_open: 2, windows_to_resolve: 3, enabled: true } as const;

export class Monitors {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #audit: Audit;
  readonly #telemetry: Telemetry;
  readonly #registry: Registry;
  readonly #profiles = new Map<string, ReferenceProfile>();

  constructor(options: { db: Db; clock: Clock; audit: Audit; telemetry: Telemetry; registry: Registry }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#audit = options.audit;
    this.#telemetry = options.telemetry;
    this.#registry = options.registry;
  }

  /** Judges the next windows; true where there may be more. Cursor and verdicts are one commit: the same window, once. */
  async turn(): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      if (!(await table.takeTurn(trx, 'monitors'))) return false;
      const windows = await this.#telemetry.windowsAfter(trx, await table.readCursor(trx), windows_a_turn);
      if (windows.length === 0) return false;
      const verdicts = await this.#judgeAll(trx, windows);
      if (verdicts.length > 0) await table.insertVerdicts(trx, verdicts);
      const last = windows.at(-1)!;
      await table.writeCursor(trx, { xact: last.xact, id: Number(last.id) });
      await announce(trx, 'drift');
      return windows.length === windows_a_turn;
    });
  }

  async #judgeAll(trx: Db, windows: readonly WindowRow[]): Promise<Omit<VerdictRow, 'id'>[]> {
    for (const model of new Set(windows.map((w) => w.model))) await this.#addDefault(trx, model);
    const monitors = await table.listMonitors(trx);
    const verdicts: Omit<VerdictRow, 'id'>[] = [];
    for (const window of windows) {
      const profile = await this.#profile(window.profile);
      if (!profile) continue; // a profile that this server never packaged: nothing to compare with
      for (const monitor of monitors.filter((m) => m.enabled && m.model === window.model)) verdicts.push(verdictOf(monitor, window, profile));
    }
    return verdicts;
  }

  async #addDefault(trx: Db, model: string): Promise<void> {
    const row = { name: `default-${model}`.slice(0, 100), model, ...defaults, created_ms: this.#clock.wall_ms() };
    if (!(await table.addMonitor(trx, row))) return;
    await this.#audit(trx, { by: serverActor(), action: 'monitor.put', object: row.name, before: null, after: row });
  }

  async #profile(digest: string): Promise<ReferenceProfile | null> {
    const cached = this.#profiles.get(digest);
    if (cached) return cached;
    const stat = await this.#registry.blobs.stat(digest);
    if (!stat || stat.size_bytes > profile_bytes_max) return null;
    const profile = readProfile(await this.#registry.blobs.bytes(digest));
    if (!profile) return null; // a device names its profile: a digest of something else must not stop the others
    if (this.#profiles.size >= profiles_cached_max) this.#profiles.clear();
    this.#profiles.set(digest, profile);
    return profile;
  }

  verdictsAfter(db: Db, id: number, limit: number): Promise<VerdictRow[]> {
    return table.verdictsAfter(db, id, limit);
  }
  takeTurn(trx: Db, name: string): Promise<boolean> {
    return table.takeTurn(trx, name);
  }

  async list() {
    const counts = await table.countByMonitor(this.#db);
    return (await table.listMonitors(this.#db)).map((row) => ({ ...row, ...(counts.get(row.name) ?? { verdicts: 0, drifted: 0 }) }));
  }
  async monitor(name: string): Promise<MonitorRow> {
    const row = await table.findMonitor(this.#db, name);
    if (!row) throw failure('HF-REQ-004', { kind: 'monitor', name });
    return row;
  }
  async put(
    name: string,
    set: { model: string } & { readonly [K in keyof Omit<MonitorRow, 'name' | 'model' | 'created_ms'>]?: MonitorRow[K] | undefined },
    by: Actor,
  ) {
    checkName(name);
    const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
    await this.#db.transaction().execute(async (trx) => {
      const before = await table.lockMonitor(trx, name);
      const after = { name, ...defaults, created_ms: this.#clock.wall_ms(), ...before, model: set.model, ...given };
      await table.putMonitor(trx, after);
      await this.#audit(trx, { by, action: 'monitor.put', object: name, before, after });
    });
    return (await this.list()).find((m) => m.name === name)!;
  }

  lastVerdicts(model: string): Promise<VerdictRow[]> {
    return table.lastVerdicts(this.#db, model);
  }
  history(device: string, limit: number): Promise<VerdictRow[]> {
    return table.verdictHistory(this.#db, device, limit);
  }
  strip(from_ms: number, bucket_ms: number) {
    return table.verdictStrip(this.#db, from_ms, bucket_ms);
  }
  async rule(model: string): Promise<{ sentence: string; distance_min: number }> {
    const row = (await table.listMonitors(this.#db)).find((m) => m.model === model) ?? defaults;
    return { sentence: ruleSentence(row), distance_min: row.distance_min };
  }

  /** The window of a device (the last one, or by id) with its verdict and the profile that it was judged by. */
  async detail(device: string, window_id?: number) {
    const verdict = window_id === undefined ? (await table.verdictHistory(this.#db, device, 1))[0] : await table.verdictOfWindow(this.#db, device, window_id);
    if (!verdict) throw failure('HF-REQ-009', { kind: 'judged window', name: window_id ?? 'the last one', of: `device ${device}`, see: 'drift show' });
    const window = await this.#telemetry.window(verdict.window_id);
    return { verdict, window, profile: await this.#profile(window.profile) };
  }
}

/** The profile in these bytes; null where they are none. */
function readProfile(bytes: Uint8Array): ReferenceProfile | null {
  let profile: ReferenceProfile;
  try {
    profile = JSON.parse(new TextDecoder().decode(bytes)) as ReferenceProfile;
  } catch {
    return null; // the file of another kind
  }
  const whole = profile?.v === 1 && Array.isArray(profile.features) && Array.isArray(profile.classes?.counts);
  return whole && profile.features.every((f) => Array.isArray(f.edges) && Array.isArray(f.counts) && Number.isFinite(f.moments?.mean)) ? profile : null;
}

function verdictOf(monitor: MonitorRow, window: WindowRow, profile: ReferenceProfile): Omit<VerdictRow, 'id'> {
  return {
    monitor: monitor.name,
    window_id: window.id,
    device: window.device,
    model: window.model,
    model_version: window.model_version,
    window_number: window.window_number,
    at_ms: window.to_ms,
    inferences: window.inferences,
    ...judge(window.body, profile, monitor),
  };
}
