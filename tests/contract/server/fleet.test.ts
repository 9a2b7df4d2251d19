// contract/server: devices: how they join, how they are cut off, what is signed and what is refused.
import { createPublicKey, verify } from 'node:crypto';
import type { Fleet } from '@holdfast/fleet';
import { sql } from '@holdfast/postgres';
import { type Envelope, encodeSync, preAuthEncoding } from '@holdfast/protocol';
import type { DeviceView, Overview } from '@holdfast/protocol/rest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, type RunningApp, event, exchangeOf, joinDevice, makeKey, openApp, openHouse, record, shipVersion, sync, ada } from './support.ts';

let house: House;
let fleet: Fleet;
let running: RunningApp;
beforeAll(async () => {
  house = await openHouse();
  fleet = house.rooms.fleet;
  running = await openApp(house);
});
afterAll(async () => {
  await running.close();
  await house.close();
});

const token = (more: { uses_max?: number; expires_in_ms?: number } = {}) =>
  fleet.makeJoinToken({ name: 'test', labels: { site: 'north' }, uses_max: 1, expires_in_ms: 60_000, ...more }, ada);
const enrol = (secret: string, name: string, more: object = {}, by: Fleet = fleet) =>
  by.enrol(
    {
      proto: 1,
      token: secret,
      public_key: makeKey().public_key,
      name,
      labels: { kind: 'camera', site: 'mine' },
      platform: { os: 'linux', arch: 'arm', runtime: 'node 18' },
      ...more,
    },
    '10.0.0.7',
  );

describe('an enrolment', () => {
  it('gives the device an id and the release keys; labels of the token win', async () => {
    const { secret, token: made } = await token();
    const reply = await enrol(secret, 'gate-1');
    expect(reply.keys).toEqual(fleet.keys.public);
    expect(await fleet.device('gate-1')).toMatchObject({
      id: reply.device,
      labels: { kind: 'camera', site: 'north' },
      desired_generation: 1,
      assignment: null,
    });
    expect((await fleet.listJoinTokens()).find((t) => t.id === made.id)).toMatchObject({ uses: 1 });
  });

  it.each([
    ['used up', async () => (await token()).secret, async (secret: string) => void (await enrol(secret, `u${Math.random()}`.replace('.', '')))],
    ['expired', async () => (await token()).secret, async () => house.clock.advance(60_000)],
    ['revoked', async () => (await token()).secret, async () => fleet.revokeJoinToken((await fleet.listJoinTokens())[0]!.id, ada)],
    ['unknown', async () => 'hfj_nothing', async () => undefined],
  ])('is refused with a token that is %s', async (_, make, spoil) => {
    const secret = await make();
    await spoil(secret);
    await expect(enrol(secret, 'late')).rejects.toMatchObject({ code: 'HF-FLEET-001', status: 401 });
  });

  it('of many devices at once takes no more than the uses of the token, on any server', async () => {
    const { secret } = await token({ uses_max: 3 });
    const other = (await house.again()).fleet;
    const tries = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => enrol(secret, `race-${i}`, {}, i % 2 ? fleet : other)));
    expect(tries.filter((t) => t.status === 'fulfilled')).toHaveLength(3);
    expect((await fleet.devices({ selector: 'site=north' })).filter((d) => d.name.startsWith('race-'))).toHaveLength(3);
  });

  it('under a name that is taken fails, uses nothing up, and of two at once one wins', async () => {
    const { secret, token: made } = await token({ uses_max: 5 });
    await enrol(secret, 'twice');
    await expect(enrol(secret, 'twice')).rejects.toMatchObject({ code: 'HF-REQ-005', status: 409 });
    const tries = await Promise.allSettled([1, 2, 3].map(() => enrol(secret, 'thrice')));
    expect(tries.map((t) => (t.status === 'rejected' ? (t.reason as { code: string }).code : 'in')).toSorted()).toEqual(['HF-REQ-005', 'HF-REQ-005', 'in']);
    expect((await fleet.listJoinTokens()).find((t) => t.id === made.id)).toMatchObject({ uses: 2 });
  });

  it('is refused with a key that is none, a name that is none, another protocol', async () => {
    const { secret } = await token({ uses_max: 9 });
    await expect(enrol(secret, 'a', { public_key: 'AAAA' })).rejects.toMatchObject({ code: 'HF-FLEET-002' });
    await expect(enrol(secret, '../a')).rejects.toMatchObject({ code: 'HF-REG-002' });
    await expect(enrol(secret, 'a', { proto: 2 })).rejects.toMatchObject({ code: 'HF-SYNC-002' });
  });
});

