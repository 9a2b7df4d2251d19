// contract/server: from windows to verdicts, alerts and triggers.
import { migrate, sql } from '@holdfast/postgres';
import type { WindowSummary } from '@holdfast/protocol';
import { migrations } from '@holdfast/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type House,
  type SimulatedDevice,
  evenProfile,
  joinDevice,
  openHouse,
  record,
  shipVersion,
  storeProfile,
  sync,
  turnAll,
  windowOf,
  ada,
} from './support.ts';

let house: House;
let profile: { digest: string; bins: number };
let model: string;
let tests = 0;
const outbox = new Map<string, { seq: number; window: number }>();

beforeAll(async () => {
  house = await openHouse();
  profile = await storeProfile(house.rooms);
});
afterAll(() => house.close());
beforeEach(() => {
  model = `eyes${++tests}`;
  house.clock.advance(86_400_000);
});

const join = (name: string) => joinDevice(house.rooms, `${model}-${name}`);

/** The device closes windows, drifted or not, and every mover turns. */
async function watch(device: SimulatedDevice, ...drifted: boolean[]): Promise<void> {
  const state = outbox.get(device.id) ?? { seq: 0, window: 0 };
  outbox.set(device.id, state);
  const records = drifted.map((one) => record(++state.seq, 'windows', windowOf(profile, state.window++, one, model)));
  await sync(house.rooms, device.id, records);
  await turnAll(house.rooms);
}

const alertsOf = async () => (await house.rooms.alerts.list(undefined, 1_000)).filter((a) => a.model === model);
const suspectsOf = async () => (await house.rooms.alerts.list('suspect', 1_000)).filter((a) => a.model === model);
const firings = async (name: string) =>
  (await house.rooms.triggers.list())
    .find((t) => t.name === name)!
    .requests.map((r) => r.outcome)
    .toReversed();
const putTrigger = (name: string, more: { enabled?: boolean; cooldown_ms?: number } = {}) =>
  house.rooms.triggers.put({ name, workflow: 'retrain', model, cooldown_ms: 600_000, params: { epochs: '3' }, enabled: true, ...more }, ada);

