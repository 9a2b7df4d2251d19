// Alerts: read verdicts as they come and keep one open alert for each cause. Devices join it and are cleared from it.
import { type Clock, type RandomBytes, failure, makeId } from '@holdfast/base';
import type { Fleet } from '@holdfast/fleet';
import type { MonitorRow, Monitors, Reading, VerdictRow } from '@holdfast/monitors';
import { type Actor, type Audit, type Db, announce, serverActor } from '@holdfast/postgres';
import * as table from './alert-table.ts';
import type { AlertRow } from './alert-table.ts';
import { causeOf, suggestionOf, titleOf } from './words.ts';

const verdicts_a_turn = 200;
const stops_a_turn = 200;

/** The cause that an alert stands for: a model that drifts under a monitor, whichever version and device. */
export const dedupeKey = (verdict: Pick<VerdictRow, 'monitor' | 'model'>) => `drift/${verdict.model}/${verdict.monitor}`;

export class Alerts {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #audit: Audit;
  readonly #monitors: Monitors;
  readonly #fleet: Fleet;

  constructor(options: { db: Db; clock: Clock; random: RandomBytes; audit: Audit; monitors: Monitors; fleet: Fleet }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#audit = options.audit;
    this.#monitors = options.monitors;
    this.#fleet = options.fleet;
  }

  /** Takes up the next verdicts; true where there may be more. Cursor and alerts are one commit. */
  async turn(): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      if (!(await this.#monitors.takeTurn(trx, 'alerts'))) return false;
      await this.#clearRemoved(trx);
      const more = await this.#closeStopped(trx);
      const verdicts = await this.#monitors.verdictsAfter(trx, await table.readCursor(trx, 'verdicts'), verdicts_a_turn);
      if (verdicts.length === 0) return more;
      const monitors = new Map((await this.#monitors.rows(trx)).map((m) => [m.name, m]));
      const live = new Set((await this.#liveOf(trx, verdicts)).map((device) => device.id));
      for (const verdict of verdicts) if (live.has(verdict.device)) await this.#take(trx, verdict, monitors.get(verdict.monitor));
      await table.writeCursor(trx, 'verdicts', verdicts.at(-1)!.id);
      return more || verdicts.length === verdicts_a_turn;
    });
  }

  /** What a monitor has found is of no more concern once it looks no more: nobody would ever clear it. True where there may be more. */
  async #closeStopped(trx: Db): Promise<boolean> {
    const stops = await this.#monitors.stopsAfter(trx, await table.readCursor(trx, 'monitor stops'), stops_a_turn);
    for (const stop of stops) {
      const open = await table.findOpen(trx, dedupeKey(stop));
      const devices = open ? (await table.devicesOf(trx, [open.id])).filter((d) => d.cleared_ms === null) : [];
      for (const { device } of devices) await this.#clear(trx, open!.id, device, stop.reason);
    }
    if (stops.length > 0) await table.writeCursor(trx, 'monitor stops', stops.at(-1)!.id);
    return stops.length === stops_a_turn;
  }

  async #liveOf(trx: Db, rows: readonly { readonly device: string }[]) {
    return (await this.#fleet.byId([...new Set(rows.map((row) => row.device))], trx)).filter((device) => device.removed_ms === null);
  }

  /** A removed device sends no more windows, so it would keep its alert open for ever: it is cleared. */
  async #clearRemoved(trx: Db): Promise<void> {
    const drifted = await table.driftedDevices(trx);
    if (drifted.length === 0) return;
    const live = new Set((await this.#liveOf(trx, drifted)).map((device) => device.id));
    for (const { alert, device } of drifted) if (!live.has(device)) await this.#clear(trx, alert, device, 'its last device was removed');
  }

  async #take(trx: Db, verdict: VerdictRow, monitor: MonitorRow | undefined): Promise<void> {
    if (!monitor?.enabled || monitor.model !== verdict.model) return; // the monitor looks no more, or elsewhere, since its verdict
    const open = await table.findOpen(trx, dedupeKey(verdict));
    if (verdict.readings.some(isConfirmed)) await this.#join(trx, verdict, open);
    else if (open) await this.#clear(trx, open.id, verdict.device, 'its last device looks like the reference again');
  }

  /** Opens the alert where there is none, and takes the device in. */
  async #join(trx: Db, verdict: VerdictRow, open: AlertRow | undefined): Promise<void> {
    const now = this.#clock.wall_ms();
    const alert = open ?? (await this.#open(trx, verdict));
    const known = await table.findDevice(trx, alert.id, verdict.device);
    const features = verdict.readings
      .filter((r) => isConfirmed(r) && r.drifted)
      .toSorted((a, b) => b.distance - a.distance)
      .map(({ drifted: _drifted, ...feature }) => feature);
    if (features.length === 0 && known) return; // what it is held for could not be compared: it stays as it was
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
      resolved_reason: null,
      acknowledged: null,
      silenced: null,
    };
    await table.insertAlert(trx, row);
    const { dedupe_key, monitor, model, model_version } = row;
    const after = { dedupe_key, monitor, model, model_version, device: verdict.device, ...stateOf(row) };
    await this.#audit(trx, { by: serverActor(), action: 'alert.open', object: row.id, before: null, after });
    return row;
  }

  /** Clears the device; the last one resolves the alert, for this reason. */
  async #clear(trx: Db, alert: string, device: string, reason: string): Promise<void> {
    const known = await table.findDevice(trx, alert, device);
    if (!known || known.cleared_ms !== null) return;
    const now = this.#clock.wall_ms();
    await table.clearDevice(trx, alert, device, now);
    await table.addEvent(trx, { alert, at_ms: now, kind: 'device_cleared', device });
    const left = (await table.devicesOf(trx, [alert])).filter((d) => d.cleared_ms === null);
    if (left.length === 0) await this.#resolve(trx, alert, now, reason);
    await announce(trx, 'alerts');
  }

