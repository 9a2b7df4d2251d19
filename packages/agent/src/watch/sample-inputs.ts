// agent/watch: the inputs of an inference that has no image, by name, so that people can look at it: so many, in so many bytes; how many are left out is said.
import type { SampleHead } from '@holdfast/protocol';

const inputs_max = 256;
const bytes_max = 16_384;

/** An input without a name goes by its place. */
export function sampleInputs(values: ArrayLike<number>, names: readonly string[]): Pick<SampleHead, 'inputs' | 'inputs_left_out'> {
  const inputs: [string, number | null][] = [];
  let bytes = 0;
  for (let i = 0; i < Math.min(values.length, inputs_max); i++) {
    const one: [string, number | null] = [names[i] ?? String(i), shortest(values[i]!)];
    bytes += Buffer.byteLength(JSON.stringify(one)) + 1;
    if (bytes > bytes_max) break;
    inputs.push(one);
  }
  const inputs_left_out = values.length - inputs.length;
  return { inputs, ...(inputs_left_out > 0 ? { inputs_left_out } : {}) };
}

/** The shortest decimal that is the same float32, which is what the ring holds; null for what JSON cannot hold. */
function shortest(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  const digits = [6, 7, 8].find((n) => Math.fround(Number(value.toPrecision(n))) === Math.fround(value)) ?? 9;
  return Number(value.toPrecision(digits));
}
