import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeWindow, encodeWindow, decodePoints, decodePredictions, decodeSample, watch_rule_default } from '@holdfast/protocol';
import { buildProfile, categoryCode, pairName, parseProfile, project } from '@holdfast/stats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support.ts';
import { EvidenceFile } from './evidence-file.ts';
import { LatencyBins } from './latency-bins.ts';
import { Points } from './points.ts';
import { PredictionLog } from './prediction-log.ts';
import { Quarantine } from './quarantine.ts';
import { QuarantineFile } from './quarantine-file.ts';
import { Sampler } from './sampler.ts';
import { judgeWindow, verdict_at_first } from './verdict.ts';
import { WarmUpFile } from './warm-up-file.ts';
import { type WatchedBundle, mapFeatures } from './watched-bundle.ts';
import { type ClosedWindow, Watcher } from './watcher.ts';
import { WindowFile } from './window-file.ts';

const folderOf = temporaryFolders();
const run = (windows: string[][], rule = watch_rule_default) => {
  let state = verdict_at_first;
  return windows.map((suspects) => {
    const step = judgeWindow(state, suspects, rule);
    state = step.state;
    return [step.suspected.join(), step.cleared, step.state.drifted.join()];
  });
};

describe('the verdict of the device', () => {
  it('suspects at the second window in a row with the same feature, and clears at the third clean one', () => {
    expect(run([['a'], ['b'], ['a', 'b'], ['b'], [], [], ['b'], [], [], []])).toEqual([
      ['', false, ''],
      ['', false, ''],
      ['b', false, 'b'],
      ['', false, 'b'],
      ['', false, 'b'],
      ['', false, 'b'],
      ['', false, 'b'],
      ['', false, 'b'],
      ['', false, 'b'],
      ['', true, ''],
    ]);
  });
});

describe('the verdict under a rule of its own', () => {
  it("takes as many windows as the rule says, and a feature by the name of an object's member", () => {
    const eager = { ...watch_rule_default, windows_to_open: 1, windows_to_resolve: 1 };
    expect(run([['constructor'], [], ['a']], eager)).toEqual([
      ['constructor', false, 'constructor'],
      ['', true, ''],
      ['a', false, 'a'],
    ]);
    const slow = { ...watch_rule_default, windows_to_open: 3 };
    expect(run([['constructor', 'a'], ['constructor'], ['constructor', 'a']], slow).map(([suspected]) => suspected)).toEqual(['', '', 'constructor']);
  });
});

