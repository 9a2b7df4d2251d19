// Alerts: read verdicts as they come and keep one open alert for each cause. Devices join it and are cleared from it (alert-turn.ts).
import { type Clock, type RandomBytes, failure } from '@holdfast/base';
import type { Fleet } from '@holdfast/fleet';
import { type MonitorRow, type Monitors, type VerdictRow, factsOf } from '@holdfast/monitors';
import { type Actor, type Audit, type Db, announce } from '@holdfast/postgres';
import { cohortOf } from '@holdfast/stats';
import type { Telemetry } from '@holdfast/telemetry';
import { stateAfter } from './alert-states.ts';
import * as table from './alert-table.ts';
import type { AlertRow } from './alert-table.ts';
import { AlertTurn } from './alert-turn.ts';
import { summaryOf } from './cause.ts';
import { firingOf, isOver, isQuiet } from './firing.ts';
import { firingWords } from './firing-words.ts';
import { causeInWords, suggestionOf, titleOf } from './words.ts';

const verdicts_a_turn = 200;
const stops_a_turn = 200;
const firings_a_turn = 200;
const month_ms = 30 * 86_400_000;

export class Alerts {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #audit: Audit;
  readonly #monitors: Monitors;
  readonly #fleet: Fleet;
  readonly #telemetry: Telemetry;

  constructor(options: { db: Db; clock: Clock; random: RandomBytes; audit: Audit; monitors: Monitors; fleet: Fleet; telemetry: Telemetry }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#audit = options.audit;
    this.#monitors = options.monitors;
    this.#fleet = options.fleet;
    this.#telemetry = options.telemetry;
  }

