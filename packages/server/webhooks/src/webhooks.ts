// Webhooks: who outside hears of changes in the registry: made, changed, tested and removed by people; news becomes deliveries in turns.
import type { Access } from '@holdfast/access';
import type { Alerts } from '@holdfast/alerts';
import { type Clock, type RandomBytes, failure } from '@holdfast/base';
import { type Actor, type Audit, type Db, announce } from '@holdfast/postgres';
import { checkUrl } from './address.ts';
import { Channels } from './channels.ts';
import { Deliveries } from './deliveries.ts';
import type { Mail } from './mail.ts';
import { type NewsOptions, newsOf, registry_actions } from './registry-news.ts';
import type { NewWebhook, News, WebhookChange, Outcome, WebhookEvent, WebhookView } from './types.ts';
import { uuidOf } from './uuid.ts';
import * as table from './webhook-table.ts';

const webhooks_max = 100;
const rows_a_turn = 500;
/** Of a webhook that nobody answers for; what comes on top is left out, and said. */
const waiting_max = 10_000;

export interface WebhookOptions extends NewsOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly audit: Audit;
  readonly access: Access;
  readonly alerts: Alerts;
  readonly mail: Mail;
  /** What a link to a page of ours begins with. */
  readonly link_base: () => string;
  /** Addresses that are not on the internet may be called too. */
  readonly allow_private: boolean;
  readonly on_error: (error: Error) => void;
}

export class Webhooks {
  readonly #o: WebhookOptions;
  readonly #db: Db;
  readonly deliveries: Deliveries;
  readonly channels: Channels;

  constructor(options: WebhookOptions) {
    this.#o = options;
    this.deliveries = new Deliveries(options);
    this.channels = new Channels({ ...options, deliveries: this.deliveries });
    this.#db = options.db;
  }

