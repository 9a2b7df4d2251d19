import { describe, expect, it } from 'vitest';
import { clear, fog, gain, seeThrough } from './lens.ts';
import { parseFault, readFault } from './scene.ts';

const image = Uint8Array.from({ length: 36 }, (_, i) => ((i % 6) * 50 + Math.floor(i / 6) * 30) % 256);
const mean = (pixels: Uint8Array) => pixels.reduce((sum, level) => sum + level, 0) / pixels.length;

describe('the lens', () => {
  it('that is clear gives the image as it is', () => {
    expect(seeThrough(image, 6, 6, clear)).toEqual(image);
    expect(fog(image, 6, 6, 0)).toEqual(image);
    expect(gain(image, 1, 0)).toEqual(image);
  });

  it('with fog is a Gaussian blur under a veil, as numpy and OpenCV 5.0.0 (sepFilter2D, BORDER_REPLICATE) compute it', () => {
    expect([...fog(image, 6, 6, 0.5)]).toEqual([
      93, 116, 145, 173, 193, 197, 107, 129, 158, 177, 170, 145, 124, 147, 173, 175, 140, 119, 142, 164, 182, 167, 131, 126, 160, 180, 182, 146, 130, 141, 173,
      192, 187, 142, 135, 153,
    ]);
  });

  it('with more fog has brighter blacks and less contrast', () => {
    const spread = (pixels: Uint8Array) => Math.max(...pixels) - Math.min(...pixels);
    const [light, dense] = [fog(image, 6, 6, 0.3), fog(image, 6, 6, 0.9)];
    expect(Math.min(...dense)).toBeGreaterThan(Math.min(...light));
    expect(spread(dense)).toBeLessThan(spread(light));
  });

  it('with a wrong gain amplifies the black level too, and clips', () => {
    expect([...gain(Uint8Array.of(0, 10, 100, 255), 4, 0)]).toEqual([48, 88, 255, 255]);
    expect([...gain(Uint8Array.of(0, 10, 100, 255), 0.5, -10)]).toEqual([0, 0, 32, 110]);
    expect(mean(seeThrough(image, 6, 6, { fog: 0, gain: 8, offset: 0 }))).toBeGreaterThan(mean(image));
  });
});

describe('the faults file', () => {
  it('names what is wrong; the rest is as it should be', () => {
    expect(parseFault('{"fog": 0.5}')).toEqual({ fog: 0.5, gain: 1, offset: 0 });
    expect(() => parseFault('{"fog": 2}')).toThrow(/fault fog: saw 2, expected a number from 0 to 1/);
  });

  it('that is absent is a clear lens, and one that cannot be read leaves the lens as it was', async () => {
    const complaints: string[] = [];
    const before = { fog: 0.4, gain: 1, offset: 0 };
    expect(await readFault(undefined, before, (reason) => complaints.push(reason))).toEqual(clear);
    expect(await readFault('/nowhere/faults.json', before, (reason) => complaints.push(reason))).toEqual(clear);
    expect(await readFault(new URL('./lens.test.ts', import.meta.url).pathname, before, (reason) => complaints.push(reason))).toEqual(before);
    expect(complaints).toHaveLength(1);
  });
});
