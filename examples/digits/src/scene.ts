// examples/digits: what a device's camera sees: real test digits in an order of its own, through a lens whose state is read from a file.
import { readFile } from 'node:fs/promises';
import type { Image } from '@holdfast/pipeline';
import type { Pair } from './dataset.ts';
import { clear, type Fault, seeThrough } from './lens.ts';
import { generator } from './random.ts';

export interface Sight {
  /** The image as the camera gives it: after the fault, before any preprocessing. */
  readonly image: Image;
  readonly label: number;
}

/** Digits in a random order with repetition: every second is like every other, as long as the lens is. */
export class Scene {
  readonly #pair: Pair;
  readonly #random: () => number;

  constructor(pair: Pair, seed: number) {
    this.#pair = pair;
    this.#random = generator(seed);
  }

  next(fault: Fault): Sight {
    const at = Math.floor(this.#random() * this.#pair.images.length);
    const { width, height, channels, pixels } = this.#pair.images[at]!;
    return { image: { width, height, channels, pixels: seeThrough(pixels, width, height, fault) }, label: this.#pair.labels[at]! };
  }
}

/** The fault of a text such as {"fog": 0.6} or {"gain": 8, "offset": 0}; what is not named is as it should be. */
export function parseFault(text: string): Fault {
  const value = JSON.parse(text) as Partial<Record<keyof Fault, unknown>>;
  const read = (name: keyof Fault, min: number, max: number) => {
    const given = value[name] ?? clear[name];
    if (typeof given !== 'number' || !(given >= min && given <= max))
      throw new Error(`fault ${name}: saw ${JSON.stringify(given)}, expected a number from ${min} to ${max}`);
    return given;
  };
  return { fog: read('fog', 0, 1), gain: read('gain', 0.01, 100), offset: read('offset', -255, 255) };
}

/** The fault in the file; `before` where it is just being written, and a clear lens where there is no file. */
export async function readFault(path: string | undefined, before: Fault, complain: (reason: string) => void): Promise<Fault> {
  if (path === undefined) return clear;
  try {
    return parseFault(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return clear;
    complain((error as Error).message);
    return before;
  }
}
