// Images of a model's reference: a folder of PNG, PGM and PPM files, whose folders are its conditions; or many in one IDX or NPY file.
import path from 'node:path';
import { failure } from '@holdfast/base';
import type { Image } from '@holdfast/pipeline';
import { stat } from 'node:fs/promises';
import { filesBelow, readBytes, withFile } from '../files.ts';
import { readIdxImages, readNpyImages } from './arrays.ts';
import { type Conditions, conditionsOf } from './conditions.ts';
import { isNpy } from './npy.ts';
import { readPng } from './png.ts';
import { readPnm } from './pnm.ts';

export interface Images {
  readonly images: readonly Image[];
  readonly conditions: Conditions | null;
}

const pixels_max = 2_000_000_000;
const kinds = /\.(?:png|pgm|ppm)$/i;

export async function readImages(place: string): Promise<Images> {
  const found = await withFile(place, () => stat(place));
  const read = found.isDirectory() ? await readFolder(place) : { images: readMany(place, await readBytes(place)), conditions: null };
  if (read.images.length === 0)
    throw failure('HF-CLI-010', { file: place, saw: 'no image', expected: 'PNG, PGM or PPM files, or one IDX or NPY file of images (convert JPEG to PNG)' });
  return read;
}

function readMany(file: string, bytes: Buffer): Image[] {
  if (isNpy(bytes)) return readNpyImages(file, bytes);
  if (bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 8) return readIdxImages(file, bytes);
  return [readOne(file, bytes)];
}

function readOne(file: string, bytes: Buffer): Image {
  if (bytes.subarray(1, 4).toString('latin1') === 'PNG') return readPng(file, bytes);
  if (/^P[56]\s/.test(bytes.subarray(0, 3).toString('latin1'))) return readPnm(file, bytes);
  const saw = bytes.length === 0 ? 'no bytes' : bytes[0] === 0xff && bytes[1] === 0xd8 ? 'a JPEG file' : 'bytes of another kind';
  throw failure('HF-CLI-010', { file, saw, expected: 'PNG, PGM or PPM' });
}

async function readFolder(folder: string): Promise<Images> {
  const files = (await filesBelow(folder)).filter((name) => kinds.test(name));
  const images: Image[] = [];
  let pixels = 0;
  for (const file of files) {
    const image = readOne(path.join(folder, file), await readBytes(path.join(folder, file)));
    pixels += image.pixels.length;
    if (pixels > pixels_max) throw failure('HF-REQ-008', { what: 'a reference, of values of pixels,', limit: pixels_max });
    images.push(image);
  }
  return { images, conditions: conditionsOf(files) };
}
