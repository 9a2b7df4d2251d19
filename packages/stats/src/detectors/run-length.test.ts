import { describe, expect, it } from 'vitest';
import { bell } from '../../test/streams.ts';
import { openDetector } from './registry.ts';

// The short form of bench/drift.ts, part `detectors`: 80 seeded runs, each with a reference of its own.
const runs = 80;
const alpha = 1 / 4100;
const random = { random: 77 };

/** A stream of first order with variance 1. */
function firstOrder(phi: number): () => number {
  let last = bell(random);
  return () => (last = phi * last + Math.sqrt(1 - phi * phi) * bell(random));
}

/** The mean number of values until a drift. */
function meanLength(phi: number, change: (z: number) => number, cap: number): number {
  let total = 0;
  for (let run = 0; run < runs; run++) {
    const next = firstOrder(phi);
    const detector = openDetector('e-detector', { parameters: { alpha }, reference: Array.from({ length: 5000 }, next) });
    let n = 1;
    while (n < cap && detector.update(change(next())) !== 'drift') n++;
    total += n;
  }
  return total / runs;
}

describe('the e-detector', () => {
  it.each([0, 0.6, 0.9])('keeps its promised run length where neighbours correlate by %f', { timeout: 60_000 }, (phi) => {
    expect(meanLength(phi, (z) => z, 20_000) * alpha).toBeGreaterThanOrEqual(0.8);
  });

  // the bars of the benchmark, and a fifth more for 80 runs that begin at the change, without evidence from before
  it.each([
    ['a shift of 0.25', 215, (z: number) => z + 0.25],
    ['a shift of 0.5', 60, (z: number) => z + 0.5],
    ['a shift of 1', 20, (z: number) => z + 1],
    ['a spread of 1.3', 110, (z: number) => 1.3 * z],
    ['a spread of 0.7', 90, (z: number) => 0.7 * z],
  ])('finds %s in %i values on average', (_what, bar, change) => {
    expect(meanLength(0, change, 10_000)).toBeLessThanOrEqual(1.2 * bar);
  });
});
