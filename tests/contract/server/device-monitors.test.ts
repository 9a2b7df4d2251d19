// contract/server: what monitors of apps say on devices becomes alerts: one for a monitor, a model and a feature, over restarts, repetitions and many devices.
import { sql } from '@holdfast/postgres';
import type { DeviceEvent } from '@holdfast/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type House, type SimulatedDevice, ada, joinDevice, openHouse, record, shipVersion, sync, turnAll } from './support.ts';

const hour_ms = 3_600_000;
let house: House;
let model: string;
let tests = 0;
const seqs = new Map<string, number>();

beforeAll(async () => {
  house = await openHouse({ allow_private_webhooks: true });
});
afterAll(() => house.close());
beforeEach(async () => {
  model = `ears${++tests}`;
  house.clock.advance(24 * hour_ms);
  await shipVersion(house.rooms, model);
  await shipVersion(house.rooms, model, [{ monitor: 'EWMAConfidenceMonitor', parameters: {} }]);
  const reference = Object.fromEntries(['output.yes', ...Array.from({ length: 60 }, (_, i) => `${i}`)].map((name) => [name, [0, 1]]));
  await shipVersion(house.rooms, model, [
    { monitor: 'EWMAConfidenceMonitor' },
    { monitor: 'KSTest', reference },
    { monitor: 'EWMAConfidenceMonitor' },
    { monitor: 'AccuracyCUSUM' },
  ]);
});

const join = (name: string, labels: Readonly<Record<string, string>> = {}) => joinDevice(house.rooms, `${model}-${name}`, labels);
const ewma = { monitor: 'EWMAConfidenceMonitor', reason: 'the confidence fell', feature: 'output.confidence' };
const fired = (of: NonNullable<DeviceEvent['fields']> = ewma, kind: DeviceEvent['kind'] = 'monitor_fired', ago_ms = 0) => ({
  v: 1,
  at_ms: house.clock.wall_ms() - ago_ms,
  kind,
  text: `${String(of['monitor'])}: ${String(of['reason'])}`,
  fields: { model, model_version: 3, ...of },
});

/** The device sends events, or nothing, and every mover turns. */
async function say(device: SimulatedDevice, events: readonly object[] = [], rooms = house.rooms): Promise<void> {
  const from = seqs.get(device.id) ?? 0;
  seqs.set(device.id, from + events.length);
  await sync(rooms, device.id, events.map((one, i) => record(from + i + 1, 'events', one))); // prettier-ignore
  await turnAll(rooms);
}
const alertsOf = async () => (await house.rooms.alerts.list(undefined, 1_000)).filter((alert) => alert.model === model);
/** What was refused of this device last, in the order of the reasons. */
const refusedOf = async (device: SimulatedDevice) =>
  (await house.rooms.alerts.refused()).filter((one) => one.device === device.id).map(({ firings, reason }) => [firings, reason]);
const eventsOf = async () => (await house.rooms.alerts.lastEvents(1_000)).filter((event) => event.model === model).map((event) => event.kind);

