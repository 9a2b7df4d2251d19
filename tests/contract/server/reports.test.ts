// contract/server: reports over a time: what they add up, what they leave out and say so, of which devices and models, as HTML, and on a schedule.
import type { WindowSummary } from '@holdfast/protocol';
import type { ReportView } from '@holdfast/protocol/rest';
import { html_bytes_max, readFeature } from '@holdfast/stats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type House,
  type RunningApp,
  type SimulatedDevice,
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

const hour_ms = 3_600_000;
const day_ms = 24 * hour_ms;
let house: House;
let running: RunningApp;
let profile: { digest: string; bins: number };
let viewer: Record<string, string>;
let [good, moved]: SimulatedDevice[] = [];

const send = async (device: string, windows: readonly WindowSummary[], boot = 'boot-1') => {
  await sync(
    house.rooms,
    device,
    windows.map((window, i) => record(i + 1, 'windows', window)),
    {},
    boot,
  );
};

beforeAll(async () => {
  house = await openHouse();
  running = await openApp(house);
  viewer = await running.as('viewer');
  profile = await storeProfile(house.rooms);
  await shipVersion(house.rooms, 'eyes');
  await shipVersion(house.rooms, 'ears');
  good = await joinDevice(house.rooms, 'good', { site: 'north' });
  moved = await joinDevice(house.rooms, 'moved', { site: 'south' });
  await house.rooms.fleet.putGroup('north', 'site=north', ada);
  await send(good.id, [0, 1, 2].map((n) => windowOf(profile, n, false))); // prettier-ignore
  await send(moved.id, [...[0, 1].map((n) => windowOf(profile, n, true)), { ...windowOf(profile, 2, false, 'ears'), model_version: 4 }]);
  house.clock.advance(hour_ms);
  await turnAll(house.rooms);
});
afterAll(async () => {
  await running.close();
  await house.close();
});

const ask = (query = '') => running.app.inject({ method: 'GET', url: `/api/v1/reports/drift${query}`, headers: viewer });
const reportOf = async (query = ''): Promise<ReportView> => {
  const reply = await ask(query);
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json();
};
const column = (report: ReportView, part = 0, name = 'x') => report.parts[part]!.columns.find((one) => one.name === name)!;

describe('a report', () => {
  it('of the fleet has a part for each model version, whose counts are the sum of its windows, tested as a window is', async () => {
    const report = await reportOf();
    expect(report.parts.map(({ title, current }) => [title, current.rows])).toEqual([
      ['eyes version 1', 500],
      ['ears version 4', 100],
    ]);
    const counts = Array.from({ length: profile.bins }, (_, i) => 300 / profile.bins + (i === profile.bins - 1 ? 200 : 0));
    const expected = readFeature(evenProfile().features[0]!, counts);
    expect(column(report)).toMatchObject({ distance: expected.distance, p_value: expected.p_value, drifted: true, current: { rows: 500, missing: 0 } });
    expect(column(report, 1)).toMatchObject({ drifted: false, distance: 0 });
    expect(column(report, 0, 'classes')).toMatchObject({ kind: 'category', drifted: false });
    const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
    expect(sum(column(report).picture!.current)).toBeCloseTo(500, 6);
  });

  it('of a device, a group, a model version or a project has the windows of these alone', async () => {
    expect(column(await reportOf('?device=good'))).toMatchObject({ drifted: false, current: { rows: 300 } });
    expect(column(await reportOf('?group=north'))).toMatchObject({ drifted: false, current: { rows: 300 } });
    expect((await reportOf('?model=ears&model_version=4')).parts).toHaveLength(1);
    expect((await reportOf('?model=ears&model_version=5')).parts).toEqual([]);
    expect((await reportOf('?project=default')).parts).toHaveLength(2);
    expect((await reportOf('?hardware=architecture=z80')).notes[0]).toBe('No window was closed in this time.');
  });

  it('has the alerts of its time, the hardware of its devices, and the false alarms that were to be expected', async () => {
    const report = await reportOf();
    expect(report.tables.map(({ title }) => title)).toEqual(['Inferences', 'Alerts of this time', 'Hardware']);
    expect(report.tables[0]!.rows[0]).toEqual(['eyes 1', 5, 2, 500, 1, 0]);
    expect(report.tables[1]!.rows).toEqual([[expect.any(String), 'firing', expect.stringContaining('eyes'), 1]]);
    // two devices of one monitored model and one of the other, 0.1 a device and 30 days, over 7 days: 3 x 0.1 x 7 / 30 = 0.07
    expect(report.notes.at(-1)).toBe('The monitors are set to at most 0.07 false alarms for these devices and this time; alerts opened in it: 1.');
    expect((await reportOf('?device=good')).tables[1]!.rows).toEqual([]);
  });

  it('leaves out what is not on the bins of its profile, and says how much', async () => {
    const odd = await joinDevice(house.rooms, 'odd');
    const strange = windowOf(profile, 7, false);
    const windows = [
      { ...strange, features: [{ ...strange.features[0]!, counts: [1, 2] }] },
      { ...windowOf(profile, 8, false), profile: 'f'.repeat(64) },
    ];
    await send(odd.id, windows);
    const report = await reportOf('?device=odd');
    expect(report.notes).toEqual(
      expect.arrayContaining([
        '1 of 2 windows are left out: their counts are not on the bins of their profile.',
        '1 of 2 windows are left out: their reference profile cannot be read.',
      ]),
    );
  });

  it('counts what is infinite and out of range over the windows that tell it, and says of how many', async () => {
    const telling = await joinDevice(house.rooms, 'telling');
    const [older, newer] = [windowOf(profile, 9, false), windowOf(profile, 10, false)];
    await send(telling.id, [older, { ...newer, features: [{ ...newer.features[0]!, infinite: 0, out_of_range: 7 }] }]);
    expect(column(await reportOf('?device=telling')).counters).toEqual([
      { kind: 'missing', reference: { count: 0, of: 1_000 }, current: { count: 0, of: 200 } },
      { kind: 'infinite', reference: { count: 0, of: 1_000 }, current: { count: 0, of: 100 } },
      { kind: 'out_of_range', reference: { count: 0, of: 1_000 }, current: { count: 7, of: 100 } },
    ]);
    expect(column(await reportOf('?device=good')).counters!.map(({ current }) => current)).toEqual([{ count: 0, of: 300 }, null, null]);
    expect((await ask('?device=telling&format=html')).body).toContain(
      '<td>outside of the range of the reference</td><td>0 %, 0 of 1000</td><td>7 %, 7 of 100</td>',
    );
  });

  it('covers the time that was asked for, and refuses one that is none', async () => {
    const from = 1_800_000_000_000;
    expect(column(await reportOf(`?device=good&from_ms=${from}&to_ms=${from + 120_001}`))).toMatchObject({ current: { rows: 200 } });
    for (const query of ['?from_ms=5&to_ms=5', '?from_ms=0', '?model_version=1', '?hardware=arch', '?group=nowhere', '?device=nobody', '?project=none'])
      expect((await ask(query)).statusCode, query).toBeGreaterThanOrEqual(400);
  });

  it('is one HTML file that runs and loads nothing', async () => {
    const reply = await ask('?format=html');
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(reply.headers['content-security-policy']).toContain("default-src 'none'");
    expect(reply.body).toContain('<h1>Drift of the fleet</h1>');
    expect(reply.body).not.toContain('<script');
    expect(reply.body.length).toBeLessThanOrEqual(html_bytes_max);
  });
});

