import { openModel } from '@holdfast/serving';
import { describe, expect, it } from 'vitest';
import { forward, makeTrace, parameter_count, startParameters } from './network.ts';
import { toOnnx } from './onnx.ts';
import { generator } from './random.ts';

describe('the ONNX file', () => {
  it('gives in onnxruntime what the network itself gives, to 1e-5', async () => {
    const random = generator(5);
    const parameters = startParameters(3).map((value) => value + 0.05 * (random() - 0.5)); // biases that are not zero
    const model = await openModel(toOnnx(parameters));
    const trace = makeTrace();
    for (let i = 0; i < 20; i++) {
      const image = Float32Array.from({ length: 784 }, random);
      forward(parameters, image, trace);
      const { shape, values } = await model.run({ shape: [1, 28, 28], values: image });
      expect(shape).toEqual([1, 10]);
      trace.scores.forEach((score, k) => expect(Math.abs(values[k]! - score)).toBeLessThan(1e-5 * Math.max(1, Math.abs(score))));
    }
    await model.close();
  });

  it('is the same, byte by byte, for the same parameters', () => {
    expect(toOnnx(startParameters(3))).toEqual(toOnnx(startParameters(3)));
    expect(startParameters(3)).not.toEqual(startParameters(4));
    expect(parameter_count).toBe(5994);
  });
});
