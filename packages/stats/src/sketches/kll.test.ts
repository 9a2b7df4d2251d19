import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bell } from '../../test/streams.ts';
import { KllSketch } from './kll.ts';

const sketchOf = (values: readonly number[], seed = 1) => {
  const sketch = new KllSketch(200, seed);
  for (const value of values) sketch.add(value);
  return sketch;
};
const shareBelow = (values: readonly number[], at: number) => values.filter((value) => value <= at).length / values.length;
/** The largest error of a rank at 40 of the values. */
const error = (sketch: KllSketch, values: readonly number[]) =>
  Math.max(
    ...Array.from({ length: 40 }, (_, i) => values[Math.floor((i * values.length) / 40)]!).map((at) => Math.abs(sketch.rank(at) - shareBelow(values, at))),
  );

describe('the KLL sketch', () => {
  it('is exact while all fits', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 180 }), (values) => {
        const sketch = sketchOf(values);
        expect(sketch.weighted().map(({ value }) => value)).toEqual([...values].sort((a, b) => a - b));
        for (const value of values) expect(sketch.rank(value)).toBe(shareBelow(values, value));
      }),
    );
  });

  it('has ranks within 2.6 % whatever the values and their order, twice the error of one rank in 99 of 100', { timeout: 30_000 }, () => {
    const orders: Readonly<Record<string, (values: number[]) => number[]>> = {
      asDrawn: (values) => values,
      ascending: (values) => values.sort((a, b) => a - b),
      descending: (values) => values.sort((a, b) => b - a),
      tied: (values) => values.map((value) => Math.round(value)),
      heavy: (values) => values.map((value) => Math.sinh(3 * value)),
    };
    for (const [i, order] of Object.values(orders).entries()) {
      const random = { random: 100 + i };
      const values = order(Array.from({ length: 30_000 }, () => bell(random)));
      expect(error(sketchOf(values, i), values)).toBeLessThan(0.026);
    }
  });

  it('is right on average: over 40 seeds the mean error of a rank is a tenth of that of one', () => {
    const values = Array.from({ length: 5000 }, (_, i) => (i * 0.618034) % 1);
    const errors = Array.from({ length: 40 }, (_, seed) => sketchOf(values, seed + 1).rank(0.3) - shareBelow(values, 0.3));
    expect(Math.abs(errors.reduce((sum, one) => sum + one, 0) / 40)).toBeLessThan(0.002);
  });

  it('merges to a sketch of both streams', () => {
    const random = { random: 7 };
    const values = Array.from({ length: 20_000 }, (_, i) => bell(random) + (i < 5000 ? 4 : 0));
    const [a, b] = [sketchOf(values.slice(0, 5000)), sketchOf(values.slice(5000), 2)];
    a.merge(b);
    expect(a.n).toBe(20_000);
    expect(error(a, values)).toBeLessThan(0.026);
  });

  it('keeps to its memory over a million values', () => {
    const sketch = new KllSketch();
    const random = { random: 3 };
    for (let i = 0; i < 1_000_000; i++) sketch.add((random.random = (Math.imul(random.random, 1_664_525) + 1_013_904_223) >>> 0));
    expect(8 * sketch.held).toBeLessThanOrEqual(2 * 2636); // 2.6 KB in single precision, here doubles
    const weight = sketch.weighted().reduce((sum, one) => sum + one.weight, 0);
    expect(Math.abs(weight / sketch.n - 1)).toBeLessThan(0.001);
  });

  it('of nothing ranks everything at 0', () => {
    expect([new KllSketch().rank(3), new KllSketch().weighted()]).toEqual([0, []]);
  });
});
