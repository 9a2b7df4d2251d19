// pipeline/ops: scores to probabilities along the last axis: exp(v - max) / sum, which cannot overflow. NaN in a row makes the row NaN.
import { misuse, type PostprocOp } from './op.ts';

export const softmax: PostprocOp = {
  name: 'softmax',
  does: 'Turns the scores along the last axis into probabilities.',
  compile() {
    return (result) => {
      if (result.kind !== 'tensor') throw misuse('softmax', `a result of kind ${result.kind}`, 'the tensor of the model: put it first');
      const { shape, values } = result.tensor;
      const width = shape.at(-1) ?? 1;
      const out = new Float32Array(values.length);
      for (let from = 0; from < values.length; from += width) softmaxRow(values, out, from, from + width);
      return { kind: 'tensor', tensor: { shape, values: out } };
    };
  },
};

function softmaxRow(values: Float32Array, out: Float32Array, from: number, to: number): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) largest = Math.max(largest, values[i]!);
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.exp(values[i]! - largest);
  for (let i = from; i < to; i++) out[i] = Math.exp(values[i]! - largest) / sum;
}
