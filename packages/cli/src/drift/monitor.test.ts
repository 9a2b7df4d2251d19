import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MonitorSet } from '@holdfast/stats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../test/run.ts';
import { lacked, watchRecords } from './monitor.ts';
import { readMonitorConfig } from './monitor-config.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-monitor-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const place = (i: number): number => (i * 0.618034) % 1;
const lines = (n: number, from: number, of: (share: number, i: number) => object): string =>
  Array.from({ length: n }, (_, i) => JSON.stringify(of(place(i + from), i + from))).join('\n');

/** As the page of edge-mlops-monitor shows it. */
const yaml = (reference: string): string => `system:
  sampling_interval_seconds: 10
  max_memory_buffer_mb: 50

drift_detection:
  algorithm: ks_test
  threshold: 0.05
  reference_data_path: "${reference}"
  check_frequency: 100  # Check after every 100 predictions

storage:
  type: "s3"
  bucket: "your-telemetry-bucket"
`;
const scenario = (detectors: unknown) => JSON.stringify({ device: { name: 'Pi' }, tinylcm: { adaptive_classifier: { k: 3 }, drift_detectors: detectors } });

/** What the command refuses a file for. */
async function refusal(name: string, content: string): Promise<string> {
  await writeFile(at(name), content);
  const { code, stderr } = await run(['drift', 'monitor', at(name), at(name)]);
  expect(code).toBe(2);
  return stderr;
}

