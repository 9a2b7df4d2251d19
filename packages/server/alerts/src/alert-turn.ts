// alerts: one turn: verdicts become devices that join alerts and are cleared from them, within the transaction of the turn. The open alerts are read once
// and kept in step, so that a verdict without drift costs no query. A device is in one open alert of a monitor at most: whatever drifts on it has one cause.
import { type Clock, type RandomBytes, makeId } from '@holdfast/base';
import type { VerdictRow } from '@holdfast/monitors';
import { type Audit, type Db, serverActor } from '@holdfast/postgres';
import { stateAfter } from './alert-states.ts';
import * as table from './alert-table.ts';
import type { AlertDeviceRow, AlertFeature, AlertRow } from './alert-table.ts';
import { causeOf, dedupeKey, featuresOf, likeness } from './cause.ts';
import { type Firing, firingKey, firings_a_device_max } from './firing.ts';

export interface TurnScope {
  readonly trx: Db;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly audit: Audit;
}
/** Whose it is: of a verdict, or of a monitor on the device itself. */
type Finding = Pick<VerdictRow, 'monitor' | 'model' | 'model_version' | 'device' | 'at_ms'> & Partial<Pick<Firing, 'said'>>;
interface Open {
  row: AlertRow;
  /** Those that are not cleared. */
  readonly devices: Map<string, AlertDeviceRow>;
}

export class AlertTurn {
  readonly #scope: TurnScope;
  readonly #open: Map<string, Open>;
  /** Alerts that a device has joined. */
  readonly grown = new Set<string>();
  changed = false;

  private constructor(scope: TurnScope, open: Map<string, Open>) {
    this.#scope = scope;
    this.#open = open;
  }

  static async begin(scope: TurnScope): Promise<AlertTurn> {
    const rows = await table.unresolvedAlerts(scope.trx);
    const open = new Map(rows.map((row) => [row.id, { row, devices: new Map<string, AlertDeviceRow>() }]));
    for (const device of await table.devicesOf(scope.trx, [...open.keys()]))
      if (device.cleared_ms === null) open.get(device.alert)!.devices.set(device.device, device);
    return new AlertTurn(scope, open);
  }

