// agent/watch: how sure the model was of what it said.
import type { Inference } from '@holdfast/protocol';

/** The output of the predicted class, or the largest one; NaN where the app logs no outputs. */
export function confidenceOf({ outputs, predicted }: Inference): number {
  let value = outputs[predicted] ?? Number.NEGATIVE_INFINITY;
  if (outputs[predicted] === undefined) for (let i = 0; i < outputs.length; i++) value = Math.max(value, outputs[i]!);
  return Number.isFinite(value) ? value : Number.NaN;
}