describe('holdfast drift monitor', () => {
  it('runs config.yaml of edge-mlops-monitor as written, and says which sections are not used', async () => {
    await writeFile(at('reference.json'), JSON.stringify({ score: Array.from({ length: 500 }, (_, i) => place(i)) }));
    await writeFile(at('config.yaml'), yaml('reference.json'));
    await writeFile(
      at('in.jsonl'),
      `${lines(300, 0, (score) => ({ outputs: { score } }))}\n${lines(100, 300, (score) => ({ outputs: { score: score / 2 } }))}`,
    );
    const { code, stdout, stderr } = await run(['drift', 'monitor', at('config.yaml'), at('in.jsonl')]);
    expect([code, stderr]).toEqual([0, 'not used here: the sections system, storage\n']);
    const said = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; monitor: string; kind: string; reason: string });
    expect(said.map(({ line, monitor, kind }) => [line, monitor, kind])).toEqual([[400, 'KSTest', 'drift']]);
    expect(said[0]!.reason).toMatch(/^score is of another law than its reference: p .* the threshold is 0.05$/);
  });

  it('takes an absolute path of the reference, and a section of its own', async () => {
    await writeFile(at('own.yml'), `drift_detection: {reference_data_path: "${at('reference.json')}"}`);
    const { plan, notes } = await readMonitorConfig(at('own.yml'));
    expect([plan.monitors[0]!.monitor, plan.monitors[0]!.reference!['score']!.length, notes]).toEqual(['KSTest', 500, []]);
  });

  it('runs a scenario of TinyLCM, with the file of its reference, and says what of it has no effect', async () => {
    await writeFile(at('stats.json'), JSON.stringify({ reference_mean: 45.16, reference_std: 10.18, sample_count: 644 }));
    const knn = {
      type: 'KNNDistanceMonitor',
      delta: 2,
      lambda_threshold: 10,
      stable_known_classes: ['lego'],
      reference_stats_path: './stats.json',
      warm_up_samples: 0,
    };
    const ewma = { type: 'EWMAConfidenceMonitor', lambda_param: 0.1, threshold_factor: 3.0 };
    await writeFile(at('scenario.json'), scenario([knn, ewma]));
    const { plan, notes } = await readMonitorConfig(at('scenario.json'));
    expect(plan.monitors.map(({ monitor }) => monitor)).toEqual(['KNNDistanceMonitor', 'EWMAConfidenceMonitor']);
    expect(plan.monitors[0]!.parameters).toMatchObject({ k: 3, initial_reference_mean: 45.16, initial_reference_std: 10.18, initial_reference_count: 644 });
    expect(notes).toContain('not used here: the section device');
    expect(notes).toContain('KNNDistanceMonitor: stable_known_classes is not used: no inference is left out because the model was sure');
    expect(notes.join('\n')).toMatch(/EWMAConfidenceMonitor: the limit is 3\.8\d in place of 3/);
    await writeFile(
      at('near.jsonl'),
      lines(300, 0, (share, i) => ({ confidence: share, distances: [35 + 20 * share + (i >= 200 ? 60 : 0)] })),
    );
    const { stdout } = await run(['drift', 'monitor', at('scenario.json'), at('near.jsonl')]);
    expect(stdout).toMatch(
      /^\{"line":20\d,"monitor":"KNNDistanceMonitor","kind":"warning"[^\n]*\n\{"line":2[01]\d,"monitor":"KNNDistanceMonitor","kind":"drift"/,
    );
  });

  it('runs a scenario of TinyLCM that names its detectors in drift_detection, comments and all', async () => {
    const ewma = { enabled: true, lambda_param: 0.1, threshold_factor: 3.0, drift_window: 5, training_size: 30 };
    const of = (more: object) =>
      JSON.stringify({
        camera: { resolution: [640, 480] },
        model: { path: 'models/*.tflite /* as it is */' },
        tinylcm: { model_dir: 'a', enable_quarantine: true, use_detection_scores_as_features: true, drift_detection: { ewma_confidence: ewma, ...more } },
        application: { headless: true },
      }).replace('"enable_quarantine":true,', '"enable_quarantine": true, /* "drift_detection": {}, and\n more */');
    const distribution = { enabled: true, window_size: 50, threshold: 0.25, method: 'block' };
    const feature = { enabled: false, window_size: 100, threshold: 3.0, reference_size: 50, max_features: 50, distance_metric: 'euclidean' };
    await writeFile(at('autonomous.json'), of({ distribution, feature }));
    const { plan, notes } = await readMonitorConfig(at('autonomous.json'));
    expect(plan.monitors).toMatchObject([
      { monitor: 'EWMAConfidenceMonitor', parameters: { drift_window: 5 } },
      { monitor: 'PredictionDistributionMonitor', parameters: { threshold: 0.25 } },
    ]);
    expect(notes).toContain('not used here: the sections camera, model, application, model_dir, enable_quarantine, use_detection_scores_as_features');
    await writeFile(at('autonomous.json'), of({ feature: { ...feature, enabled: true } }));
    expect((await readMonitorConfig(at('autonomous.json'))).plan.monitors.map(({ monitor }) => monitor)).toEqual(['EWMAConfidenceMonitor', 'FeatureMonitor']);
    expect(await refusal('g.json', of({ distributon: {} }))).toMatch(/"distributon" of tinylcm\.drift_detection.*did you mean "distribution"/);
    expect(await refusal('h.json', of({ feature: { max_feature: 3 } }))).toMatch(/FeatureMonitor.*"max_feature".*did you mean "max_features"/);
    expect(await refusal('i.json', of({ feature: { enabled: 'yes' } }))).toMatch(/feature\.enabled "yes", expected true or false/);
    expect(await refusal('j.json', of({ feature: [] }))).toMatch(/drift_detection\.feature that is no object/);
  });

  it('takes the keys of the first scenarios of TinyLCM as their programs did, and says how it read them', async () => {
    // the section drift_detectors of scenario 1, monitoring only, as its users have it
    const detectors = [
      { type: 'EWMAConfidenceMonitor', window_size: 50, alpha: 0.1, threshold_factor: 2.5, min_samples: 100, warmup_samples: 200 },
      { type: 'PageHinkleyFeatureMonitor', feature_index: 1, delta: 0.005, lambda_param: 50, alpha: 0.1, min_samples: 100, warmup_samples: 200 },
      { type: 'PredictionDistributionMonitor', window_size: 50, threshold: 0.2, method: 'block', min_samples: 100 },
      { type: 'KNNDistanceMonitor', warmup_samples: 7 },
    ];
    await writeFile(at('older.json'), scenario(detectors));
    const { plan, notes } = await readMonitorConfig(at('older.json'));
    expect(plan.monitors.map(({ parameters }) => parameters)).toEqual([
      { lambda_param: 0.1, drift_window: 50, threshold_factor: 2.5, warm_up_samples: 100, reference_update_interval: 200 },
      { feature_index: 1, delta: 0.005, lambda_threshold: 50, alpha: 0.1, warm_up_samples: 100, reference_update_interval: 200 },
      { window_size: 50, threshold: 0.2, method: 'block', min_samples: 100 },
      { k: 3, warm_up_samples: 7 },
    ]);
    expect(notes).toContain('PageHinkleyFeatureMonitor: lambda_param is read as lambda_threshold, its name of now');
    expect(notes).toContain('PageHinkleyFeatureMonitor: alpha is not used: the sums start at 0 again by themselves');
    expect(await refusal('both.json', scenario([{ type: 'EWMAConfidenceMonitor', alpha: 0.1, lambda_param: 0.2 }]))).toMatch(
      /alpha beside lambda_param, expected one of them: alpha is the older name of lambda_param/,
    );
    expect(await refusal('new.json', scenario([{ type: 'EWMAConfidenceMonitor', warmup_sample: 5 }]))).toMatch(
      /"warmup_sample".*did you mean "warm_up_samples"/,
    );
  });

  it('watches the one feature that feature_index names', async () => {
    await writeFile(at('one.json'), scenario([{ type: 'PageHinkleyFeatureMonitor', feature_index: 1, warm_up_samples: 50, lambda_param: 20 }]));
    const said = async (moved: number) => {
      const of = (share: number, i: number) => ({ features: [0, 1].map((at_feature) => share + (at_feature === moved && i >= 200 ? 3 : 0)) });
      await writeFile(at('one.jsonl'), `${lines(300, 0, of)}\n{"features": [1]}`);
      return run(['drift', 'monitor', at('one.json'), at('one.jsonl')]);
    };
    expect((await said(1)).stdout).toContain('"kind":"drift"');
    const other = await said(0);
    expect([other.stdout, other.stderr]).toEqual(['', expect.stringContaining('1 of 301 inferences were not counted')]);
  });

  it('takes what it made of a configuration as a configuration', async () => {
    const { plan } = await readMonitorConfig(at('scenario.json'));
    await writeFile(at('plan.json'), JSON.stringify(plan));
    expect((await readMonitorConfig(at('plan.json'))).plan).toEqual(plan);
  });

  it('names the key, the file and the nearest known word', async () => {
    const at_top = await refusal('a.yaml', yaml('reference.json').replace('storage:', 'storrage:'));
    expect(at_top).toMatch(/a\.yaml .*the key "storrage" at the top.*did you mean "storage"/);
    expect(await refusal('b.yaml', yaml('reference.json').replace('threshold', 'treshold'))).toMatch(/"treshold" of drift_detection.*did you mean "threshold"/);
    expect(await refusal('c.yaml', yaml('reference.json').replace('ks_test', 'ks_tst'))).toMatch(/algorithm "ks_tst".*did you mean "ks_test"/);
    expect(await refusal('d.yaml', yaml('reference.json').replace('0.05', '1.5'))).toMatch(/threshold = 1.5/);
    expect(await refusal('e.yaml', yaml('reference.json').replace('check_frequency: 100', 'check_frequency: 0'))).toMatch(
      /check_frequency = 0, expected a whole number from 1/,
    );
    expect(await refusal('f.yaml', yaml('nowhere.json'))).toMatch(/nowhere\.json cannot be used: it does not exist/);
    expect(await refusal('g.yaml', 'drift_detection: {}')).toMatch(/reference_data_path/);
    expect(await refusal('h.yaml', 'a: [')).toMatch(/h\.yaml .*expected YAML/);
    expect(await refusal('a.json', scenario([{ type: 'KNNDistanceMonitr' }]))).toMatch(/drift_detectors\[0\]\.type.*did you mean "KNNDistanceMonitor"/);
    expect(await refusal('b.json', scenario([{ type: 'KNNDistanceMonitor', delt: 1 }]))).toMatch(/the parameter "delt".*did you mean "delta"/);
    expect(await refusal('c.json', scenario([{ type: 'KNNDistanceMonitor', delta: 30 }]))).toMatch(
      /delta = 30, expected a number from 0 to 2\.5 \(standard deviations of a distance that are tolerated\)/,
    );
    expect(await refusal('d.json', '{"tinylcm": {"drift_detector": []}}')).toMatch(/"drift_detector" of tinylcm.*did you mean "drift_detectors"/);
    expect(await refusal('e.json', scenario([]))).toMatch(/without an entry/);
    expect(await refusal('f.json', '{"v": 1, "monitors": [{"monitor": "KSTest", "reference": {"score": [1]}}]}')).toMatch(
      /"score": 1 values, 1 of them numbers/,
    );
  });

  it.each([
    ['{}', /0 features/],
    ['{"score": []}', /0 values/],
    ['{"score": [0.5]}', /1 values, 1 of them numbers, expected at least 2/],
    ['{"score": [null, null]}', /2 values, 0 of them numbers/],
    ['{"score": ["a", "b"]}', /not of numbers/],
    ['[1, 2]', /no object/],
  ])('refuses a reference that is none: %s', async (text, says) => {
    await writeFile(at('bad.json'), text);
    const said = await refusal('bad.yaml', yaml('bad.json'));
    expect(said).toMatch(/bad\.json/);
    expect(said).toMatch(says);
  });
});