describe('a monitor of an app that fires on a device', () => {
  it('is an alert at once, in words, with what to do, and is told to channels and triggers', async () => {
    await house.rooms.webhooks.channels.put({ name: `ops-${model}`, kind: 'webhook', to: 'http://127.0.0.1:9/hook', model }, ada);
    await house.rooms.triggers.put({ name: `t-${model}`, workflow: 'retrain', model, cooldown_ms: 600_000, params: {}, enabled: true }, ada);
    const device = await join('a');
    await say(device, [fired()]);
    const [alert, ...more] = await alertsOf();
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      ...{ state: 'firing', origin: 'device', monitor: 'EWMAConfidenceMonitor', feature: 'output.confidence', model_version: 3 },
      key: `device/${model}/EWMAConfidenceMonitor/output.confidence`,
      title: `EWMAConfidenceMonitor of ${model} fired on 1 device: confidence of the answers`,
      cause: `${model}-a: the confidence fell.`,
      suggestion: expect.stringContaining(`retrain ${model}`) as string,
      devices: [{ id: device.id, said: 'the confidence fell', cleared_ms: null }],
    });
    while (await house.rooms.webhooks.channels.turn());
    expect((await house.rooms.webhooks.channels.list()).find(({ name }) => name === `ops-${model}`)).toMatchObject({ waiting: 1 });
    expect((await house.rooms.triggers.list()).find(({ name }) => name === `t-${model}`)!.requests).toMatchObject([{ outcome: 'requested', alert: alert!.id }]);
    expect((await house.rooms.alerts.drifted()).filter((one) => one.device === device.id)).toEqual([]);
  });

  it('is one alert over many devices, an event that comes twice, and a restart between; another feature is another one', async () => {
    const devices = await Promise.all(Array.from({ length: 20 }, (_, i) => join(String(i), { firmware: i < 12 ? '2.3' : '2.2' })));
    for (const device of devices.slice(0, 6)) await say(device, [fired()]);
    const again = await house.again();
    await Promise.all(devices.slice(6, 12).map((device) => say(device, [fired()], again)));
    const repeated = [record(1, 'events', fired()), record(2, 'events', fired({ ...ewma, monitor: 'KSTest', feature: 'output.yes' }))];
    await sync(again, devices[0]!.id, repeated);
    await Promise.all([turnAll(again), turnAll(house.rooms)]);
    const alerts = (await alertsOf()).toSorted((a, b) => (a.key < b.key ? -1 : 1));
    expect(alerts.map(({ key, devices: of }) => [key, of.length])).toEqual([
      [`device/${model}/EWMAConfidenceMonitor/output.confidence`, 12],
      [`device/${model}/KSTest/output.yes`, 1],
    ]);
    expect((await eventsOf()).toSorted()).toEqual([...Array.from({ length: 11 }, () => 'device_joined'), 'opened', 'opened']);
    expect(alerts[0]!.cause).toMatch(/And 9 devices more\./);
  });

  it('holds its device while that says so, and lets go of it after six quiet hours in which it was heard of', async () => {
    const [a, b] = [await join('a'), await join('b')];
    await say(a, [fired()]);
    await say(b, [fired()]);
    house.clock.advance(5 * hour_ms);
    await say(a, [fired(ewma, 'monitor_held')]);
    house.clock.advance(2 * hour_ms);
    await say(a);
    const cleared = async () => (await alertsOf())[0]!.devices.filter(({ cleared_ms }) => cleared_ms !== null).map(({ id }) => id);
    expect(await cleared()).toEqual([]);
    await say(b, [fired(ewma, 'monitor_calm')]);
    expect(await cleared()).toEqual([b.id]);
    house.clock.advance(4 * hour_ms);
    await say(a);
    expect((await alertsOf()).map(({ state, resolved_reason }) => [state, resolved_reason])).toEqual([
      ['resolved', 'the monitor of its last device has been quiet for 6 hours'],
    ]);
    await say(a, [fired()]);
    expect((await alertsOf()).map(({ state }) => state).toSorted()).toEqual(['firing', 'resolved']);
  });

  it('opens nothing where it comes late, of a time that is over, or says too little', async () => {
    const device = await join('a');
    await say(device, [fired(ewma, 'monitor_fired', 7 * hour_ms), fired({ reason: 'no name' }), fired({ ...ewma, model_version: 'three' })]);
    expect(await alertsOf()).toEqual([]);
    await say(device, [fired(ewma, 'monitor_fired', -48 * hour_ms)]);
    expect(await alertsOf()).toMatchObject([{ since_ms: house.clock.wall_ms(), devices: [{ fired_ms: house.clock.wall_ms() }] }]);
  });

  it('opens 50 at most of one device, and counts what is beyond', async () => {
    const device = await join('a');
    const said = (feature: number) => fired({ monitor: 'KSTest', reason: 'of another law', feature: `output.${feature}` });
    await say(
      device,
      Array.from({ length: 60 }, (_, i) => said(i)),
    );
    expect(await alertsOf()).toHaveLength(50);
    expect(await refusedOf(device)).toEqual([[10, expect.stringContaining('50 alerts') as string]]);
    await say(await join('b'), [said(59)]);
    expect(await alertsOf()).toHaveLength(51);
  });

  it('is refused, counted and told in words where it does not fit what came to devices', async () => {
    const device = await join('a');
    const odd = { monitor: 'KSTest', reason: 'odd', feature: 'output.yes' };
    await say(device, [fired({ ...odd, model: 'nobody' }), fired({ ...odd, model_version: 4 }), fired({ ...odd, model_version: -1 })]);
    await say(device, [fired({ ...odd, model_version: 2 }), fired({ ...odd, model_version: 1 }), fired({ ...odd, monitor: 'EWMAConfidenceMonitor 3' })]);
    await say(device, [fired({ ...odd, feature: 'output.none' }), fired({ ...ewma, feature: 'output.yes' })]);
    expect(await alertsOf()).toEqual([]);
    expect(await refusedOf(device)).toEqual([
      [
        2,
        expect.stringMatching(/does not look at the feature .*\(monitor EWMAConfidenceMonitor, model ears\d+, model version 3, feature output.yes\)/) as string,
      ],
      [3, expect.stringContaining('no bundle of the version') as string],
      [3, expect.stringContaining('does not know the model version') as string],
    ]);
  });

  it('is taken of every version that the registry knows, also where the device has gone back since, and of an agent that names no feature', async () => {
    const device = await join('a');
    const current = { bundle: 'b'.repeat(64), model, model_version: 1 };
    await sync(house.rooms, device.id, [record(1, 'events', fired({ ...ewma, model_version: 2 }))], { current });
    await sync(house.rooms, device.id, [record(2, 'events', fired({ monitor: 'EWMAConfidenceMonitor 2', reason: 'it fell' }))], { current });
    await turnAll(house.rooms);
    expect(new Map((await alertsOf()).map(({ key, model_version }) => [key, model_version]))).toEqual(
      new Map([
        [`device/${model}/EWMAConfidenceMonitor 2/`, 3],
        [`device/${model}/EWMAConfidenceMonitor/output.confidence`, 2],
      ]),
    );
    expect(await refusedOf(device)).toEqual([]);
  });

  it('of an agent that does not name the model is of the one that the device runs', async () => {
    const device = await join('a');
    const { model: _model, model_version: _version, ...fields } = fired().fields;
    const current = { bundle: 'b'.repeat(64), model, model_version: 2 };
    await sync(house.rooms, device.id, [record(1, 'events', { ...fired(), fields })], { current });
    await turnAll(house.rooms);
    expect(await alertsOf()).toMatchObject([{ model, model_version: 2, origin: 'device' }]);
  });

  it('of a removed device, clears it; what people do with the alert is as with any other', async () => {
    const device = await join('a');
    await say(device, [fired({ monitor: 'AccuracyCUSUM', reason: 'the accuracy fell' })]);
    const [alert] = await alertsOf();
    expect(alert).toMatchObject({ feature: null, title: `AccuracyCUSUM of ${model} fired on 1 device` });
    expect(await house.rooms.alerts.acknowledge(alert!.id, ada, 'mine')).toMatchObject({ state: 'acknowledged' });
    await house.rooms.fleet.remove(device.id, ada);
    await turnAll(house.rooms);
    expect(await alertsOf()).toMatchObject([{ state: 'resolved', resolved_reason: 'its last device was removed' }]);
  });

  it('is where its cohort is, of all the devices that run the model, however many these are', async () => {
    const current = JSON.stringify({ current: { bundle: 'b'.repeat(64), model, model_version: 3 }, agent_version: '0.1.0' });
    await sql`
      insert into device (id, name, public_key, labels, platform, created_ms, capture, poll_ms, reported)
      select ${`${model}-`} || n, ${`a-${model}-`} || n, 'none', jsonb_build_object('firmware', '2.2'), '{"os": "linux", "arch": "x64", "runtime": "node 24"}', 0, '{}', 1000, ${current}::jsonb
      from generate_series(1, 10500) as n`.execute(house.database.db);
    const devices = await Promise.all(Array.from({ length: 6 }, (_, i) => join(`z${i}`, { firmware: i < 5 ? '2.3' : '2.2' })));
    for (const device of devices.slice(0, 4)) await say(device, [fired()]);
    const cohort = { fact: 'label firmware', value: '2.3', drifted_with: 4, drifted: 4, watched_with: 4, watched: 10_504 };
    expect((await alertsOf())[0]!.cohort).toMatchObject(cohort);
  });
});
