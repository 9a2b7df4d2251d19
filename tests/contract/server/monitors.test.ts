// contract/server: what monitors say: of values that are missing, of windows that cannot be judged, of several monitors, and to the devices.
import { sql } from '@holdfast/postgres';
import type { DesiredAssignment, DesiredState, WindowSummary } from '@holdfast/protocol';
import { watch_rule_default } from '@holdfast/protocol';
import type { DriftDetail, DriftMap, DriftWindows } from '@holdfast/protocol/rest';
import { buildProfile, discoveryThreshold } from '@holdfast/stats';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type House,
  type RunningApp,
  ada,
  evenProfile,
  joinDevice,
  openApp,
  openHouse,
  record,
  shipVersion,
  storeProfile,
  sync,
  turnAll,
  windowOf,
} from './support.ts';

let house: House;
let running: RunningApp;
let profile: { digest: string; bins: number };
let model: string;
let viewer: Record<string, string>;
let tests = 0;

beforeAll(async () => {
  house = await openHouse();
  running = await openApp(house);
  profile = await storeProfile(house.rooms);
  viewer = await running.as('viewer');
});
afterAll(async () => {
  await running.close();
  await house.close();
});
beforeEach(async () => {
  model = `ears${++tests}`;
  await shipVersion(house.rooms, model);
});

const join = (name: string) => joinDevice(house.rooms, `${model}-${name}`);
const put = (name: string, set: object = {}) => house.rooms.monitors.put(`${model}-${name}`, { model, ...set }, ada);
const counts = new Map<string, number>();

/** The device closes these windows, and every mover turns. */
async function send(device: string, ...windows: ((n: number) => WindowSummary)[]): Promise<void> {
  const from = counts.get(device) ?? 0;
  counts.set(device, from + windows.length);
  const records = windows.map((make, i) => record(from + i + 1, 'windows', make(from + i)));
  await sync(house.rooms, device, records);
  await turnAll(house.rooms);
}
const clean = (n: number) => windowOf(profile, n, false, model);
const drifted = (n: number) => windowOf(profile, n, true, model);
const changed = (change: (feature: WindowSummary['features'][number]) => object) => (n: number) => {
  const window = clean(n);
  return { ...window, features: window.features.map((f) => ({ ...f, ...change(f) })) };
};
/** Six of ten values of `x` come. */
const holed = changed((f) => ({ counts: f.counts.map((count) => count * 0.6), missing: 40, moments: { ...f.moments, count: 60 } }));
const without = (n: number): WindowSummary => ({ ...clean(n), features: [] });

const alertsOf = async () => (await house.rooms.alerts.list(undefined, 1_000)).filter((a) => a.model === model);
const verdictsOf = async (device: string) => (await house.rooms.monitors.history(device, 100)).toReversed();
const get = async <T>(url: string): Promise<T> => (await running.app.inject({ method: 'GET', url, headers: viewer })).json();

