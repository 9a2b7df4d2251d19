import { describe, expect, it } from 'vitest';
import { buildProfile } from '../build-profile.ts';
import { categoryRanks } from '../categories.ts';
import { categoryCode } from '../descriptors/category.ts';
import { ProfileEvidence } from '../detectors/profile-evidence.ts';
import { next } from '../detectors/random.ts';
import { emptyMoments } from '../sketches/moments.ts';
import { DeviceEvidence, profileLaw } from './device-evidence.ts';

const random = { random: 7 };
/** Words by G. K. Zipf's law, the k-th most frequent of so many in proportion to 1/k, or all alike. */
function vocabulary(size: number, law: 'zipf' | 'equal' = 'zipf'): () => string {
  const sums: number[] = [];
  let total = 0;
  for (let k = 1; k <= size; k++) sums.push((total += law === 'zipf' ? 1 / k : 1));
  return () => {
    const at = next(random) * total;
    return `word ${sums.findIndex((sum) => at < sum)}`;
  };
}

const inferences = 180;
const rule = { distance_min: 0.05, windows_to_open: 1, windows_to_resolve: 3 };
const needed = Math.log(210);

/** The share of so many references that evidence is gathered against, on the device or in the fleet, over windows of these words. */
function found(of: { size: number; rows: number; runs: number; windows: number; change?: (word: string) => string; law?: 'equal' }): {
  device: number;
  fleet: number;
} {
  const word = vocabulary(of.size, of.law);
  const change = of.change ?? ((one: string) => one);
  const counts = { device: 0, fleet: 0 };
  for (let run = 0; run < of.runs; run++) {
    const words = Array.from({ length: of.rows }, word);
    const rows = { names: [], values: words.map(() => new Float64Array(0)), predicted: words.map((_, i) => i % 2), class_names: ['a', 'b'] };
    const profile = buildProfile({ ...rows, words: [{ name: 'input.word', words }] });
    const [feature] = profile.features;
    const rank = categoryRanks(feature!.categories!);
    const [fleet, device] = [new DeviceEvidence(profileLaw(profile)), new ProfileEvidence(profile)];
    const seen = { device: false, fleet: false };
    for (let at = 0; at < of.windows; at++) {
      const bins = feature!.counts.map(() => 0);
      for (let i = 0; i < inferences; i++) bins[rank(categoryCode(change(word())))]! += 1;
      const window = { from_ms: at, to_ms: at + 1, inferences, classes: [inferences / 2, inferences / 2] };
      fleet.merge({ ...window, features: [{ name: feature!.name, counts: bins, moments: emptyMoments() }] }, true);
      seen.fleet ||= fleet.settle(() => needed, rule).some(({ held }) => held.stage !== 'none');
      seen.device ||= device.close([bins], 1e-4)[0]! >= -Math.log(1e-4);
    }
    for (const place of ['device', 'fleet'] as const) counts[place] += Number(seen[place]) / of.runs;
  }
  return counts;
}

describe('the evidence of words', () => {
  it.each([
    [2_000, 5_000],
    [50, 1_000],
    [10, 500],
  ])('is none where nothing changed, of a vocabulary of %d and a reference of %d that lacks some', (size, rows) => {
    expect(found({ size, rows, runs: 8, windows: 150 })).toEqual({ device: 0, fleet: 0 });
  });

  it.each([
    [50, 2_000],
    [200, 2_000],
    [1_000, 5_000],
  ])('is none where %d words are equally likely, and chance alone chose the 30 of them that have a bin', (size, rows) => {
    expect(found({ size, rows, runs: 8, windows: 50, law: 'equal' })).toEqual({ device: 0, fleet: 0 });
  });

  it('grows where one of 100 equally likely words comes more often', () => {
    const often = (one: string) => (next(random) < 0.25 ? 'word 7' : one);
    expect(found({ size: 100, rows: 5_000, runs: 4, windows: 12, law: 'equal', change: often })).toEqual({ device: 1, fleet: 1 });
  });

  it('grows where a word comes that nobody has seen, and where words change places', () => {
    const often = (one: string) => (next(random) < 0.3 ? 'a new one' : one);
    expect(found({ size: 40, rows: 5_000, runs: 4, windows: 8, change: often })).toEqual({ device: 1, fleet: 1 });
    const swapped = (one: string) => (one === 'word 0' ? 'word 9' : one === 'word 9' ? 'word 0' : one);
    expect(found({ size: 40, rows: 5_000, runs: 4, windows: 8, change: swapped })).toEqual({ device: 1, fleet: 1 });
  });

  it('grows where new words take the place of rare ones, which together come as often as before', () => {
    const rare = new Set(Array.from({ length: 10 }, (_, k) => `word ${30 + k}`));
    const replaced = (one: string) => (rare.has(one) ? `new ${one}` : one);
    expect(found({ size: 40, rows: 5_000, runs: 4, windows: 24, change: replaced })).toEqual({ device: 1, fleet: 1 });
  });
});
