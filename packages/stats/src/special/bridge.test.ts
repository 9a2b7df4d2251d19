import { describe, expect, it } from 'vitest';
import { next } from '../detectors/random.ts';
import { bridgeTail } from './bridge.ts';
import { normalTail } from './gamma.ts';
import { kolmogorovTail } from './kolmogorov.ts';

/** The share of so many simulated bridges that are beyond x on one of the points. */
function simulated(points: readonly number[], x: number, runs: number): number {
  const random = { random: 5 };
  const normal = () => Math.sqrt(-2 * Math.log(1 - next(random))) * Math.cos(2 * Math.PI * next(random));
  let beyond = 0;
  for (let run = 0; run < runs; run++) {
    let [at, from, out] = [0, 0, false];
    for (const t of points) {
      at = at * ((1 - t) / (1 - from)) + Math.sqrt(((t - from) * (1 - t)) / (1 - from)) * normal();
      out ||= Math.abs(at) > x;
      from = t;
    }
    beyond += Number(out) / runs;
  }
  return beyond;
}

describe('the largest distance on a few points', () => {
  it.each([
    [[0.5], 0.8],
    [[0.2, 0.4, 0.6, 0.8], 1],
    [[0.03, 0.5, 0.9], 0.7],
    [[0.05, 0.1, 0.15, 0.9, 0.95], 0.6],
    [Array.from({ length: 19 }, (_, i) => (i + 1) / 20), 1.2],
  ])('has the law of a Brownian bridge there: %j beyond %d', (points, x) => {
    const share = simulated(points, x, 40_000);
    expect(Math.abs(bridgeTail(points, x) - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 40_000));
  });

  it('is the normal law on one point, with all its digits in the tail', () => {
    for (const x of [0.1, 1, 4, 9]) expect(bridgeTail([0.5], x) / (2 * normalTail(2 * x))).toBeCloseTo(1, 12);
  });

  it('is below the law of all points, and is it where the points are many or so near that no rule of 128 nodes is fine enough', () => {
    for (const x of [0.5, 1, 2, 3]) {
      expect(bridgeTail([0.2, 0.4, 0.6, 0.8], x)).toBeLessThan(kolmogorovTail(x));
      expect(
        bridgeTail(
          Array.from({ length: 31 }, (_, i) => (i + 1) / 32),
          x,
        ),
      ).toBe(kolmogorovTail(x));
      expect(bridgeTail([1e-6, 0.5], x)).toBe(kolmogorovTail(x));
    }
  });

  it('is 1 beyond nothing, and 0 where there is no point', () => {
    expect([bridgeTail([0.5], 0), bridgeTail([], 1)]).toEqual([1, 0]);
  });
});