describe('values that are missing', () => {
  it('are drift, and the alert says of what, and how many', async () => {
    const device = await join('a');
    await send(device.id, holed, holed);
    const [reading] = (await verdictsOf(device.id))[0]!.readings;
    expect(reading).toMatchObject({ name: 'x', drifted: true, fault: 'missing', distance: 0.4, missing: { share: 0.4, reference_share: 0 } });
    const [alert] = await alertsOf();
    expect(alert!.cause).toBe(`${model}-a: x is missing in 40 % of the inferences, 0 % in the reference.`);
    expect(alert!.title).toBe(`${model} misses inputs that it was made with on 1 device`);
    expect(alert!.devices[0]!.features).toMatchObject([{ name: 'x', fault: 'missing' }]);
  });

  it('of a feature that the window lacks are all of them', async () => {
    const device = await join('a');
    await send(device.id, without);
    expect((await verdictsOf(device.id))[0]!).toMatchObject({ drifted: true, readings: [{ name: 'x', fault: 'missing', missing: { share: 1 } }, {}] });
    const detail = await get<DriftDetail>(`/api/v1/drift/detail?device=${device.id}&feature=x`);
    expect(detail.current).toMatchObject({ n: 100, missing: 100, reference_missing_share: 0 });
    expect(detail.history).toMatchObject([{ drifted: true, fault: 'missing', monitor: `default-${model}` }]);
    expect(detail.counters.map(({ kind, current }) => [kind, current])).toEqual([
      ['missing', { count: 100, of: 100 }],
      ['infinite', null],
      ['out_of_range', null],
    ]);
  });

  it('are counted window by window, so that a range of them may be added up, and those that do not tell are not among them', async () => {
    const device = await join('a');
    const telling = changed((f) => ({ counts: f.counts.map((count) => count * 0.9), missing: 10, infinite: 3, out_of_range: 2 }));
    await send(device.id, holed, telling, telling, without);
    const { counters, windows } = await get<DriftWindows>(`/api/v1/drift/windows?device=${device.id}&feature=x`);
    expect(counters.map(({ kind, reference }) => [kind, reference?.count])).toEqual([['missing', 0], ['infinite', 0], ['out_of_range', 0]]); // prettier-ignore
    const of = (kind: string) => windows.map(({ counted }) => counted.find((one) => one.kind === kind)?.count ?? null);
    expect([of('missing'), of('infinite'), of('out_of_range')]).toEqual([
      [40, 10, 10, 100],
      [null, 3, 3, null],
      [null, 2, 2, null],
    ]);
    expect(windows.flatMap(({ counted }) => counted.map((one) => one.of))).toEqual(Array.from({ length: 8 }, () => 100));
  });

  it('are none where the reference misses as many', async () => {
    const values = Array.from({ length: 1_000 }, (_, i) => Float64Array.of(i % 10 < 4 ? Number.NaN : i / 1_000));
    const made = buildProfile({ names: ['x'], values, predicted: values.map((_, i) => i % 2), class_names: ['a', 'b'], bins: 10 });
    const with_holes = await storeProfile(house.rooms, made);
    const like = { counts: made.features[0]!.counts.map((count) => count / 10), missing: 40 };
    const window = (n: number) => ({ ...changed(() => like)(n), profile: with_holes.digest });
    const device = await join('a');
    await send(device.id, window);
    expect((await verdictsOf(device.id))[0]).toMatchObject({ drifted: false, not_comparable: 0 });
  });
});

describe('a reference without a value of a feature', () => {
  it('cannot be compared with values, and says so', async () => {
    const values = Array.from({ length: 1_000 }, () => Float64Array.of(Number.NaN));
    const made = buildProfile({ names: ['x'], values, predicted: values.map((_, i) => i % 2), class_names: ['a', 'b'], bins: 10 });
    const empty = await storeProfile(house.rooms, made);
    const window = (n: number) => ({ ...changed(() => ({ counts: [100] }))(n), profile: empty.digest });
    const device = await join('a');
    await send(device.id, window, window);
    expect((await verdictsOf(device.id)).at(-1)).toMatchObject({
      drifted: false,
      not_comparable: 1,
      readings: [{ name: 'x', fault: 'not_comparable' }, { fault: null }],
    });
    const map = await get<DriftMap>(`/api/v1/drift?model=${model}`);
    expect(map.cells.find((cell) => cell.feature === 'x')).toMatchObject({ fault: 'not_comparable', drifted: false });
    expect((await house.rooms.monitors.list()).find((m) => m.model === model)).toMatchObject({ not_comparable: 2 });
  });
});

describe('a feature of words', () => {
  it('is shown by its words, and the classes by their names; a new word is drift', async () => {
    const words = Array.from({ length: 1_000 }, (_, i) => (i % 4 === 0 ? 'amber' : 'green'));
    const made = buildProfile({
      names: [],
      values: words.map(() => new Float64Array()),
      predicted: words.map((_, i) => i % 2),
      class_names: ['go', 'stay'],
      words: [{ name: 'input.light', words }],
    });
    const stored = await storeProfile(house.rooms, made);
    const window = (n: number): WindowSummary => {
      const { features, ...rest } = clean(n);
      return { ...rest, profile: stored.digest, features: [{ ...features[0]!, name: 'input.light', counts: [30, 10, 0, 60], new_category: 60 }] };
    };
    const device = await join('a');
    await send(device.id, window, window);
    const detail = (feature: string) => get<DriftDetail>(`/api/v1/drift/detail?device=${device.id}&feature=${feature}`);
    expect((await detail('input.light')).reference.names).toEqual(['green', 'amber', 'rarer ones', 'never seen before']);
    expect((await detail('classes')).reference.names).toEqual(['go', 'stay']);
    expect((await detail('input.light')).counters.at(-1)).toEqual({
      kind: 'new_category',
      reference: { count: 0, of: 1_000 },
      current: { count: 60, of: 100 },
    });
    expect((await alertsOf())[0]).toMatchObject({ fault: 'new_category', devices: [{ features: [{ name: 'input.light' }] }] });
  });
});

