import { describe, expect, it } from 'vitest';
import { encodeImages, encodeLabels } from './idx.ts';

describe('an IDX file', () => {
  it('has the shape before the bytes', () => {
    const images = encodeImages([Uint8Array.of(1, 2), Uint8Array.of(3, 4)], { width: 2, height: 1, channels: 1 });
    expect([...images]).toEqual([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4]);
    expect([...encodeLabels([7, 255])]).toEqual([0, 0, 8, 1, 0, 0, 0, 2, 7, 255]);
  });

  it('holds no label that is not a byte', () => {
    for (const label of [256, -1, Number.NaN]) expect(() => encodeLabels([label])).toThrow(expect.objectContaining({ code: 'HF-DATA-003' }));
  });
});