describe('latency bins', () => {
  it('give a quantile within 6 % of the exact one, and the exact mean', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 50_000, noNaN: true }), { minLength: 1, maxLength: 300 }), (values) => {
        const bins = new LatencyBins();
        for (const value of values) bins.add(value);
        const exact = [...values].sort((a, b) => a - b)[Math.ceil(0.95 * values.length) - 1]!;
        expect(Math.abs(bins.quantile_ms(0.95) / exact - 1)).toBeLessThan(0.061);
        expect(bins.mean_ms()).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
      }),
    );
  });

  it('are NaN while empty, and take no NaN', () => {
    const bins = new LatencyBins();
    for (const value of [Number.NaN, -1, Number.POSITIVE_INFINITY]) bins.add(value);
    expect([bins.mean_ms(), bins.quantile_ms(0.5)]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe('points', () => {
  const health = {
    uptime_s: 1,
    load_1m: 0.5,
    memory_total_bytes: 100,
    memory_available_bytes: 40,
    disk_total_bytes: 10,
    disk_free_bytes: 5,
    agent_rss_bytes: 7,
    temperature_c: null,
  };

  it('pack several samples into one chunk, in the order of time even where the clock went back', () => {
    const points = new Points(0);
    for (let n = 0; n < 20; n++) points.inference(2);
    const reading = { health, cpu_share: 0.25, ring_lost: 3, outbox_records: 9 };
    points.sample(reading, 50_000, 10_000);
    points.sample(reading, 45_000, 20_000);
    const chunk = decodePoints(points.take()!)!;
    expect([chunk.first_ms, [...chunk.offsets_ms]]).toEqual([45_000, [5_000, 0]]);
    const value = (name: string) => [...chunk.metrics.find((metric) => metric.name === name)!.values];
    expect(value('inferences_per_s')).toEqual([2, 0]);
    expect(value('latency_mean_ms')).toEqual([2, Number.NaN]);
    expect(value('temperature_c')).toEqual([Number.NaN, Number.NaN]);
    expect(value('ring_lost')).toEqual([3, 3]);
    expect(points.take()).toBeNull();
  });
});

describe('the sampler', () => {
  const image = { width: 2, height: 1, channels: 1, pixels: Uint8Array.of(1, 2) };
  const inference = { wall_ms: 0, latency_ms: 0, reference: 5, predicted: 1, inputs: [], outputs: [0.25, 0.75], image };
  const model = { model: 'm', model_version: 2 };

  it('keeps every n-th image, more while drifted, and none at 0', () => {
    const sampler = new Sampler(new Quarantine(new QuarantineFile(folderOf())));
    const count = (drifted: boolean) => Array.from({ length: 100 }, () => sampler.take(inference, model, { drifted, at_ms: 9 })).filter(Boolean).length;
    expect(count(false)).toBe(0);
    sampler.rule = { window_inferences: 1, sample_every: 10, sample_every_drifted: 2 };
    expect([count(false), count(true)]).toEqual([10, 50]);
    sampler.rule = { window_inferences: 1, sample_every: 10, sample_every_drifted: 0 };
    expect(count(true)).toBe(10);
  });

  it('writes what the protocol reads', () => {
    const sampler = new Sampler(new Quarantine(new QuarantineFile(folderOf())));
    sampler.rule = { window_inferences: 1, sample_every: 1, sample_every_drifted: 1 };
    const { head, pixels } = decodeSample(sampler.take(inference, model, { drifted: true, at_ms: 9 })!.record);
    expect(head).toEqual({
      v: 1,
      at_ms: 9,
      reference: 5,
      model: 'm',
      model_version: 2,
      width: 2,
      height: 1,
      channels: 1,
      predicted: 1,
      confidence: 0.75,
      reason: 'drift',
    });
    expect([...pixels]).toEqual([1, 2]);
  });

  it('counts an image that is larger than a record', () => {
    const sampler = new Sampler(new Quarantine(new QuarantineFile(folderOf())));
    sampler.rule = { window_inferences: 1, sample_every: 1, sample_every_drifted: 1 };
    expect(
      sampler.take({ ...inference, image: { width: 2000, height: 1000, channels: 1, pixels: new Uint8Array(2_000_000) } }, model, { drifted: false, at_ms: 0 }),
    ).toBeNull();
    expect(sampler.too_large).toBe(1);
  });

  it('gives the places of an hour once, over an end in order and over kills', () => {
    const folder = folderOf();
    const hour_ms = 3_600_000;
    const start = () => {
      const quarantine = new Quarantine(new QuarantineFile(folder));
      quarantine.rule = { confidence_below: 0.6, an_hour_max: 8 };
      return quarantine;
    };
    const given = (quarantine: Quarantine, n: number, at_ms = hour_ms) => Array.from({ length: n }, () => quarantine.take(at_ms)).filter(Boolean).length;
    const first = start();
    expect(given(first, 3)).toBe(3);
    first.save();
    const second = start();
    expect(given(second, 2)).toBe(2); // killed with two more reserved
    const third = start();
    expect(given(third, 9)).toBeLessThanOrEqual(3);
    expect(given(start(), 9)).toBe(0);
    expect(given(start(), 9, 2 * hour_ms)).toBe(8);
    writeFileSync(join(folder, 'quarantine.json'), '{');
    expect(given(start(), 9, 2 * hour_ms)).toBe(8);
  });

  it('sets aside what the model is not sure of, whatever the rate, at most so many an hour, and counts the rest; each inference once', () => {
    const sampler = new Sampler(new Quarantine(new QuarantineFile(folderOf())));
    const reasons = (n: number, at_ms: number, outputs: readonly number[]) =>
      Array.from({ length: n }, () => sampler.take({ ...inference, outputs }, model, { drifted: false, at_ms })).map(
        (one) => one && decodeSample(one.record).head.reason,
      );
    expect(reasons(3, 0, [0.9, 0.1])).toEqual([null, null, null]);
    sampler.rule = { window_inferences: 1, sample_every: 0, sample_every_drifted: 0, quarantine: { confidence_below: 0.6, an_hour_max: 2 } };
    const hour_ms = 3_600_000;
    expect(reasons(3, hour_ms, [0.45, 0.55])).toEqual(['quarantine', 'quarantine', null]);
    expect(reasons(2, hour_ms + 1, [0.4, 0.6])).toEqual([null, null]); // 0.6 is not below
    expect(reasons(1, hour_ms + 1, [])).toEqual([null]); // nothing says how sure it was
    sampler.rule = { window_inferences: 1, sample_every: 2, sample_every_drifted: 0, quarantine: { confidence_below: 0.6, an_hour_max: 2 } };
    expect(reasons(6, 2 * hour_ms, [0.45, 0.55])).toEqual(['quarantine', 'quarantine', null, 'steady', null, 'steady']);
    expect([sampler.quarantine.kept, sampler.quarantine.left_out]).toEqual([4, 5]);
    sampler.rule = { window_inferences: 1, sample_every: 0, sample_every_drifted: 0 };
    expect(reasons(1, 3 * hour_ms, [0.45, 0.55])).toEqual([null]);
    sampler.rule = { window_inferences: 1, sample_every: 0, sample_every_drifted: 0, quarantine: { confidence_below: 0.6, an_hour_max: 2 } };
    const large = { ...inference, outputs: [0.45, 0.55], image: { width: 2000, height: 1000, channels: 1, pixels: new Uint8Array(2_000_000) } };
    expect(sampler.take(large, model, { drifted: false, at_ms: 4 * hour_ms })).toBeNull();
    expect([sampler.quarantine.kept, sampler.quarantine.left_out]).toEqual([4, 6]);
  });

  it('carries the inputs of what has no image, by name and in bounds', () => {
    const sampler = new Sampler(new Quarantine(new QuarantineFile(folderOf())));
    sampler.rule = { window_inferences: 1, sample_every: 1, sample_every_drifted: 1, quarantine: { confidence_below: 0.6, an_hour_max: 9 } };
    const { image: _image, ...bare } = { ...inference, outputs: [0.45, 0.55] };
    const headOf = (inputs: readonly number[], names?: readonly string[]) =>
      decodeSample(sampler.take({ ...bare, inputs: Float32Array.from(inputs) }, model, { drifted: true, at_ms: 1, names })!.record);
    const { head, pixels } = headOf([0.1, Number.NaN, 16_777_215, 1 / 3], ['a', 'b "c"']);
    expect(head).toMatchObject({ width: 0, height: 0, channels: 0, reason: 'quarantine', confidence: 0.55 });
    expect(head.inputs).toEqual([['a', 0.1], ['b "c"', null], ['2', 16_777_215], ['3', 0.33333334]]); // prettier-ignore
    expect([pixels.length, head.inputs_left_out]).toEqual([0, undefined]);
    const many = headOf(Array.from({ length: 1_000 }, (_, i) => i)).head;
    expect([many.inputs!.length, many.inputs_left_out]).toEqual([256, 744]);
    const long = headOf(Array.from({ length: 200 }, (_, i) => i), Array.from({ length: 200 }, (_, i) => String(i).padEnd(200, 'é'))).head; // prettier-ignore
    expect(long.inputs!.length + long.inputs_left_out!).toBe(200);
    expect(Buffer.byteLength(JSON.stringify(long))).toBeLessThan(17_000);
    expect(sampler.take({ ...bare, outputs: [0.1, 0.9], inputs: [1] }, model, { drifted: true, at_ms: 1 })).toBeNull(); // the steady rate is one of images
  });
});

describe('the log of predictions', () => {
  const inference = (reference: number, outputs: readonly number[], predicted = 1) => ({
    wall_ms: 0,
    latency_ms: 0,
    reference,
    predicted,
    inputs: [],
    outputs,
  });
  const model = { model: 'm', model_version: 2 };

  it('packs every n-th with its scores, and none at 0', () => {
    const log = new PredictionLog();
    for (let n = 0; n < 10; n++) expect(log.take(inference(n, [0.25, 0.75]), model, 50 + n)).toBeNull();
    expect(log.close()).toBeNull();
    log.every = 3;
    for (let n = 0; n < 10; n++) log.take(inference(n, [0.25, 0.75]), model, 50 - n);
    const pack = decodePredictions(log.close()!)!;
    expect([[...pack.references], [...pack.offsets_ms], [...pack.confidence], [...pack.scores]]).toEqual([[2, 5, 8], [6, 3, 0], [0.75, 0.75, 0.75], [0.25, 0.75, 0.25, 0.75, 0.25, 0.75]]); // prettier-ignore
    expect(log.close()).toBeNull();
  });

  it('closes where it is full, and where another model or shape begins; more scores than are kept are none', () => {
    const log = new PredictionLog();
    log.every = 1;
    const packs = Array.from({ length: 1_001 }, (_, n) => log.take(inference(n, [1]), model, n)).filter(Boolean);
    expect(packs).toHaveLength(1);
    const other = log.take(
      inference(
        7,
        Array.from({ length: 33 }, () => 0.5),
      ),
      { ...model, model_version: 3 },
      5,
    )!;
    expect(decodePredictions(other)).toMatchObject({ model_version: 2, scores_each: 1 });
    expect(decodePredictions(log.close()!)).toMatchObject({ model_version: 3, scores_each: 0, confidence: Float32Array.of(0.5) });
    log.take(inference(1, [], -1), model, 1);
    expect(decodePredictions(log.close()!)!.confidence[0]).toBeNaN();
  });
});

describe('the watcher', () => {
  const rows = Array.from({ length: 500 }, (_, n) => (n * 0.618034) % 1);
  /** It goes its own way: a pair would be a feature more. */
  const other = (a: number) => (a * 1_234.5) % 1;
  const profile = buildProfile({
    names: ['input.a', 'input.b'],
    values: rows.map((a) => Float64Array.of(a, other(a))),
    predicted: rows.map(() => 0),
    class_names: ['only'],
  });
  const bundle: WatchedBundle = { bundle: 'd'.repeat(64), model: 'm', model_version: 1, warms_up: false, watched: { digest: 'p'.repeat(64), profile } };
  const make = (folder: string) => {
    const closed: ClosedWindow[] = [];
    const profiles: string[] = [];
    let [lost, now_ms] = [0, 0];
    const watcher = new Watcher({
      file: new WindowFile(folder),
      evidence: new EvidenceFile(folder),
      warm_up: new WarmUpFile(folder),
      on_profile: (text) => profiles.push(text),
      now_ms: () => (now_ms += 30_000),
      lost: () => lost,
      on_window: (one) => closed.push(one),
    });
    watcher.window_inferences = 50;
    const feed = (count: number, of: (a: number) => number[]) => {
      for (let n = 0; n < count; n++) watcher.take({ wall_ms: 0, latency_ms: 1, reference: n, predicted: 0, inputs: of(rows[n % 500]!), outputs: [] });
    };
    return { watcher, closed, profiles, feed, lose: (count: number) => (lost += count) };
  };

  it('finds the features by the names that the app gives, in whatever order, and counts absent ones as missing', () => {
    const { watcher, closed, feed } = make(folderOf());
    watcher.use(bundle, { inputs: ['x', 'b', 'a'], outputs: [] });
    feed(50, (a) => [99, other(a), a]);
    expect(closed[0]!.summary.suspects).toEqual([]);
    watcher.use(bundle, { inputs: ['a'], outputs: [] });
    feed(50, (a) => [a]);
    expect(closed[1]!.summary.features.map((feature) => feature.missing)).toEqual([0, 50]);
    expect(closed[1]!.summary.suspects).toEqual(['input.b']);
  });

  it('judges by the rule of the model: its budget over windows of this length, its smallest distance, its windows in a row', () => {
    const { watcher, closed, feed } = make(folderOf());
    watcher.use(bundle, null);
    const shift = (by: number) => feed(50, (a) => [a + by, other(a)]);
    shift(0.25); // distance about 0.25, p about 0.006
    expect(closed.at(-1)!.summary.suspects).toEqual([]);
    const of_model = { false_alarms_per_device_month: 5_000, distance_min: 0.2, windows_to_open: 1, windows_to_resolve: 1 };
    watcher.rule = (model) => (model === 'm' ? of_model : watch_rule_default);
    shift(0.25);
    expect(closed.at(-1)).toMatchObject({ suspected: ['input.a'], summary: { suspects: ['input.a'] } });
    watcher.rule = () => ({ ...of_model, distance_min: 0.4 });
    shift(0.25);
    expect(closed.at(-1)).toMatchObject({ cleared: true, summary: { suspects: [] } });
  });

  it('takes inputs without names in the order of the profile', () => {
    expect(mapFeatures(profile, null).shape.inputs).toEqual(['a', 'b']);
  });

  it('numbers windows on over a restart, keeps its verdict, and begins anew with another bundle', () => {
    const folder = folderOf();
    const first = make(folder);
    first.watcher.use(bundle, null);
    first.feed(100, (a) => [a + 5, other(a)]);
    expect(first.closed.map((one) => [one.summary.window, one.suspected.join()])).toEqual([
      [0, ''],
      [1, 'input.a'],
    ]);
    const second = make(folder);
    second.watcher.use(bundle, null);
    expect(second.watcher.drifted).toEqual(['input.a']);
    second.feed(50, (a) => [a, other(a)]);
    expect(second.closed[0]!.summary.window).toBe(2);
    second.watcher.use({ ...bundle, bundle: 'e'.repeat(64) }, null);
    expect(second.watcher.drifted).toEqual([]);
    second.feed(50, (a) => [a, other(a)]);
    expect(second.closed[1]!.summary.window).toBe(0);
  });

  it('counts words by their bins, says how novel embeddings are, and how pairs move together', () => {
    const { watcher, closed, feed } = make(folderOf());
    const inputs = ['a', 'colour', ...Array.from({ length: 8 }, (_, i) => `pooled.p${i}`)];
    const of_row = (a: number) => [a, ...project([1, a, a * a, 2])];
    const names = inputs.filter((name) => name !== 'colour').map((name) => `input.${name}`);
    const more = { words: [{ name: 'input.colour', words: rows.map((a) => (a < 0.5 ? 'red' : 'blue')) }], embeddings: ['pooled'] };
    const values = rows.map((a) => Float64Array.from(of_row(a)));
    const made = buildProfile({ names, values, predicted: rows.map(() => 0), class_names: ['only'], ...more });
    watcher.use({ ...bundle, watched: { digest: 'p'.repeat(64), profile: made } }, { inputs, outputs: [] });
    feed(50, (a) => [a, categoryCode(a < 0.5 ? 'red' : 'mauve'), ...of_row(a).slice(1)]);
    const { features } = closed[0]!.summary;
    const named = (name: string) => features.find((feature) => feature.name === name)!;
    expect(named('input.colour').new_category).toBe(rows.slice(0, 50).filter((a) => a >= 0.5).length);
    expect(named('embedding.pooled.novelty')).toMatchObject({ missing: 0, out_of_range: 0 });
    const [pair] = made.pairs!;
    expect(named(pairName(pair!.features))).toMatchObject({ moments: { count: 50 }, missing: 0 });
    expect(decodeWindow(encodeWindow(closed[0]!.summary)).features.map(({ name }) => name)).toEqual(made.features.map(({ name }) => name));
  });

  it('suspects a pair whose features are each as they were, and no pair where one of its features tells it', () => {
    const { watcher, closed, feed } = make(folderOf());
    const profile = buildProfile({
      names: ['input.a', 'input.b'],
      values: rows.map((a) => Float64Array.of(a, 0.7 * a + 0.3 * other(a))),
      predicted: rows.map(() => 0),
      class_names: ['only'],
    });
    watcher.use({ ...bundle, watched: { digest: 'q'.repeat(64), profile } }, { inputs: ['a', 'b'], outputs: [] });
    const both = (a: number, b = a) => [a, 0.7 * b + 0.3 * other(b)];
    feed(50, (a) => both(a));
    feed(100, (a) => both(a, 1 - a));
    feed(100, (a) => both(a).map((value) => value + 5));
    expect(closed.map(({ summary }) => summary.suspects.toSorted())).toEqual([
      [],
      ['pair.input.a*input.b'],
      ['pair.input.a*input.b'],
      ['input.a', 'input.b'],
      ['input.a', 'input.b'],
    ]);
  });

  it('makes a profile of its first inferences where the bundle has none, sends it, and goes on with it after a restart', () => {
    const folder = folderOf();
    const bare = { ...bundle, watched: null, warms_up: true };
    const names = { inputs: ['a', 'b'], outputs: [] };
    const first = make(folder);
    first.watcher.warm_up_inferences = 400;
    first.watcher.use(bare, names);
    first.feed(400, (a) => [a, other(a)]);
    expect([first.profiles.length, first.closed.length, first.watcher.isOpen]).toEqual([1, 0, false]);
    const made = parseProfile(first.profiles[0]!);
    expect([made.n, made.warm_up, made.features.map((feature) => feature.name)]).toEqual([200, true, ['input.a', 'input.b']]);
    first.feed(50, (a) => [a, other(a)]);
    const digest = createHash('sha256').update(first.profiles[0]!).digest('hex');
    expect(first.closed[0]!.summary).toMatchObject({ profile: digest, profile_source: 'warm_up', suspects: [] });
    const second = make(folder);
    second.watcher.use(bare, names);
    second.feed(50, (a) => [a + 5, other(a)]);
    expect(second.closed[0]!.summary).toMatchObject({ window: 1, profile: digest, suspects: ['input.a'] });
    second.watcher.use(bare, { inputs: ['a', 'c'], outputs: [] });
    second.feed(50, (a) => [a, other(a)]);
    expect([second.closed.length, second.profiles.length]).toEqual([1, 0]); // other names: it warms up again
  });

  it('drops the open window at a switch, and counts what the ring lost in each window once', () => {
    const { watcher, closed, feed, lose } = make(folderOf());
    watcher.use(bundle, null);
    feed(30, (a) => [a, other(a)]);
    watcher.use({ ...bundle, bundle: 'e'.repeat(64) }, null);
    lose(7);
    feed(100, (a) => [a, other(a)]);
    expect(closed.map((one) => [one.summary.inferences, one.summary.lost, one.summary.bundle[0]])).toEqual([
      [50, 7, 'e'],
      [50, 0, 'e'],
    ]);
  });
});
