// contract/server: channels: what happens to alerts reaches real receivers on this machine: an SMTP server, and one that is called.
import { createHmac } from 'node:crypto';
import http from 'node:http';
import type net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type House, type SimulatedDevice, ada, joinDevice, openHouse, record, storeProfile, sync, turnAll, windowOf } from './support.ts';

interface Mailed {
  readonly to: string[];
  readonly text: string;
}

let house: House;
let profile: { digest: string; bins: number };
let smtp: SMTPServer;
let receiver: http.Server;
let url: string;
const mailed: Mailed[] = [];
const called: { headers: http.IncomingHttpHeaders; text: string }[] = [];
let refuse = 0;

const portOf = (server: { address(): ReturnType<net.Server['address']> }) => (server.address() as net.AddressInfo).port;
const channels = () => house.rooms.webhooks.channels;

beforeAll(async () => {
  smtp = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => (username === 'hf' && password === 'p@ss' ? done(null, { user: 'hf' }) : done(new Error('no'))),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refuse-- > 0) return done(Object.assign(new Error('try later'), { responseCode: 451 }));
        mailed.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString() });
        return done();
      });
    },
  });
  smtp.listen(0, '127.0.0.1');
  await new Promise((resolve) => smtp.server.once('listening', resolve));
  receiver = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      called.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
      response.end('ok');
    });
  });
  receiver.listen(0, '127.0.0.1');
  await new Promise((resolve) => receiver.once('listening', resolve));
  url = `http://127.0.0.1:${portOf(receiver)}/hook`;
  const mail = { smtp: `smtp://hf:p%40ss@127.0.0.1:${portOf(smtp.server)}`, from: 'holdfast@edge.example' };
  house = await openHouse({ allow_private_webhooks: true, mail, link_base: () => 'https://edge.example' });
  profile = await storeProfile(house.rooms);
});
afterAll(async () => {
  await house.rooms.webhooks.deliveries.stop();
  receiver.closeAllConnections();
  await Promise.all([new Promise((resolve) => receiver.close(resolve)), new Promise<void>((resolve) => smtp.close(() => resolve()))]);
  await house.close();
});

let tests = 0;
let model: string;
beforeEach(async () => {
  model = `eyes${++tests}`;
  mailed.length = called.length = refuse = 0;
  for (const { name } of await channels().list()) await channels().remove(name, ada);
  house.clock.advance(1_000);
});

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600 && !(await what()); i++) await sleep(10);
  expect(await what()).toBe(true);
}
async function deliver(): Promise<void> {
  while (await channels().turn());
  await house.rooms.webhooks.deliveries.turn();
}
const seqs = new Map<string, number>();
/** The device closes windows, drifted or not, and every mover turns. */
async function watch(device: SimulatedDevice, ...drifted: boolean[]): Promise<void> {
  const from = seqs.get(device.id) ?? 0;
  seqs.set(device.id, from + drifted.length);
  await sync(house.rooms, device.id, drifted.map((one, i) => record(from + i + 1, 'windows', windowOf(profile, from + i, one, model)))); // prettier-ignore
  await turnAll(house.rooms);
}
const drift = (device: SimulatedDevice) => watch(device, ...Array.from({ length: 6 }, () => true));
const recover = (device: SimulatedDevice) => watch(device, ...Array.from({ length: 12 }, () => false));
const channelNamed = async (name: string) => (await channels().list()).find((one) => one.name === name)!;
const subjectsOf = () => mailed.map(({ text }) => /^Subject: (.*)$/m.exec(text)?.[1]);

