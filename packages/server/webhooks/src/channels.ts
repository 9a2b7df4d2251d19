// Channels: who outside hears of alerts: by a signed call, in a Slack-shaped message, by e-mail. Set, tested and removed by people; what happens to
// alerts becomes deliveries in turns, one for each channel and event, and goes out as webhooks do. An alert that is silenced is told to nobody.
import type { Alerts } from '@holdfast/alerts';
import { type Clock, type RandomBytes, checkName, failure } from '@holdfast/base';
import { type Actor, type Audit, type Db, announce } from '@holdfast/postgres';
import { checkUrl } from './address.ts';
import { type AlertNews, type AlertShown, bodyFor } from './alert-news.ts';
import { type Deliveries, lease_ms_max } from './deliveries.ts';
import { type Mail, mailtoOf, recipientsOf } from './mail.ts';
import { shownOf } from './post.ts';
import { type ChannelView, type NewChannel, type Outcome, alert_events } from './types.ts';
import { uuidOf } from './uuid.ts';
import * as table from './webhook-table.ts';

const receivers_max = 100;
const events_a_turn = 100;
/** Of a channel that nobody answers for; what comes on top is left out, and said. */
const waiting_max = 1_000;

export interface ChannelOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly audit: Audit;
  readonly alerts: Alerts;
  readonly deliveries: Deliveries;
  readonly mail: Mail;
  readonly allow_private: boolean;
  readonly link_base: () => string;
}

export class Channels {
  readonly #o: ChannelOptions;

  constructor(options: ChannelOptions) {
    this.#o = options;
  }

  async list(): Promise<ChannelView[]> {
    const rows = await table.listChannels(this.#o.db);
    const waiting = await table.waitingOf(this.#o.db, rows.map((row) => row.id)); // prettier-ignore
    return rows.map((row) => viewOf(row, waiting.get(row.id) ?? 0));
  }

  /** Makes it, or sets what is given; a secret that is not given stays. Fails with HF-HOOK-002 for an address that cannot be used. */
  async put(given: NewChannel, by: Actor): Promise<ChannelView> {
    checkName(given.name);
    const url = this.#addressOf(given);
    await this.#o.db.transaction().execute(async (trx) => {
      const receivers = await table.countReceivers(trx);
      const before = await table.findChannel(trx, given.name);
      if (!before && receivers >= receivers_max) throw failure('HF-HOOK-003', { limit: receivers_max });
      const { name, kind, model = null, events = ['alert.opened', 'alert.resolved'], secret = before?.secret ?? null, enabled = true } = given;
      const set = { name, kind, url, model, events: [...new Set(events)], secret, is_active: enabled, updated_ms: this.#now() };
      if (before) await this.#change(trx, before, set);
      else await table.insertWebhook(trx, { ...set, ...fresh, id: uuidOf(this.#o.random), created_ms: this.#now() });
      await this.#audit(trx, by, 'channel.put', before, await table.findChannel(trx, name));
      await announce(trx, 'webhooks');
    });
    return (await this.list()).find((one) => one.name === given.name)!;
  }
  /** What waits for it goes to the new address soon, in the words of the new kind: nobody waits hours for a mended address. */
  async #change(trx: Db, { id, kind }: table.ChannelRow, set: Pick<table.ChannelRow, 'kind'> & Partial<table.ChannelRow>): Promise<void> {
    await table.lockChannel(trx, id);
    await table.changeWebhook(trx, id, set);
    await table.hasten(trx, id, this.#now() + lease_ms_max);
    if (set.kind === kind) return;
    for (const { id: delivery, news } of await table.waitingFor(trx, id, waiting_max)) {
      const [event] = await this.#o.alerts.eventsAfter(trx, news - 1, 1);
      if (event) await table.changeBody(trx, delivery, bodyFor(set.kind, await this.#newsOf(event)));
    }
  }
  /** What still waits for it goes along. */
  async remove(name: string, by: Actor): Promise<void> {
    await this.#o.db.transaction().execute(async (trx) => {
      const before = await this.#row(name, trx);
      await table.deleteWebhook(trx, before.id);
      await this.#audit(trx, by, 'channel.remove', before, undefined);
    });
  }
  /** Sends an example once, now; nothing is tried again. */
  async test(name: string, by: Actor): Promise<Outcome> {
    const { id, kind, url, secret } = await this.#row(name, this.#o.db);
    const at_ms = this.#now();
    const body = bodyFor(kind, { event: 'alert.opened', at_ms, alert: exampleAt(at_ms), link: `${this.#o.link_base()}/alerts` });
    const outcome = await this.#o.deliveries.send({ id: uuidOf(this.#o.random), kind, url, secret, body, at_ms });
    await this.#o.db.transaction().execute(async (trx) => {
      await table.noteCall(trx, id, this.#now(), outcome);
      await this.#o.audit(trx, { by, action: 'channel.test', object: name, before: null, after: { status: outcome.status, error: outcome.error } });
    });
    return outcome;
  }

  /** Reads what happened to alerts and writes what is to be told; true where there may be more. Cursor and deliveries are one commit. */
  async turn(): Promise<boolean> {
    return this.#o.db.transaction().execute(async (trx) => {
      if (!(await table.takeTurn(trx, 'alerts'))) return false;
      const events = await this.#o.alerts.eventsAfter(trx, await table.readAlertCursor(trx), events_a_turn);
      if (events.length === 0) return false;
      const channels = (await table.holdChannels(trx)).filter((channel) => channel.is_active);
      for (const event of channels.length === 0 ? [] : events) await this.#tell(trx, channels, event);
      await table.writeAlertCursor(trx, events.at(-1)!.id);
      return events.length === events_a_turn;
    });
  }

  async #newsOf({ kind, alert: id, at_ms }: AlertHappening): Promise<AlertNews> {
    const alert = await this.#o.alerts.alert(id);
    return { event: eventOf(kind)!, at_ms, alert, link: `${this.#o.link_base()}/alerts/${encodeURIComponent(id)}` };
  }

