// Alerts: read verdicts as they come and keep one open alert for each cause. Devices join it and are cleared from it (alert-turn.ts).
import { type Clock, type RandomBytes, failure } from '@holdfast/base';
import type { Counted, DeviceRow, FactCounts, Fleet } from '@holdfast/fleet';
import type { MonitorRow, Monitors, VerdictRow } from '@holdfast/monitors';
import { type Actor, type Audit, type Db, announce } from '@holdfast/postgres';
import { type CohortCounts, cohortOf } from '@holdfast/stats';
import type { FiringRow, Telemetry } from '@holdfast/telemetry';
import { stateAfter } from './alert-states.ts';
import * as table from './alert-table.ts';
import type { AlertRow } from './alert-table.ts';
import { AlertTurn } from './alert-turn.ts';
import { summaryOf } from './cause.ts';
import { type RefusedReason, firingOf, isOver, isQuiet, refusalOf, refused_reasons } from './firing.ts';
import { firingWords } from './firing-words.ts';
import { RefusedFirings } from './refused.ts';
import { causeInWords, suggestionOf, titleOf } from './words.ts';

const verdicts_a_turn = 200;
const stops_a_turn = 200;
const firings_a_turn = 200;
const month_ms = 30 * 86_400_000;

interface FiringScope {
  readonly row: FiringRow;
  readonly device: DeviceRow;
  readonly now_ms: number;
  readonly ownOf: Monitors['own'];
}

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
    const refused = new RefusedFirings();
    const ownOf = this.#ownOnce();
    for (const row of rows) {
      const device = live.get(row.device);
      const reason = !device || isOver(row.at_ms, now_ms) ? null : await this.#takeFiring(turn, { row, device, now_ms, ownOf });
      if (reason) refused.add(reason, row, now_ms);
    }
    await table.countRefused(trx, refused.rows());
    turn.changed ||= refused.rows().length > 0;
    const last = rows.at(-1)!;
    await table.writeCursor(trx, 'firings', last.id, last.xact);
    return rows.length === firings_a_turn;
  }

  /** Null where it is in an alert now, or why it is not. */
  async #takeFiring(turn: AlertTurn, { row, device, now_ms, ownOf }: FiringScope): Promise<RefusedReason | null> {
    const found = firingOf(row, device, now_ms);
    if (!found) return 'incomplete';
    const { firing, names_version } = found;
    const refusal = refusalOf(firing, await ownOf(firing.model, names_version ? firing.model_version : null));
    if (refusal) return refusal;
    return (await turn.takeFiring(firing)) ? null : 'too_many';
  }

  /** Of many firings of a version the registry is asked once. */
  #ownOnce(): Monitors['own'] {
    const known = new Map<string, ReturnType<Monitors['own']>>();
    return (model, version) => {
      const key = `${model} ${version}`;
      const own = known.get(key) ?? this.#monitors.own(model, version);
      known.set(key, own);
      return own;
    };
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
    const drifted = [...alert.devices.keys()];
    const watched = await this.#watchedBy(trx, alert.row, drifted);
    const cohort = cohortOf(cohortCounts(await this.#fleet.countFacts(trx, watched, drifted)));
    const [lead] = summaryOf([...alert.devices.values()].map((device) => device.features)).features;
    if (!cohort || !lead) return void (await table.setCohort(trx, id, cohort && { ...cohort, evidence: null }));
    const members = await this.#fleet.devicesWith(trx, watched, cohort);
    await table.setCohort(trx, id, { ...cohort, evidence: await this.#monitors.cohortEvidence(trx, alert.row.monitor, members, lead.name) });
  }

  /** Beside the devices of the alert: those whose windows count for the monitor, or, of a monitor that came with a bundle, those that run its model. */
  async #watchedBy(trx: Db, { origin, monitor, model }: AlertRow, devices: readonly string[]): Promise<Counted> {
    if (origin === 'device') return { model, and: devices };
    return { devices: [...new Set([...(await this.#monitors.watched(trx, monitor)), ...devices])] };
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
  /** Firings of monitors on devices that made no alert, by reason in words. */
  async refused() {
    const rows = await table.listRefused(this.#db);
    return rows.map(({ reason, detail, ...row }) => ({ ...row, reason: `${refused_reasons[reason]} (${detail})` }));
  }

  async list(state: 'open' | AlertRow['state'] | undefined, limit: number) {
    return this.#describe(await table.listAlerts(this.#db, state, limit));
  }
  /** How many there are, without the suspects. */
  count(): Promise<number> {
    return table.countAlerts(this.#db);
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

const cohortCounts = ({ devices, some, differing, facts }: FactCounts): CohortCounts => ({
  ...{ drifted: some, watched: devices, differing },
  facts: facts.map((one) => ({ fact: one.fact, value: one.value, drifted_with: one.some, watched_with: one.devices })),
});

/** The monitor may look no more, or elsewhere, since its verdict. */
const isWatched = (verdict: VerdictRow, monitor: MonitorRow | undefined) => monitor?.enabled === true && monitor.model === verdict.model;

/** What of an alert people and the server change. */
const stateOf = ({ state, acknowledged, silenced }: AlertRow) => ({ state, acknowledged, silenced });
