// stats: from one inference to the numbers that are watched, always in the order of observedNames.
// Confidence is the largest output, margin its distance to the second largest: the outputs are expected to be comparable scores (probabilities).
// Absent (no image, too few outputs, a shorter input) is NaN, which the window counts as missing.
import { type Image, type ImageDescriptor, imageDescriptors, image_descriptors } from './descriptors/image.ts';

export interface ObservationShape {
  readonly inputs: readonly string[];
  /** All descriptors of the image, these, or none. */
  readonly image: boolean | readonly ImageDescriptor[];
  readonly outputs: readonly string[];
}

export interface Observable {
  readonly inputs: ArrayLike<number>;
  readonly outputs: ArrayLike<number>;
  readonly image?: Image | undefined;
}

const imageNames = ({ image }: ObservationShape): readonly ImageDescriptor[] => (typeof image === 'boolean' ? (image ? image_descriptors : []) : image);

/** Names of the watched features: inputs, then the image's descriptors, then confidence and margin. */
export function observedNames(shape: ObservationShape): string[] {
  return [
    ...shape.inputs.map((name) => `input.${name}`),
    ...imageNames(shape).map((name) => `image.${name}`),
    ...(shape.outputs.length > 0 ? ['output.confidence', 'output.margin'] : []),
  ];
}

/** How many numbers `observe` gives. */
export const observedCount = (shape: ObservationShape): number => shape.inputs.length + imageNames(shape).length + (shape.outputs.length > 0 ? 2 : 0);

/** Where `values` is given, it is filled and returned: a device observes thousands a second, and an array each would cost it megabytes. */
export function observe(inference: Observable, shape: ObservationShape, values: Float64Array = new Float64Array(observedCount(shape))): Float64Array {
  values.fill(Number.NaN);
  let at = 0;
  for (let i = 0; i < shape.inputs.length; i++) values[at++] = inference.inputs[i] ?? Number.NaN;
  const names = imageNames(shape);
  if (inference.image && names.length > 0) writeImage(inference.image, names, values, at);
  at += names.length;
  if (shape.outputs.length > 0) writeTopTwo(inference.outputs, values, at);
  return values;
}

function writeImage(image: Image, names: readonly ImageDescriptor[], values: Float64Array, at: number): void {
  const descriptors = imageDescriptors(image, names);
  names.forEach((name, i) => (values[at + i] = descriptors[name]));
}

function writeTopTwo(outputs: ArrayLike<number>, values: Float64Array, at: number): void {
  let [first, second] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < outputs.length; i++) {
    const value = outputs[i]!;
    if (value > first) [first, second] = [value, first];
    else if (value > second) second = value;
  }
  values[at] = Number.isFinite(first) ? first : Number.NaN;
  values[at + 1] = Number.isFinite(second) ? first - second : Number.NaN;
}
