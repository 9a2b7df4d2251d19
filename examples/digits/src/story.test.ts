import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { observe, type ReferenceProfile, suspects, WindowCounts } from '@holdfast/stats';
import { makeClassifier, type Model, openModel } from '@holdfast/serving';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCamera } from './camera.ts';
import { type Dataset, type Pair, readDataset, writePair } from './dataset.ts';
import { class_names, judge, profileOn, type Scores, scoreModel } from './evaluate.ts';
import { learn } from './learning.ts';
import { clear, type Fault, seeThrough } from './lens.ts';
import { readMnist, slice } from './mnist.ts';
import { toOnnx } from './onnx.ts';
import { readPipeline } from './settings.ts';
import { Scene } from './scene.ts';
import { examplesOf } from './train.ts';

// The story that the demo tells, on a third of its images: a clean model, two faulty lenses, a dataset of what they saw, a second model.
const fog: Fault = { fog: 0.7, gain: 1, offset: 0 };
const gain: Fault = { fog: 0, gain: 10, offset: 0 };
const plan = { epochs: 4, batch_size: 32, learning_rate: 0.003, seed: 1, clean_images_max: 6000, collected_share: 0.5 };
const rule = { alpha: 0.001, distance_min: 0.1 };

let folder: string;
let heldout: Dataset;
let test: Pair;
let first: Model;
let second: Model;
let before: Scores;
let after: Scores;

function through(pair: Pair, name: string, fault: Fault): Pair {
  return { ...pair, name, images: pair.images.map((image) => ({ ...image, pixels: seeThrough(image.pixels, image.width, image.height, fault) })) };
}

function withFaults(clean: Pair, fogged: Pair, bright: Pair): Dataset {
  return { clean, collected: [through(fogged, 'collected/fog', fog), through(bright, 'collected/gain', gain)] };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'digits-'));
  const mnist = await readMnist('train');
  test = await readMnist('test');
  heldout = withFaults(slice(mnist, 55_000, 56_500), slice(mnist, 57_000, 57_600), slice(mnist, 58_000, 58_600));
  const clean: Dataset = { clean: slice(mnist, 0, 6000), collected: [] };
  const mixed = withFaults(clean.clean, slice(mnist, 30_000, 30_400), slice(mnist, 40_000, 40_400));
  const pipeline = await readPipeline({});
  first = await openModel(toOnnx(learn(examplesOf(clean, pipeline, plan), plan)));
  const parameters = learn(examplesOf(mixed, pipeline, plan), plan);
  await writeFile(join(folder, 'model.onnx'), toOnnx(parameters));
  await writeFile(join(folder, 'pipeline.json'), await readFile(new URL('../pipeline.json', import.meta.url)));
  second = await openModel(join(folder, 'model.onnx'));
  [before, after] = [await scoreModel(first, pipeline, heldout), await scoreModel(second, pipeline, heldout)];
}, 60_000);

afterAll(async () => {
  await first.close();
  await second.close();
  await rm(folder, { recursive: true });
});

/** What the device would name after a window of 300 inferences through this lens. */
async function suspectsThrough(model: Model, profile: ReferenceProfile, fault: Fault, seed: number): Promise<string[]> {
  const window = new WindowCounts(profile);
  const scene = new Scene(test, seed);
  const see = makeClassifier(model, await readPipeline({}));
  for (let i = 0; i < 300; i++) {
    const { image } = scene.next(fault);
    const { scores, predicted } = await see(image);
    window.add(observe({ inputs: [], outputs: scores, image }, { inputs: [], image: true, outputs: class_names }), predicted);
  }
  return suspects(window.read(rule));
}

