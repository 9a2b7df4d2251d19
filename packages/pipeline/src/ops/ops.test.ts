import { describe, expect, it } from 'vitest';
import { compilePostproc, compilePreproc } from '../compile.ts';
import type { JsonValue } from '../json/node.ts';
import type { Image, Pipeline, Stage } from '../types.ts';

// Expected values: numpy 2.4.6 and OpenCV 5.0.0 (cv2.resize INTER_LINEAR and cv2.cvtColor on float32, cv2.dnn.NMSBoxesBatched), scipy 1.17.1 softmax.
const at = (y: number, x: number, c: number) => (x * 37 + y * 91 + c * 53 + x * y * 13) % 256;
const colour: Image = {
  width: 4,
  height: 3,
  channels: 3,
  pixels: Uint8Array.from({ length: 36 }, (_, i) => at(Math.floor(i / 12), Math.floor(i / 3) % 4, i % 3)),
};
const grey: Image = { width: 4, height: 3, channels: 1, pixels: Uint8Array.from({ length: 12 }, (_, i) => at(Math.floor(i / 4), i % 4, 0)) };

function pipelineOf(preproc: Stage, postproc: Stage): Pipeline {
  return { dataset: { name: 'd', path: {} }, model: { name: 'm', hyperparams: {} }, preproc, postproc };
}

function pre(image: Image, ...ops: [string, JsonValue?][]) {
  const stage = { pipeline: ops.map(([name]) => name), params: Object.fromEntries(ops.map(([name, params]) => [name, params ?? null])) };
  return compilePreproc(pipelineOf(stage, { pipeline: [], params: {} }))(image);
}

function post(shape: number[], values: number[], ...ops: [string, JsonValue?][]) {
  const stage = { pipeline: ops.map(([name]) => name), params: Object.fromEntries(ops.map(([name, params]) => [name, params ?? null])) };
  return compilePostproc(pipelineOf({ pipeline: [], params: {} }, stage))({ shape, values: Float32Array.from(values) });
}

function expectClose(values: Float32Array, expected: number[]): void {
  expect(values).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(Math.abs(values[i]! - value)).toBeLessThan(1e-4));
}

describe('resize', () => {
  it('shrinks a colour image as OpenCV does', () => {
    const { shape, values } = pre(colour, ['resize', [3, 2]]);
    expect(shape).toEqual([2, 3, 3]);
    expectClose(
      values,
      [
        29.458336, 82.458328, 135.458328, 83.125, 136.125, 157.125, 136.791672, 136.458328, 178.791656, 169.208328, 190.208328, 83.208328, 152.875, 109.875,
        130.875, 136.541672, 136.208328, 178.541672,
      ],
    );
  });

  it('enlarges a grey image as OpenCV does, width first', () => {
    const { shape, values } = pre(grey, ['resize', [6, 5]]);
    expect(shape).toEqual([5, 6, 1]);
    expectClose(
      values,
      [
        0, 18.5, 43.166668, 67.833336, 92.5, 111, 36.400002, 57.5, 85.633331, 113.76667, 141.899994, 163, 91, 116, 149.333328, 182.666672, 216, 241, 145.600006,
        174.5, 187.433334, 123.566666, 136.5, 165.399994, 182, 213.5, 212.833328, 84.166672, 83.5, 115,
      ],
    );
  });
});

describe('the other preproc ops', () => {
  it('hwctochw moves the channels to the front', () => {
    const { shape, values } = pre(colour, ['hwctochw']);
    expect(shape).toEqual([3, 3, 4]);
    expectClose(values.slice(0, 16), [0, 37, 74, 111, 91, 141, 191, 241, 182, 245, 52, 115, 53, 90, 127, 164]);
  });

  it('scale maps 0..255 onto lo..hi', () => {
    expectClose(pre(grey, ['scale', [-1, 1]]).values.slice(0, 4), [-1, -0.709804, -0.419608, -0.129412]);
  });

  it('normalize works channel by channel, in either layout', () => {
    const params = { mean: [100, 120, 140], std: [50, 60, 70] };
    const row = [-2, -1.116667, -0.485714, -1.26, -0.5, 0.042857, -0.52, 0.116667, 0.571429, 0.22, 0.733333, 1.1];
    expectClose(pre(colour, ['normalize', params]).values.slice(0, 12), row);
    expect(pre(colour, ['hwctochw'], ['normalize', params]).values).toEqual(pre(colour, ['normalize', params], ['hwctochw']).values);
    expect(() => pre(grey, ['normalize', params])).toThrow(/1 channels, expected 3/);
  });

  it('grayscale is the luma of BT.601 and leaves a grey image as it is', () => {
    const { shape, values } = pre(colour, ['grayscale']);
    expect(shape).toEqual([3, 4, 1]);
    expectClose(values.slice(0, 6), [43.195, 80.195, 117.195, 154.195007, 134.194992, 184.195007]);
    expectClose(pre(grey, ['grayscale']).values, [...grey.pixels]);
  });

  it('crop cuts a rectangle, and refuses one that reaches outside', () => {
    const cut = pre(colour, ['crop', { x: 1, y: 1, width: 2, height: 2 }]);
    expect(cut.shape).toEqual([2, 2, 3]);
    expectClose(cut.values, [141, 194, 247, 191, 244, 41, 245, 42, 95, 52, 105, 158]);
    expect(() => pre(colour, ['crop', { x: 3, y: 0, width: 2, height: 1 }])).toThrow(/an image of 4 x 3, expected at least 5 x 1/);
  });

  it('refuse an order that does not fit, before the first image', () => {
    expect(() => pre(colour, ['hwctochw'], ['resize', [2, 2]])).toThrow(/resize got a tensor in the order CHW, expected HWC/);
    expect(() => pre(colour, ['hwctochw'], ['hwctochw'])).toThrow(/only once/);
  });

  it('refuse an image whose bytes do not fit its size', () => {
    expect(() => pre({ ...grey, width: 5 }, ['hwctochw'])).toThrow(/12 bytes for 5 x 3 x 1/);
    expect(() => pre({ width: 0, height: 0, channels: 1, pixels: new Uint8Array() }, ['hwctochw'])).toThrow(/at least one pixel/);
  });
});

