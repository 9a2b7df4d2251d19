// Triggers: read what happens to alerts, and ask for an execution of a workflow, at most one in each cooldown.
import type { AlertEventRow, Alerts } from '@holdfast/alerts';
import { type Clock, checkName, failure } from '@holdfast/base';
import { type Db, announce } from '@holdfast/postgres';
import * as table from './trigger-table.ts';
import type { RequestRow, TriggerRow } from './trigger-table.ts';

const events_a_turn = 100;

export class Triggers {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #alerts: Alerts;

  constructor(options: { db: Db; clock: Clock; alerts: Alerts }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#alerts = options.alerts;
  }

  /** Takes up the next alert events; true where there may be more. Cursor and requests are one commit. */
  async turn(): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      if (!(await this.#alerts.takeTurn(trx, 'triggers'))) return false;
      const events = await this.#alerts.eventsAfter(trx, await table.readCursor(trx), events_a_turn);
      if (events.length === 0) return false;
      for (const event of events) if (event.kind === 'opened' || event.kind === 'device_joined') await this.#fire(trx, event);
      await table.writeCursor(trx, events.at(-1)!.id);
      await announce(trx, 'executions');
      return events.length === events_a_turn;
    });
  }

  async #fire(trx: Db, event: AlertEventRow): Promise<void> {
    const alert = await this.#alerts.row(event.alert, trx);
    if (!alert) return;
    const now = this.#clock.wall_ms();
    const silenced = (alert.silenced?.until_ms ?? 0) > now;
    for (const trigger of await table.listTriggers(trx)) {
      if (!trigger.enabled || trigger.model !== alert.model) continue;
      const last = await table.lastRequested_ms(trx, trigger.name);
      const cooling = last !== null && now < last + trigger.cooldown_ms;
      await table.insertRequest(trx, {
        trigger_name: trigger.name,
        workflow: trigger.workflow,
        event_id: event.id,
        alert: alert.id,
        cause: `alert ${alert.id} ${event.kind === 'opened' ? 'opened' : 'grew by a device'}`,
        at_ms: now,
        outcome: silenced ? 'silenced' : cooling ? 'cooldown' : 'requested',
        params: { ...trigger.params, alert: alert.id, model: alert.model, since_ms: String(alert.since_ms) },
      });
    }
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
  async put(row: Omit<TriggerRow, 'created_ms'>) {
    await table.putTrigger(this.#db, { ...row, name: checkName(row.name), created_ms: this.#clock.wall_ms() });
    return (await this.list()).find((one) => one.name === row.name)!;
  }
  async remove(name: string): Promise<void> {
    if (!(await table.deleteTrigger(this.#db, name))) throw failure('HF-REQ-004', { kind: 'trigger', name });
  }
}