  /** Takes up the next verdicts, and what monitors on devices said; true where there may be more. Cursor and alerts are one commit. */
  async turn(): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      if (!(await this.#monitors.takeTurn(trx, 'alerts'))) return false;
      const turn = await AlertTurn.begin({ trx, clock: this.#clock, random: this.#random, audit: this.#audit });
      await this.#clearRemoved(trx, turn);
      const more = (await this.#closeStopped(trx, turn)) || (await this.#takeVerdicts(trx, turn)) || (await this.#takeFirings(trx, turn));
      if (!more) await this.#clearQuiet(trx, turn);
      for (const alert of turn.grown) await this.#locate(trx, turn, alert);
      if (turn.changed) await announce(trx, 'alerts');
      return more;
    });
  }

  async #takeVerdicts(trx: Db, turn: AlertTurn): Promise<boolean> {
    const verdicts = await this.#monitors.verdictsAfter(trx, await table.readCursor(trx, 'verdicts'), verdicts_a_turn);
    if (verdicts.length === 0) return false;
    const monitors = new Map((await this.#monitors.rows(trx)).map((m) => [m.name, m]));
    const live = new Set((await this.#liveOf(trx, verdicts)).map((device) => device.id));
    for (const verdict of verdicts) if (live.has(verdict.device) && isWatched(verdict, monitors.get(verdict.monitor))) await turn.take(verdict);
    await table.writeCursor(trx, 'verdicts', verdicts.at(-1)!.id);
    return verdicts.length === verdicts_a_turn;
  }

  /** One that came late, of a time that is over, opens nothing: a drift that is still held is said again. */
  async #takeFirings(trx: Db, turn: AlertTurn): Promise<boolean> {
    const rows = await this.#telemetry.firingsAfter(trx, await table.readPlace(trx, 'firings'), firings_a_turn);
    if (rows.length === 0) return false;
    const now_ms = this.#clock.wall_ms();
    const live = new Map((await this.#liveOf(trx, rows)).map((device) => [device.id, device]));
    for (const row of rows) {
      const device = live.get(row.device);
      const firing = device && !isOver(row.at_ms, now_ms) ? firingOf(row, device, now_ms) : null;
      if (firing) await turn.takeFiring(firing);
    }
    const last = rows.at(-1)!;
    await table.writeCursor(trx, 'firings', last.id, last.xact);
    return rows.length === firings_a_turn;
  }

  /** A device whose own monitor has not fired for a while, and holds nothing, is cleared. */
  async #clearQuiet(trx: Db, turn: AlertTurn): Promise<void> {
    const now_ms = this.#clock.wall_ms();
    const held = turn.devices().filter(({ fired_ms }) => fired_ms !== null && isOver(fired_ms, now_ms));
    if (held.length === 0) return;
    const live = new Map((await this.#liveOf(trx, held)).map((device) => [device.id, device]));
    for (const { alert, device, fired_ms } of held) {
      const row = live.get(device);
      if (row && isQuiet(fired_ms!, row, now_ms)) await turn.clear(alert, device, 'the monitor of its last device has been quiet for 6 hours');
    }
  }

  /** What a monitor has found is of no more concern once it looks no more: nobody would ever clear it. True where there may be more. */
  async #closeStopped(trx: Db, turn: AlertTurn): Promise<boolean> {
    const stops = await this.#monitors.stopsAfter(trx, await table.readCursor(trx, 'monitor stops'), stops_a_turn);
    for (const stop of stops) for (const { alert, device } of turn.of(stop.monitor, stop.model)) await turn.clear(alert, device, stop.reason);
    if (stops.length > 0) await table.writeCursor(trx, 'monitor stops', stops.at(-1)!.id);
    return stops.length === stops_a_turn;
  }

  async #liveOf(trx: Db, rows: readonly { readonly device: string }[]) {
    return (await this.#fleet.byId([...new Set(rows.map((row) => row.device))], trx)).filter((device) => device.removed_ms === null);
  }

  /** A removed device sends no more windows, so it would keep its alert open for ever: it is cleared. */
  async #clearRemoved(trx: Db, turn: AlertTurn): Promise<void> {
    const held = turn.devices();
    if (held.length === 0) return;
    const live = new Set((await this.#liveOf(trx, held)).map((device) => device.id));
    for (const { alert, device } of held) if (!live.has(device)) await turn.clear(alert, device, 'its last device was removed');
  }

  /** Which fact the drifted devices share, beside all that the monitor watches, and how strong the evidence of all who have it is: anew with every device that joins. */
  async #locate(trx: Db, turn: AlertTurn, id: string): Promise<void> {
    const alert = turn.alert(id);
    if (!alert) return;
    const facts = new Map((await this.#watchedBy(trx, alert)).map((device) => [device.id, factsOf(device)]));
    const cohort = cohortOf(
      [...facts].filter(([device]) => alert.devices.has(device)).map(([, of]) => of),
      [...facts.values()],
    );
    if (!cohort) return void (await table.setCohort(trx, id, null));
    const members = [...facts].filter(([, of]) => of[cohort.fact] === cohort.value).map(([device]) => device);
    const [lead] = summaryOf([...alert.devices.values()].map((device) => device.features)).features;
    const evidence = lead ? await this.#monitors.cohortEvidence(trx, alert.row.monitor, members, lead.name) : null;
    await table.setCohort(trx, id, { ...cohort, evidence });
  }

  async #watchedBy(trx: Db, { row, devices }: NonNullable<ReturnType<AlertTurn['alert']>>) {
    if (row.origin === 'windows') return this.#fleet.byId([...new Set([...(await this.#monitors.watched(trx, row.monitor)), ...devices.keys()])], trx);
    const [mine, all] = [devices, await this.#fleet.devices()];
    return all.filter(({ id, reported }) => mine.has(id) || reported?.current?.model === row.model);
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
  /** Alerts that fire or are acknowledged, oldest first. */
  openRows(db: Db): Promise<AlertRow[]> {
    return table.openAlerts(db);
  }
  /** Alarms of the last 30 days by monitor: devices that came into an alert, for what reason ever. */
  alarmsOfMonth(): Promise<Map<string, number>> {
    return table.countAlarms(this.#db, this.#clock.wall_ms() - month_ms);
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
      if (stateAfter(row.state, 'acknowledged') === null) throw failure('HF-ALERT-001', { alert: id, state: row.state, action: done });
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
        .filter((d) => d.alert === row.id && (d.confirmed || row.state === 'suspect'))
        .map(({ alert: _alert, confirmed: _confirmed, device, ...d }) => ({ id: device, name: names.get(device) ?? device, ...d }));
      const summary = summaryOf(mine.map((d) => d.features));
      const words =
        row.origin === 'device'
          ? firingWords(row, mine)
          : { title: titleOf(row.model, mine), cause: causeInWords(mine, row.cohort), suggestion: suggestionOf(row.model, mine, summary) };
      return { ...row, ...words, ...summary, key: dedupe_key, devices: mine };
    });
  }
}

/** The monitor may look no more, or elsewhere, since its verdict. */
const isWatched = (verdict: VerdictRow, monitor: MonitorRow | undefined) => monitor?.enabled === true && monitor.model === verdict.model;

/** What of an alert people and the server change. */
const stateOf = ({ state, acknowledged, silenced }: AlertRow) => ({ state, acknowledged, silenced });