describe('a schedule of reports', () => {
  const kept = async () => (await running.app.inject({ method: 'GET', url: '/api/v1/reports', headers: viewer })).json<{ kept: { id: number; schedule: string; drifted: number; made_ms: number }[] }>().kept; // prettier-ignore
  const turn = async () => {
    while (await house.rooms.reports.turn());
  };

  it('makes one at once and one each time, once however many servers there are, and keeps the last ones', async () => {
    await house.rooms.reports.put({ name: 'daily', subject: { device: 'moved' }, every_ms: day_ms, keep: 2 }, ada);
    const other = await house.again();
    await Promise.all([turn(), (async () => { while (await other.reports.turn()); })()]); // prettier-ignore
    await turn();
    expect((await kept()).map(({ schedule, drifted }) => [schedule, drifted])).toEqual([['daily', 1]]);
    for (let day = 0; day < 3; day++) {
      house.clock.advance(day_ms);
      await turn();
    }
    house.clock.advance(30 * day_ms); // nobody was there for a month: one report, not thirty
    await turn();
    const rows = await kept();
    expect(rows).toHaveLength(2);
    const url = `/api/v1/reports/kept/${rows[0]!.id}`;
    const report = (await running.app.inject({ method: 'GET', url, headers: viewer })).json<ReportView>();
    expect(report).toMatchObject({ title: 'Drift of device moved', parts: [], period: { to_ms: rows[0]!.made_ms } });
    expect((await running.app.inject({ method: 'GET', url: `${url}?format=html`, headers: viewer })).body).toContain('Drift of device moved');
  });

  it('says so where what it is about is gone, and goes with its reports', async () => {
    const brief = await joinDevice(house.rooms, 'brief', { site: 'west' });
    await house.rooms.reports.put({ name: 'west', subject: { device: 'brief' }, every_ms: day_ms, keep: 1 }, ada);
    await house.rooms.fleet.remove(brief.id, ada);
    await turn();
    const mine = (await kept()).filter(({ schedule }) => schedule === 'west');
    expect((await house.rooms.reports.keptReport(mine[0]!.id)).notes[0]).toContain('brief');
    await house.rooms.reports.remove('west', ada);
    expect((await kept()).filter(({ schedule }) => schedule === 'west')).toEqual([]);
    await expect(house.rooms.reports.put({ name: 'x', subject: { model: 'nobody' }, every_ms: day_ms, keep: 1 }, ada)).rejects.toMatchObject({ status: 404 });
  });
});
