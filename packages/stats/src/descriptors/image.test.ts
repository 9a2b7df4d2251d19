import { describe, expect, it } from 'vitest';
import { imageDescriptors } from './image.ts';

const grey = Uint8Array.from({ length: 42 }, (_, i) => ((i % 7) * 37 + Math.floor(i / 7) * 91 + (i % 7) * Math.floor(i / 7) * 13) % 256);

// numpy 2.4.6 and OpenCV 5.0.0: mean, std, cv2.Laplacian(image, CV_64F).var(), shares, scipy.stats.entropy(histogram, base=2)
describe('image descriptors', () => {
  it('are those of numpy and OpenCV', () => {
    const seen = imageDescriptors({ width: 7, height: 6, channels: 1, pixels: grey });
    const expected = { brightness: 131.23809523809524, contrast: 72.82686890473268, sharpness: 148377.514739229 };
    for (const [name, value] of Object.entries(expected)) expect(seen[name as keyof typeof seen]).toBeCloseTo(value, 8);
    expect(seen.dark).toBeCloseTo(0.023809523809523808, 14);
    expect(seen.bright).toBeCloseTo(0.11904761904761904, 14);
    expect(seen.entropy).toBeCloseTo(5.201841232302571, 12);
    expect([seen.noise, seen.edges, seen.saturation]).toEqual([expect.closeTo(106.94947305092268, 10) as number, 0.65, 0]); // loops in Python
  });

  it('of a colour image are taken on its luma', () => {
    const pixels = Uint8Array.from([...grey].flatMap((level) => [level, (level * 3) % 256, 255 - level]));
    const seen = imageDescriptors({ width: 7, height: 6, channels: 3, pixels });
    expect(seen.brightness).toBeCloseTo(127.0952380952381, 8);
    expect(seen.sharpness).toBeCloseTo(49506.439909297056, 6);
    expect(seen.saturation).toBeCloseTo(0.7015237522794926, 12); // mean of Python's colorsys.rgb_to_hsv(...)[1]
  });

  it('of an even image have no contrast, sharpness or entropy', () => {
    const seen = imageDescriptors({ width: 3, height: 3, channels: 1, pixels: new Uint8Array(9).fill(9) });
    expect(seen).toEqual({ brightness: 9, contrast: 0, sharpness: 0, dark: 1, bright: 0, entropy: 0, noise: 0, saturation: 0, edges: 0 });
  });

  it('are computed where they are wanted, and NaN elsewhere', () => {
    const seen = imageDescriptors({ width: 7, height: 6, channels: 1, pixels: grey }, ['noise', 'contrast']);
    expect(
      Object.keys(seen)
        .filter((name) => !Number.isNaN(seen[name as keyof typeof seen]))
        .toSorted(),
    ).toEqual(
      ['bright', 'brightness', 'contrast', 'dark', 'edges', 'entropy', 'noise'], // what one pass gives
    );
  });

  it('of no pixels are NaN', () => {
    const seen = imageDescriptors({ width: 0, height: 0, channels: 1, pixels: new Uint8Array() });
    expect(Object.values(seen).map(Number.isNaN)).not.toContain(false);
  });
});
