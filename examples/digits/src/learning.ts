// examples/digits: how the network learns: the gradient of the cross entropy, averaged over a small batch, and Adam with a falling rate.
// The same seed, images and settings give the same parameters, bit by bit: everything runs in one order on one thread.
// Sources: D. E. Rumelhart, G. E. Hinton, R. J. Williams, Nature 323, 1986; D. P. Kingma, J. Ba, "Adam", arXiv:1412.6980 (its default betas).
import {
  classes,
  classify,
  type Convolution,
  dense,
  first,
  forward,
  kernel,
  makeTrace,
  parameter_count,
  second,
  startParameters,
  stride,
  type Trace,
} from './network.ts';
import { generator, shuffled } from './random.ts';

export interface Example {
  /** 784 numbers, as the pipeline's preproc ops leave them. */
  readonly image: Float32Array;
  readonly label: number;
}

export interface LearningSettings {
  readonly epochs: number;
  readonly batch_size: number;
  /** Adam's rate at the start; it falls to zero in a half cosine. */
  readonly learning_rate: number;
  readonly seed: number;
  /** Called every `report_steps` steps with the mean loss since the last call. */
  readonly report?: (step: number, loss: number, progress: number) => void;
}

export const report_steps = 50;

/**
 * An example with a smaller loss is known well enough: its way back is left out, which halves the time of the later epochs
 * (A. H. Jiang et al., "Accelerating Deep Learning by Focusing on the Biggest Losers", arXiv:1910.00762).
 */
const known = 0.01;

/** Learns from scratch and returns the parameters. */
export function learn(examples: readonly Example[], settings: LearningSettings): Float32Array {
  const random = generator(settings.seed + 1);
  const parameters = startParameters(settings.seed);
  const optimiser = new Adam();
  const back = new BackPropagation(parameters);
  const steps = settings.epochs * Math.ceil(examples.length / settings.batch_size);
  let [step, loss, seen] = [0, 0, 0];
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    const order = shuffled(examples.length, random);
    for (let from = 0; from < order.length; from += settings.batch_size) {
      const batch = order.subarray(from, from + settings.batch_size);
      for (const at of batch) loss += back.add(examples[at]!);
      seen += batch.length;
      step += 1;
      optimiser.step(parameters, back.gradient, batch.length, settings.learning_rate * (0.5 + 0.5 * Math.cos((Math.PI * step) / steps)));
      if (step % report_steps === 0 || step === steps) {
        settings.report?.(step, loss / seen, step / steps);
        [loss, seen] = [0, 0];
      }
    }
  }
  return parameters;
}

export function accuracyOf(parameters: Float32Array, examples: readonly Example[]): number {
  const trace = makeTrace();
  return examples.filter(({ image, label }) => classify(parameters, image, trace) === label).length / examples.length;
}

class BackPropagation {
  readonly gradient = new Float64Array(parameter_count);
  readonly #parameters: Float32Array;
  readonly #trace: Trace = makeTrace();
  readonly #second_delta = new Float64Array(dense.features);
  readonly #first_delta = new Float64Array(first.size_out * first.size_out * first.maps_out);

  constructor(parameters: Float32Array) {
    this.#parameters = parameters;
  }

  /** Adds the gradient of one example and returns its loss. */
  add({ image, label }: Example): number {
    const trace = this.#trace;
    forward(this.#parameters, image, trace);
    const largest = Math.max(...trace.scores);
    const total = trace.scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
    const loss = Math.log(total) + largest - trace.scores[label]!;
    if (loss < known) return loss;
    this.#second_delta.fill(0);
    this.#first_delta.fill(0);
    for (let k = 0; k < classes; k++) this.#addDense(k, Math.exp(trace.scores[k]! - largest) / total - (k === label ? 1 : 0));
    this.#addConvolution(second, trace.second_out, this.#second_delta, trace.second_patches, this.#first_delta);
    this.#addConvolution(first, trace.first_out, this.#first_delta, trace.first_patches, null);
    return loss;
  }

  #addDense(k: number, delta: number): void {
    const weights_at = dense.weights_at + k * dense.features;
    this.gradient[dense.biases_at + k]! += delta;
    addScaled(this.gradient, weights_at, this.#trace.second_out, 0, delta, dense.features);
    addScaled(this.#second_delta, 0, this.#parameters, weights_at, delta, dense.features);
  }

  /** Where the ReLU was closed (out = 0) nothing flows back. `delta_in` is null for the layer that sees the image. */
  #addConvolution(layer: Convolution, out: Float32Array, delta: Float64Array, patches: Float32Array, delta_in: Float64Array | null): void {
    for (let at = 0; at < out.length; at++) {
      if (out[at] === 0 || delta[at] === 0) continue;
      const map = at % layer.maps_out;
      const place = (at - map) / layer.maps_out;
      const weights_at = layer.weights_at + map * layer.patch;
      this.gradient[layer.biases_at + map]! += delta[at]!;
      addScaled(this.gradient, weights_at, patches, place * layer.patch, delta[at]!, layer.patch);
      if (delta_in) this.#scatter(layer, place, weights_at, delta[at]!, delta_in);
    }
  }

  #scatter(layer: Convolution, place: number, weights_at: number, delta: number, delta_in: Float64Array): void {
    const row = kernel * layer.maps_in;
    const x = place % layer.size_out;
    const y = (place - x) / layer.size_out;
    for (let line = 0; line < kernel; line++) {
      addScaled(delta_in, ((y * stride + line) * layer.size + x * stride) * layer.maps_in, this.#parameters, weights_at + line * row, delta, row);
    }
  }
}

function addScaled(into: Float64Array, into_at: number, from: Float32Array, from_at: number, factor: number, count: number): void {
  for (let i = 0; i < count; i++) into[into_at + i]! += factor * from[from_at + i]!;
}

class Adam {
  readonly #mean = new Float32Array(parameter_count);
  readonly #square = new Float32Array(parameter_count);
  #steps = 0;

  /** Moves the parameters by the summed gradient of `count` examples, and empties the gradient. */
  step(parameters: Float32Array, gradient: Float64Array, count: number, rate: number): void {
    this.#steps += 1;
    const mean_share = 1 - 0.9 ** this.#steps;
    const square_share = 1 - 0.999 ** this.#steps;
    for (let i = 0; i < parameters.length; i++) {
      const slope = gradient[i]! / count;
      this.#mean[i]! += 0.1 * (slope - this.#mean[i]!);
      this.#square[i]! += 0.001 * (slope * slope - this.#square[i]!);
      parameters[i]! -= (rate * this.#mean[i]!) / mean_share / (Math.sqrt(this.#square[i]! / square_share) + 1e-8);
      gradient[i] = 0;
    }
  }
}
