import { describe, expect, it } from 'vitest';
import { nextBelow, nextWord, sample, seededTwister } from './mersenne-twister.ts';

const whole = (among: number) => Array.from({ length: among }, (_, i) => i);

describe("Python's randomness", () => {
  // CPython 3.11: r = random.Random(seed); [r.getrandbits(32) for _ in range(2000)]: the first two and the last two
  const words: readonly (readonly [number, readonly [number, number, number, number]])[] = [
    [0, [3626764237, 1654615998, 2063356109, 3908016617]],
    [1, [577090037, 2444712010, 3033370254, 1058062369]],
    [42, [2746317213, 478163327, 3674130601, 1557724698]],
    [4294967295, [2728839433, 2661025012, 1380678909, 2640887251]],
    [4294967296, [485306839, 1508871100, 178536197, 4134838374]],
    [9007199254740991, [404802386, 2407860725, 3832308160, 2368073932]],
  ];
  it.each(words)('has the words of the seed %d', (seed, expected) => {
    const state = seededTwister(seed);
    const found = Array.from({ length: 2000 }, () => nextWord(state));
    expect([...found.slice(0, 2), ...found.slice(-2)]).toEqual(expected);
  });

  // CPython 3.11, one generator for all: the last three of r.sample(range(among), size)
  const draws: readonly (readonly [number, number, readonly number[]])[] = [
    [70, 30, [26, 51, 65]],
    [10, 5, [0, 6, 1]],
    [22, 5, [8, 4, 6]],
    [21, 5, [2, 12, 19]],
    [277, 30, [68, 179, 239]],
    [278, 30, [219, 204, 185]],
    [5000, 5000, [4186, 489, 3793]],
    [100_000, 3, [87862, 82511, 27941]],
    [1, 1, [0]],
    [2, 0, []],
  ];
  it('draws samples as random.sample does, from a pool and from a set, and goes on where it was', () => {
    let state = seededTwister(42);
    for (const [among, size, expected] of draws) {
      expect(sample(state, whole(among), among, size).slice(-3), `${size} of ${among}`).toEqual(expected);
      state = JSON.parse(JSON.stringify(state)) as typeof state;
    }
    expect(nextBelow(state, 99)).toBe(13); // r.randrange(99)
  });

  it('draws each value at most once, and only from the first ones', () => {
    const drawn = sample(seededTwister(5), whole(1000), 400, 30);
    expect(new Set(drawn).size).toBe(30);
    expect(Math.max(...drawn)).toBeLessThan(400);
  });
});
