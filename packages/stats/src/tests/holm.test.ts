import { describe, expect, it } from 'vitest';
import { holm } from './holm.ts';

describe("Holm's correction", () => {
  it('gives the adjusted values of R p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((expected, i) => expect(adjusted[i]!).toBeCloseTo(expected, 14));
  });

  it('leaves NaN untested and takes an empty list', () => {
    expect(holm([0.01, Number.NaN, 0.02])).toEqual([0.02, Number.NaN, 0.02]);
    expect(holm([])).toEqual([]);
  });
});