  async #tell(trx: Db, channels: readonly table.ChannelRow[], of: AlertHappening & { id: number }): Promise<void> {
    const event = eventOf(of.kind);
    const told = event ? channels.filter((channel) => channel.events.includes(event) && of.at_ms >= channel.created_ms) : [];
    if (!event || told.length === 0) return;
    const news = await this.#newsOf(of);
    if ((news.alert.silenced?.until_ms ?? 0) > this.#now()) return;
    const mine = told.filter(({ model }) => model === null || model === news.alert.model);
    await this.#write(trx, mine, of.id, news);
  }

  async #write(trx: Db, channels: readonly table.ChannelRow[], number: number, news: AlertNews): Promise<void> {
    const created_ms = this.#now();
    const waiting = await table.waitingOf(trx, channels.map((channel) => channel.id)); // prettier-ignore
    const isFull = ({ id }: table.ChannelRow) => (waiting.get(id) ?? 0) >= waiting_max;
    for (const { id } of channels.filter(isFull))
      await table.noteCall(trx, id, created_ms, { status: null, text: '', error: `${waiting_max} messages wait already: one was left out` });
    const deliveries = channels
      .filter((channel) => !isFull(channel))
      .map(({ id, kind }) => ({ id: uuidOf(this.#o.random), webhook: id, news: number, event: news.event, body: bodyFor(kind, news), created_ms }));
    if (deliveries.length === 0) return;
    await table.insertDeliveries(trx, deliveries);
    await announce(trx, 'webhooks');
  }

  #addressOf({ kind, to }: NewChannel): string {
    if (kind !== 'email') return checkUrl(to, this.#o.allow_private).href;
    if (!this.#o.mail.is_set) throw failure('HF-HOOK-004', { saw: 'no SMTP server', expected: 'smtp://host:port' });
    return mailtoOf(to);
  }
  async #row(name: string, db: Db): Promise<table.ChannelRow> {
    const row = await table.findChannel(db, name);
    if (!row) throw failure('HF-REQ-004', { kind: 'channel', name });
    return row;
  }
  #audit(trx: Db, by: Actor, action: string, before: table.ChannelRow | undefined, after: table.ChannelRow | undefined): Promise<void> {
    const shown = (row: table.ChannelRow | undefined) => (row ? settingsOf(viewOf(row, 0)) : null);
    return this.#o.audit(trx, { by, action, object: (after ?? before)!.name, before: shown(before), after: shown(after) });
  }
  #now(): number {
    return this.#o.clock.wall_ms();
  }
}

interface AlertHappening {
  readonly alert: string;
  readonly at_ms: number;
  readonly kind: string;
}
const eventOf = (kind: string) => alert_events.find((one) => one === `alert.${kind}`);

const fresh = { description: null, last_ms: null, last_status: null, last_error: null, failures: 0 } as const;

function viewOf(row: table.ChannelRow, waiting: number): ChannelView {
  const { name, kind, url, model, events, is_active: enabled, secret, updated_ms, last_ms, last_status, last_error, failures } = row;
  const to = kind === 'email' ? recipientsOf(url).join(', ') : shownOf({ kind, url });
  return { name, kind, to, model, events, enabled, has_secret: secret !== null, updated_ms, last_ms, last_status, last_error, failures, waiting };
}
const settingsOf = ({ name, kind, to, model, events, enabled, has_secret }: ChannelView) => ({ name, kind, to, model, events, enabled, has_secret });

/** Said to be one. */
const exampleAt = (at_ms: number): AlertShown => ({
  id: 'example',
  key: 'example',
  state: 'firing',
  title: 'An example: this channel works',
  cause: 'Nothing is wrong: somebody tests the channel.',
  suggestion: 'Nothing.',
  monitor: 'example',
  origin: 'windows',
  feature: null,
  model: 'example',
  model_version: 1,
  since_ms: at_ms,
  updated_ms: at_ms,
  resolved_ms: null,
  resolved_reason: null,
  acknowledged: null,
  silenced: null,
  onset_ms: null,
  fault: 'shape',
  features: [],
  cohort: null,
  devices: [],
});
