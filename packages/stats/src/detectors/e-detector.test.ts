import { describe, expect, it } from 'vitest';
import { bell } from '../../test/streams.ts';
import { autocorrelationTime, blockOf } from './dependence.ts';
import { openDetector } from './registry.ts';
import { columns, quantiles, steps, weights } from './tilts.ts';

const values = (seed: number, n: number, make: (z: number) => number = (z) => z) => {
  const random = { random: seed };
  return Array.from({ length: n }, () => make(bell(random)));
};
/** A stream of first order with variance 1. */
const dependent = (seed: number, n: number, phi: number) => {
  let last = 0;
  return values(seed, n, (z) => (last = phi * last + Math.sqrt(1 - phi * phi) * z));
};
const reference = values(1, 5000);
const delay = (stream: readonly number[]): number => {
  const detector = openDetector('e-detector', { reference, parameters: { alpha: 0.00025 } });
  return stream.findIndex((value) => detector.update(value) === 'drift') + 1;
};

describe('the tilts', () => {
  it('are laws: they rise from 0 to 1 over the steps, and their weights sum to 1', () => {
    expect(columns[0]!.every((p) => p === 0) && columns[steps]!.every((p) => p === 1)).toBe(true);
    for (let k = 0; k < steps; k++) expect(columns[k + 1]!.every((p, t) => p >= columns[k]![t]!)).toBe(true);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(quantiles.length).toBe(31);
    expect(quantiles.map((k) => steps - k).reverse()).toEqual(quantiles);
  });

  it('hold the normal law that they are named for: the share below the reference median under a shift of 0.1', () => {
    expect(columns[steps / 2]![0]!).toBeCloseTo(0.460172162722971, 12); // scipy.stats.norm.cdf(-0.1)
    expect(columns[steps / 4]![12]!).toBeCloseTo(0.04587629531723114, 12); // scipy.stats.norm.cdf(norm.ppf(0.25) / 0.4)
  });
});

describe('the e-detector', () => {
  it('finds shifts of the mean, of the spread and of the shape', () => {
    expect(delay(values(2, 200, (z) => z + 1))).toBeGreaterThan(0);
    expect(delay(values(3, 500, (z) => z - 0.5))).toBeGreaterThan(0);
    expect(delay(values(4, 1000, (z) => 1.3 * z))).toBeGreaterThan(0);
    expect(delay(values(5, 1000, (z) => 0.7 * z))).toBeGreaterThan(0);
    expect(delay(values(6, 2000, (z) => (z > 0 ? 0.9 : -0.9) + 0.43 * z))).toBeGreaterThan(0);
  });

  it('finds a value of a constant reference that is another, and a rarer one of a few', () => {
    const still = openDetector('e-detector', { reference: Array.from({ length: 100 }, () => 5) });
    expect(Array.from({ length: 20 }, () => still.update(5.1))).toContain('drift');
    const few = openDetector('e-detector', { reference: values(7, 1000, (z) => Math.round(z / 2)) });
    expect(Array.from({ length: 400 }, (_, i) => few.update(i % 2))).toContain('drift');
  });

  it('takes the first values as the reference where none is given', () => {
    const detector = openDetector('e-detector', { parameters: { reference_size: 500 } });
    const stream = [...values(8, 1500), ...values(9, 200, (z) => z + 2)];
    const first = stream.findIndex((value) => detector.update(value) === 'drift');
    expect(first).toBeGreaterThanOrEqual(1500);
    expect(first).toBeLessThan(1540);
  });

  it('refuses a reference that says nothing', () => {
    for (const wrong of [[1, 2, 3], [Number.NaN], Array.from({ length: 500 }, () => Number.NaN)])
      expect(() => openDetector('e-detector', { reference: wrong })).toThrow(/expected 30 to 1000000 finite ones/);
  });

  it('is as small as it says: 1.5 KB of numbers for a reference without ties and for one of ties alone', () => {
    const tied = values(10, 5000, (z) => Math.round(10 * z));
    for (const given of [reference, tied]) {
      const { memory } = openDetector('e-detector', { reference: given }).state;
      const numbers = JSON.stringify(memory).match(/-?\d[^,\]}]*/g)!.length;
      expect(8 * numbers).toBeLessThanOrEqual(1536);
    }
  });
});

const blockLength = (of: readonly number[]) => blockOf(autocorrelationTime(of));

describe('the dependence of a reference', () => {
  it('is none for independent values, and (1 + phi) / (1 - phi) for a stream of first order', () => {
    expect(blockLength(reference)).toBe(1);
    expect(autocorrelationTime(dependent(11, 20_000, 0.6))).toBeGreaterThan(3.2);
    expect(autocorrelationTime(dependent(11, 20_000, 0.6))).toBeLessThan(4.8);
    expect(blockLength(dependent(12, 20_000, 0.9))).toBeGreaterThan(24);
    expect([blockLength([]), blockLength([1, 1, 1]), blockLength(Array.from({ length: 100 }, () => 3))]).toEqual([1, 1, 1]);
  });
});
