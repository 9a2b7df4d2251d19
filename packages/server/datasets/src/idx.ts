// The IDX format of unsigned bytes (yann.lecun.com/exdb/mnist, "The IDX file format"): how collected images and labels are kept.
// magic 0 0 8 rank | u32 big-endian x rank | bytes

import { failure } from '@holdfast/base';

/** Images of one size as one IDX file: N x height x width, or N x height x width x channels where there is more than one. */
export function encodeImages(images: readonly Uint8Array[], size: { width: number; height: number; channels: number }): Uint8Array {
  const shape = size.channels === 1 ? [images.length, size.height, size.width] : [images.length, size.height, size.width, size.channels];
  const out = start(shape, images.length * size.width * size.height * size.channels);
  const head = 4 + 4 * shape.length;
  images.forEach((image, i) => out.set(image, head + i * size.width * size.height * size.channels));
  return out;
}

/** Labels are bytes here: one above 255 is HF-DATA-003. */
export function encodeLabels(labels: ArrayLike<number>): Uint8Array {
  const out = start([labels.length], labels.length);
  for (let i = 0; i < labels.length; i++) {
    if (!(labels[i]! >= 0 && labels[i]! <= 255)) throw failure('HF-DATA-003', { saw: labels[i]! });
    out[8 + i] = labels[i]!;
  }
  return out;
}

function start(shape: readonly number[], body_bytes: number): Uint8Array {
  const head = 4 + 4 * shape.length;
  const out = new Uint8Array(head + body_bytes);
  const view = new DataView(out.buffer);
  out[2] = 8;
  out[3] = shape.length;
  shape.forEach((n, i) => view.setUint32(4 + 4 * i, n));
  return out;
}