describe('an alert', () => {
  it('opens after two drifted windows in a row, not after two with a clean one between', async () => {
    const device = await join('a');
    await watch(device, true, false, true);
    expect([await suspectsOf(), await alertsOf()]).toMatchObject([[{ state: 'suspect' }], []]);
    expect((await house.rooms.alerts.list('open', 1_000)).filter((a) => a.model === model)).toEqual([]);
    await watch(device, true);
    const [alert] = await alertsOf();
    expect(alert).toMatchObject({ state: 'firing', model_version: 1, key: `drift/${model}/default-${model}/x/shape`, onset_ms: 1_800_000_000_000 });
    expect(alert!.devices).toMatchObject([{ id: device.id, name: `${model}-a`, cleared_ms: null, features: [{ name: 'x' }] }]);
  });

  it('is one for each cause: a second device joins it', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await watch(a, true, true);
    await watch(b, true, true, true);
    const alerts = await alertsOf();
    expect(alerts).toHaveLength(1);
    expect(alerts[0]!.devices.map((d) => d.id).toSorted()).toEqual([a.id, b.id].toSorted());
    expect(alerts[0]!.title).toBe(`${model} sees other inputs than it was made for on 2 devices`);
    expect(alerts[0]!.cause).toContain(`${model}-a: x rose from 0.5 to 0.95`);
  });

  it('takes a device of the cause that it was opened for, also where its own devices show more by now', async () => {
    const names = ['image.a', 'image.b', 'image.c', 'image.d'];
    const four = await storeProfile(house.rooms, { ...evenProfile(), features: names.map((name) => ({ ...evenProfile().features[0]!, name })) });
    const half = [6, 6, 6, 6, 6, 6, 6, 6, 6, 46];
    const window = (n: number, drifted: readonly string[]): WindowSummary => {
      const [like, moved] = [windowOf(four, n, false, model), windowOf(four, n, true, model)].map((one) => one.features[0]!);
      const of = (name: string) => (name === 'image.a' ? { ...moved!, counts: half } : moved!);
      return { ...windowOf(four, n, false, model), features: names.map((name) => ({ ...(drifted.includes(name) ? of(name) : like!), name })) };
    };
    const send = async (device: SimulatedDevice, ...drifted: (readonly string[])[]) => {
      await sync(house.rooms, device.id, drifted.map((some, n) => record(n + 1, 'windows', window(n, some)))); // prettier-ignore
      await turnAll(house.rooms);
    };
    const [a, b] = [await join('a'), await join('b')];
    await send(a, ['image.a'], names, names, names);
    const [alert] = await alertsOf();
    expect(alert).toMatchObject({ key: `drift/${model}/default-${model}/image.a/shape`, devices: [{ id: a.id, features: [{ name: 'image.b' }, {}, {}, {}] }] });
    await send(b, ['image.a'], ['image.a']);
    expect((await alertsOf()).map(({ id, devices }) => [id, devices.map((one) => one.id).toSorted()])).toEqual([[alert!.id, [a.id, b.id].toSorted()]]);
  });

  it('is two for two causes: another feature with another fault, and each says where it is', async () => {
    const two = await storeProfile(house.rooms, { ...evenProfile(), features: ['x', 'y'].map((name) => ({ ...evenProfile().features[0]!, name })) });
    const window = (n: number, feature: 'x' | 'y'): WindowSummary => {
      const [like, moved] = [windowOf(two, n, false, model), windowOf(two, n, true, model)].map((one) => one.features[0]!);
      const up = { ...moved!, moments: { ...moved!.moments, m2: 8.3 } };
      const gone = { ...like!, counts: like!.counts.map((count) => count / 2), missing: 50 };
      const features = ['x', 'y'].map((name) => ({ ...(name !== feature ? like! : name === 'x' ? up : gone), name }));
      return { ...windowOf(two, n, false, model), features };
    };
    const devices = await Promise.all(
      Array.from({ length: 24 }, (_, i) =>
        joinDevice(house.rooms, `${model}-${i}`, { firmware: i < 8 ? '2.3' : '2.2', site: i % 2 === 0 ? 'north' : 'south' }),
      ),
    );
    for (const [i, device] of devices.entries()) {
      const kind = i < 7 ? 'x' : i % 4 === 0 ? 'y' : null;
      const windows = [0, 1].map((n) =>
        kind
          ? window(n, kind)
          : { ...windowOf(two, n, false, model), features: window(n, 'x').features.map((f) => ({ ...window(n, 'y').features[0]!, name: f.name })) },
      );
      await sync(
        house.rooms,
        device.id,
        windows.map((one, n) => record(n + 1, 'windows', one)),
      );
    }
    await turnAll(house.rooms);
    const alerts = (await alertsOf()).toSorted((a, b) => (a.key < b.key ? -1 : 1));
    expect(alerts.map((a) => [a.key, a.devices.length, a.fault])).toEqual([
      [`drift/${model}/default-${model}/x/offset`, 7, 'offset'],
      [`drift/${model}/default-${model}/y/missing`, 4, 'missing'],
    ]);
    expect(alerts[0]!.cohort).toMatchObject({ fact: 'label firmware', value: '2.3', drifted_with: 7, drifted: 7, watched_with: 8, watched: 24, lift: 3 });
    expect(alerts[0]!.cause).toContain('And 4 more devices. 7 of 7 drifted devices have label firmware 2.3, as 8 of 24 watched ones do.');
    expect(alerts[0]!.suggestion).toContain('Look at the zero point and the calibration of the sensor, x first.');
  });

  it('that was suspected and not confirmed is over without a word: no event, no trigger', async () => {
    await putTrigger(`${model}-t`);
    const device = await join('a');
    await watch(device, true, false, false);
    expect(await suspectsOf()).toHaveLength(1);
    await watch(device, false);
    expect([await suspectsOf(), await alertsOf()]).toEqual([[], []]);
    expect((await house.rooms.alerts.lastEvents(1_000)).filter((e) => e.model === model)).toEqual([]);
    expect(await firings(`${model}-t`)).toEqual([]);
    await watch(device, true);
    const [suspect] = await suspectsOf();
    await expect(house.rooms.alerts.acknowledge(suspect!.id, ada, 'mine')).rejects.toMatchObject({ code: 'HF-ALERT-001' });
  });

  it('that was suspected before devices were told to be confirmed is still over without a word', async () => {
    const device = await join('a');
    await watch(device, true);
    await sql`alter table alert_device drop column confirmed`.execute(house.database.db);
    await sql`delete from migration where name like '%alert_suspects%'`.execute(house.database.db);
    await migrate(house.database, migrations);
    await watch(device, false, false, false);
    expect([await suspectsOf(), await alertsOf()]).toEqual([[], []]);
    expect((await house.rooms.alerts.lastEvents(1_000)).filter((e) => e.model === model)).toEqual([]);
  });

  it('has the devices that are confirmed alone: one that waits joins when it is, and one that is not leaves no word', async () => {
    const [a, b, c] = [await join('a'), await join('b'), await join('c')];
    for (const device of [a, b, c]) await watch(device, true);
    expect((await suspectsOf())[0]!.devices).toHaveLength(3);
    await watch(a, true);
    const named = async () => (await alertsOf())[0]!.devices.map((d) => d.id).toSorted();
    expect(await named()).toEqual([a.id]);
    expect((await house.rooms.alerts.drifted()).map((d) => d.device)).toEqual(expect.not.arrayContaining([b.id]));
    await watch(b, true);
    expect(await named()).toEqual([a.id, b.id].toSorted());
    await watch(c, false, false, false);
    const said = (await house.rooms.alerts.lastEvents(1_000)).filter((e) => e.model === model).map((e) => [e.kind, e.device]);
    expect(said).toEqual([
      ['device_joined', b.id],
      ['opened', a.id],
    ]);
  });

  it('is over with its last confirmed device: who still waits is suspected by itself', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await watch(a, true);
    await watch(b, true, false);
    await watch(a, true, false, false, false);
    expect(await alertsOf()).toMatchObject([{ state: 'resolved', devices: [{ id: a.id }] }]);
    await watch(b, true);
    expect(await suspectsOf()).toMatchObject([{ devices: [{ id: b.id }] }]);
  });

  it('clears a device after three clean windows, and resolves with the last one; drift after that is a new alert', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await watch(a, true, true);
    await watch(b, true, true);
    await watch(a, false, false);
    expect((await alertsOf())[0]!.devices.filter((d) => d.cleared_ms !== null)).toEqual([]);
    await watch(a, false);
    expect((await alertsOf())[0]).toMatchObject({ state: 'firing' });
    await watch(b, false, false, false);
    const [resolved] = await alertsOf();
    expect(resolved).toMatchObject({ state: 'resolved', resolved_ms: house.clock.wall_ms() });
    house.clock.advance(60_000_000);
    await watch(a, true, true);
    const [first, second] = await alertsOf();
    expect([first!.state, second!.state].toSorted()).toEqual(['firing', 'resolved']);
    expect(new Set([first!.id, second!.id]).size).toBe(2);
  });

  it('lets go of a removed device, so that it does not stay open for ever, and does not take it in again', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await watch(a, true, true);
    await watch(b, true, true);
    await house.rooms.fleet.remove(a.id, ada);
    await turnAll(house.rooms);
    expect((await alertsOf())[0]!.devices.find((d) => d.id === a.id)?.cleared_ms).toBe(house.clock.wall_ms());
    await watch(a, true, true);
    expect((await alertsOf())[0]!.devices.find((d) => d.id === a.id)?.cleared_ms).not.toBeNull();
    await house.rooms.fleet.remove(b.id, ada);
    await turnAll(house.rooms);
    expect((await alertsOf())[0]).toMatchObject({ state: 'resolved' });
  });

  it('is the same whichever server takes the turn, and when the same turn is taken by two at once', async () => {
    const device = await join('a');
    const other = await house.again();
    await sync(
      house.rooms,
      device.id,
      [0, 1].map((n) => record(n + 1, 'windows', windowOf(profile, n, true, model))),
    );
    await Promise.all([turnAll(house.rooms), turnAll(other)]);
    await turnAll(other);
    expect(await alertsOf()).toHaveLength(1);
    const { rows } = await sql<{ n: number }>`select count(*) as n from verdict where model = ${model}`.execute(house.database.db);
    expect(rows[0]!.n).toBe(2);
  });

  it('is acknowledged and silenced while it is open, and not when it is resolved', async () => {
    const device = await join('a');
    await watch(device, true, true);
    const { id } = (await alertsOf())[0]!;
    const { alerts, clock } = house.rooms;
    expect(await alerts.acknowledge(id, ada, 'I clean the lens')).toMatchObject({
      state: 'acknowledged',
      acknowledged: { by: 'user:ada', at_ms: clock.wall_ms(), reason: 'I clean the lens' },
    });
    expect(await alerts.silence(id, ada, 'until noon', 60_000)).toMatchObject({ silenced: { by: 'user:ada', until_ms: clock.wall_ms() + 60_000 } });
    await watch(device, false, false, false);
    expect((await alertsOf())[0]).toMatchObject({ state: 'resolved' });
    await expect(alerts.acknowledge(id, ada, 'late')).rejects.toMatchObject({ code: 'HF-ALERT-001' });
    await expect(alerts.silence(id, ada, 'late', 1_000)).rejects.toMatchObject({ code: 'HF-ALERT-001' });
    expect((await alertsOf())[0]).toMatchObject({ state: 'resolved' });
    await expect(alerts.acknowledge('alert_none', ada, '')).rejects.toMatchObject({ code: 'HF-REQ-004' });
  });
});