describe('the story of the digits', () => {
  it('begins with a model that is right on clean images and badly hurt by the faults', () => {
    process.stdout.write(`first  ${JSON.stringify(before)}\nsecond ${JSON.stringify(after)}\n`);
    expect(before.clean).toBeGreaterThan(0.94);
    expect(before.by_condition['collected/fog']).toBeLessThan(0.7);
    expect(before.by_condition['collected/gain']).toBeLessThan(0.7);
  });

  it('ends with one that is right on all of them, and passes the gate', () => {
    expect(after.by_condition['collected/fog']).toBeGreaterThan(0.88);
    expect(after.by_condition['collected/gain']).toBeGreaterThan(0.88);
    expect(judge(after, before, { gain_min: 0.02, loss_max: 0.01 })).toBeNull();
  });

  it('has a gate that refuses the first model as its own successor, and one that forgot the clean images', () => {
    expect(judge(before, before, { gain_min: 0.02, loss_max: 0.01 })).toMatch(/of the collected images, the current model on/);
    expect(judge({ ...after, clean: 0.9 }, before, { gain_min: 0.02, loss_max: 0.01 })).toMatch(/90\.0 % of the clean images/);
    expect(judge(before, null, { gain_min: 0.02, loss_max: 0.01 })).toBeNull();
  });

  it('the first model is judged drifted on a faulty lens, and not on a clear one', async () => {
    const profile = await profileOn(first, await readPipeline({}), { clean: heldout.clean, collected: [] });
    expect(await suspectsThrough(first, profile, clear, 11)).toEqual([]);
    expect(await suspectsThrough(first, profile, fog, 12)).toContain('image.brightness');
    expect(await suspectsThrough(first, profile, gain, 13)).toContain('output.confidence');
  });

  it('the second model, with its own profile, is not judged drifted on any of the three lenses, but on a new fault', async () => {
    const profile = await profileOn(second, await readPipeline({}), heldout);
    expect(profile.conditions).toEqual(['clean', 'collected/fog', 'collected/gain']);
    expect(await suspectsThrough(second, profile, clear, 21)).toEqual([]);
    expect(await suspectsThrough(second, profile, fog, 22)).toEqual([]);
    expect(await suspectsThrough(second, profile, gain, 23)).toEqual([]);
    expect((await suspectsThrough(second, profile, { fog: 0.2, gain: 0.3, offset: 0 }, 24)).length).toBeGreaterThan(0);
  });
});

describe('a camera', () => {
  it('runs the bundle through its lens, logs every inference and keeps the truth apart', async () => {
    const truth = join(folder, 'truth.jsonl');
    await writeFile(join(folder, 'faults.json'), '{"fog": 0.7}');
    const options = { bundle: folder, ring: join(folder, 'ring'), seed: 9, rate: 200, faults: join(folder, 'faults.json'), truth, count: 60 };
    expect(await runCamera(options, new AbortController().signal)).toEqual({ made: 60, dropped: 0 });
    const lines = (await readFile(truth, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(60);
    expect(lines[0]).toMatchObject({ fault: fog, model_version: null });
    expect(Number(lines[59]!['reference']) - Number(lines[0]!['reference'])).toBe(59);
    expect(lines.filter((line) => line['label'] === line['predicted']).length).toBeGreaterThan(42);
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 150);
    const options = { bundle: folder, ring: join(folder, 'ring-2'), seed: 9, rate: 20, count: 1_000_000 };
    expect((await runCamera(options, stop.signal)).made).toBeLessThan(100);
  });
});

describe('a dataset folder', () => {
  it('keeps clean images at its top and each condition in a subfolder', async () => {
    const root = join(folder, 'dataset');
    const small = slice(test, 0, 5);
    for (const name of ['', 'collected/b', 'collected/a']) await writePair(join(root, name), small.images, small.labels);
    const { clean, collected } = await readDataset(root);
    expect(collected.map((pair) => pair.name)).toEqual(['collected/a', 'collected/b']);
    expect([...clean.labels]).toEqual([...small.labels]);
    expect(clean.images[4]!.pixels).toEqual(small.images[4]!.pixels);
    await expect(readDataset(join(folder, 'nowhere'))).rejects.toThrow(/ENOENT/);
  });
});