  async #resolve(trx: Db, alert: string, now_ms: number, reason: string): Promise<void> {
    const before = stateOf((await table.lockAlert(trx, alert))!);
    await table.setState(trx, alert, { state: 'resolved', updated_ms: now_ms, resolved_ms: now_ms, resolved_reason: reason });
    await table.addEvent(trx, { alert, at_ms: now_ms, kind: 'resolved', device: null });
    await this.#audit(trx, { by: serverActor(), action: 'alert.resolve', object: alert, before, after: { ...before, state: 'resolved', reason } });
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
  /** Alerts that are not resolved, oldest first. */
  openRows(db: Db): Promise<AlertRow[]> {
    return table.openAlerts(db);
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
  acknowledge(id: string, by: Actor, reason: string) {
    const acknowledged = { by: by.name, at_ms: this.#clock.wall_ms(), reason };
    return this.#change(id, by, { action: 'alert.acknowledge', done: 'acknowledged' }, { acknowledged, state: 'acknowledged' });
  }
  silence(id: string, by: Actor, reason: string, for_ms: number) {
    const silenced = { by: by.name, until_ms: this.#clock.wall_ms() + for_ms, reason };
    return this.#change(id, by, { action: 'alert.silence', done: 'silenced' }, { silenced });
  }

  /** What people do with an open alert: a resolved one never opens again. */
  async #change(id: string, by: Actor, { action, done }: { action: string; done: string }, set: Partial<ReturnType<typeof stateOf>>) {
    await this.#db.transaction().execute(async (trx) => {
      const row = await table.lockAlert(trx, id);
      if (!row) throw failure('HF-REQ-004', { kind: 'alert', name: id });
      if (row.state === 'resolved') throw failure('HF-ALERT-001', { alert: id, state: row.state, action: done });
      await table.setState(trx, id, { ...set, updated_ms: this.#clock.wall_ms() });
      const before = stateOf(row);
      await this.#audit(trx, { by, action, object: id, before, after: { ...before, ...set } });
      await announce(trx, 'alerts');
    });
    return this.alert(id);
  }

  async #describe(rows: readonly AlertRow[]) {
    const devices = await table.devicesOf(
      this.#db,
      rows.map((row) => row.id),
    );
    const names = new Map((await this.#fleet.byId([...new Set(devices.map((d) => d.device))])).map((d) => [d.id, d.name]));
    return rows.map(({ dedupe_key, ...row }) => {
      const mine = devices
        .filter((d) => d.alert === row.id)
        .map(({ alert: _alert, device, ...d }) => ({ id: device, name: names.get(device) ?? device, ...d }));
      return { ...row, key: dedupe_key, title: titleOf(row.model, mine), cause: causeOf(mine), suggestion: suggestionOf(row.model, mine), devices: mine };
    });
  }
}

/** Held by the monitor, over as many windows as it asks for, and not let go yet. */
const isConfirmed = (reading: Reading) => reading.stage === 'confirmed';

/** What of an alert people and the server change. */
const stateOf = ({ state, acknowledged, silenced }: AlertRow) => ({ state, acknowledged, silenced });
