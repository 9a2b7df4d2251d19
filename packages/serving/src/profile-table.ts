// serving: the reference profile of a model that takes numbers, such as readings of sensors: what its inputs and outputs look like on the rows given.
// A number that is absent in a row is NaN, as it is on a device; the model gets it so.
import { failure } from '@holdfast/base';
import { compilePostproc, type Pipeline } from '@holdfast/pipeline';
import { buildProfile, type ProfileOptions, type ObservationShape, observe, observedNames, type ReferenceProfile } from '@holdfast/stats';
import { reading } from './classify.ts';
import type { Model } from './model.ts';

export type MoreOfProfile = Pick<ProfileOptions, 'words' | 'embeddings' | 'is_ordered' | 'tolerance'> & {
  /** Numbers that are logged and no inputs of the model: names behind `input.`, and one row an inference. */
  readonly logged?: { readonly names: readonly string[]; readonly rows: readonly (readonly number[])[] };
};

export interface TableProfileOptions {
  readonly model: Model;
  /** Its postprocessing runs; preprocessing is of images, and must be empty. */
  readonly pipeline: Pipeline;
  /** Names of the inputs, as the program on the device logs them. */
  readonly inputs: readonly string[];
  /** One an inference, each in the order of `inputs`. */
  readonly rows: readonly Float64Array[];
  readonly class_names: readonly string[];
  /** The true class of each row, -1 where it is not known. */
  readonly labels?: ArrayLike<number>;
  readonly bins?: number;
  /** Columns beside the inputs that the program logs, and what else the profile is to know: passed on to buildProfile of @holdfast/stats. */
  readonly more?: MoreOfProfile;
}

export async function profileTable(options: TableProfileOptions): Promise<ReferenceProfile> {
  const { model, pipeline, inputs, rows, class_names, bins, labels: actual } = options;
  if (pipeline.preproc.pipeline.length > 0)
    throw failure('HF-MODEL-002', { saw: `preproc ops (${pipeline.preproc.pipeline.join(', ')}) for rows of numbers`, expected: 'none: they are of images' });
  const after = compilePostproc(pipeline);
  const shape: ObservationShape = { inputs, image: false, outputs: class_names };
  const values: Float64Array[] = [];
  const predicted: number[] = [];
  for (const row of rows) {
    const seen = reading(after(await model.run({ shape: [row.length], values: Float32Array.from(row) })));
    values.push(observe({ inputs: row, outputs: seen.scores }, shape));
    predicted.push(seen.predicted);
  }
  const { logged, ...further } = options.more ?? {};
  const names = [...observedNames(shape), ...(logged?.names ?? []).map((name) => `input.${name}`)];
  const all = logged ? values.map((row, i) => Float64Array.of(...row, ...logged.rows[i]!)) : values;
  const choices = { ...(bins === undefined ? {} : { bins }), ...(actual === undefined ? {} : { actual }), ...further };
  return buildProfile({ names, values: all, predicted, class_names, ...choices });
}