describe('what cannot be compared', () => {
  const other_bins = changed(() => ({ counts: [50, 50] }));

  it('is shown and counted, and is neither drifted nor clean: an alert on it stays open', async () => {
    const device = await join('a');
    await send(device.id, drifted, drifted, other_bins, other_bins, other_bins, other_bins);
    expect((await verdictsOf(device.id)).at(-1)).toMatchObject({ drifted: false, not_comparable: 1, readings: [{ name: 'x', fault: 'not_comparable' }, {}] });
    expect((await alertsOf())[0]).toMatchObject({ state: 'firing' });
    expect((await house.rooms.monitors.list()).find((m) => m.model === model)).toMatchObject({ verdicts: 6, not_comparable: 4 });
    const map = await get<DriftMap>(`/api/v1/drift?model=${model}`);
    expect(map.cells.filter((cell) => cell.feature === 'x')).toMatchObject([{ fault: 'not_comparable', drifted: false }]);
    await send(device.id, clean, clean);
    expect((await alertsOf())[0]).toMatchObject({ state: 'firing' }); // what was not compared is no clean window
    await send(device.id, clean);
    expect((await alertsOf())[0]).toMatchObject({ state: 'resolved', resolved_reason: 'its last device looks like the reference again' });
  });

  it('as a whole window is counted with its reason, once a window', async () => {
    const text = await house.rooms.registry.blobs.put(new TextEncoder().encode('{"v":2}'));
    const device = await join('a');
    const unknown = (n: number) => ({ ...clean(n), profile: 'f'.repeat(64) });
    await send(device.id, unknown, (n) => ({ ...clean(n), profile: text.digest }), clean);
    await send(device.id, unknown);
    await turnAll(await house.again());
    const monitor = (await house.rooms.monitors.list()).find((m) => m.model === model)!;
    expect(monitor.verdicts).toBe(1);
    expect(monitor.windows_not_judged).toEqual([
      { reason: `its reference profile is not on this server (${'f'.repeat(64)})`, windows: 2, last_ms: clean(3).to_ms, device: device.id },
      {
        reason: expect.stringContaining('what it names as its reference profile is none (The reference profile cannot be used, v: saw 2, expected 1'),
        windows: 1,
        last_ms: clean(1).to_ms,
        device: device.id,
      },
    ]);
    const { monitors } = await get<DriftMap>(`/api/v1/drift?model=${model}`);
    expect(monitors).toMatchObject([{ name: `default-${model}`, windows_not_judged: [{ windows: 2 }, { windows: 1 }] }]);
  });
});