describe('a device', () => {
  const url = '/api/device/v1/sync';
  const body = encodeSync(exchangeOf('x').head, []);
  const post = (headers: Record<string, string>, payload: Uint8Array = body, to = url) =>
    running.app.inject({ method: 'POST', url: to, payload: Buffer.from(payload), headers: { 'content-type': 'application/octet-stream', ...headers } });
  const codeOf = async (response: ReturnType<typeof post>) => ((await response).json() as { code: string }).code;

  it('is known by its signature over method, path, time and body; any change is refused', async () => {
    const device = await joinDevice(house.rooms, 'signs');
    const other = await joinDevice(house.rooms, 'other');
    const now = house.clock.wall_ms();
    expect((await post(device.signed('POST', url, body, now))).statusCode).toBe(200);
    const changed = encodeSync({ ...exchangeOf('x').head, n: 2 }, []);
    expect(await codeOf(post(device.signed('POST', url, body, now), changed))).toBe('HF-ACCESS-007');
    expect(await codeOf(post(device.signed('POST', `${url}?x=1`, body, now)))).toBe('HF-ACCESS-007');
    expect(await codeOf(post(device.signed('PUT', url, body, now)))).toBe('HF-ACCESS-007');
    expect(await codeOf(post({ ...device.signed('POST', url, body, now), 'holdfast-time': String(now + 1) }))).toBe('HF-ACCESS-007');
    expect(await codeOf(post({ ...device.signed('POST', url, body, now), 'holdfast-device': other.id }))).toBe('HF-ACCESS-007');
    expect(await codeOf(post({ ...device.signed('POST', url, body, now), 'holdfast-signature': 'AAAA' }))).toBe('HF-ACCESS-007');
    expect(await codeOf(post({ ...device.signed('POST', url, body, now), 'holdfast-device': 'dev_none' }))).toBe('HF-ACCESS-002');
    expect(await codeOf(post({ ...device.signed('POST', url, body, now), 'holdfast-device': 'signs' }))).toBe('HF-ACCESS-002'); // its name is not its id
    expect(await codeOf(post({}))).toBe('HF-ACCESS-001');
  });

  const report = (suspects: readonly string[]) => {
    const { head } = exchangeOf('x', [], { suspects });
    return encodeSync(head, [record(1, 'events', event('once'))]);
  };

  it('is not seen again by a copy of a sync of it, whose records are acknowledged all the same', async () => {
    const device = await joinDevice(house.rooms, 'copied');
    const body_of_it = report(['x']);
    const headers = device.signed('POST', url, body_of_it, house.clock.wall_ms());
    expect((await post(headers, body_of_it)).json()).not.toHaveProperty('stale');
    const { last_seen_ms, bytes_received } = await fleet.device(device.id);
    house.clock.advance(45_000);
    expect((await post(headers, body_of_it)).json()).toMatchObject({ ack: 1, stale: true });
    expect(await fleet.device(device.id)).toMatchObject({ last_seen_ms, bytes_received: 2 * bytes_received });
    house.clock.advance(555_000);
    expect(await codeOf(post(headers, body_of_it))).toBe('HF-ACCESS-007');
  });

  it('reports by the order in which it signed: a late one changes nothing, on any server, also within one commit', async () => {
    const device = await joinDevice(house.rooms, 'late');
    const other = await house.again();
    const now = house.clock.wall_ms();
    const say = (rooms: typeof other, sent_ms: number, suspect: string) =>
      rooms.ingest.exchange({ ...exchangeOf(device.id, [], { suspects: [suspect] }), sent_ms });
    const suspects = async () => (await fleet.device(device.id)).reported!.suspects;
    await say(house.rooms, now + 5, 'five');
    expect(await say(other, now + 3, 'three')).toMatchObject({ stale: true });
    expect(await suspects()).toEqual(['five']);
    const many = [8, 7, 9, 6].map((ms) => say(house.rooms, now + ms, String(ms)));
    expect((await Promise.all(many)).length).toBe(4);
    expect(await suspects()).toEqual(['9']);
  });

  it('with a wrong clock joins, is told so, and syncs when it has set it', async () => {
    const device = await joinDevice(house.rooms, 'clockless');
    for (const wrong of [0, 1_600_000_000_000, house.clock.wall_ms() + 120_000])
      expect(await codeOf(post(device.signed('POST', url, body, wrong)))).toBe('HF-ACCESS-007');
    expect((await fleet.device(device.id)).last_seen_ms).toBeNull();
    const refused = await post(device.signed('POST', url, body, 0));
    expect(Date.parse(String(refused.headers['date']))).toBeGreaterThan(1_600_000_000_000);
    expect((await post(device.signed('POST', url, body, house.clock.wall_ms()))).statusCode).toBe(200);
    expect((await fleet.device(device.id)).last_seen_ms).toBe(house.clock.wall_ms());
  });

  it('whose disk is full is ill: the overview names it and says why, and is silent again when it is well', async () => {
    const device = await joinDevice(house.rooms, 'choked');
    const headers = await running.as('viewer');
    const get = async <T>(path: string) => (await running.app.inject({ method: 'GET', url: path, headers })).json() as T;
    const say = async (refused_since_ms: number | null, disk_free_bytes: number) => {
      const exchange = exchangeOf(device.id);
      const { health, outbox } = exchange.head.reported;
      const reported = {
        ...exchange.head.reported,
        health: { ...health, disk_total_bytes: 1_048_576, disk_free_bytes },
        outbox: { ...outbox, records: 9, in_memory: 9, refused_since_ms, dropped_ms: null },
      };
      await house.rooms.ingest.exchange({ ...exchange, head: { ...exchange.head, reported } });
      return get<Overview>('/api/v1/overview');
    };
    const full = 'its disk is full: 0 of 1048576 bytes are free';
    const refuses = 'its disk has taken no record since 2027-01-15T08:00:00.000Z; 9 records wait in memory';
    expect(await say(1_800_000_000_000, 0)).toMatchObject({ devices: { ill: 1 }, ill: [{ device: device.id, name: 'choked', text: `${full}; ${refuses}` }] });
    expect(await get<DeviceView>(`/api/v1/devices/${device.id}`)).toMatchObject({
      ill: [
        { reason: 'disk_full', text: full },
        { reason: 'outbox_refused', text: refuses },
      ],
      outbox: { records: 9, in_memory: 9 },
    });
    expect(await say(null, 900_000)).toMatchObject({ devices: { ill: 0 }, ill: [] });
  });

  it('says what it is, in the words that there are; one of an older agent says nothing', async () => {
    const device = await joinDevice(house.rooms, 'described');
    const show = async () =>
      (await running.app.inject({ method: 'GET', url: `/api/v1/devices/${device.id}`, headers: await running.as('viewer') })).json<DeviceView>();
    const exchange = exchangeOf(device.id);
    await house.rooms.ingest.exchange(exchange);
    expect(await show()).toMatchObject({ hardware: {}, health: { thermal_state: null } });
    const reported = {
      ...exchange.head.reported,
      hardware: { machine: 'Raspberry Pi 5', cores: '4', memory_bytes: 'plenty', colour: 'green' },
      health: { ...exchange.head.reported.health, thermal_state: 'serious' },
    };
    await house.rooms.ingest.exchange({ ...exchange, sent_ms: exchange.sent_ms + 1, head: { ...exchange.head, reported } });
    const { hardware, health } = await show();
    expect(hardware).toEqual({ machine: 'Raspberry Pi 5', cores: '4' });
    expect(health!.thermal_state).toBe('serious');
  });

  it('is not locked out by a report that was taken while the clock of the server was ahead', async () => {
    const device = await joinDevice(house.rooms, 'ahead');
    const now = house.clock.wall_ms();
    await house.rooms.ingest.exchange({ ...exchangeOf(device.id), sent_ms: now + 3_600_000 });
    const reply = await house.rooms.ingest.exchange({ ...exchangeOf(device.id, [], { suspects: ['now'] }), sent_ms: now });
    expect(reply).not.toHaveProperty('stale');
    expect((await fleet.device(device.id)).report_sent_ms).toBe(now);
  });

  it('fetches a bundle by range; a copy of the request is of no use after ten minutes', async () => {
    const device = await joinDevice(house.rooms, 'fetches');
    const { bundle } = await shipVersion(house.rooms, 'eyes');
    const path = `/api/device/v1/bundles/${bundle}`;
    const headers = device.signed('GET', path, Buffer.alloc(0), house.clock.wall_ms());
    const get = (more: Record<string, string> = {}) => running.app.inject({ method: 'GET', url: path, headers: { ...headers, ...more } });
    const whole = await get();
    expect(whole.statusCode).toBe(200);
    const part = await get({ range: 'bytes=3-9' });
    expect([part.statusCode, part.headers['content-range']]).toEqual([206, `bytes 3-9/${whole.rawPayload.length}`]);
    expect(part.rawPayload.equals(whole.rawPayload.subarray(3, 10))).toBe(true);
    expect((await get({ range: `bytes=${whole.rawPayload.length}-` })).statusCode).toBe(416);
    house.clock.advance(599_999);
    expect((await get()).statusCode).toBe(200);
    house.clock.advance(2);
    expect((await get()).statusCode).toBe(401);
    const future = device.signed('GET', path, Buffer.alloc(0), house.clock.wall_ms() + 600_001);
    expect((await get(future)).statusCode).toBe(401);
    expect((await get(device.signed('GET', path, Buffer.alloc(0), Number.NaN))).statusCode).toBe(401);
  });

  it('that is removed is cut off at once here, and within the time of the cache on another server; its name is free', async () => {
    const device = await joinDevice(house.rooms, 'leaves');
    const other = (await house.again()).fleet;
    expect((await other.known(device.id)).removed).toBe(false);
    const signed = () => post(device.signed('POST', url, body, house.clock.wall_ms()));
    expect((await signed()).statusCode).toBe(200);
    await fleet.remove(device.id, ada);
    expect(await codeOf(signed())).toBe('HF-ACCESS-008');
    house.clock.advance(19_999);
    expect((await other.known(device.id)).removed).toBe(false);
    house.clock.advance(1);
    expect((await other.known(device.id)).removed).toBe(true);
    await expect(fleet.remove(device.id, ada)).rejects.toMatchObject({ code: 'HF-ACCESS-008' });
    await joinDevice(house.rooms, 'leaves');
    expect((await fleet.devices()).map((d) => d.id)).not.toContain(device.id);
  });

  it('cannot take the place of another by being named like its id', async () => {
    const device = await joinDevice(house.rooms, 'victim');
    const { secret } = await token();
    await enrol(secret, device.id);
    expect((await fleet.known(device.id)).id).toBe(device.id);
    expect((await fleet.device(device.id)).name).toBe('victim');
  });

  it('is renamed and relabelled; a name that is taken is refused, also when two ask at once', async () => {
    const [a, b] = [await joinDevice(house.rooms, 'left'), await joinDevice(house.rooms, 'right')];
    expect(await fleet.patch(a.id, { name: 'centre', labels: { row: '1' } }, ada)).toMatchObject({ name: 'centre', labels: { row: '1' } });
    await expect(fleet.patch(b.id, { name: 'centre' }, ada)).rejects.toMatchObject({ code: 'HF-REQ-005' });
    const tries = await Promise.allSettled([fleet.patch(a.id, { name: 'same' }, ada), fleet.patch(b.id, { name: 'same' }, ada)]);
    expect(tries.filter((t) => t.status === 'fulfilled')).toHaveLength(1);
  });
});

