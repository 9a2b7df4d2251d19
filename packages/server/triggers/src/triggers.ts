// Triggers: read what happens to alerts, and ask for an execution of a workflow, at most one in each cooldown.
import type { AlertEventRow, AlertRow, Alerts } from '@holdfast/alerts';
import { type Clock, checkName, failure } from '@holdfast/base';
import { type Actor, type Audit, type Db, announce } from '@holdfast/postgres';
import * as table from './trigger-table.ts';
import type { RequestRow, TriggerRow } from './trigger-table.ts';

const events_a_turn = 100;

export class Triggers {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #audit: Audit;
  readonly #alerts: Alerts;

  constructor(options: { db: Db; clock: Clock; audit: Audit; alerts: Alerts }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#audit = options.audit;
    this.#alerts = options.alerts;
  }

  /** Takes up the next alert events; true where there may be more. Cursor and requests are one commit. */
  async turn(): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      if (!(await this.#alerts.takeTurn(trx, 'triggers'))) return false;
      const triggers = (await table.listTriggers(trx)).filter((trigger) => trigger.enabled);
      const events = await this.#alerts.eventsAfter(trx, await table.readCursor(trx), events_a_turn);
      for (const event of events) if (event.kind === 'opened' || event.kind === 'device_joined') await this.#hear(trx, triggers, event);
      if (events.length > 0) await table.writeCursor(trx, events.at(-1)!.id);
      else await this.#fireAgain(trx, triggers);
      return events.length === events_a_turn;
    });
  }

  async #hear(trx: Db, triggers: readonly TriggerRow[], event: AlertEventRow): Promise<void> {
    const alert = await this.#alerts.row(event.alert, trx);
    if (!alert) return;
    const cause = `alert ${alert.id} ${event.kind === 'opened' ? 'opened' : 'grew by a device'}`;
    for (const trigger of triggers.filter((t) => t.model === alert.model)) {
      const outcome = this.#isSilenced(alert) ? 'silenced' : (await this.#isCooling(trx, trigger)) ? 'cooldown' : 'requested';
      await this.#request(trx, trigger, alert, { event_id: event.id, cause, outcome });
    }
  }

  /**
   * An alert that is still open and not silenced when the cooldown is over fires once more: what was asked for did not mend it,
   * or was held back by the cooldown or a silence. A trigger begins with an event: one that is made later leaves older alerts alone.
   */
  async #fireAgain(trx: Db, triggers: readonly TriggerRow[]): Promise<void> {
    const open = triggers.length === 0 ? [] : (await this.#alerts.openRows(trx)).filter((alert) => !this.#isSilenced(alert));
    for (const trigger of triggers) {
      const mine = open.filter((alert) => alert.model === trigger.model);
      if (mine.length === 0 || (await this.#isCooling(trx, trigger))) continue;
      const seen = await table.alertsSeen(trx, trigger.name);
      const alert = mine.find((one) => seen.has(one.id));
      if (alert) await this.#request(trx, trigger, alert, { event_id: null, cause: `alert ${alert.id} is still open`, outcome: 'requested' });
    }
  }

  async #request(trx: Db, trigger: TriggerRow, alert: AlertRow, firing: Pick<RequestRow, 'event_id' | 'cause' | 'outcome'>): Promise<void> {
    const params = { ...trigger.params, alert: alert.id, model: alert.model, since_ms: String(alert.since_ms) };
    await table.insertRequest(trx, {
      ...firing,
      trigger_name: trigger.name,
      workflow: trigger.workflow,
      alert: alert.id,
      at_ms: this.#clock.wall_ms(),
      params,
    });
    await announce(trx, 'executions');
  }

  #isSilenced(alert: AlertRow): boolean {
    return (alert.silenced?.until_ms ?? 0) > this.#clock.wall_ms();
  }
  async #isCooling(trx: Db, trigger: TriggerRow): Promise<boolean> {
    const last = await table.lastRequested_ms(trx, trigger.name);
    return last !== null && this.#clock.wall_ms() < last + trigger.cooldown_ms;
  }

  requestsAfter(db: Db, id: number, limit: number): Promise<RequestRow[]> {
    return table.requestsAfter(db, id, limit);
  }
  takeTurn(trx: Db, name: string): Promise<boolean> {
    return this.#alerts.takeTurn(trx, name);
  }
  requestsOfAlerts(alerts: readonly string[]): Promise<RequestRow[]> {
    return table.requestsOfAlerts(this.#db, alerts);
  }

  async list() {
    const rows = await table.listTriggers(this.#db);
    return Promise.all(rows.map(async (row) => ({ ...row, requests: await table.lastRequests(this.#db, row.name, 20) })));
  }
  async put(row: Omit<TriggerRow, 'created_ms'>, by: Actor) {
    checkName(row.name);
    await this.#db.transaction().execute(async (trx) => {
      const before = await table.lockTrigger(trx, row.name);
      await table.putTrigger(trx, { ...row, created_ms: this.#clock.wall_ms() });
      await this.#audit(trx, { by, action: 'trigger.put', object: row.name, before, after: row });
    });
    return (await this.list()).find((one) => one.name === row.name)!;
  }
  async remove(name: string, by: Actor): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const before = await table.deleteTrigger(trx, name);
      if (!before) throw failure('HF-REQ-004', { kind: 'trigger', name });
      await this.#audit(trx, { by, action: 'trigger.remove', object: name, before, after: null });
    });
  }
}
