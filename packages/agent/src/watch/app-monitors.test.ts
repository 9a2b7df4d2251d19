import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceEvent, DeviceLabel, Inference, SampleHead } from '@holdfast/protocol';
import { decodeSample } from '@holdfast/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { DevicePeer } from '../../test/device-peer.ts';
import { temporaryFolders, until } from '../../test/support.ts';
import { runAgent } from '../agent.ts';
import { joinServer } from '../join.ts';
import { AppMonitors } from './app-monitors.ts';
import { AppMonitorsFile } from './app-monitors-file.ts';

const folderOf = temporaryFolders();
const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

const ewma = { monitor: 'EWMAFeatureMonitor', parameters: { warm_up_samples: 50 } };
const plan = (...monitors: object[]) => JSON.stringify({ v: 1, monitors });
const share = (n: number): number => (n * 0.618034) % 1;
const inference = (n: number, shift = 0): Inference => ({
  wall_ms: n,
  latency_ms: 1,
  reference: n,
  predicted: share(n) > 0.5 ? 1 : 0,
  inputs: [share(n) + shift, share(n) + shift],
  outputs: [1 - share(n), share(n)],
});

/** Monitors of one bundle in a folder, with what they say. */
function watching(folder: string, text: string, { bundle = 'a', labels }: { bundle?: string; labels?: DeviceLabel[] } = {}) {
  const path = join(folder, 'monitors.json');
  writeFileSync(path, text);
  const clock = { now_ms: 0 };
  const [lines, events]: [string[], { kind: string; fields: DeviceEvent['fields'] }[]] = [[], []];
  const monitors = new AppMonitors({
    file: new AppMonitorsFile(folder),
    now_ms: () => clock.now_ms,
    ...(labels ? { labels: (after: number) => labels.filter(({ seq }) => seq > after) } : {}),
    on_line: (line) => lines.push(line),
    on_event: (kind, _text, fields) => events.push({ kind, fields }),
  });
  monitors.use(bundle, path);
  const feed = (from: number, to: number, shift = 0) => {
    for (let n = from; n < to; n++) monitors.take(inference(n, shift));
  };
  return { monitors, clock, lines, events, feed };
}
const kinds = (events: readonly { kind: string }[]): string[] => events.map(({ kind }) => kind);
const state_file = (folder: string): string => join(folder, 'app-monitors.json');

