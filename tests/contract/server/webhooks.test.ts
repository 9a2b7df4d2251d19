// contract/server: webhooks: what changed in the registry reaches a real receiver on this machine: signed, at least once, whoever made the change.
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from '@holdfast/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerProgram } from '../../load/product.ts';
import { type House, type RunningApp, ada, openApp, openHouse, shipVersion } from './support.ts';

type WebhookEvent = Parameters<House['rooms']['webhooks']['create']>[0]['events'][number];

interface Heard {
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  readonly body: { entity: string; action: string; timestamp: string; data: Record<string, unknown> };
}
/** A receiver that answers as it is told, and remembers. */
class Receiver {
  readonly heard: Heard[] = [];
  readonly #server: http.Server;
  answer: (response: http.ServerResponse) => void = (response) => void response.end('thanks');

  constructor() {
    this.#server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        this.heard.push({ headers: request.headers, text, body: JSON.parse(text) as Heard['body'] });
        this.answer(response);
      });
    });
  }
  async open(port = 0): Promise<string> {
    this.#server.listen(port, '127.0.0.1');
    await new Promise((resolve) => this.#server.once('listening', resolve));
    return `http://127.0.0.1:${(this.#server.address() as net.AddressInfo).port}/hook?a=1`;
  }
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
  events(): string[] {
    return this.heard.map(({ body }) => `${body.entity}.${body.action}`);
  }
}

