import { describe, expect, it } from 'vitest';
import { kolmogorovTail } from './kolmogorov.ts';

// scipy 1.17.1: scipy.special.kolmogorov(x)
const scipy: [number, number][] = [
  [0.3, 0.9999906941986655],
  [0.5, 0.9639452436648751],
  [0.8, 0.5441424115741981],
  [0.999, 0.27107316411506394],
  [1, 0.26999967167735456],
  [1.36, 0.049485876755377876],
  [2, 0.0006709252557796953],
  [3.5, 4.579469691291106e-11],
  [6, 1.0760372320042276e-31],
];

describe('the Kolmogorov tail', () => {
  it.each(scipy)('at %f is the value of scipy', (x, expected) => {
    expect(Math.abs(kolmogorovTail(x) / expected - 1)).toBeLessThan(1e-12);
  });

  it('is 1 at and below zero, 0 far out, and NaN for NaN', () => {
    expect([kolmogorovTail(0), kolmogorovTail(-1), kolmogorovTail(0.03)]).toEqual([1, 1, 1]);
    expect(kolmogorovTail(40)).toBe(0);
    expect(kolmogorovTail(Number.NaN)).toBeNaN();
  });
});