describe('a stream of inferences', () => {
  async function watched(text: string): Promise<{ out: string; lacked: string[] }> {
    const set = new MonitorSet({ v: 1, monitors: [{ monitor: 'EWMAFeatureMonitor', parameters: { warm_up_samples: 20 } }] });
    let out = '';
    await watchRecords(
      set,
      (async function* () {
        yield await Promise.resolve(Buffer.from(text));
      })(),
      async (said) => void (out += await Promise.resolve(said)),
    );
    return { out, lacked: lacked(set) };
  }

  it('gives an error for a bad line, and goes on', async () => {
    const good = lines(200, 0, (share) => ({ features: [share, 1] }));
    const bad = ['nonsense', '[1]', '{"features": "abc"}', '{"confidence": [1]}', '{"outputs": {"a": "b"}}'];
    const { out } = await watched(`${good}\n${bad.join('\n')}\n${lines(60, 200, (share) => ({ features: [share + 2, 1] }))}\n`);
    const said = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; error?: { code: string }; kind?: string });
    expect(said.filter((one) => one.error).map((one) => [one.line, one.error!.code])).toEqual([201, 202, 203, 204, 205].map((line) => [line, 'HF-CLI-021']));
    const drift = said.find((one) => one.kind === 'drift')!;
    expect(drift.line).toBeGreaterThan(205);
    expect(drift.line).toBeLessThan(216);
  });

  it('says what lacked what a monitor needs', async () => {
    const { out, lacked: not_counted } = await watched('{"confidence": 0.5}\n{"features": null, "at": "now"}\n{"features": [1, null]}\n{"features": [1, 2]}\n');
    expect([out, not_counted]).toEqual(['', ['EWMAFeatureMonitor: 3 of 4 inferences were not counted: it needs features']]);
  });
});
