// NPY (numpy.save): the kind of its numbers, its shape, and its bytes, rows first. Fails with HF-CLI-010 where it is no whole NPY file or has columns first.
// Source: github.com/numpy/numpy, doc/source/reference/generated/numpy.lib.format (versions 1.0 to 3.0).
import { failure } from '@holdfast/base';
import { startOf } from '../start-of.ts';

export interface Npy {
  /** As numpy writes it, such as <f4. */
  readonly kind: string;
  readonly shape: readonly number[];
  readonly content: Buffer;
}

export const isNpy = (bytes: Buffer): boolean => bytes.toString('latin1', 0, 6) === '\x93NUMPY';

export function readNpy(file: string, bytes: Buffer): Npy {
  const refuse = (saw: string, expected: string) => failure('HF-CLI-010', { file, saw, expected });
  if (!isNpy(bytes)) throw refuse(startOf(bytes), 'an NPY file: numpy.save(FILE, array)');
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) throw refuse(`version ${version}`, 'NPY 1.0 to 3.0');
  const is_long = version > 1;
  const from = is_long ? 12 : 10;
  if (bytes.length < from) throw refuse(`${bytes.length} bytes`, 'a header of NPY');
  const to = from + (is_long ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.subarray(from, to).toString('latin1');
  const kind = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? 'none';
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (shape === undefined || bytes.length < to) throw refuse('a header without a shape', 'a whole NPY file of one array of numbers');
  if (!/'fortran_order':\s*False/.test(header)) throw refuse('columns first', 'rows first: numpy.ascontiguousarray(array)');
  const sizes = shape.split(',').map((size) => size.trim());
  if (sizes.at(-1) === '') sizes.pop();
  if (!sizes.every((size) => /^\d+$/.test(size))) throw refuse(`the shape (${shape})`, 'whole numbers with commas between them');
  return { kind, shape: sizes.map(Number), content: bytes.subarray(to) };
}