describe('the desired state', () => {
  it('is signed by the release key: a changed payload does not verify', async () => {
    const device = await joinDevice(house.rooms, 'obeys');
    const { desired } = await sync(house.rooms, device.id);
    const envelope: Envelope = desired!;
    const { public_key } = fleet.keys.public.find((k) => k.keyid === envelope.signatures[0]!.keyid)!;
    const key = createPublicKey({ key: Buffer.from(public_key, 'base64'), format: 'der', type: 'spki' });
    const fits = (payload: Buffer) => verify(null, preAuthEncoding(envelope.payloadType, payload), key, Buffer.from(envelope.signatures[0]!.sig, 'base64'));
    const payload = Buffer.from(envelope.payload, 'base64');
    expect(fits(payload)).toBe(true);
    expect(fits(Buffer.from(payload.toString().replace('"generation":1', '"generation":2')))).toBe(false);
  });

  it('is signed by the same key on every server, the first start of two at once too', async () => {
    await sql`delete from release_key`.execute(house.database.db);
    const [one, two] = await Promise.all([house.again(), house.again()]);
    expect(one.fleet.keys.public).toHaveLength(1);
    expect(one.fleet.keys.public).toEqual(two.fleet.keys.public);
  });

  it('has a new generation when the capture settings change', async () => {
    const device = await joinDevice(house.rooms, 'captures');
    await fleet.setCapture(device.id, { window_inferences: 10, sample_every: 0, sample_every_drifted: 1 }, 5_000, ada);
    expect(await fleet.device(device.id)).toMatchObject({ desired_generation: 2, poll_ms: 5_000 });
  });
});

