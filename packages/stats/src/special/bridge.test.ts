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

const even = (parts: number): number[] => Array.from({ length: parts - 1 }, (_, i) => (i + 1) / parts);

describe('the largest distance on a few points', () => {
  it.each([
    [[0.5], 0.8],
    [[0.2, 0.4, 0.6, 0.8], 1],
    [[0.03, 0.5, 0.9], 0.7],
    [[0.05, 0.1, 0.15, 0.9, 0.95], 0.6],
    [even(20), 1.2],
    [even(32), 0.9],
    [even(32), 1.25],
  ])('has the law of a Brownian bridge there: %j beyond %d', (points, x) => {
    const share = simulated(points, x, 40_000);
    expect(Math.abs(bridgeTail(points, x) - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 40_000));
  });

  it('is the normal law on one point, with all its digits in the tail', () => {
    for (const x of [0.1, 1, 4, 9]) expect(bridgeTail([0.5], x) / (2 * normalTail(2 * x))).toBeCloseTo(1, 12);
  });

  it('is below the law of all points, and of many points what the sum over them is', () => {
    for (const x of [0.5, 1, 2, 3])
      for (const points of [even(5), even(32), even(1025), [1e-6, 0.5]]) expect(bridgeTail(points, x)).toBeLessThanOrEqual(kolmogorovTail(x));
    // the sum over the 31 points by rules of 64 and 128 nodes
    for (const [x, sum] of [
      [0.6, 0.7059],
      [1.36, 0.02774],
      [2, 2.909e-4],
    ] as const)
      expect(bridgeTail(even(32), x) / sum).toBeCloseTo(1, 1.7);
    for (const points of [[1e-6, 0.5], even(100_000)]) expect(bridgeTail(points, 1) / kolmogorovTail(1)).toBeCloseTo(1, 1.7);
  });

  it('is 1 beyond nothing, and 0 where there is no point', () => {
    expect([bridgeTail([0.5], 0), bridgeTail([], 1)]).toEqual([1, 0]);
  });
});
