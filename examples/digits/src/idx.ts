// examples/digits: the IDX format of the MNIST files: two zero bytes, the type (8 = unsigned byte), the number of dimensions,
// each dimension as a big-endian u32, then the values. Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database", file formats.
import { readFile, rename, writeFile } from 'node:fs/promises';

export interface Idx {
  readonly dimensions: readonly number[];
  readonly values: Uint8Array;
}

export const idx_limits = { size_bytes_max: 1_073_741_824 } as const;

export function decodeIdx(bytes: Uint8Array): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0 || bytes[2] !== 8)
    throw new Error(`not an IDX file of bytes: it starts with ${[...bytes.subarray(0, 4)].join(' ')}, expected 0 0 8`);
  const head_bytes = 4 + 4 * bytes[3]!;
  if (bytes.length < head_bytes) throw new Error(`IDX file cut short: ${bytes.length} bytes, expected a head of ${head_bytes}`);
  const dimensions = Array.from({ length: bytes[3]! }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = dimensions.reduce((product, size) => product * size, 1);
  if (bytes.length - head_bytes !== expected)
    throw new Error(`IDX file of ${dimensions.join(' x ')} has ${bytes.length - head_bytes} values, expected ${expected}`);
  return { dimensions, values: new Uint8Array(bytes.buffer, bytes.byteOffset + head_bytes, expected) };
}

export function encodeIdx({ dimensions, values }: Idx): Uint8Array {
  const head_bytes = 4 + 4 * dimensions.length;
  const bytes = new Uint8Array(head_bytes + values.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, 8, dimensions.length]);
  dimensions.forEach((size, i) => view.setUint32(4 + 4 * i, size));
  bytes.set(values, head_bytes);
  return bytes;
}

export async function readIdx(path: string): Promise<Idx> {
  const bytes = await readFile(path);
  if (bytes.length > idx_limits.size_bytes_max) throw new Error(`${path} has ${bytes.length} bytes, the limit is ${idx_limits.size_bytes_max}`);
  try {
    return decodeIdx(bytes);
  } catch (error) {
    throw new Error(`read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Writes beside and renames, so that no reader meets half a file. */
export async function writeIdx(path: string, idx: Idx): Promise<void> {
  await writeFile(`${path}.part`, encodeIdx(idx));
  await rename(`${path}.part`, path);
}