let house: House;
let running: RunningApp;
let receiver: Receiver;
let url: string;
const open = async () => {
  house = await openHouse({ allow_private_webhooks: true });
  running = await openApp(house);
  receiver = new Receiver();
  url = await receiver.open();
};
const close = async () => {
  await house.rooms.webhooks.deliveries.stop();
  await receiver.close();
  await running.close();
  await house.close();
};

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600 && !(await what()); i++) await sleep(10);
  expect(await what()).toBe(true);
}
/** Reads the news and makes the calls that are due. */
async function deliver(rooms = house.rooms): Promise<void> {
  while (await rooms.webhooks.turn());
  await rooms.webhooks.deliveries.turn();
}
/** News are read as soon as no older transaction is open anywhere: the database's own housekeeping may have one. So it is asked whether they were, not whether they could be. */
async function everyChangeWasRead(): Promise<boolean> {
  while (await house.rooms.webhooks.turn());
  const { rows } = await sql<{ all: boolean }>`select not exists(
    select from audit a join webhook_cursor c on c.name = 'registry' where (a.xact, a.id) > (c.xact, c.id)) as all`.execute(house.database.db);
  return rows[0]!.all;
}
const hook = (events: readonly WebhookEvent[], more: object = {}) => house.rooms.webhooks.create({ name: 'hook', url, events, is_active: true, ...more }, ada);
const ask = async (method: string, route: string, fields: object, role: 'admin' | 'editor' = 'admin') => {
  const headers = { ...(await running.as(role)), 'content-type': 'application/json' };
  const response = await fetch(`${running.url}/api/2.0/mlflow/${route}`, { method, headers, body: method === 'GET' ? null : JSON.stringify(fields) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('a change in the registry', () => {
  beforeAll(open);
  afterAll(close);

  it('reaches the receiver, signed, with what changed, whoever changed it', async () => {
    const all: WebhookEvent[] = ['registered_model.created', 'model_version.created', 'model_version_tag.set', 'model_version_tag.deleted', 'model_version_alias.created', 'model_version_alias.deleted']; // prettier-ignore
    await hook(all, { secret: 'the key' });
    const { version } = await shipVersion(house.rooms, 'eyes'); // our own way: no client of MLflow
    await house.rooms.registry.setAlias({ model: 'eyes', alias: 'champion', version, by: ada, reason: 'a rollout' });
    await ask('POST', 'registered-models/create', { name: 'm', description: 'of MLflow', tags: [{ key: 'a', value: 'b' }] });
    await ask('POST', 'model-versions/set-tag', { name: 'eyes', version: '1', key: 'k', value: 'v' });
    await ask('DELETE', 'model-versions/delete-tag', { name: 'eyes', version: '1', key: 'k' });
    await ask('DELETE', 'registered-models/alias', { name: 'eyes', alias: 'champion' });
    await until(async () => deliver().then(() => receiver.heard.length === 7));
    const data = Object.fromEntries(receiver.heard.map(({ body }) => [`${body.entity}.${body.action} ${String(body.data['name'])}`, body.data]));
    expect(data['registered_model.created eyes']).toEqual({ name: 'eyes', tags: {}, description: null });
    expect(data['model_version.created eyes']).toEqual({ name: 'eyes', version: '1', source: 'mlflow-artifacts:/holdfast-models/eyes/1', run_id: null, tags: {}, description: null }); // prettier-ignore
    expect(data['model_version_alias.created eyes']).toEqual({ name: 'eyes', alias: 'champion', version: '1' });
    expect(data['registered_model.created m']).toEqual({ name: 'm', tags: { a: 'b' }, description: 'of MLflow' });
    expect(data['model_version_tag.set eyes']).toEqual({ name: 'eyes', version: '1', key: 'k', value: 'v' });
    expect(data['model_version_tag.deleted eyes']).toEqual({ name: 'eyes', version: '1', key: 'k' });
    expect(data['model_version_alias.deleted eyes']).toEqual({ name: 'eyes', alias: 'champion' });
    for (const { headers, text } of receiver.heard) {
      const signed = `${String(headers['x-mlflow-delivery-id'])}.${String(headers['x-mlflow-timestamp'])}.${text}`;
      expect(headers['x-mlflow-signature']).toBe(`v1,${createHmac('sha256', 'the key').update(signed).digest('base64')}`);
      expect([headers['content-type'], headers['x-mlflow-timestamp']]).toEqual(['application/json', '1800000000']);
    }
  });

  it('is told once, and not again', async () => {
    for (let i = 0; i < 5; i++) await deliver();
    await sleep(50);
    expect(new Set(receiver.heard.map(({ headers }) => headers['x-mlflow-delivery-id'])).size).toBe(receiver.heard.length);
    expect(receiver.heard).toHaveLength(7);
  });

  it('of prompts is told as such, and not as of models', async () => {
    const [first] = (await house.rooms.webhooks.list('', 10)).webhooks;
    await house.rooms.webhooks.update(first!.id, { events: ['prompt.created', 'prompt_version.created', 'prompt_tag.set', 'prompt_alias.created', 'registered_model.created'] }, ada); // prettier-ignore
    receiver.heard.length = 0;
    const is_prompt = { key: 'mlflow.prompt.is_prompt', value: 'true' };
    await ask('POST', 'registered-models/create', { name: 'p', tags: [is_prompt, { key: 'mlflow.prompt.text', value: 'x' }, { key: 'team', value: 'sea' }] });
    await ask('POST', 'model-versions/create', { name: 'p', source: 'dummy-source', tags: [is_prompt, { key: 'mlflow.prompt.text', value: `Say ${'x'.repeat(25_000)}` }] }); // prettier-ignore
    await ask('POST', 'registered-models/set-tag', { name: 'p', key: 'a', value: 'b' });
    await ask('POST', 'registered-models/alias', { name: 'p', alias: 'best', version: '1' });
    await until(async () => deliver().then(() => receiver.heard.length === 4));
    expect(receiver.events().toSorted()).toEqual(['prompt.created', 'prompt_alias.created', 'prompt_tag.set', 'prompt_version.created']);
    const made = receiver.heard.find(({ body }) => body.entity === 'prompt_version')!.body.data;
    expect(made).toMatchObject({ name: 'p', version: '1', template: `Say ${'x'.repeat(25_000)}`, tags: {} }); // longer than a row of the audit keeps
    expect(receiver.heard.find(({ body }) => body.entity === 'prompt')!.body.data).toMatchObject({ tags: { team: 'sea' } });
  });
});

describe('a receiver that is not well', () => {
  beforeAll(open);
  afterAll(close);
  const change = () => house.rooms.registry.model_records.create({ name: `m-${Math.random()}`, description: '', tags: [], by: ada });
  const shown = async () => (await house.rooms.webhooks.list('', 10)).webhooks[0]!;

  it('is called again under the same id with the same bytes, until it says yes', async () => {
    await hook(['registered_model.created']);
    receiver.answer = (response) => void response.writeHead(500).end('not now');
    await change();
    await deliver();
    await until(async () => (await shown()).failures === 1);
    expect(await shown()).toMatchObject({ last_status: 500, last_error: 'the answer was 500', waiting: 1 });
    await deliver();
    expect(receiver.heard).toHaveLength(1); // it waits
    receiver.answer = (response) => void response.socket!.destroy();
    house.clock.advance(2_001);
    await deliver();
    await until(async () => (await shown()).failures === 2);
    expect((await shown()).last_status).toBeNull();
    receiver.answer = (response) => void response.end();
    house.clock.advance(4_001);
    await deliver();
    await until(async () => (await shown()).waiting === 0);
    expect(await shown()).toMatchObject({ last_status: 200, last_error: null, failures: 0 });
    expect(new Set(receiver.heard.map(({ headers, text }) => `${String(headers['x-mlflow-delivery-id'])} ${text}`)).size).toBe(1);
    expect(new Set(receiver.heard.map(({ headers }) => headers['x-mlflow-timestamp'])).size).toBe(3);
  });

  it('is given up after fifteen tries, which last for three to six hours', async () => {
    receiver.heard.length = 0;
    receiver.answer = (response) => void response.writeHead(404).end();
    await change();
    const { id } = await shown();
    const from_ms = house.clock.wall_ms();
    for (let i = 1; i <= 15; i++) {
      await deliver();
      await until(async () => (await shown()).failures === i);
      const due = sql<{ next_ms: number }>`select next_ms from webhook_delivery where webhook = ${id} and state = 'waiting'`;
      const [next] = (await due.execute(house.database.db)).rows;
      if (next) house.clock.advance(next.next_ms - house.clock.wall_ms());
    }
    const hours = (house.clock.wall_ms() - from_ms) / 3_600_000;
    expect(hours).toBeGreaterThan(3);
    expect(hours).toBeLessThan(6.5);
    await deliver();
    await sleep(50);
    expect([receiver.heard.length, (await shown()).waiting]).toEqual([15, 0]);
  });

  it('that leads elsewhere is not followed, and an endless answer is not read', async () => {
    receiver.heard.length = 0;
    receiver.answer = (response) => void response.writeHead(302, { location: url }).end();
    const { webhooks } = house.rooms;
    const id = (await shown()).id;
    expect(await webhooks.test(id, undefined, () => ({}), ada)).toMatchObject({ status: 302, error: 'the answer was 302' });
    expect(receiver.heard).toHaveLength(1);
    receiver.answer = (response) => {
      response.writeHead(200);
      const more = (): void => void (response.destroyed || response.write('x'.repeat(65_536), () => setImmediate(more)));
      more();
    };
    expect((await webhooks.test(id, undefined, () => ({}), ada)).text).toHaveLength(4_096);
  });

  it('that is slow keeps no other waiting', async () => {
    receiver.answer = () => undefined; // no answer at all
    const other = new Receiver();
    await house.rooms.webhooks.create({ name: 'quick', url: await other.open(), events: ['registered_model.created'], is_active: true }, ada);
    for (let i = 0; i < 20; i++) await change();
    await until(async () => deliver().then(() => other.heard.length === 20));
    await other.close();
  });

  it('is called by a server that starts while the one that called it dies without an answer', async () => {
    const open_calls = receiver.heard.length;
    const later = await house.again();
    house.clock.advance(15_001); // the leases are over
    receiver.answer = (response) => void response.end();
    await deliver(later);
    await until(() => receiver.heard.length > open_calls);
    await later.webhooks.deliveries.stop();
  });
});

describe('webhooks, as MLflow asks for them', () => {
  beforeAll(open);
  afterAll(close);
  const events = [{ entity: 'MODEL_VERSION', action: 'CREATED' }];

  it('are made, read, changed, tried out and removed; the secret is never shown, and each change has its row in the audit', async () => {
    const made = await ask('POST', 'webhooks', { name: 'mine', url, events, secret: 'a-very-secret-word', description: 'for tests' });
    expect(made).toMatchObject({ status: 200, body: { webhook: { name: 'mine', url, events, status: 'ACTIVE', description: 'for tests' } } });
    const id = (made.body['webhook'] as { webhook_id: string }).webhook_id;
    expect((await ask('GET', `webhooks/${id}`, {})).body).toEqual(made.body);
    expect((await ask('GET', 'webhooks', {})).body).toEqual({ webhooks: [made.body['webhook']] });
    expect((await ask('PATCH', `webhooks/${id}`, { status: 'DISABLED' })).body).toMatchObject({ webhook: { status: 'DISABLED', name: 'mine', events } });
    const tried = await ask('POST', `webhooks/${id}/test`, {});
    expect(tried.body).toEqual({ result: { success: true, response_status: 200, response_body: 'thanks' } });
    expect(receiver.heard[0]!.body).toMatchObject({ entity: 'model_version', action: 'created', data: { name: 'example_model', version: '1' } });
    expect((await ask('DELETE', `webhooks/${id}`, {})).status).toBe(200);
    expect(await ask('GET', `webhooks/${id}`, {})).toMatchObject({ status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST', code: 'HF-HOOK-001' } });
    const rows = await house.rooms.access.listAudit({ object: id, limit: 10 });
    expect(rows.map((row) => row.action)).toEqual(['webhook.delete', 'webhook.test', 'webhook.change', 'webhook.create']);
    expect(JSON.stringify([rows, made, tried])).not.toContain('a-very-secret-word');
  });

  it('are refused where they are wrong, and to everybody but administrators', async () => {
    const wrong: [object, string][] = [
      [{ name: 'a b', url, events }, 'HF-MLF-003'],
      [{ name: 'a', url: 'ftp://x', events }, 'HF-HOOK-002'],
      [{ name: 'a', url, events: [] }, 'HF-MLF-001'],
      [{ name: 'a', url, events: [{ entity: 'MODEL_VERSION', action: 'SET' }] }, 'HF-MLF-008'],
      [{ name: 'a', url, events: [{ entity: 'BUDGET_POLICY', action: 'EXCEEDED' }] }, 'HF-MLF-008'],
    ];
    for (const [fields, code] of wrong) expect(await ask('POST', 'webhooks', fields)).toMatchObject({ status: 400, body: { code } });
    expect(await ask('POST', 'webhooks', { name: 'a', url, events }, 'editor')).toMatchObject({ status: 403 });
    expect(await ask('GET', 'webhooks', {}, 'editor')).toMatchObject({ status: 403 });
  });

  it('that are disabled hear nothing, of what was before them neither', async () => {
    await house.rooms.registry.model_records.create({ name: 'before', description: '', tags: [], by: ada });
    house.clock.advance(1);
    const { id } = await hook(['registered_model.created']);
    await house.rooms.webhooks.update(id, { is_active: false }, ada);
    await house.rooms.registry.model_records.create({ name: 'meanwhile', description: '', tags: [], by: ada });
    await until(everyChangeWasRead);
    await house.rooms.webhooks.update(id, { is_active: true }, ada);
    await house.rooms.registry.model_records.create({ name: 'after', description: '', tags: [], by: ada });
    receiver.heard.length = 0;
    await until(async () => deliver().then(() => receiver.heard.length > 0));
    expect(receiver.heard.map(({ body }) => body.data['name'])).toEqual(['after']);
  });

  it('are no more than a hundred', async () => {
    for (let i = (await house.rooms.webhooks.list('', 1_000)).webhooks.length; i < 100; i++) await hook(['prompt.created']);
    await expect(hook(['prompt.created'])).rejects.toMatchObject({ code: 'HF-HOOK-003' });
    const first = await ask('GET', 'webhooks?max_results=60', {});
    const next = await ask('GET', `webhooks?max_results=60&page_token=${String(first.body['next_page_token'])}`, {});
    expect([(first.body['webhooks'] as []).length, (next.body['webhooks'] as []).length, next.body['next_page_token']]).toEqual([60, 40, undefined]);
  });
});

it('without the option an address of this machine is refused when it is given, and when its name turns out to be one', async () => {
  const strict = await openHouse();
  const { webhooks } = strict.rooms;
  const made = (at: string) => webhooks.create({ name: 'h', url: at, events: ['prompt.created'], is_active: true }, ada);
  await expect(made('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'HF-HOOK-002' });
  const { id } = await made(`http://${os.hostname()}:1/`); // a name that resolves to an address of this machine, or to none
  expect(await webhooks.test(id, undefined, () => ({}), ada)).toMatchObject({
    status: null,
    error: expect.stringMatching(/not on the internet|ENOTFOUND|EAI_AGAIN/),
  });
  await strict.close();
});

it('a change outlives a server that is killed before its receiver was there', async () => {
  const place = await mkdtemp(path.join(os.tmpdir(), 'holdfast-hook-'));
  const server = new ServerProgram({ folder: path.join(place, 'server'), args: ['--allow-private-webhooks', '--no-worker'] });
  const late = new Receiver();
  try {
    const at = await late.open();
    await late.close(); // the port is known, and nobody listens there
    const call = async (base: string, route: string, fields: object) => {
      const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' };
      return fetch(`${base}/api/2.0/mlflow/${route}`, { method: 'POST', headers, body: JSON.stringify(fields) });
    };
    const first = await server.up();
    await call(first.server.url, 'webhooks', { name: 'late', url: at, events: [{ entity: 'REGISTERED_MODEL', action: 'CREATED' }] });
    expect((await call(first.server.url, 'registered-models/create', { name: 'kept' })).status).toBe(200);
    await server.kill();
    const there = new Receiver();
    await there.open(Number(new URL(at).port));
    await server.up();
    for (let i = 0; i < 600 && there.heard.length === 0; i++) await sleep(50);
    expect(there.heard.map(({ body }) => body.data['name'])).toEqual(['kept']);
    await there.close();
  } finally {
    await server.stop();
    await rm(place, { recursive: true, force: true });
  }
}, 60_000);