describe('the postproc ops', () => {
  it('softmax is that of scipy, row by row, and does not overflow', () => {
    const one = post([1, 4], [1, 2, 3, -1000], ['softmax']);
    const two = post([2, 2], [1000, 1001, -3, 0], ['softmax']);
    if (one.kind !== 'tensor' || two.kind !== 'tensor') throw new Error('expected tensors');
    expectClose(one.tensor.values, [0.090031, 0.244728, 0.665241, 0]);
    expectClose(two.tensor.values, [0.268941, 0.731059, 0.047426, 0.952574]);
  });

  it('argmax takes the lowest index of a tie, never NaN, and -1 of nothing', () => {
    expect(post([1, 4], [1, 7, 7, Number.NaN], ['argmax'])).toMatchObject({ kind: 'class', index: 1, score: 7 });
    expect(post([2], [Number.NaN, Number.NaN], ['argmax'])).toMatchObject({ index: -1 });
    expect(() => post([2, 2], [1, 2, 3, 4], ['argmax'])).toThrow(/shape \[2, 2\], expected a vector/);
  });

  it('topk ranks the best, and argmax may follow', () => {
    const ranked = post([1, 4], [1, 9, 7, 9], ['topk', 3]);
    expect(ranked).toMatchObject({
      kind: 'ranking',
      classes: [
        { index: 1, score: 9 },
        { index: 3, score: 9 },
        { index: 2, score: 7 },
      ],
    });
    expect(post([4], [1, 9, 7, 9], ['topk', 2], ['argmax'])).toMatchObject({ kind: 'class', index: 1 });
    expect(() => post([2], [1, 2], ['topk', 3])).toThrow(/2 scores, expected at least k = 3/);
  });

  it('nms keeps the boxes that OpenCV keeps', () => {
    const rows = [
      [0, 0, 10, 10, 0.9, 0],
      [1, 1, 11, 11, 0.8, 0],
      [1, 1, 11, 11, 0.85, 1],
      [20, 20, 30, 30, 0.7, 0],
      [0, 0, 10, 9, 0.75, 0],
      [21, 21, 31, 31, 0.3, 0],
    ];
    const result = post([1, 6, 6], rows.flat(), ['nms', { IoU_thr: 0.5, conf_thr: 0.5 }]);
    if (result.kind !== 'boxes') throw new Error('expected boxes');
    expect(result.boxes.map((box) => [box.x1, box.class])).toEqual([
      [0, 0],
      [1, 1],
      [20, 0],
    ]);
  });

  it('nms takes no row, one row, and rows without a class, and refuses other widths', () => {
    const params = { IoU_thr: 0.5, conf_thr: 0.5 };
    expect(post([1, 0, 6], [], ['nms', params])).toEqual({ kind: 'boxes', boxes: [] });
    expect(post([1, 1, 5], [0, 0, 2, 2, 1], ['nms', params])).toEqual({ kind: 'boxes', boxes: [{ x1: 0, y1: 0, x2: 2, y2: 2, score: 1, class: -1 }] });
    expect(() => post([1, 4], [1, 2, 3, 4], ['nms', params])).toThrow(/rows of 5 or 6/);
    expect(() => post([2], [1, 2], ['argmax'], ['nms', params])).toThrow(/kind class/);
  });

  it('refuse an output whose values do not fit its shape', () => {
    expect(() => post([3], [1, 2], ['argmax'])).toThrow(/2 values for a tensor of shape \[3\]/);
  });
});
