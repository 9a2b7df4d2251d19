import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePipeline, type Image } from '@holdfast/pipeline';
import { WindowCounts } from '@holdfast/stats';
import { describe, expect, it } from 'vitest';
import { evaluateModel, makeClassifier, openModel, profileModel } from './index.ts';

// Flatten and Gemm over [N, 1, 2, 2], written by onnx 1.23.2 (opset 17); the expected values are those of its reference evaluator.
const linear = Buffer.from(
  'CAg6vQEKHAoBeBIBZiIHRmxhdHRlbioLCgRheGlzGAGgAQIKEgoBZgoBVwoBYhIBeSIER2VtbRIBZyo7CAQIAxABQgFXSjAAAIA/AACAvwAAAAAAAAA/AAAAQAAAAAAAAAAAAACAPwAAAMAAAIA+AAAAAAAAgD8qFQgDEAFCAWJKDM3MzD3NzEw+mpmZPlocCgF4EhcKFQgBEhEKAxIBTgoCCAEKAggCCgIIAmIUCgF5Eg8KDQgBEgkKAxIBTgoCCANCBAoAEBE=',
  'base64',
);
const two_inputs = Buffer.from('CAg6RgoOCgFhCgFiEgF5IgNBZGQSAWdaDwoBYRIKCggIARIECgIIAVoPCgFiEgoKCAgBEgQKAggBYg8KAXkSCgoICAESBAoCCAFCBAoAEBE=', 'base64');
const outputs = [0.44999998807907104, 1.0, 0.5];
const image: Image = { width: 2, height: 2, channels: 1, pixels: Uint8Array.of(0, 51, 102, 255) };
const pipeline = parsePipeline(`{
  "dataset": { "name": "d" }, "model": { "name": "m" },
  "preproc": { "pipeline": ["hwctochw", "scale"], "params": { "scale": [0, 1] } },
  "postproc": { "pipeline": ["softmax", "argmax"] }
}`);
const grey = (levels: number[]): Image => ({ ...image, pixels: Uint8Array.from(levels) });

describe('a model', () => {
  it('runs a tensor with and without a batch, from bytes and from a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'serving-'));
    await writeFile(join(folder, 'model.onnx'), linear);
    for (const source of [linear, join(folder, 'model.onnx')]) {
      const model = await openModel(source);
      expect(model.input_shape).toEqual([null, 1, 2, 2]);
      for (const shape of [
        [1, 2, 2],
        [1, 1, 2, 2],
      ]) {
        const answer = await model.run({ shape, values: Float32Array.from(image.pixels, (level) => level / 255) });
        expect(answer.shape).toEqual([1, 3]);
        outputs.forEach((value, i) => expect(answer.values[i]!).toBeCloseTo(value, 6));
      }
      await model.close();
    }
    await rm(folder, { recursive: true });
  });

  it('that is not one is refused with a reason', async () => {
    await expect(openModel(Buffer.from('not a model'))).rejects.toMatchObject({ code: 'HF-MODEL-001' });
    await expect(openModel(join(tmpdir(), 'no-such-model.onnx'))).rejects.toMatchObject({ code: 'HF-MODEL-001', message: expect.stringContaining('ENOENT') });
    await expect(openModel(two_inputs)).rejects.toMatchObject({ code: 'HF-MODEL-001', message: expect.stringContaining('the inputs a, b') });
  });

  it('names both shapes where a tensor does not fit', async () => {
    const model = await openModel(linear);
    await expect(model.run({ shape: [1, 3, 2], values: new Float32Array(6) })).rejects.toMatchObject({
      code: 'HF-MODEL-002',
      message: 'The model got a tensor of shape [1, 3, 2] with 6 values, expected shape [any, 1, 2, 2].',
    });
    await model.close();
  });
});

describe('a classifier, an evaluation and a profile', () => {
  const images = [image, grey([255, 0, 0, 0]), grey([0, 255, 0, 0]), grey([0, 0, 0, 255])];

  it('share one path from image to class', async () => {
    const model = await openModel(linear);
    const seen = await makeClassifier(model, pipeline)(image);
    const sum = outputs.reduce((total, value) => total + Math.exp(value), 0);
    expect(seen.predicted).toBe(outputs.indexOf(Math.max(...outputs)));
    outputs.forEach((value, i) => expect(seen.scores[i]!).toBeCloseTo(Math.exp(value) / sum, 5));
    await model.close();
  });

  it('count what is right, class by class', async () => {
    const model = await openModel(linear);
    let now_ms = 0;
    const clock = { wall_ms: () => 0, mono_ms: () => (now_ms += 2) };
    const class_names = ['a', 'b', 'c'];
    // argmax of x W + b by hand: [255,0,0,0] -> a, [0,255,0,0] -> b, [0,0,0,255] -> c, the mixed image -> b
    const report = await evaluateModel({ model, pipeline, images, labels: [0, 0, 1, 2], class_names, clock });
    expect(report.confusion).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(report).toMatchObject({ accuracy: 0.75, mean_latency_ms: 2 });
    expect(report.per_class[0]).toEqual({ name: 'a', count: 2, recall: 0.5, precision: 1, f1: 2 / 3 });
    expect(report.per_class[1]).toMatchObject({ recall: 1, precision: 0.5 });
    await expect(evaluateModel({ model, pipeline, images, labels: [0], class_names })).rejects.toMatchObject({ code: 'HF-MODEL-003' });
    await expect(evaluateModel({ model, pipeline, images, labels: [0, 1, 2, 3], class_names })).rejects.toThrow(/the label 3/);
    await model.close();
  });

  it('make a profile on which its own images do not look drifted', async () => {
    const model = await openModel(linear);
    const { profile } = await profileModel({ model, pipeline, images, class_names: ['a', 'b', 'c'] });
    expect(profile.n).toBe(4);
    expect(profile.features.map((feature) => feature.name)).toContain('image.sharpness');
    expect(profile.classes.counts).toEqual([1, 2, 1]);
    expect(new WindowCounts(profile).features()).toHaveLength(11);
    await model.close();
  });
});
