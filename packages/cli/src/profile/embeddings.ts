// Embeddings of a reference: one NPY file of floats, a row each. A row becomes the numbers that the SDKs make of it; the rows themselves are let go.
import { failure } from '@holdfast/base';
import { project } from '@holdfast/stats';
import { readBytes } from '../files.ts';
import { readNpy } from './npy.ts';

const limits = { rows_max: 1_000_000, width_max: 65_536 } as const;
const readers: Readonly<Record<string, { readonly bytes: number; readonly read: (content: Buffer, at: number) => number }>> = {
  '<f4': { bytes: 4, read: (content, at) => content.readFloatLE(at) },
  '<f8': { bytes: 8, read: (content, at) => content.readDoubleLE(at) },
};

/** The projections of each row. Fails with HF-CLI-009 or HF-CLI-010. */
export async function readEmbeddings(file: string): Promise<number[][]> {
  const { kind, shape, content } = readNpy(file, await readBytes(file));
  const refuse = (saw: string, expected: string) => failure('HF-CLI-010', { file, saw, expected });
  const of = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (!of) throw refuse(`numbers of kind ${JSON.stringify(kind)}`, "floats of 4 or 8 bytes, little-endian (<f4, <f8): embeddings.astype('<f4')");
  const [rows = 0, width = 0] = shape;
  if (shape.length !== 2 || rows < 1 || width < 1 || rows > limits.rows_max || width > limits.width_max)
    throw refuse(`a shape of ${shape.join(' x ') || 'one number'}`, `1 to ${limits.rows_max} rows x 1 to ${limits.width_max} numbers`);
  const size_bytes = rows * width * of.bytes;
  if (content.length !== size_bytes) throw refuse(`${content.length} bytes behind its header`, `${size_bytes} for ${rows} x ${width}`);
  const row = new Float64Array(width);
  return Array.from({ length: rows }, (_, i) => {
    for (let j = 0; j < width; j++) row[j] = of.read(content, (i * width + j) * of.bytes);
    return project(row);
  });
}
