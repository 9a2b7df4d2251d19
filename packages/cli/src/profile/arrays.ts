// Many images of one size in one file: IDX (as MNIST has it) and NPY (numpy.save), both of bytes: count, height, width and perhaps channels.
import { failure } from '@holdfast/base';
import type { Image } from '@holdfast/pipeline';
import { readNpy } from './npy.ts';

export function readIdxImages(file: string, bytes: Buffer): Image[] {
  const dimensions = bytes[3] ?? 0;
  if (bytes.length < 4 + 4 * dimensions) throw bad(file, `${bytes.length} bytes`, `${dimensions} dimensions, four bytes each`);
  const shape = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  return cut(file, shape, bytes.subarray(4 + 4 * dimensions));
}

export function readNpyImages(file: string, bytes: Buffer): Image[] {
  const { kind, shape, content } = readNpy(file, bytes);
  if (kind !== '|u1') throw bad(file, `numbers of kind ${kind}`, "bytes (|u1): images.astype('uint8')");
  return cut(file, shape, content);
}

function cut(file: string, shape: readonly number[], pixels: Uint8Array): Image[] {
  const [count = 0, height = 0, width = 0, channels = 1] = shape;
  const fits = (shape.length === 3 || shape.length === 4) && (channels === 1 || channels === 3) && height > 0 && width > 0;
  if (!fits) throw bad(file, `a shape of ${shape.join(' x ')}`, 'count x height x width, and perhaps 1 or 3 channels');
  const size = height * width * channels;
  if (pixels.length !== count * size) throw bad(file, `${pixels.length} bytes behind its header`, `${count * size} for ${shape.join(' x ')}`);
  return Array.from({ length: count }, (_, i) => ({ width, height, channels, pixels: pixels.subarray(i * size, (i + 1) * size) }));
}

const bad = (file: string, saw: string, expected: string) => failure('HF-CLI-010', { file, saw, expected });