describe('a selector', () => {
  it('chooses by all of its labels; an empty one is every device', async () => {
    await joinDevice(house.rooms, 'sel-1', { wing: 'a', floor: '1' });
    await joinDevice(house.rooms, 'sel-2', { wing: 'a', floor: '2' });
    expect((await fleet.devices({ selector: 'wing=a' })).map((d) => d.name)).toEqual(['sel-1', 'sel-2']);
    expect((await fleet.devices({ selector: ' wing=a , floor=2' })).map((d) => d.name)).toEqual(['sel-2']);
    expect(await fleet.count('')).toBe((await fleet.devices()).length);
    expect(await fleet.count('__proto__=x')).toBe(0);
    expect(await fleet.putGroup('wing-a', 'wing=a', ada)).toEqual({ name: 'wing-a', selector: 'wing=a', devices: 2 });
  });

  it.each(['wing', '=a', 'wing=', 'wing==a', 'a b=c', 'wing=a;floor=1', 'wing=ä'])('that is %j is refused', async (text) => {
    await expect(async () => fleet.devices({ selector: text })).rejects.toMatchObject({ code: 'HF-FLEET-003', status: 400 });
    await expect(fleet.putGroup('bad', text, ada)).rejects.toMatchObject({ code: 'HF-FLEET-003' });
  });
});
