// Alerts: read verdicts as they come and keep one open alert for each cause. Devices join it and are cleared from it.
import { type Clock, type RandomBytes, failure, makeId } from '@holdfast/base';
import type { Fleet } from '@holdfast/fleet';
import type { MonitorRow, Monitors, VerdictRow } from '@holdfast/monitors';
import { type Db, announce } from '@holdfast/postgres';
import * as table from './alert-table.ts';
import type { AlertRow } from './alert-table.ts';
import { causeOf } from './words.ts';

const verdicts_a_turn = 200;

/** The cause that an alert stands for: a model that drifts under a monitor, whichever version and device. */
export const dedupeKey = (verdict: Pick<VerdictRow, 'monitor' | 'model'>) => `drift/${verdict.model}/${verdict.monitor}`;

export class Alerts {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #monitors: Monitors;
  readonly #fleet: Fleet;

  constructor(options: { db: Db; clock: Clock; random: RandomBytes; monitors: Monitors; fleet: Fleet }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#monitors = options.monitors;
    this.#fleet = options.fleet;
  }

  /** Takes up the next verdicts; true where there may be more. Cursor, streaks and alerts are one commit. */
  async turn(): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      if (!(await this.#monitors.takeTurn(trx, 'alerts'))) return false;
      const verdicts = await this.#monitors.verdictsAfter(trx, await table.readCursor(trx), verdicts_a_turn);
      if (verdicts.length === 0) return false;
      const monitors = new Map((await this.#monitors.list()).map((m) => [m.name, m]));
      for (const verdict of verdicts) await this.#take(trx, verdict, monitors.get(verdict.monitor));
      await table.writeCursor(trx, verdicts.at(-1)!.id);
      return verdicts.length === verdicts_a_turn;
    });
  }

  async #take(trx: Db, verdict: VerdictRow, monitor: MonitorRow | undefined): Promise<void> {
    if (!monitor) return; // the monitor was removed after its verdict
    const streak = await table.addToStreak(trx, verdict.monitor, verdict.device, verdict.drifted);
    const open = await table.findOpen(trx, dedupeKey(verdict));
    if (verdict.drifted && streak.drifted >= monitor.windows_to_open) await this.#join(trx, verdict, open);
    else if (open && streak.clean >= monitor.windows_to_resolve) await this.#clear(trx, verdict, open);
  }

  /** Opens the alert where there is none, and takes the device in. */
  async #join(trx: Db, verdict: VerdictRow, open: AlertRow | undefined): Promise<void> {
    const now = this.#clock.wall_ms();
    const alert = open ?? (await this.#open(trx, verdict));
    const known = await table.findDevice(trx, alert.id, verdict.device);
    const features = verdict.readings
      .filter((r) => r.drifted)
      .toSorted((a, b) => b.distance - a.distance)
      .map(({ drifted: _drifted, ...feature }) => feature);
    await table.putDevice(trx, { alert: alert.id, device: verdict.device, since_ms: known?.since_ms ?? verdict.at_ms, cleared_ms: null, features });
    if (known?.cleared_ms === null) return;
    await table.setState(trx, alert.id, { updated_ms: now });
    await table.addEvent(trx, { alert: alert.id, at_ms: now, kind: open ? 'device_joined' : 'opened', device: verdict.device });
    await announce(trx, 'alerts');
  }

  async #open(trx: Db, verdict: VerdictRow): Promise<AlertRow> {
    const row: AlertRow = {
      id: makeId('alert', this.#random),
      dedupe_key: dedupeKey(verdict),
      state: 'firing',
      monitor: verdict.monitor,
      model: verdict.model,
      model_version: verdict.model_version,
      since_ms: verdict.at_ms,
      updated_ms: this.#clock.wall_ms(),
      resolved_ms: null,
      acknowledged: null,
      silenced: null,
    };
    await table.insertAlert(trx, row);
    return row;
  }

  /** Clears the device; the last one resolves the alert. */
  async #clear(trx: Db, verdict: VerdictRow, alert: AlertRow): Promise<void> {
    const device = await table.findDevice(trx, alert.id, verdict.device);
    if (!device || device.cleared_ms !== null) return;
    const now = this.#clock.wall_ms();
    await table.clearDevice(trx, alert.id, verdict.device, now);
    await table.addEvent(trx, { alert: alert.id, at_ms: now, kind: 'device_cleared', device: verdict.device });
    const left = (await table.devicesOf(trx, [alert.id])).filter((d) => d.cleared_ms === null);
    if (left.length === 0) {
      await table.setState(trx, alert.id, { state: 'resolved', updated_ms: now, resolved_ms: now });
      await table.addEvent(trx, { alert: alert.id, at_ms: now, kind: 'resolved', device: null });
    }
    await announce(trx, 'alerts');
  }

  eventsAfter(db: Db, id: number, limit: number) {
    return table.eventsAfter(db, id, limit);
  }
  lastEvents(limit: number) {
    return table.lastEvents(this.#db, limit);
  }
  takeTurn(trx: Db, name: string): Promise<boolean> {
    return this.#monitors.takeTurn(trx, name);
  }
  row(id: string, db: Db = this.#db) {
    return table.findAlert(db, id);
  }
  devicesOf(id: string, db: Db = this.#db) {
    return table.devicesOf(db, [id]);
  }
  drifted() {
    return table.driftedDevices(this.#db);
  }

  async list(state: 'open' | AlertRow['state'] | undefined, limit: number) {
    return this.#describe(await table.listAlerts(this.#db, state, limit));
  }
  async alert(id: string) {
    const row = await table.findAlert(this.#db, id);
    if (!row) throw failure('HF-REQ-004', { kind: 'alert', name: id });
    return (await this.#describe([row]))[0]!;
  }
  async acknowledge(id: string, by: string, reason: string) {
    await this.#mustBeOpen(id, 'acknowledged');
    const now = this.#clock.wall_ms();
    await table.setAcknowledged(this.#db, id, { by, at_ms: now, reason }, now);
    await announce(this.#db, 'alerts');
    return this.alert(id);
  }
  async silence(id: string, by: string, reason: string, for_ms: number) {
    await this.#mustBeOpen(id, 'silenced');
    const now = this.#clock.wall_ms();
    await table.setSilenced(this.#db, id, { by, until_ms: now + for_ms, reason }, now);
    await announce(this.#db, 'alerts');
    return this.alert(id);
  }

  async #mustBeOpen(id: string, action: string): Promise<void> {
    const { state } = await this.alert(id);
    if (state === 'resolved') throw failure('HF-ALERT-001', { alert: id, state, action });
  }

  async #describe(rows: readonly AlertRow[]) {
    const devices = await table.devicesOf(this.#db, rows.map((row) => row.id));
    const names = new Map((await this.#fleet.byId([...new Set(devices.map((d) => d.device))])).map((d) => [d.id, d.name]));
    return rows.map(({ dedupe_key, ...row }) => {
      const mine = devices.filter((d) => d.alert === row.id).map(({ alert: _alert, device, ...d }) => ({ id: device, name: names.get(device) ?? device, ...d }));
      return { ...row, key: dedupe_key, title: titleOf(row.model, mine.length), cause: causeOf(mine), suggestion: suggestionOf(row.model), devices: mine };
    });
  }
}

const titleOf = (model: string, devices: number) => `${model} sees other inputs than it was made for on ${devices} device${devices === 1 ? '' : 's'}`;
const suggestionOf = (model: string) => `Look at the images of these devices, label a few, and retrain ${model}; if the camera is at fault, mend the camera.`;
