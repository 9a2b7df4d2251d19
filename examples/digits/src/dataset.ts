// examples/digits: a dataset folder: images.idx and labels.idx at its top (clean), and optionally more such pairs in subfolders (collected):
// one subfolder a condition, such as a device whose lens is fogged. Order is by path, so that the same files give the same examples.
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Image } from '@holdfast/pipeline';
import { readIdx, writeIdx } from './idx.ts';

export interface Pair {
  /** The subfolder, or an empty text for the top. */
  readonly name: string;
  readonly images: readonly Image[];
  readonly labels: Uint8Array;
}

export interface Dataset {
  readonly clean: Pair;
  readonly collected: readonly Pair[];
}

export const dataset_limits = { collected_max: 63, depth_max: 4 } as const;

export async function readDataset(folder: string): Promise<Dataset> {
  const names = await findPairs(folder, '', dataset_limits.depth_max);
  if (names.length > dataset_limits.collected_max)
    throw new Error(`${folder} has ${names.length} subfolders with images, the limit is ${dataset_limits.collected_max}`);
  const clean = await readPair(folder, '');
  const collected: Pair[] = [];
  for (const name of names) collected.push(await readPair(folder, name));
  return { clean, collected: collected.filter((pair) => pair.images.length > 0) };
}

/** Subfolders that hold an images.idx, in the order of their names. */
async function findPairs(folder: string, inside: string, depth: number): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(join(folder, inside), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory() && depth > 0) found.push(...(await findPairs(folder, path, depth - 1)));
    else if (entry.name === 'images.idx' && inside !== '') found.push(inside);
  }
  return found;
}

export async function readPair(folder: string, name: string, files = { images: 'images.idx', labels: 'labels.idx' }): Promise<Pair> {
  const images = await readIdx(join(folder, name, files.images));
  const labels = await readIdx(join(folder, name, files.labels));
  const [count, height, width] = images.dimensions as [number, number, number];
  if (images.dimensions.length !== 3 || labels.dimensions.length !== 1 || labels.dimensions[0] !== count) {
    throw new Error(
      `${join(folder, name)}: images of ${images.dimensions.join(' x ')} and labels of ${labels.dimensions.join(' x ')}, expected count x height x width and as many labels`,
    );
  }
  const size = width * height;
  const cut = (_: unknown, i: number): Image => ({ width, height, channels: 1, pixels: images.values.subarray(i * size, (i + 1) * size) });
  return { name, images: Array.from({ length: count }, cut), labels: labels.values };
}

/** Writes images of one size, and their labels, as a pair. */
export async function writePair(folder: string, images: readonly Image[], labels: Uint8Array): Promise<void> {
  const { width, height } = images[0] ?? { width: 28, height: 28 };
  const values = new Uint8Array(images.length * width * height);
  images.forEach((image, i) => values.set(image.pixels, i * width * height));
  await mkdir(folder, { recursive: true });
  await writeIdx(join(folder, 'images.idx'), { dimensions: [images.length, height, width], values });
  await writeIdx(join(folder, 'labels.idx'), { dimensions: [labels.length], values: labels });
}