  async create(given: NewWebhook, by: Actor): Promise<WebhookView> {
    checkUrl(given.url, this.#o.allow_private);
    const now = this.#now();
    const { name, description = null, url, events, secret = null, is_active } = given;
    const row = { id: uuidOf(this.#o.random), name, description, url, events: unique(events), secret, is_active, created_ms: now, updated_ms: now };
    const fresh: table.WebhookRow = { ...row, kind: 'mlflow', model: null, last_ms: null, last_status: null, last_error: null, failures: 0 };
    await this.#db.transaction().execute(async (trx) => {
      if ((await table.countReceivers(trx)) >= webhooks_max) throw failure('HF-HOOK-003', { limit: webhooks_max });
      await table.insertWebhook(trx, fresh);
      await this.#audit(trx, by, 'webhook.create', null, fresh);
    });
    return viewOf(fresh, 0);
  }
  async get(id: string): Promise<WebhookView> {
    return (await this.#views([await this.#row(id)]))[0]!;
  }
  async list(after_id: string, limit: number): Promise<{ webhooks: WebhookView[]; next: string | null }> {
    const rows = await table.listWebhooks(this.#db, after_id, limit + 1);
    return { webhooks: await this.#views(rows.slice(0, limit)), next: rows.length > limit ? rows[limit - 1]!.id : null };
  }
  async update(id: string, set: WebhookChange, by: Actor): Promise<WebhookView> {
    if (set.url !== undefined) checkUrl(set.url, this.#o.allow_private);
    await this.#db.transaction().execute(async (trx) => {
      const before = await table.lockWebhook(trx, id);
      if (!before) throw failure('HF-HOOK-001', { id });
      const { name = before.name, description = before.description, url = before.url, secret = before.secret, is_active = before.is_active } = set;
      const events = set.events ? unique(set.events) : before.events;
      await table.changeWebhook(trx, id, { name, description, url, secret, is_active, events, updated_ms: this.#now() });
      await this.#audit(trx, by, 'webhook.change', before, (await table.findWebhook(trx, id))!);
      await announce(trx, 'webhooks');
    });
    return this.get(id);
  }
  /** What still waits for it goes along. */
  async delete(id: string, by: Actor): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const before = await table.lockWebhook(trx, id);
      if (!before) throw failure('HF-HOOK-001', { id });
      await table.deleteWebhook(trx, id);
      await this.#audit(trx, by, 'webhook.delete', before, null);
    });
  }
  /** Calls it once, now, with an example; nothing is tried again. */
  async test(id: string, event: WebhookEvent | undefined, data: (event: WebhookEvent) => Readonly<Record<string, unknown>>, by: Actor): Promise<Outcome> {
    const row = await this.#row(id);
    const of = event ?? row.events[0]!;
    const at_ms = this.#now();
    const body = bodyOf({ news: 0, at_ms, event: of, data: data(of) });
    const outcome = await this.deliveries.send({ id: uuidOf(this.#o.random), kind: row.kind, url: row.url, secret: row.secret, body, at_ms });
    await this.#db.transaction().execute(async (trx) => {
      await table.noteCall(trx, id, this.#now(), outcome);
      await this.#o.audit(trx, { by, action: 'webhook.test', object: id, before: null, after: { event: of, status: outcome.status, error: outcome.error } });
    });
    return outcome;
  }

  /** Reads the next news and writes what is to be delivered; true where there may be more. Cursor and deliveries are one commit. */
  async turn(): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      if (!(await table.takeTurn(trx, 'registry'))) return false;
      const rows = await this.#o.access.auditAfter(trx, await table.readCursor(trx), registry_actions, rows_a_turn);
      if (rows.length === 0) return false;
      const hooks = (await table.listWebhooks(trx, '', webhooks_max)).filter((hook) => hook.is_active);
      const news = hooks.length === 0 ? [] : await newsOf(rows, this.#o);
      const deliveries = await this.#deliveriesOf(trx, hooks, news);
      if (deliveries.length > 0) await table.insertDeliveries(trx, deliveries);
      if (deliveries.length > 0) await announce(trx, 'webhooks');
      await table.writeCursor(trx, rows.at(-1)!);
      return rows.length === rows_a_turn;
    });
  }

  async #deliveriesOf(trx: Db, hooks: readonly table.WebhookRow[], news: readonly News[]) {
    const created_ms = this.#now();
    const waiting = await table.waitingOf(trx, hooks.map((hook) => hook.id)); // prettier-ignore
    const deliveries = hooks.map((hook) => ({
      hook,
      room: Math.max(0, waiting_max - (waiting.get(hook.id) ?? 0)),
      mine: news.filter((one) => hook.events.includes(one.event) && one.at_ms >= hook.created_ms),
    }));
    for (const { hook, room, mine } of deliveries.filter((one) => one.mine.length > one.room)) {
      const error = `${waiting_max} events wait already: ${mine.length - room} were left out`;
      await table.noteCall(trx, hook.id, created_ms, { status: null, text: '', error });
    }
    return deliveries.flatMap(({ hook, room, mine }) =>
      mine.slice(0, room).map((one) => ({ id: uuidOf(this.#o.random), webhook: hook.id, news: one.news, event: one.event, body: bodyOf(one), created_ms })),
    );
  }

  async #row(id: string): Promise<table.WebhookRow> {
    const row = await table.findWebhook(this.#db, id);
    if (!row) throw failure('HF-HOOK-001', { id });
    return row;
  }
  async #views(rows: readonly table.WebhookRow[]): Promise<WebhookView[]> {
    const waiting = await table.waitingOf(this.#db, rows.map((row) => row.id)); // prettier-ignore
    return rows.map((row) => viewOf(row, waiting.get(row.id) ?? 0));
  }
  #audit(trx: Db, by: Actor, action: string, before: table.WebhookRow | null, after: table.WebhookRow | null): Promise<void> {
    const shown = (row: table.WebhookRow | null) => (row === null ? null : settingsOf(row));
    return this.#o.audit(trx, { by, action, object: (after ?? before)!.id, before: shown(before), after: shown(after) });
  }
  #now(): number {
    return this.#o.clock.wall_ms();
  }
}

const unique = (events: readonly WebhookEvent[]): WebhookEvent[] => [...new Set(events)];
function settingsOf({ secret, ...row }: table.WebhookRow) {
  const { id, name, description, url, events, is_active } = row;
  return { id, name, description, url, events, is_active, has_secret: secret !== null };
}
function viewOf({ secret, kind: _kind, model: _model, ...row }: table.WebhookRow, waiting: number): WebhookView {
  return { ...row, has_secret: secret !== null, waiting };
}
/** Made once: every try sends the same bytes. */
function bodyOf({ at_ms, event, data }: News): string {
  const [entity, action] = event.split('.');
  return JSON.stringify({ entity, action, timestamp: new Date(at_ms).toISOString(), data });
}