describe('the monitors of an app', () => {
  it('say a drift once, hold the device for drifted, and say the end of it', () => {
    const { monitors, events, feed, lines } = watching(folderOf(), plan(ewma));
    feed(0, 400);
    expect([kinds(events), monitors.drifted]).toEqual([[], false]);
    feed(400, 440, 2);
    expect([kinds(events), monitors.drifted]).toEqual([['monitor_fired'], true]);
    expect(events[0]!.fields).toMatchObject({ monitor: 'EWMAFeatureMonitor', reason: expect.stringContaining('rose') as string });
    feed(440, 600);
    expect([kinds(events), monitors.drifted, lines]).toEqual([['monitor_fired', 'monitor_calm'], false, []]);
  });

  it('say again that a drift is held: every two hours, and at once after a restart', () => {
    const folder = folderOf();
    const { monitors, clock, events } = watching(folder, plan({ monitor: 'EWMAConfidenceMonitor', parameters: { warm_up_samples: 50 } }));
    const sure = (n: number) => ({ ...inference(n), predicted: 1, outputs: [0, 0.9 + 0.1 * share(n)] });
    const unsure = (n: number, of = monitors) => of.take({ ...inference(n), predicted: 1, outputs: [0, 0.5] });
    for (let n = 0; n < 400; n++) monitors.take(sure(n));
    for (let n = 400; n < 440; n++) unsure(n);
    expect(events.map(({ kind, fields }) => [kind, fields!['feature']])).toEqual([['monitor_fired', 'output.confidence']]);
    clock.now_ms = 7_100_000;
    unsure(440);
    expect(kinds(events)).toEqual(['monitor_fired']);
    clock.now_ms = 7_260_000;
    unsure(441);
    unsure(442);
    expect(kinds(events)).toEqual(['monitor_fired', 'monitor_held']);
    expect(events[1]!.fields).toMatchObject({ monitor: 'EWMAConfidenceMonitor', reason: expect.stringContaining('fell') as string });
    monitors.save();
    const after = watching(folder, plan({ monitor: 'EWMAConfidenceMonitor', parameters: { warm_up_samples: 50 } }));
    unsure(443, after.monitors);
    expect(kinds(after.events)).toEqual(['monitor_held']);
    for (let n = 0; n < 200; n++) after.monitors.take(sure(n));
    after.clock.now_ms = 20_000_000;
    after.monitors.take(sure(0));
    expect(kinds(after.events)).toEqual(['monitor_held', 'monitor_calm']);
  });

  it('say that a drift is held while nothing comes in, and nothing while none is held', () => {
    const { monitors, clock, events, feed } = watching(folderOf(), plan(ewma));
    const passUntil = (to_ms: number) => {
      for (; clock.now_ms < to_ms; clock.now_ms += 10_000) monitors.tick();
    };
    feed(0, 400);
    passUntil(8_000_000);
    expect(kinds(events)).toEqual([]);
    feed(400, 440, 2);
    passUntil(8_000_000 + 6 * 3_600_000);
    expect(kinds(events)).toEqual(['monitor_fired', 'monitor_held', 'monitor_held']);
  });

  it('read outputs by the names that the app gave, and say what an inference lacks', () => {
    const folder = folderOf();
    const reference = { yes: Array.from({ length: 200 }, (_, i) => share(i)) };
    const { monitors, events, lines, feed } = watching(
      folder,
      plan({ monitor: 'KSTest', parameters: { check_frequency: 50 }, reference }, { monitor: 'FeatureMonitor' }),
    );
    monitors.names = { inputs: ['a', 'b'], outputs: ['no', 'yes'] };
    feed(0, 100);
    monitors.take({ ...inference(100), inputs: [] });
    expect(lines).toEqual(['FeatureMonitor does not count an inference that lacks what it needs: features, as many as before']);
    for (let n = 0; n < 50; n++) monitors.take({ ...inference(n), outputs: [0, share(n) / 3] });
    expect(events.map(({ fields }) => fields!['reason'])).toEqual([expect.stringMatching(/^yes is of another law/)]);
  });

  it('go on after a restart from where they were', () => {
    const folder = folderOf();
    const before = watching(folder, plan(ewma));
    before.feed(0, 400);
    before.feed(400, 420, 2);
    before.monitors.save();
    const after = watching(folder, plan(ewma));
    expect(after.monitors.drifted).toBe(true);
    after.feed(420, 430, 2);
    expect(kinds(after.events)).toEqual(['monitor_held']);
    after.feed(430, 600);
    expect(kinds(after.events)).toEqual(['monitor_held', 'monitor_calm']);
  });

  it('begin anew with another bundle, and write where something came in, seldom', () => {
    const folder = folderOf();
    const first = watching(folder, plan(ewma));
    first.feed(0, 100);
    expect(existsSync(state_file(folder))).toBe(false);
    first.clock.now_ms = 600_000;
    first.feed(100, 101);
    const written = readFileSync(state_file(folder), 'utf8');
    first.feed(101, 200);
    expect(readFileSync(state_file(folder), 'utf8')).toBe(written);
    const other = watching(folder, plan(ewma), { bundle: 'b' });
    other.feed(0, 30, 5);
    expect([other.lines, kinds(other.events)]).toEqual([[], []]);
  });

  it.each([
    ['torn', (path: string) => truncateSync(path, 300), /set aside: it is damaged/],
    ['of a few bytes', (path: string) => truncateSync(path, 5), /set aside: /],
    ['foreign', (path: string) => writeFileSync(path, 'hello\nworld\n'), /set aside: /],
  ])('set a file aside that is %s, and begin anew', (_how, damage, says) => {
    const folder = folderOf();
    const before = watching(folder, plan(ewma));
    before.feed(0, 400);
    before.monitors.save();
    damage(state_file(folder));
    const after = watching(folder, plan(ewma));
    expect(after.lines).toEqual([expect.stringMatching(says)]);
    expect([existsSync(state_file(folder)), existsSync(`${state_file(folder)}.set-aside`)]).toEqual([false, true]);
    after.feed(0, 400);
    after.feed(400, 440, 2);
    expect(kinds(after.events)).toEqual(['monitor_fired']);
  });

  it('set the states of another plan aside', () => {
    const folder = folderOf();
    const before = watching(folder, plan(ewma));
    before.feed(0, 100);
    before.monitors.save();
    const after = watching(folder, plan({ monitor: 'FeatureMonitor' }));
    expect(after.lines).toEqual([expect.stringMatching(/set aside: .*version 1 of EWMAFeatureMonitor/)]);
  });

  it.each([
    ['{', /monitors\.json is not used: .*one JSON object/],
    [plan({ monitor: 'NoSuchMonitor' }), /monitors\.json is not used: .*no monitor/],
    [plan({ monitor: 'KSTest' }), /monitors\.json is not used: .*reference of 0 features/],
  ])('that cannot be used are said, and are no work: %s', (text, says) => {
    const { lines, feed, monitors } = watching(folderOf(), text);
    feed(0, 10);
    expect([lines, monitors.drifted]).toEqual([[expect.stringMatching(says)], false]);
  });

  it('tell at most 60 events an hour, and how many they left out', () => {
    const reference = { 1: Array.from({ length: 50 }, (_, i) => share(i)) };
    const { events, monitors, clock } = watching(folderOf(), plan({ monitor: 'KSTest', parameters: { check_frequency: 2, threshold: 0.5 }, reference }));
    const turn = (n: number) => {
      for (const value of [5, 5, 0.3, 0.7]) monitors.take({ ...inference(n), outputs: [0, value] });
    };
    for (let n = 0; n < 100; n++) turn(n);
    expect(events).toHaveLength(60);
    clock.now_ms = 3_600_000;
    turn(0);
    expect(events[60]!.fields).toMatchObject({ left_out: 140 });
  });
});