describe('a trigger', () => {
  it('asks once when an alert opens, and says with what', async () => {
    await putTrigger(`${model}-t`);
    await watch(await join('a'), true, true);
    const [trigger] = (await house.rooms.triggers.list()).filter((t) => t.name === `${model}-t`);
    const [alert] = await alertsOf();
    expect(trigger!.requests).toMatchObject([
      { outcome: 'requested', cause: `alert ${alert!.id} opened`, params: { epochs: '3', alert: alert!.id, model, since_ms: String(alert!.since_ms) } },
    ]);
  });

  it('fires once for an event, however often the turn is run and by how many servers at once', async () => {
    await putTrigger(`${model}-t`);
    const device = await join('a');
    const others = [await house.again(), await house.again()];
    await sync(
      house.rooms,
      device.id,
      [0, 1].map((n) => record(n + 1, 'windows', windowOf(profile, n, true, model))),
    );
    await house.rooms.monitors.turn();
    await house.rooms.alerts.turn();
    await Promise.all([house.rooms, ...others, ...others].map((rooms) => rooms.triggers.turn()));
    for (const rooms of others) await rooms.triggers.turn();
    expect(await firings(`${model}-t`)).toEqual(['requested']);
  });

  it('keeps its cooldown over a restart, and fires again after it where the alert is still open', async () => {
    await putTrigger(`${model}-t`);
    await watch(await join('a'), true, true);
    house.clock.advance(300_000);
    const restarted = await house.again();
    await watch(await join('b'), true, true);
    await turnAll(restarted);
    expect(await firings(`${model}-t`)).toEqual(['requested', 'cooldown']);
    house.clock.advance(299_999);
    await turnAll(restarted);
    expect(await firings(`${model}-t`)).toEqual(['requested', 'cooldown']);
    house.clock.advance(1);
    await Promise.all([turnAll(restarted), turnAll(house.rooms)]);
    await turnAll(restarted);
    expect(await firings(`${model}-t`)).toEqual(['requested', 'cooldown', 'requested']);
    const [last] = (await house.rooms.triggers.list()).find((t) => t.name === `${model}-t`)!.requests;
    expect(last!.cause).toBe(`alert ${(await alertsOf())[0]!.id} is still open`);
  });

  it('does not fire again once the alert is resolved', async () => {
    await putTrigger(`${model}-t`);
    const device = await join('a');
    await watch(device, true, true);
    await watch(device, false, false, false);
    house.clock.advance(700_000);
    await turnAll(house.rooms);
    expect(await firings(`${model}-t`)).toEqual(['requested']);
  });

  it('is quiet while the alert is silenced, and fires when the silence is over and the alert still open', async () => {
    await putTrigger(`${model}-t`);
    await watch(await join('a'), true, true);
    await house.rooms.alerts.silence((await alertsOf())[0]!.id, ada, 'I know', 3_600_000);
    await watch(await join('b'), true, true);
    house.clock.advance(700_000);
    await turnAll(house.rooms);
    expect(await firings(`${model}-t`)).toEqual(['requested', 'silenced']);
    house.clock.advance(3_000_000);
    await turnAll(house.rooms);
    expect(await firings(`${model}-t`)).toEqual(['requested', 'silenced', 'requested']);
  });

  it('is quiet while it is disabled, and one that is made later leaves an alert alone that was open before', async () => {
    await putTrigger(`${model}-off`, { enabled: false });
    await watch(await join('a'), true, true);
    await putTrigger(`${model}-late`);
    house.clock.advance(700_000);
    await turnAll(house.rooms);
    expect(await firings(`${model}-off`)).toEqual([]);
    expect(await firings(`${model}-late`)).toEqual([]);
  });
});