describe('the evidence of a device', () => {
  /** A little more in the upper half: a distance of 0.1, of which no window of 100 is a proof. */
  const tilted = (n: number) => changed((f) => ({ counts: f.counts.map((count, i) => (i < f.counts.length / 2 ? count - 2 : count + 2)) }))(n);
  const evidenceOf = async (device: string) => (await verdictsOf(device)).map((v) => v.readings[0]!.evidence!);
  const refused = async () =>
    (await house.rooms.monitors.list()).find((m) => m.model === model)!.windows_not_judged.map(({ reason, windows }) => [reason.split(' (')[0], windows]);
  const once = async (device: string) => expect(await alertsOf()).toMatchObject([{ state: 'firing', devices: [{ id: device, features: [{ name: 'x' }] }] }]);

  it('grows over windows that show nothing alone, and opens the alert once, since the onset', async () => {
    await put('m', { distance_min: 0.05 });
    const device = await join('a');
    await send(device.id, ...Array.from({ length: 5 }, () => clean), ...Array.from({ length: 25 }, () => tilted));
    const verdicts = await verdictsOf(device.id);
    const first = verdicts.findIndex((v) => v.drifted);
    expect(verdicts.every((v) => v.readings[0]!.p_value > 0.05)).toBe(true);
    expect(first).toBeGreaterThan(6);
    expect(verdicts.slice(first).every((v) => v.drifted)).toBe(true);
    expect(verdicts.at(-1)!.readings[0]).toMatchObject({ stage: 'confirmed', onset_ms: clean(5).from_ms });
    await once(device.id);
  });

  it('is the same however the windows come together, late ones too, and whichever server takes them', async () => {
    await put('m', { distance_min: 0.05 });
    const [a, b] = [await join('a'), await join('b')];
    const kinds = Array.from({ length: 12 }, (_, i) => (i < 4 ? clean : tilted));
    await send(a.id, ...kinds);
    const other = await house.again();
    for (const [i, kind] of kinds.entries()) {
      await sync(house.rooms, b.id, [record(i + 1, 'windows', kind(i))]);
      await turnAll(i % 2 === 0 ? house.rooms : other);
    }
    expect(await evidenceOf(b.id)).toEqual(await evidenceOf(a.id));
    const late = await join('c');
    const order = [0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7];
    for (const [i, n] of order.entries()) {
      await sync(house.rooms, late.id, [record(i + 1, 'windows', kinds[n]!(n))]);
      await turnAll(house.rooms);
    }
    expect((await evidenceOf(late.id)).at(-1)).toBeCloseTo((await evidenceOf(a.id)).at(-1)!, 1);
  });

  it('takes each window once, and none of the future or of a profile that was replaced: they are counted with the reason', async () => {
    const device = await join('a');
    const other = await storeProfile(house.rooms, { ...evenProfile(), n: 999 });
    const future = (n: number) => ({ ...clean(n), from_ms: house.clock.wall_ms() + 7_200_000, to_ms: house.clock.wall_ms() + 7_260_000 });
    await send(device.id, clean, clean, future);
    const before = await evidenceOf(device.id);
    for (const [i, window] of [clean(1), { ...clean(3), profile: other.digest }, clean(2)].entries()) {
      await sync(house.rooms, device.id, [record(i + 4, 'windows', window)]);
      await turnAll(house.rooms);
    }
    expect(await evidenceOf(device.id)).toEqual([...before, expect.any(Number)]);
    expect((await verdictsOf(device.id)).map((v) => v.window_number)).toEqual([0, 1, 3]);
    expect(await refused()).toEqual([
      ['it ends in the future', 1],
      ['it came late, and the device runs on another reference profile since', 1],
      ['it came before', 1],
    ]);
  });

  it('asks for more where more devices are looked at: of 40, a lone one needs more than the only one', async () => {
    await put('m', { distance_min: 0.05 });
    const alone = async (device: string, more: number) => {
      await send(device, ...Array.from({ length: 25 }, () => tilted));
      return (await verdictsOf(device)).slice(more).findIndex((v) => v.drifted);
    };
    const first = await alone((await join('a')).id, 0);
    const bystanders = await Promise.all(Array.from({ length: 40 }, (_, i) => join(`b${i}`)));
    for (const one of bystanders) await sync(house.rooms, one.id, [record(1, 'windows', clean(0))]);
    await turnAll(house.rooms);
    await house.rooms.fleet.remove((await house.rooms.fleet.device(`${model}-a`)).id, ada);
    expect(await alone((await join('c')).id, 0)).toBeGreaterThanOrEqual(first);
  });

  it('of devices that change together is found before that of any alone, and the map and the alert say where', async () => {
    await put('m', { distance_min: 0.05, windows_to_open: 1 });
    const devices = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const labels = { firmware: i % 4 === 0 ? '2.3' : '2.2', site: i % 3 === 0 ? 'north' : 'south' };
        return { ...(await joinDevice(house.rooms, `${model}-${i}`, labels)), changed: i % 4 === 0 };
      }),
    );
    const turn = async (n: number) => {
      for (const device of devices) await sync(house.rooms, device.id, [record(n + 1, 'windows', (device.changed && n >= 3 ? tilted : clean)(n))]);
      await turnAll(house.rooms);
    };
    for (let n = 0; n < 30 && (await alertsOf()).length === 0; n++) await turn(n);
    const evidence = (await Promise.all(devices.map((device) => verdictsOf(device.id)))).flatMap((verdicts) =>
      verdicts.at(-1)!.readings.map((reading) => reading.evidence! * Math.LN10),
    );
    expect(discoveryThreshold(evidence, 0.05)).toBe(Number.POSITIVE_INFINITY);
    const { cohorts } = await get<DriftMap>(`/api/v1/drift?model=${model}`);
    expect(cohorts[0]).toMatchObject({ monitor: `${model}-m`, fact: 'label firmware', value: '2.3', feature: 'x', devices: 10 });
    expect(cohorts[0]!.evidence).toBeGreaterThan(3);
    await sql`update monitor_evidence set log_e_max = null where monitor = ${`${model}-m`}`.execute(house.database.db); // as rows of before have it
    expect((await get<DriftMap>(`/api/v1/drift?model=${model}`)).cohorts).toEqual(cohorts);
    await sql`update monitor_evidence set log_e_max = 0 where monitor = ${`${model}-m`}`.execute(house.database.db);
    expect((await get<DriftMap>(`/api/v1/drift?model=${model}`)).cohorts).toEqual([]); // where nothing can be found the rest is not read
    const [alert, ...others] = await alertsOf();
    expect(others).toEqual([]);
    expect(alert!.devices).toHaveLength(10);
    expect(alert!.cohort).toMatchObject({ fact: 'label firmware', value: '2.3', evidence: cohorts[0]!.evidence });
  });

  it('that is too much for a map is cut, and the map says at how many of how many', async () => {
    await put('m', {});
    const names = Array.from({ length: 25 }, (_, i) => `x${i}`);
    const wide = await storeProfile(house.rooms, { ...evenProfile(), features: names.map((name) => ({ ...evenProfile().features[0]!, name })) });
    const devices = await Promise.all(Array.from({ length: 18 }, (_, i) => joinDevice(house.rooms, `${model}-${i}`, { rack: `r${i % 6}` })));
    const log_e = (i: number) => Buffer.from(new Float32Array(names.length + 1).fill(i % 6 < 3 ? 30 : -5).buffer).toString('hex');
    await sql`
      insert into monitor_evidence (monitor, device, profile, started_ms, last_to_ms, log_e, state)
      select ${`${model}-m`}, device, ${wide.digest}, 0, ${house.clock.wall_ms()}, decode(log_e, 'hex'), ''
      from unnest(${devices.map(({ id }) => id)}::text[], ${devices.map((_, i) => log_e(i))}::text[]) as r(device, log_e)`.execute(house.database.db);
    await sql`
      insert into verdict (monitor, window_id, device, model, model_version, window_number, at_ms, inferences, alpha, drifted, readings)
      select ${`${model}-m`}, n, ${model} || n, ${model}, 1, 1, 0, 100, 0.05, false, '[]' from generate_series(1, 10002) as n`.execute(house.database.db);
    const map = await get<DriftMap>(`/api/v1/drift?model=${model}`);
    expect(map.cohorts).toHaveLength(50);
    const taken = { verdicts: { taken: 10_000, of: 10_002 }, changes: { taken: 50, of: 60 }, features: { taken: 20, of: 26 }, cohorts: { taken: 7, of: 7 } };
    expect(map.taken).toEqual(taken);
    expect(map.says.map((sentence) => sentence.split(' ').slice(0, 3).join(' '))).toEqual(['10000 of 10002', '50 of 60', '20 of 26']);
  });

  it('stays what it was for a device that goes to another profile: the alert closes when windows look like that one', async () => {
    const device = await join('a');
    const next = await storeProfile(house.rooms, { ...evenProfile(), n: 998 });
    const upgraded = (n: number) => ({ ...clean(n), profile: next.digest, model_version: 2 });
    await send(device.id, drifted, drifted, upgraded, upgraded);
    await once(device.id);
    await send(device.id, upgraded);
    expect(await alertsOf()).toMatchObject([{ state: 'resolved' }]);
  });
});

