import { describe, expect, it } from 'vitest';
import { bell } from '../test/streams.ts';
import { ProfileEvidence } from './detectors/profile-evidence.ts';
import { parseProfile } from './parse-profile.ts';
import type { ReferenceProfile } from './profile.ts';
import { WindowCounts } from './sketches/window-counts.ts';
import { WarmUp } from './warm-up.ts';

const random = { random: 5 };
const z = () => bell(random);
const row = (i: number) => Float64Array.of(z(), 20 + 3 * z(), i % 10 === 0 ? Number.NaN : 7);
const names = ['input.a', 'input.b', 'input.c'];

function warmed(rows: number, of: (i: number) => Float64Array = row, names_of: readonly string[] = names): ReferenceProfile {
  const warm_up = new WarmUp({ names: names_of, class_names: ['no', 'yes'], rows });
  let made: ReferenceProfile | null = null;
  for (let i = 0; made === null; i++) made = warm_up.take(of(i), i % 2);
  return made;
}

describe('a warm-up', () => {
  const profile = warmed(4000);

  it('gives, with the last row, a profile that says what it is: counts of the second half, missing values, classes', () => {
    expect(parseProfile(JSON.stringify(profile))).toEqual(profile);
    expect([profile.n, profile.warm_up, profile.classes.counts]).toEqual([2000, true, [1000, 1000]]);
    expect(profile.features.map((f) => [f.name, f.missing, f.counts.reduce((sum, count) => sum + count, 0)])).toEqual([
      ['input.a', 0, 2000],
      ['input.b', 0, 2000],
      ['input.c', 200, 1800],
    ]);
    expect(profile.features[1]!.moments.mean).toBeCloseTo(20, 0);
  });

  it('has bins of like size, and two edges where all is one value', () => {
    const [a, , c] = profile.features;
    expect(a!.edges.length).toBe(31);
    expect(Math.max(...a!.counts)).toBeLessThan((2.5 * 2000) / 32);
    expect(c!.edges.length).toBe(2);
  });

  it('is a reference that gives no false evidence, and finds a shift', () => {
    const last = (shift: number) => {
      const [evidence, counts] = [new ProfileEvidence(profile), new WindowCounts(profile)];
      let highest = Number.NEGATIVE_INFINITY;
      for (let window = 0; window < 40; window++) {
        counts.reset();
        for (let i = 0; i < 100; i++)
          counts.add(
            row(i).map((value, at) => (at === 0 ? value + shift : value)),
            i % 2,
          );
        highest = Math.max(highest, ...evidence.close(counts.counts(), 1e-12));
      }
      return highest;
    };
    expect(last(0)).toBeLessThan(Math.log(1000));
    expect(last(0.3)).toBeGreaterThan(Math.log(1e6));
  });

  it('knows how far neighbours depend', () => {
    let level = 0;
    const made = warmed(2000, () => Float64Array.of((level = 0.8 * level + 0.6 * z())), ['input.a']);
    expect(made.features[0]!.autocorrelation_time).toBeGreaterThan(4);
    expect(profile.features[0]!.autocorrelation_time ?? 1).toBeLessThan(1.5);
  });

  it('of a feature that never had a value has no edge, and refuses more features than a profile may have', () => {
    expect(warmed(100, () => Float64Array.of(Number.NaN), ['input.a']).features[0]).toMatchObject({ edges: [], counts: [0], missing: 50 });
    expect(() => new WarmUp({ names: Array.from({ length: 1001 }, String), class_names: [], rows: 10 })).toThrow(
      expect.objectContaining({ code: 'HF-REQ-008' }),
    );
  });
});