describe('a monitor', () => {
  it('gives the same window the same verdict, on any server', async () => {
    const device = await join('a');
    await watch(device, true, false);
    const before = await house.rooms.monitors.history(device.id, 10);
    await sql`delete from verdict where device = ${device.id}`.execute(house.database.db);
    await sql`delete from monitor_evidence`.execute(house.database.db);
    await sql`update monitor_cursor set xact = '0', id = 0`.execute(house.database.db);
    await turnAll(await house.again());
    const strip = (rows: typeof before) => rows.map(({ id: _id, ...row }) => row);
    expect(strip(await house.rooms.monitors.history(device.id, 10))).toEqual(strip(before));
    expect(before.map((v) => v.readings[0]!.distance)).toEqual([0, 0.9]);
    expect(before.map((v) => v.drifted)).toEqual([true, true]); // one clean window does not let it go
  });

  it('misses no window that commits late: of two open transactions the later commits first', async () => {
    const [early, late] = [await join('early'), await join('late')];
    const { telemetry } = house.rooms;
    const store = (trx: Parameters<typeof telemetry.store>[0], device: string) =>
      telemetry.store(trx, [{ device, boot: 'boot-1', records: [record(1, 'windows', windowOf(profile, 0, false, model))] }]);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let stored = (): void => undefined;
    const isStored = new Promise<void>((resolve) => (stored = resolve));
    const first = house.database.db.transaction().execute(async (trx) => {
      await store(trx, early.id);
      stored();
      await held;
    });
    await isStored;
    await house.database.db.transaction().execute((trx) => store(trx, late.id));
    await turnAll(house.rooms);
    release();
    await first;
    await turnAll(house.rooms);
    expect(await house.rooms.monitors.history(early.id, 10)).toHaveLength(1);
    expect(await house.rooms.monitors.history(late.id, 10)).toHaveLength(1);
  });

  it('asks for the evidence that its budget needs: with a smaller one, a later alarm', async () => {
    await shipVersion(house.rooms, model);
    await house.rooms.monitors.put(`${model}-often`, { model, false_alarms_per_device_month: 1, distance_min: 0.01 }, ada);
    await house.rooms.monitors.put(`${model}-seldom`, { model, false_alarms_per_device_month: 1e-6, distance_min: 0.01 }, ada);
    const device = await join('a');
    const even = windowOf(profile, 0, false, model).features[0]!;
    const counts = even.counts.map((count, i) => (i < profile.bins / 2 ? count - 3 : count + 3));
    await sync(
      house.rooms,
      device.id,
      Array.from({ length: 30 }, (_, n) => record(n + 1, 'windows', { ...windowOf(profile, n, false, model), features: [{ ...even, counts }] })),
    );
    await turnAll(house.rooms);
    const first = async (monitor: string) => (await house.rooms.monitors.history(device.id, 100, monitor)).toReversed().find((v) => v.drifted)!;
    const [often, seldom] = [await first(`${model}-often`), await first(`${model}-seldom`)];
    expect([often.alpha, seldom.alpha]).toEqual([0.05, 1e-6]);
    expect(10 ** seldom.readings[0]!.evidence!).toBeGreaterThanOrEqual(2e6);
    expect(seldom.window_number).toBeGreaterThan(often.window_number);
  });

  it('holds a window clean that is like one of the conditions of its profile, though unlike their mixture', async () => {
    const even = evenProfile();
    const last = even.features[0]!.counts.length - 1;
    const fogged = even.features[0]!.counts.map((_, i) => (i === last ? 500 : 0));
    const clear = even.features[0]!.counts.map((count, i) => (i === last ? count / 2 : count));
    const mixed = clear.map((count, i) => count + fogged[i]!);
    const feature = { ...even.features[0]!, counts: mixed, conditions: [clear, fogged] };
    const classes = { ...even.classes, conditions: [even.classes.counts, even.classes.counts] };
    const of_two = await storeProfile(house.rooms, { ...even, conditions: ['clear', 'fogged'], features: [feature], classes });
    const of_one = await storeProfile(house.rooms, { ...even, features: [{ ...even.features[0]!, counts: mixed }] });
    const device = await join('a');
    await sync(
      house.rooms,
      device.id,
      [of_two, of_one].map((one, n) => record(n + 1, 'windows', windowOf(one, n, true, model))),
    );
    await turnAll(house.rooms);
    expect((await house.rooms.monitors.history(device.id, 2)).toReversed().map((v) => v.drifted)).toEqual([false, true]);
  });

  it('goes past a window whose profile is the digest of something else', async () => {
    const { digest } = await house.rooms.registry.blobs.put(new TextEncoder().encode('not a profile'));
    const pipeline = await house.rooms.registry.blobs.put(new TextEncoder().encode('{"v":1}'));
    const device = await join('a');
    const odd = [digest, pipeline.digest, 'f'.repeat(64), '../../etc/passwd'].map((one) => ({ digest: one, bins: profile.bins }));
    await sync(
      house.rooms,
      device.id,
      [...odd, profile].map((one, n) => record(n + 1, 'windows', windowOf(one, n, true, model))),
    );
    await turnAll(house.rooms);
    expect(await house.rooms.monitors.history(device.id, 10)).toMatchObject([{ window_number: 4, drifted: true }]);
  });
});