describe('two monitors of one model', () => {
  beforeEach(async () => {
    await put('strict', { distance_min: 0.1 });
    await put('loose', { distance_min: 0.95 });
  });

  it('each have their verdict, and cells, alerts and devices say whose it is', async () => {
    const device = await join('a');
    await send(device.id, drifted, drifted);
    const map = await get<DriftMap>(`/api/v1/drift?model=${model}`);
    expect(map.monitors.map((m) => m.name)).toEqual([`${model}-loose`, `${model}-strict`]);
    expect(map.cells.filter((c) => c.feature === 'x').map((c) => [c.monitor, c.threshold, c.drifted])).toEqual([
      [`${model}-loose`, 0.95, false],
      [`${model}-strict`, 0.1, true],
    ]);
    const loose = await get<DriftMap>(`/api/v1/drift?monitor=${model}-loose`);
    expect([loose.model, loose.cells.map((c) => c.drifted)]).toEqual([model, [false, false]]);
    expect((await alertsOf()).map((a) => a.monitor)).toEqual([`${model}-strict`]);
    const view = await get<{ drifted: unknown }>(`/api/v1/devices/${device.id}`);
    expect(view.drifted).toEqual([{ feature: 'x', monitor: `${model}-strict`, fault: 'distribution' }]);
    const { history } = await get<DriftDetail>(`/api/v1/drift/detail?device=${device.id}&feature=x&monitor=${model}-loose`);
    expect(history.map((row) => [row.monitor, row.drifted])).toEqual([
      [`${model}-loose`, false],
      [`${model}-loose`, false],
    ]);
  });

  it('are no default besides, and a window is counted once', async () => {
    const device = await join('a');
    const at_ms = clean(0).from_ms;
    const before = (await house.rooms.monitors.strip(at_ms, 86_400_000)).reduce((sum, bucket) => sum + bucket.windows, 0);
    await send(device.id, clean, clean);
    expect((await house.rooms.monitors.list()).filter((m) => m.model === model).map((m) => m.verdicts)).toEqual([2, 2]);
    expect((await house.rooms.monitors.strip(at_ms, 86_400_000)).reduce((sum, bucket) => sum + bucket.windows, 0) - before).toBe(2);
  });

  it('are left out of the map when they are disabled, unless they are asked for', async () => {
    await send((await join('a')).id, drifted);
    await put('strict', { enabled: false });
    const map = await get<DriftMap>(`/api/v1/drift?model=${model}`);
    expect(new Set(map.cells.map((c) => c.monitor))).toEqual(new Set([`${model}-loose`]));
    const asked = await get<DriftMap>(`/api/v1/drift?monitor=${model}-strict`);
    expect(asked.monitors.map((m) => [m.enabled, m.shown])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(asked.cells.some((c) => c.drifted)).toBe(true);
    expect((await running.app.inject({ method: 'GET', url: '/api/v1/drift?monitor=none', headers: viewer })).statusCode).toBe(404);
  });
});

describe('a monitor that looks no more', () => {
  it('closes its alert and says why; what it judged before opens none, and it begins anew', async () => {
    await put('m');
    const device = await join('a');
    await send(device.id, drifted, drifted);
    expect((await alertsOf())[0]).toMatchObject({ state: 'firing', resolved_reason: null });
    await sync(house.rooms, device.id, [record(3, 'windows', drifted(2))]);
    counts.set(device.id, 3);
    await house.rooms.monitors.turn();
    await put('m', { enabled: false });
    await turnAll(house.rooms);
    expect(await alertsOf()).toMatchObject([{ state: 'resolved', resolved_reason: `the monitor ${model}-m was disabled` }]);
    expect((await house.rooms.alerts.drifted()).filter((d) => d.device === device.id)).toEqual([]);
    await put('m', { enabled: true });
    const open = async () => (await alertsOf()).filter((a) => a.state !== 'resolved').map((a) => a.state);
    await send(device.id, drifted);
    expect(await open()).toEqual([]);
    await send(device.id, drifted);
    expect(await open()).toEqual(['firing']);
  });

  it('closes it as well when it is given another model, and once whichever server takes the turn', async () => {
    await put('m');
    await send((await join('a')).id, drifted, drifted);
    const [{ id } = { id: '' }] = await alertsOf();
    await shipVersion(house.rooms, `${model}-other`);
    await house.rooms.monitors.put(`${model}-m`, { model: `${model}-other` }, ada);
    const other = await house.again();
    await Promise.all([house.rooms.alerts.turn(), other.alerts.turn()]);
    await turnAll(other);
    expect(await alertsOf()).toMatchObject([{ state: 'resolved', resolved_reason: `the monitor ${model}-m was given another model to watch, ${model}-other` }]);
    const events = (await house.rooms.alerts.eventsAfter(house.database.db, 0, 10_000)).filter((e) => e.alert === id);
    expect(events.filter((e) => e.kind === 'resolved')).toHaveLength(1);
  });
});

describe('the rule of the devices', () => {
  const assignment = (of: string): DesiredAssignment => ({
    rollout: 'rol_1',
    bundle: { digest: 'a'.repeat(64), size_bytes: 100 },
    model: of,
    model_version: 1,
    probation: { inferences_min: 1, seconds_min: 1, seconds_max: 60, crashes_max: 1, suspect_windows_max: 1 },
  });
  const running_now = { bundle: 'a'.repeat(64), model_version: 1 };
  const desiredOf = async (device: string, have?: number): Promise<DesiredState | undefined> => {
    const { desired } = await sync(house.rooms, device, [], have === undefined ? {} : { generation: have });
    return desired && (JSON.parse(Buffer.from(desired.payload, 'base64').toString()) as DesiredState);
  };
  const rule = { false_alarms_per_device_month: 2, distance_min: 0.2, windows_to_open: 3, windows_to_resolve: 4 };

  it('is that of the monitor, in a new generation for those that are to run the model, and for no other', async () => {
    const [device, other] = [await join('a'), await join('b')];
    await house.rooms.fleet.assign(house.database.db, device.id, assignment(model));
    expect(await desiredOf(device.id)).toMatchObject({ generation: 2, watch: [] });
    await put('m', rule);
    expect(await desiredOf(device.id, 2)).toMatchObject({ generation: 3, watch: [{ model, ...rule }] });
    expect(await desiredOf(other.id, 1)).toBeUndefined();
    await put('m', rule);
    expect(await desiredOf(device.id, 3)).toBeUndefined();
  });

  it('is that of what it runs too, while it is to run another model', async () => {
    const device = await join('a');
    await house.rooms.fleet.assign(house.database.db, device.id, assignment(`${model}-next`));
    await sync(house.rooms, device.id, [], { current: { ...running_now, model } });
    await put('m', rule);
    expect(await desiredOf(device.id)).toMatchObject({ generation: 3, watch: [{ model, ...rule }] });
  });

  it('is the most sensitive of several, and the default again where none is enabled', async () => {
    const device = await join('a');
    await house.rooms.fleet.assign(house.database.db, device.id, assignment(model));
    await put('loose', { ...rule, distance_min: 0.5 });
    await put('strict', rule);
    expect(await desiredOf(device.id)).toMatchObject({ generation: 4, watch: [rule] });
    await put('strict', { enabled: false });
    expect(await desiredOf(device.id)).toMatchObject({ generation: 5, watch: [{ distance_min: 0.5 }] });
    await put('loose', { enabled: false });
    expect(await desiredOf(device.id)).toMatchObject({ generation: 6, watch: [watch_rule_default] });
  });

  it('of a monitor that was made before rules were sent goes to the devices with the first turn', async () => {
    const device = await join('a');
    await house.rooms.fleet.assign(house.database.db, device.id, assignment(model));
    await put('m', rule);
    await house.database.db.transaction().execute((trx) => house.rooms.fleet.setWatchRule(trx, model, watch_rule_default));
    const updated = await house.again();
    await Promise.all([updated.monitors.turn(), updated.monitors.turn()]);
    expect(await desiredOf(device.id)).toMatchObject({ generation: 5, watch: [rule] });
  });
});