describe('a channel', () => {
  it('hears by e-mail when an alert opens and when it is resolved, once each, with what to do and where to look', async () => {
    await channels().put({ name: 'ops', kind: 'email', to: 'a@edge.example, b@edge.example' }, ada);
    const device = await joinDevice(house.rooms, `${model}-a`);
    await drift(device);
    await until(async () => deliver().then(() => mailed.length === 1));
    const [alert] = (await house.rooms.alerts.list('open', 10)).filter((one) => one.model === model);
    expect(mailed[0]!.to).toEqual(['a@edge.example', 'b@edge.example']);
    const text = mailed[0]!.text.replaceAll('=\r\n', '');
    expect(text).toContain('From: holdfast@edge.example');
    expect(text).toMatch(/Message-ID: <[0-9a-f-]{36}@edge\.example>/i);
    expect(text).toContain(`https://edge.example/alerts/${alert!.id}`);
    expect(text).toContain(`Devices: ${model}-a`);
    await recover(device);
    await until(async () => deliver().then(() => mailed.length === 2));
    expect(subjectsOf()).toEqual([expect.stringMatching(/^\[Holdfast\] Firing: /), expect.stringMatching(/^\[Holdfast\] Resolved: /)]);
    for (let i = 0; i < 3; i++) await deliver();
    await sleep(50);
    expect(mailed).toHaveLength(2);
  });

  it('is called, signed as the Standard Webhooks have it, and hears of its model and its events alone', async () => {
    const secret = `whsec_${Buffer.from('a key of bytes').toString('base64')}`;
    await channels().put({ name: 'mine', kind: 'webhook', to: url, secret, model, events: ['alert.opened', 'alert.device_joined'] }, ada);
    await channels().put({ name: 'other', kind: 'webhook', to: url, model: 'another' }, ada);
    const [a, b] = [await joinDevice(house.rooms, `${model}-a`), await joinDevice(house.rooms, `${model}-b`)];
    await drift(a);
    await drift(b);
    await recover(a);
    await recover(b);
    await until(async () => deliver().then(() => called.length === 2));
    const bodies = called.map(({ text }) => JSON.parse(text) as { type: string; data: Record<string, unknown> });
    expect(bodies.map(({ type }) => type).toSorted()).toEqual(['alert.device_joined', 'alert.opened']);
    expect(bodies[0]!.data).toMatchObject({ model, model_version: 1, link: expect.stringContaining('https://edge.example/alerts/') as string });
    for (const { headers, text } of called) {
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${text}`;
      expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', 'a key of bytes').update(signed).digest('base64')}`);
    }
  });

  it('gets a message in the shape of Slack, in which no name can make markup', async () => {
    await channels().put({ name: 'chat', kind: 'slack', to: `${url}/T000/secret` }, ada);
    const device = await joinDevice(house.rooms, `${model}-a`);
    await drift(device);
    await until(async () => deliver().then(() => called.length === 1));
    const { text, blocks } = JSON.parse(called[0]!.text) as { text: string; blocks: { type: string; text: { type: string; text: string } }[] };
    expect(text).toMatch(/^Firing: .*https:\/\/edge\.example\/alerts\//);
    expect(blocks.every((block) => block.type === 'section' && block.text.type === 'mrkdwn' && block.text.text.length <= 3_000)).toBe(true);
    expect(await channelNamed('chat')).toMatchObject({ to: `${new URL(url).origin}/…`, has_secret: false });
  });

  it('hears nothing of an alert that is silenced, nothing while it is off, and nothing of before it was made', async () => {
    await channels().put({ name: 'off', kind: 'webhook', to: url, enabled: false }, ada);
    const device = await joinDevice(house.rooms, `${model}-a`);
    await drift(device);
    await deliver();
    house.clock.advance(1_000);
    await channels().put({ name: 'late', kind: 'webhook', to: url }, ada);
    const [alert] = (await house.rooms.alerts.list('open', 10)).filter((one) => one.model === model);
    await house.rooms.alerts.silence(alert!.id, ada, 'the lens is being cleaned', 3_600_000);
    await recover(device);
    await deliver();
    await sleep(50);
    expect(called).toEqual([]);
  });

  it('that is refused is tried again under the same Message-ID, and the error shows meanwhile', async () => {
    await channels().put({ name: 'ops', kind: 'email', to: 'a@edge.example' }, ada);
    refuse = 1;
    await drift(await joinDevice(house.rooms, `${model}-a`));
    await until(async () => deliver().then(async () => (await channelNamed('ops')).failures === 1));
    expect(await channelNamed('ops')).toMatchObject({ last_status: 451, last_error: expect.stringContaining('try later') as string, waiting: 1 });
    house.clock.advance(2_001);
    await until(async () => deliver().then(() => mailed.length === 1));
    await until(async () => (await channelNamed('ops')).waiting === 0);
    expect(await channelNamed('ops')).toMatchObject({ last_error: null, failures: 0 });
  });

  it('that becomes one of another kind gets what waits in the words of its new kind, soon', async () => {
    await channels().put({ name: 'ops', kind: 'email', to: 'a@edge.example' }, ada);
    refuse = 8;
    await drift(await joinDevice(house.rooms, `${model}-a`));
    for (let failures = 1; failures <= 8; failures++) {
      house.clock.advance(300_000);
      await until(async () => deliver().then(async () => (await channelNamed('ops')).failures === failures));
    }
    await channels().put({ name: 'ops', kind: 'slack', to: url }, ada);
    house.clock.advance(65_001); // the ninth try by e-mail would be in two minutes or more
    await until(async () => deliver().then(() => called.length === 1));
    expect(JSON.parse(called[0]!.text)).toMatchObject({
      text: expect.stringMatching(/^Firing: .*\/alerts\//) as string,
      blocks: expect.any(Array) as unknown[],
    });
    expect(mailed).toEqual([]);
  });

  it('is tested with an example that says so, and what came of it is told', async () => {
    await channels().put({ name: 'ops', kind: 'email', to: 'a@edge.example' }, ada);
    expect(await channels().test('ops', ada)).toMatchObject({ status: 250, error: null });
    expect(subjectsOf()).toEqual(['[Holdfast] Firing: An example: this channel works']);
    await channels().put({ name: 'gone', kind: 'webhook', to: 'http://127.0.0.1:9/' }, ada);
    expect((await channels().test('gone', ada)).error).toContain('ECONNREFUSED');
  });

  it('keeps its secret where it is changed without one, and is none of the webhooks of MLflow', async () => {
    await channels().put({ name: 'mine', kind: 'webhook', to: url, secret: 'key' }, ada);
    await channels().put({ name: 'mine', kind: 'webhook', to: `${url}/2` }, ada);
    expect(await channelNamed('mine')).toMatchObject({ to: `${url}/2`, has_secret: true });
    expect((await house.rooms.webhooks.list('', 10)).webhooks).toEqual([]);
  });

  it('is refused where nobody could ever hear: a wrong mailbox, too many, an address that is none', async () => {
    const put = (kind: 'email' | 'webhook', to: string) => channels().put({ name: 'odd', kind, to }, ada);
    for (const to of ['nobody', 'a@b, c', 'a@b\r\nBcc: x@y', '', 'a b@c']) await expect(put('email', to)).rejects.toMatchObject({ code: 'HF-HOOK-002' });
    await expect(put('email', Array.from({ length: 21 }, (_, i) => `a${i}@b`).join())).rejects.toMatchObject({ code: 'HF-HOOK-002' });
    await expect(put('webhook', 'file:///etc/passwd')).rejects.toMatchObject({ code: 'HF-HOOK-002' });
    await expect(channels().remove('nobody', ada)).rejects.toMatchObject({ code: 'HF-REQ-004' });
    expect(await channels().list()).toEqual([]);
  });
});

describe('a server without SMTP', () => {
  it('refuses a channel by e-mail and says what to do; an address of another form stops the start', async () => {
    const plain = await openHouse();
    await expect(plain.rooms.webhooks.channels.put({ name: 'ops', kind: 'email', to: 'a@b' }, ada)).rejects.toMatchObject({ code: 'HF-HOOK-004' });
    await expect(plain.rooms.webhooks.channels.put({ name: 'ops', kind: 'slack', to: url }, ada)).rejects.toMatchObject({ code: 'HF-HOOK-002' });
    await plain.close();
    await expect(openHouse({ mail: { smtp: 'mail.example:25' } })).rejects.toMatchObject({ code: 'HF-HOOK-004' });
    await expect(openHouse({ mail: { smtp: 'smtp://mail.example', from: 'nobody' } })).rejects.toMatchObject({ code: 'HF-HOOK-004' });
  });
});