describe('a monitor that waits for labels', () => {
  const cusum = plan({ monitor: 'AccuracyCUSUM', parameters: { threshold: 5, run_length: 0 } });
  const counted = (folder: string) => new AppMonitorsFile(folder).load('a').learned!.states[0]!.counted;
  /** One label an answer, by its number: what the model said, or another class. */
  const labelsOf = (from: number, to: number, right: boolean, first_seq = from + 1): DeviceLabel[] =>
    Array.from({ length: to - from }, (_, i) => {
      const said = inference(from + i).predicted;
      return { seq: first_seq + i, reference: from + i, at_ms: 0, label: right ? said : 1 - said };
    });

  it('holds each against the answer that it is of, once, fires where the model is wrong, and is calm where it is right again', () => {
    const labels: DeviceLabel[] = [];
    const { monitors, events, lines, feed } = watching(folderOf(), cusum, { labels });
    feed(0, 600);
    monitors.takeLabels();
    expect([kinds(events), lines]).toEqual([[], []]);
    labels.push(...labelsOf(0, 100, true));
    monitors.takeLabels();
    expect(kinds(events)).toEqual([]);
    labels.push(...labelsOf(0, 100, false, 101), { seq: 201, reference: 999_999, at_ms: 0, label: 1 }); // of the same answers again, and of none
    monitors.takeLabels();
    expect(kinds(events)).toEqual([]);
    labels.push(...labelsOf(100, 130, false, 202));
    monitors.takeLabels();
    expect(kinds(events)).toEqual(['monitor_fired']);
    expect(events[0]!.fields!['reason']).toMatch(/^the accuracy fell/);
    labels.push(...labelsOf(130, 400, true, 232));
    monitors.takeLabels();
    expect([kinds(events), monitors.drifted]).toEqual([['monitor_fired', 'monitor_calm'], false]);
  });

  it.each(['an end in order', 'a kill'])('counts each label once over %s', (how) => {
    const [folder, labels] = [folderOf(), labelsOf(0, 300, true)];
    const given: DeviceLabel[] = [];
    const first = watching(folder, cusum, { labels: given });
    first.feed(0, 300);
    given.push(...labels.slice(0, 100));
    first.monitors.takeLabels();
    first.monitors.save();
    given.push(...labels.slice(100, 180));
    first.monitors.takeLabels();
    if (how === 'an end in order') first.monitors.save();
    given.push(...labels.slice(180)); // they came while it was away
    const again = watching(folder, cusum, { labels: given });
    again.monitors.takeLabels();
    again.monitors.save();
    expect([counted(folder), again.lines]).toEqual([300, []]);
  });

  it('that begins knows no label of before: an app may count its inferences anew', () => {
    const [folder, labels] = [folderOf(), labelsOf(0, 50, false)];
    const { monitors, events, feed } = watching(folder, cusum, { labels });
    feed(0, 100);
    monitors.takeLabels();
    labels.push({ seq: 51, reference: 60, at_ms: 10 * 86_400_000, label: 1 }, { seq: 52, reference: 61, at_ms: 3_600_000, label: 1 });
    monitors.takeLabels();
    monitors.save();
    expect([kinds(events), counted(folder)]).toEqual([[], 1]); // the other one is of another time
  });

  it('remembers the last answers, longer those of which a sample is kept, and none of what was kept only because the model was unsure', () => {
    const folder = folderOf();
    const labels: DeviceLabel[] = [];
    const { monitors, feed } = watching(folder, cusum, { labels });
    feed(0, 10);
    for (let n = 0; n < 5; n++) monitors.sampled(inference(n), n !== 0);
    feed(10, 2_010);
    labels.push(...labelsOf(0, 2_010, true));
    monitors.takeLabels();
    monitors.save();
    expect(counted(folder)).toBe(2_000 + 4);
  });
});

