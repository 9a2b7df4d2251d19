// pipeline: an op list to one function. The layout is followed while compiling, so a wrong order of ops fails before the first image.
import { failure } from '@holdfast/base';
import { type Layout, misuse, shapeText } from './ops/op.ts';
import { postproc_ops, preproc_ops } from './ops/index.ts';
import type { Image, Pipeline, Result, Stage, Tensor } from './types.ts';

/** The function that turns an image into the model's input. Fails with HF-PIPE-002 where the order of the ops, or later a shape, does not fit. */
export function compilePreproc(pipeline: Pipeline): (image: Image) => Tensor {
  let layout: Layout = 'HWC';
  const steps = pipeline.preproc.pipeline.map((name) => {
    const op = find(preproc_ops, name, 'preproc');
    const now = layout;
    if (op.needs !== 'any' && op.needs !== now) throw misuse(name, `a tensor in the order ${now}`, `${op.needs}: put it before hwctochw, and only once`);
    layout = op.leaves ?? layout;
    const run = op.compile(paramsOf(pipeline.preproc, name));
    return (tensor: Tensor) => run(tensor, now);
  });
  return (image) => steps.reduce((tensor, step) => step(tensor), tensorOf(image));
}

/** The function that turns the model's output into a result. */
export function compilePostproc(pipeline: Pipeline): (tensor: Tensor) => Result {
  const steps = pipeline.postproc.pipeline.map((name) => find(postproc_ops, name, 'postproc').compile(paramsOf(pipeline.postproc, name)));
  return (tensor) => {
    checkTensor(tensor);
    return steps.reduce<Result>((result, step) => step(result), { kind: 'tensor', tensor });
  };
}

function find<T extends { readonly name: string }>(ops: readonly T[], name: string, stage: string): T {
  const op = ops.find((each) => each.name === name);
  if (!op) throw failure('HF-PIPE-002', { op: name, saw: `a place in ${stage}`, expected: `one of ${ops.map((each) => each.name).join(', ')}` });
  return op;
}

function paramsOf(stage: Stage, name: string) {
  return Object.hasOwn(stage.params, name) ? stage.params[name]! : null;
}

function tensorOf(image: Image): Tensor {
  const { width, height, channels, pixels } = image;
  if (!(width > 0 && height > 0 && channels > 0) || pixels.length !== width * height * channels) {
    throw misuse('image', `${pixels.length} bytes for ${width} x ${height} x ${channels}`, 'one byte a pixel and channel, and at least one pixel');
  }
  return { shape: [height, width, channels], values: Float32Array.from(pixels) };
}

function checkTensor({ shape, values }: Tensor): void {
  const expected = shape.reduce((product, size) => product * size, 1);
  if (expected !== values.length) throw misuse('model', `${values.length} values for ${shapeText(shape)}`, `${expected} values`);
}
