// serving: the reference profile of a model version: what its inputs and outputs look like on the images given, through the same code as on a device.
import type { Image, Pipeline } from '@holdfast/pipeline';
import { buildProfile, type ObservationShape, observe, observedNames, type ReferenceProfile } from '@holdfast/stats';
import { makeClassifier } from './classify.ts';
import type { Model } from './model.ts';

export interface ModelProfileOptions {
  readonly model: Model;
  readonly pipeline: Pipeline;
  /** Images as the cameras really give them: what the model version is expected to meet. */
  readonly images: readonly Image[];
  readonly class_names: readonly string[];
  /** The true class of each image, -1 where it is not known. */
  readonly labels?: ArrayLike<number>;
  readonly bins?: number;
  /** Conditions of the devices (see buildProfile of @holdfast/stats), and that of each image. */
  readonly conditions?: { readonly names: readonly string[]; readonly of: ArrayLike<number> };
  /** The images are in the order of time (see buildProfile). */
  readonly is_ordered?: boolean;
  readonly tolerance?: number;
}

export async function profileModel(options: ModelProfileOptions): Promise<{ profile: ReferenceProfile }> {
  const shape: ObservationShape = { inputs: [], image: true, outputs: options.class_names };
  const classify = makeClassifier(options.model, options.pipeline);
  const values: Float64Array[] = [];
  const predicted: number[] = [];
  for (const image of options.images) {
    const seen = await classify(image);
    values.push(observe({ inputs: [], outputs: seen.scores, image }, shape));
    predicted.push(seen.predicted);
  }
  const { model: _model, pipeline: _pipeline, images: _images, labels: actual, ...choices } = options;
  return { profile: buildProfile({ names: observedNames(shape), values, predicted, ...choices, ...(actual === undefined ? {} : { actual }) }) };
}