describe('an agent with a bundle that brings monitors', () => {
  const app = new URL('../../test/app.mjs', import.meta.url).pathname;

  it('says what fired as an event, and keeps more samples', { timeout: 30_000 }, async () => {
    const peer = await DevicePeer.start();
    open.push(peer);
    peer.capture = { window_inferences: 100, sample_every: 1000, sample_every_drifted: 2 };
    const folder = folderOf();
    await joinServer({ address: peer.address, folder, name: 'edge-1', labels: {} });
    const reference = { yes: Array.from({ length: 200 }, (_, i) => 0.4 * share(i)) };
    const files = {
      'behaviour.json': JSON.stringify({ image: true }),
      'monitors.json': plan({ monitor: 'KSTest', parameters: { check_frequency: 100 }, reference }),
      'model/model.onnx': 'm',
    };
    peer.desire(peer.assignment(peer.bundle(files), 'rol_1', { suspect_windows_max: 99 }));
    const lines: string[] = [];
    const on_line = (line: string) => lines.push(line);
    open.push(await runAgent({ folder, program: [process.execPath, app], ring: join(folder, 'ring'), points_ms: 100, wait_for_bundle: true, on_line }));
    const event = await until('the event', () => peer.json<DeviceEvent>('events').find((one) => one.kind === 'monitor_fired'), 20_000);
    expect(event.fields).toMatchObject({
      monitor: 'KSTest',
      model: expect.any(String) as string,
      feature: 'output.yes',
      reason: expect.stringContaining('yes is of another law') as string,
    });
    const drifted = () => peer.payloads('samples').filter((payload) => (decodeSample(payload).head as SampleHead).reason === 'drift').length;
    await until('samples', () => drifted() >= 5, 20_000);
    await open.pop()!.stop();
    expect(readFileSync(state_file(folder), 'utf8')).toMatch(/^\{"v":2,"bundle":"[0-9a-f]{64}"/);
    expect(lines.filter((line) => line.includes('monitor'))).toEqual([]);
  });

  it('holds the labels that come from the server against its answers', { timeout: 30_000 }, async () => {
    const peer = await DevicePeer.start();
    open.push(peer);
    peer.capture = { window_inferences: 1000, sample_every: 20, sample_every_drifted: 20 };
    const folder = folderOf();
    await joinServer({ address: peer.address, folder, name: 'edge-1', labels: {} });
    const monitors = plan({ monitor: 'AccuracyCUSUM', parameters: { threshold: 5, run_length: 0 } });
    peer.desire(
      peer.assignment(peer.bundle({ 'behaviour.json': '{"image":true}', 'monitors.json': monitors, 'model/model.onnx': 'm' }), 'rol_1', {
        suspect_windows_max: 99,
      }),
    );
    const running = await runAgent({ folder, program: [process.execPath, app], ring: join(folder, 'ring'), points_ms: 100, wait_for_bundle: true });
    open.push(running);
    const samples = () => peer.payloads('samples').map((payload) => decodeSample(payload).head);
    await until('samples', () => samples().length >= 60, 20_000);
    const wrong = samples().map(({ reference, at_ms, predicted }, i) => ({ seq: i + 1, reference, at_ms, label: 1 - predicted }));
    peer.labels = wrong.slice(0, 60); // with every reply that is asked for labels, so they come again and again
    const event = await until('the event', () => peer.json<DeviceEvent>('events').find((one) => one.kind === 'monitor_fired'), 20_000);
    expect(event.fields).toMatchObject({ monitor: 'AccuracyCUSUM', reason: expect.stringContaining('the accuracy fell') as string });
    expect(peer.json<DeviceEvent>('events').filter((one) => one.kind === 'monitor_fired')).toHaveLength(1);
  });
});
