// examples/digits: a small convolutional network: 28x28 -> 5x5 convolution, stride 2, 8 maps, ReLU -> 5x5 convolution, stride 2, 16 maps, ReLU -> 10.
// Its 5,994 numbers stand in one array, so that the optimiser is one loop. Activations are ordered rows, columns, maps; filters rows, columns, maps in.
// Source of the shape: P. Y. Simard, D. Steinkraus, J. C. Platt, "Best Practices for Convolutional Neural Networks", ICDAR 2003 (5x5, stride 2).
import { generator } from './random.ts';

export const classes = 10;
export const side = 28;
export const kernel = 5;
export const stride = 2;

/** A convolution without padding: `size` x `size` x `maps_in` to `size_out` x `size_out` x `maps_out`. */
export interface Convolution {
  readonly size: number;
  readonly maps_in: number;
  readonly size_out: number;
  readonly maps_out: number;
  /** Numbers under one filter. */
  readonly patch: number;
  /** Where its filters and its biases begin in the parameters. */
  readonly weights_at: number;
  readonly biases_at: number;
}

function convolution(size: number, maps_in: number, maps_out: number, weights_at: number): Convolution {
  const patch = kernel * kernel * maps_in;
  const size_out = Math.floor((size - kernel) / stride) + 1;
  return { size, maps_in, size_out, maps_out, patch, weights_at, biases_at: weights_at + maps_out * patch };
}

export const first = convolution(side, 1, 8, 0);
export const second = convolution(first.size_out, first.maps_out, 16, first.biases_at + first.maps_out);
const features = second.size_out * second.size_out * second.maps_out;
export const dense = { features, weights_at: second.biases_at + second.maps_out, biases_at: second.biases_at + second.maps_out + classes * features };
export const parameter_count = dense.biases_at + classes;

/** The numbers of one pass, kept for the way back. */
export interface Trace {
  readonly first_patches: Float32Array;
  readonly first_out: Float32Array;
  readonly second_patches: Float32Array;
  readonly second_out: Float32Array;
  /** The ten scores before the softmax. */
  readonly scores: Float32Array;
}

export function makeTrace(): Trace {
  const places = (layer: Convolution) => layer.size_out * layer.size_out;
  return {
    first_patches: new Float32Array(places(first) * first.patch),
    first_out: new Float32Array(places(first) * first.maps_out),
    second_patches: new Float32Array(places(second) * second.patch),
    second_out: new Float32Array(features),
    scores: new Float32Array(classes),
  };
}

/** Start values: normal with variance 2 / inputs (K. He et al., ICCV 2015); biases zero. */
export function startParameters(seed: number): Float32Array {
  const random = generator(seed);
  const parameters = new Float32Array(parameter_count);
  const fill = (from: number, count: number, inputs: number) => {
    for (let i = 0; i < count; i++) parameters[from + i] = Math.sqrt((-4 * Math.log(1 - random())) / inputs) * Math.cos(2 * Math.PI * random());
  };
  for (const layer of [first, second]) fill(layer.weights_at, layer.maps_out * layer.patch, layer.patch);
  fill(dense.weights_at, classes * features, features);
  return parameters;
}

/** Fills the trace for one image of 784 numbers. */
export function forward(parameters: Float32Array, image: Float32Array, trace: Trace): void {
  convolve(parameters, first, image, trace.first_patches, trace.first_out);
  convolve(parameters, second, trace.first_out, trace.second_patches, trace.second_out);
  for (let k = 0; k < classes; k++)
    trace.scores[k] = parameters[dense.biases_at + k]! + dot(parameters, dense.weights_at + k * features, trace.second_out, 0, features);
}

function convolve(parameters: Float32Array, layer: Convolution, input: Float32Array, patches: Float32Array, out: Float32Array): void {
  const row = kernel * layer.maps_in;
  let [at, patch_at] = [0, 0];
  for (let y = 0; y < layer.size_out; y++) {
    for (let x = 0; x < layer.size_out; x++, patch_at += layer.patch) {
      gather(input, (y * stride * layer.size + x * stride) * layer.maps_in, layer.size * layer.maps_in, row, patches, patch_at);
      for (let map = 0; map < layer.maps_out; map += 4, at += 4) fourMaps(parameters, layer, map, patches, patch_at, out, at);
    }
  }
}

/** Four filters on one patch: each number of the patch is read once for four products, which halves the time. */
function fourMaps(parameters: Float32Array, layer: Convolution, map: number, patches: Float32Array, from: number, out: Float32Array, at: number): void {
  const n = layer.patch;
  const w = layer.weights_at + map * n;
  const b = layer.biases_at + map;
  let [s0, s1, s2, s3] = [parameters[b]!, parameters[b + 1]!, parameters[b + 2]!, parameters[b + 3]!];
  for (let i = 0; i < n; i++) {
    const value = patches[from + i]!;
    s0 += parameters[w + i]! * value;
    s1 += parameters[w + n + i]! * value;
    s2 += parameters[w + 2 * n + i]! * value;
    s3 += parameters[w + 3 * n + i]! * value;
  }
  out[at] = s0 > 0 ? s0 : 0;
  out[at + 1] = s1 > 0 ? s1 : 0;
  out[at + 2] = s2 > 0 ? s2 : 0;
  out[at + 3] = s3 > 0 ? s3 : 0;
}

/** Copies the rows under a filter one after the other. */
function gather(input: Float32Array, from: number, line: number, row: number, patches: Float32Array, at: number): void {
  for (let y = 0; y < kernel; y++) for (let i = 0; i < row; i++) patches[at + y * row + i] = input[from + y * line + i]!;
}

function dot(a: Float32Array, a_at: number, b: Float32Array, b_at: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[a_at + i]! * b[b_at + i]!;
  return sum;
}

/** The class with the largest score. */
export function classify(parameters: Float32Array, image: Float32Array, trace: Trace): number {
  forward(parameters, image, trace);
  let best = 0;
  for (let k = 1; k < classes; k++) if (trace.scores[k]! > trace.scores[best]!) best = k;
  return best;
}