  /** Every device that is in an alert, the suspected ones too. */
  devices(): { readonly alert: string; readonly device: string; readonly fired_ms: number | null }[] {
    return [...this.#open.values()].flatMap(({ row, devices }) => [...devices.values()].map(({ device, fired_ms }) => ({ alert: row.id, device, fired_ms })));
  }
  /** The devices that are drifted by an alert of this monitor on this model. */
  of(monitor: string, model: string): { readonly alert: string; readonly device: string }[] {
    return this.devices().filter(({ alert }) => isOfWindows(this.#open.get(alert)!.row, { monitor, model }));
  }
  /** With the devices that are confirmed. */
  alert(id: string): { readonly row: AlertRow; readonly devices: ReadonlyMap<string, AlertDeviceRow> } | null {
    const open = this.#open.get(id);
    return open ? { row: open.row, devices: new Map([...open.devices].filter(([, device]) => device.confirmed)) } : null;
  }

  async take(verdict: VerdictRow): Promise<void> {
    const [confirmed, suspected] = [featuresOf(verdict, 'confirmed'), featuresOf(verdict, 'suspect')];
    const mine = this.#mine(verdict);
    if (confirmed.length > 0) return this.#confirm(verdict, confirmed, mine);
    if (verdict.readings.some((reading) => reading.stage === 'confirmed')) return; // what it is held for could not be compared: it stays as it was
    if (suspected.length > 0) return this.#suspect(verdict, suspected, mine);
    if (mine)
      await this.clear(mine.row.id, verdict.device, mine.row.state === 'suspect' ? 'it was not confirmed' : 'its last device looks like the reference again');
  }

  #mine(verdict: VerdictRow): Open | null {
    return [...this.#open.values()].find(({ row, devices }) => isOfWindows(row, verdict) && devices.has(verdict.device)) ?? null;
  }

  /** Of a monitor on the device: the alert of its key fires with the first device, the others join it. False where the device is in too many already. */
  async takeFiring(firing: Firing): Promise<boolean> {
    const key = firingKey(firing);
    const open = [...this.#open.values()].find(({ row }) => row.dedupe_key === key);
    if (open?.devices.has(firing.device)) await this.#put(open, firing, [], true);
    else if (this.devices().filter(({ device, fired_ms }) => device === firing.device && fired_ms !== null).length >= firings_a_device_max) return false;
    else if (open) await this.#join(open, firing, []);
    else await this.#fire(await this.#make(firing, { dedupe_key: key, state: 'firing', origin: 'device', feature: firing.feature }), firing, []);
    return true;
  }

  async #confirm(verdict: VerdictRow, features: readonly AlertFeature[], mine: Open | null): Promise<void> {
    if (mine && mine.row.state !== 'suspect')
      return mine.devices.get(verdict.device)!.confirmed ? this.#put(mine, verdict, features, true) : this.#join(mine, verdict, features);
    const fits = this.#fitting(verdict, features, mine?.row.id);
    if (mine && fits && fits.row.state !== 'suspect') {
      await this.clear(mine.row.id, verdict.device, 'its last device is part of another alert');
      return this.#join(fits, verdict, features);
    }
    const alert = mine ?? fits ?? (await this.#make(verdict, ofWindows(verdict, features, 'firing')));
    if (alert.row.state !== 'suspect' && fits === alert) return this.#join(alert, verdict, features);
    await this.#fire(alert, verdict, features);
  }

  /** A suspect waits: an alert that fires already is not joined by it, a suspected one of its cause is. */
  async #suspect(verdict: VerdictRow, features: readonly AlertFeature[], mine: Open | null): Promise<void> {
    if (mine) {
      if (!mine.devices.get(verdict.device)!.confirmed) await this.#put(mine, verdict, features, false);
      else await this.clear(mine.row.id, verdict.device, 'its last device looks like the reference again');
      return;
    }
    const fits = this.#fitting(verdict, features);
    if (fits && fits.row.state !== 'suspect') return;
    await this.#put(fits ?? (await this.#make(verdict, ofWindows(verdict, features, 'suspect'))), verdict, features, false);
  }

  /**
   * The alert of this monitor that is most likely of the same cause. One that was opened for it is, whatever its devices have come to show since: of a
   * dedupe key one alert is open. One of before causes were told takes all.
   */
  #fitting(verdict: VerdictRow, features: readonly AlertFeature[], but?: string): Open | null {
    const { monitor, model } = verdict;
    const keys = [`drift/${model}/${monitor}`, dedupeKey(verdict, causeOf(features)!)];
    const scored = [...this.#open.values()]
      .filter(({ row }) => isOfWindows(row, verdict) && row.id !== but)
      .map((open) => ({
        open,
        like: keys.includes(open.row.dedupe_key)
          ? 1
          : likeness(
              features,
              [...open.devices.values()].map((d) => d.features),
            ),
      }));
    const [best] = scored
      .filter(({ like }) => like > 0)
      .toSorted((a, b) => Number(a.open.row.state === 'suspect') - Number(b.open.row.state === 'suspect') || b.like - a.like);
    return best?.open ?? null;
  }

  async #make({ monitor, model, model_version, at_ms }: Finding, of: Pick<AlertRow, 'dedupe_key' | 'state' | 'origin' | 'feature'>): Promise<Open> {
    const row: AlertRow = {
      ...{ id: makeId('alert', this.#scope.random), ...of, monitor, model, model_version },
      ...{ since_ms: at_ms, updated_ms: this.#scope.clock.wall_ms(), resolved_ms: null, resolved_reason: null },
      ...{ acknowledged: null, silenced: null, cohort: null },
    };
    await table.insertAlert(this.#scope.trx, row);
    const open = { row, devices: new Map<string, AlertDeviceRow>() };
    this.#open.set(row.id, open);
    return open;
  }

  /** It is an alert from now on: with this event triggers begin, and channels tell of it. */
  async #fire(open: Open, verdict: Finding, features: readonly AlertFeature[]): Promise<void> {
    if (open.row.state === 'suspect') await this.#set(open, { state: stateAfter('suspect', 'confirmed')!, since_ms: verdict.at_ms });
    await this.#put(open, verdict, features, true);
    const { dedupe_key, monitor, model, model_version, state, acknowledged, silenced } = open.row;
    const after = { dedupe_key, monitor, model, model_version, device: verdict.device, state, acknowledged, silenced };
    await this.#scope.audit(this.#scope.trx, { by: serverActor(), action: 'alert.open', object: open.row.id, before: null, after });
    await this.#tell(open, 'opened', verdict.device);
  }

  async #join(open: Open, verdict: Finding, features: readonly AlertFeature[]): Promise<void> {
    await this.#put(open, verdict, features, true);
    await this.#set(open, {});
    await this.#tell(open, 'device_joined', verdict.device);
  }

  async #tell(open: Open, kind: 'opened' | 'device_joined', device: string): Promise<void> {
    this.grown.add(open.row.id);
    this.changed = true;
    await table.addEvent(this.#scope.trx, { alert: open.row.id, at_ms: this.#scope.clock.wall_ms(), kind, device });
  }

  async #put({ row, devices }: Open, { device: id, at_ms, ...finding }: Finding, features: readonly AlertFeature[], confirmed: boolean): Promise<void> {
    const said = finding.said ?? null;
    const before = devices.get(id);
    const fired_ms = said === null ? null : Math.max(at_ms, before?.fired_ms ?? at_ms);
    const device = { alert: row.id, device: id, since_ms: before?.since_ms ?? at_ms, cleared_ms: null, confirmed, features, said, fired_ms };
    devices.set(id, device);
    await table.putDevice(this.#scope.trx, device);
  }

  async #set(open: Open, set: Parameters<typeof table.setState>[2]): Promise<void> {
    const all = { ...set, updated_ms: this.#scope.clock.wall_ms() };
    open.row = { ...open.row, ...all };
    await table.setState(this.#scope.trx, open.row.id, all);
  }

  /** Clears the device; the last one resolves the alert, for this reason. A suspect is forgotten. */
  async clear(alert: string, device: string, reason: string): Promise<void> {
    const open = this.#open.get(alert);
    const known = open?.devices.get(device);
    if (!open || !known) return;
    this.changed = true;
    if (!known.confirmed) return this.#forget(open, device);
    open.devices.delete(device);
    const { trx, clock } = this.#scope;
    const now = clock.wall_ms();
    await table.clearDevice(trx, alert, device, now);
    await table.addEvent(trx, { alert, at_ms: now, kind: 'device_cleared', device });
    if ([...open.devices.values()].some((one) => one.confirmed)) return;
    for (const suspect of open.devices.keys()) await this.#forget(open, suspect);
    await this.#resolve(open, now, reason);
  }

  /** A suspected alert goes with its last suspect. */
  async #forget({ row, devices }: Open, device: string): Promise<void> {
    devices.delete(device);
    await table.removeDevice(this.#scope.trx, row.id, device);
    if (devices.size > 0 || row.state !== 'suspect') return;
    await table.removeAlert(this.#scope.trx, row.id);
    this.#open.delete(row.id);
  }

  async #resolve(open: Open, now_ms: number, reason: string): Promise<void> {
    const { trx, audit } = this.#scope;
    const row = (await table.lockAlert(trx, open.row.id))!; // a person may have acknowledged it since
    const state = stateAfter(row.state, 'cleared')!;
    await table.setState(trx, row.id, { state, updated_ms: now_ms, resolved_ms: now_ms, resolved_reason: reason });
    this.#open.delete(row.id);
    await table.addEvent(trx, { alert: row.id, at_ms: now_ms, kind: 'resolved', device: null });
    const before = { state: row.state, acknowledged: row.acknowledged, silenced: row.silenced };
    await audit(trx, { by: serverActor(), action: 'alert.resolve', object: row.id, before, after: { ...before, state, reason } });
  }
}

/** A monitor on a device may have the name of one of the server. */
const isOfWindows = (row: AlertRow, { monitor, model }: Pick<AlertRow, 'monitor' | 'model'>): boolean =>
  row.origin === 'windows' && row.monitor === monitor && row.model === model;

const ofWindows = (verdict: VerdictRow, features: readonly AlertFeature[], state: 'suspect' | 'firing') =>
  ({ dedupe_key: dedupeKey(verdict, causeOf(features)!), state, origin: 'windows', feature: null }) as const;
