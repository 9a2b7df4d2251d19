// tests/e2e: a second model in the house: a press whose pressure and flow move together and whose valve says a word, with devices that send windows in which
// values are missing, infinite, out of range or new, answers with scores, and the truth of them.
import { createHash } from 'node:crypto';
import { type DeviceEvent, type WindowSummary, encodePoints, encodePredictions } from '@holdfast/protocol';
import { type ReferenceProfile, WindowCounts, buildProfile } from '@holdfast/stats';
import { Device } from './device.ts';
import type { House } from './house.ts';

const model = 'press';
const rows = 3_000;
const window_inferences = 300;
const answers = 200;
const valves = ['open', 'half', 'shut'];

/** Park and Miller's generator: the same numbers in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** `turned`: high pressure comes with low flow, though neither of them is otherwise than it was. */
function measured(random: () => number, turned: boolean) {
  const bell = () => (random() + random() + random() - 1.5) / 0.5;
  const [both, own] = [bell(), bell()];
  return { pressure: 5 + both, flow: 20 + 2 * ((turned ? -0.9 : 0.9) * both + 0.44 * own), sure: 0.6 + 0.4 * random() };
}

function profileOf(random: () => number): ReferenceProfile {
  const seen = Array.from({ length: rows }, () => measured(random, false));
  const predicted = seen.map(() => Number(random() < 0.5));
  return buildProfile({
    names: ['input.pressure', 'input.flow', 'output.confidence'],
    values: seen.map(({ pressure, flow, sure }) => Float64Array.of(pressure, flow, sure)),
    predicted,
    actual: seen.map(({ sure }, i) => (random() < sure ? predicted[i]! : 1 - predicted[i]!)),
    class_names: ['tight', 'leaking'],
    words: [{ name: 'input.valve', words: seen.map((_, i) => valves[i % 3]!) }],
  });
}

export interface Press {
  readonly model: string;
  /** The feature of the pair. */
  readonly pair: string;
  /** The one whose pressure and flow no longer move together. */
  readonly turned: Device;
}

export async function addPress({ client }: House): Promise<Press> {
  const random = randomFrom(29);
  const profile = profileOf(random);
  const put = async (text: string): Promise<string> => {
    const bytes = new TextEncoder().encode(text);
    const digest = createHash('sha256').update(bytes).digest('hex');
    await client.raw('PUT', `/api/v1/blobs/${digest}`, { bytes });
    return digest;
  };
  const digest = await put(JSON.stringify(profile));
  await client.call('modelRegister', { params: { name: model }, body: { digest: await put('weights of the press'), description: 'Tight or leaking' } });
  const pipeline = await put(
    JSON.stringify({ dataset: { name: 'none' }, model: { name: model }, preproc: { pipeline: [] }, postproc: { pipeline: ['argmax'] } }),
  );
  const monitors = await put(JSON.stringify({ v: 1, monitors: [{ monitor: 'EWMAConfidenceMonitor' }] }));
  const files = [{ path: 'monitors.json', digest: monitors }];
  await client.call('bundleBuild', { params: { name: model, version: 1 }, body: { pipeline, profile: digest, files } });
  await client.call('monitorPut', { params: { name: 'press-watch' }, body: { model, windows_to_open: 2 } });
  const { address } = await client.call('joinTokenCreate', { body: { name: 'press', uses_max: 5 } });
  const [steady, turned] = [await Device.join(address, 'press-1', { line: '1' }), await Device.join(address, 'press-2', { line: '2' })];
  for (const device of [steady, turned]) {
    await device.sync();
    for (let n = 0; n < 4; n++) await device.sync([device.json('windows', windowOf(profile, digest, n, random, device === turned && n > 0))]);
    await device.sync([device.bytes('predictions', saidOf(random))]);
    await tell(client, device, random, device === turned ? 0.65 : 0.9);
  }
  await turned.sync([turned.bytes('points', pointsOf(random)), turned.json('events', firing())]);
  return { model, pair: profile.features.find(({ name }) => name.startsWith('pair.'))!.name, turned };
}

/** A monitor of the app fires on the device. */
function firing(): DeviceEvent {
  const fields = { model, model_version: 1, monitor: 'EWMAConfidenceMonitor', reason: 'the confidence fell', feature: 'output.confidence' };
  return { v: 1, at_ms: Date.now() - 15_000, kind: 'monitor_fired', text: `${fields.monitor}: ${fields.reason}`, fields };
}

function pointsOf(random: () => number): Uint8Array {
  const samples = 40;
  const metrics = [{ name: 'inferences_per_s', values: Float64Array.from({ length: samples }, () => 12 + random()) }];
  return encodePoints({ first_ms: Date.now() - samples * 4_000, offsets_ms: Uint32Array.from({ length: samples }, (_, i) => i * 4_000), metrics });
}

function windowOf(profile: ReferenceProfile, digest: string, window: number, random: () => number, turned: boolean): WindowSummary {
  const counts = new WindowCounts(profile);
  const mean = (name: string) => profile.features.find((one) => one.name === name)!.moments.mean;
  for (let i = 0; i < window_inferences; i++) {
    const { pressure, flow, sure } = measured(random, turned);
    const lost = turned && i % 50 === 0 ? Number.NaN : turned && i % 75 === 1 ? Number.POSITIVE_INFINITY : turned && i % 60 === 2 ? 40 : flow;
    const known: Readonly<Record<string, number>> = {
      'input.pressure': pressure,
      'input.flow': lost,
      'output.confidence': sure,
      'input.valve': turned && i % 40 === 0 ? 4 : i % 3,
    };
    const values = profile.features.map(({ name }) => known[name] ?? (pressure - mean('input.pressure')) * (lost - mean('input.flow')));
    counts.add(
      Float64Array.from(values, (value) => (Number.isFinite(value) || value === lost ? value : Number.NaN)),
      i % 2,
    );
  }
  const to_ms = Date.now() - (4 - window) * 10_000;
  const frame = {
    v: 1,
    window,
    from_ms: to_ms - 10_000,
    to_ms,
    inferences: window_inferences,
    model,
    model_version: 1,
    bundle: 'b'.repeat(64),
    profile: digest,
  } as const;
  const found = { features: counts.features(), classes: counts.classes(), classes_p_value: counts.classesPValue() };
  return { ...frame, ...found, latency_ms: { mean: 3, p95: 5 }, suspects: [], lost: 0 };
}

/** Answers with a score for each class, the first half hour ago. */
function saidOf(random: () => number): Uint8Array {
  const sure = Array.from({ length: answers }, () => 0.55 + 0.44 * random());
  const predicted = sure.map((_, i) => i % 2);
  return encodePredictions({
    ...{ model, model_version: 1, first_ms: Date.now() - 1_800_000, scores_each: 2 },
    references: Uint32Array.from(sure, (_, i) => 1 + i),
    offsets_ms: Uint32Array.from(sure, (_, i) => i * 1_000),
    predicted: Int16Array.from(predicted),
    confidence: Float32Array.from(sure),
    scores: Float32Array.from(sure.flatMap((one, i) => (predicted[i] === 1 ? [1 - one, one] : [one, 1 - one]))),
  });
}

async function tell(client: House['client'], device: Device, random: () => number, right: number): Promise<void> {
  const labels = Array.from({ length: answers }, (_, i) => ({ device: device.id, reference: 1 + i, label: random() < right ? i % 2 : 1 - (i % 2) }));
  await client.call('answerLabel', { body: { labels } });
}
