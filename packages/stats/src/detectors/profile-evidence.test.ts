import { describe, expect, it } from 'vitest';
import { bell } from '../../test/streams.ts';
import { buildProfile } from '../build-profile.ts';
import { type ReferenceProfile } from '../profile.ts';
import { countOnEdges } from '../sketches/quantile-edges.ts';
import { ProfileEvidence } from './profile-evidence.ts';

const draw = (seed: number) => {
  const random = { random: seed };
  return () => bell(random);
};
/** A stream of first order with variance 1. */
const dependent = (seed: number, phi: number) => {
  const z = draw(seed);
  let last = z();
  return () => (last = phi * last + Math.sqrt(1 - phi * phi) * z());
};
/** A profile of one feature; each condition a shift of the mean. */
function profileOf(z: () => number, n: number, shifts: readonly number[] = [0]): ReferenceProfile {
  const of = Array.from({ length: n * shifts.length }, (_, i) => i % shifts.length);
  const values = of.map((condition) => Float64Array.of(shifts[condition]! + z()));
  const conditions = shifts.length > 1 ? { conditions: { names: shifts.map(String), of } } : {};
  return buildProfile({ names: ['x'], values, predicted: of.map(() => -1), class_names: [], ...conditions });
}
const withTime = (profile: ReferenceProfile, autocorrelation_time: number): ReferenceProfile => ({
  ...profile,
  features: profile.features.map((feature) => ({ ...feature, autocorrelation_time })),
});
const size = 50;
const windowOf = (profile: ReferenceProfile, z: () => number) => [countOnEdges(profile.features[0]!.edges, Array.from({ length: size }, z))];
/** Windows until the evidence is at least 1/alpha, `cap` where it never is. */
function runLength(profile: ReferenceProfile, alpha: number, cap: number, z: () => number): number {
  const evidence = new ProfileEvidence(profile);
  for (let n = 1; n < cap; n++) if (evidence.close(windowOf(profile, z), alpha)[0]! >= -Math.log(alpha)) return n;
  return cap;
}
const mean = (runs: number, of: (run: number) => number) => Array.from({ length: runs }, (_, run) => of(run)).reduce((sum, one) => sum + one, 0) / runs;

describe('the evidence of a profile', () => {
  it('keeps the promised number of windows on the 32 bins of a profile, each run with a reference of its own', { timeout: 60_000 }, () => {
    expect(mean(60, (run) => runLength(profileOf(draw(run), 5000), 1 / 200, 1000, draw(1000 + run)))).toBeGreaterThanOrEqual(200);
  });

  it('keeps it for a device of one condition, where the whole is a mixture of three', { timeout: 60_000 }, () => {
    const windows = mean(30, (run) => {
      const z = draw(2000 + run);
      return runLength(profileOf(draw(run), 2000, [0, 4, 9]), 1 / 200, 1000, () => 4 + z());
    });
    expect(windows).toBeGreaterThanOrEqual(200);
  });

  it('keeps it where neighbours depend and the profile says by how much, and not where it does not say', { timeout: 60_000 }, () => {
    const windows = (time: number) => mean(40, (run) => runLength(withTime(profileOf(draw(run), 5000), time), 1 / 100, 400, dependent(4000 + run, 0.6)));
    expect(windows(4)).toBeGreaterThanOrEqual(100);
    expect(windows(1)).toBeLessThan(100);
  });

  // in values: the bars of the benchmark, half more for 32 equal bins and a tolerance of 0.05, and a window
  it.each([
    ['a shift of 0.25', 373, (z: number) => z + 0.25],
    ['a shift of 0.5', 140, (z: number) => z - 0.5],
    ['a shift of 1', 80, (z: number) => z + 1],
    ['a spread of 1.3', 215, (z: number) => 1.3 * z],
    ['a spread of 0.7', 185, (z: number) => 0.7 * z],
  ])('finds %s in %i values on average', (_what, bar, change) => {
    const found = mean(40, (run) => {
      const z = draw(3000 + run);
      return size * runLength(profileOf(draw(run), 5000), size / 4100, 500, () => change(z()));
    });
    expect(found).toBeLessThanOrEqual(bar);
  });

  it('goes on where it was after a state was taken, and refuses one of another profile', () => {
    const profile = profileOf(draw(1), 1000);
    const [a, b] = [new ProfileEvidence(profile), new ProfileEvidence(profile)];
    const z = draw(9);
    for (let i = 0; i < 4; i++)
      a.close(
        windowOf(profile, () => z() + 0.3),
        1e-9,
      );
    expect(b.resume(a.state())).toBe(true);
    const window = windowOf(profile, () => z() + 0.3);
    expect(b.close(window, 1e-9)).toEqual(a.close(window, 1e-9));
    expect(b.resume(new Float32Array(3))).toBe(false);
    expect(b.resume(a.state().fill(Number.NaN))).toBe(false);
    expect(b.resume(null)).toBe(false);
    expect(b.state()).toEqual(new ProfileEvidence(profile).state());
  });

  it('falls below the threshold when the drift is over, and stays above while it is not', () => {
    const profile = profileOf(draw(1), 5000);
    const evidence = new ProfileEvidence(profile);
    const z = draw(4);
    const crosses = (shift: number) =>
      evidence.close(
        windowOf(profile, () => z() + shift),
        1e-8,
      )[0]! >= -Math.log(1e-8);
    expect([0, 1, 1, 1, 1, 0, 0, 0].map(crosses)).toEqual([false, true, true, true, true, false, false, false]);
  });

  it('watches nothing where a reference is too small, and survives what could never be', () => {
    expect(new ProfileEvidence(profileOf(draw(1), 10)).watched).toBe(0);
    const empty = new ProfileEvidence(profileOf(() => Number.NaN, 100));
    expect([empty.watched, empty.close([[0]], 0.1)[0]]).toEqual([0, Number.NEGATIVE_INFINITY]);
    expect(
      runLength(
        profileOf(() => 5, 100),
        1e-6,
        10,
        () => 6,
      ),
    ).toBe(1);
    const evidence = new ProfileEvidence(profileOf(draw(1), 500));
    const far = windowOf(profileOf(draw(1), 500), () => 99).map((counts) => counts.map((count) => 1e6 * count));
    for (let i = 0; i < 20; i++) evidence.close(far, 1e-300);
    expect(evidence.state().every(Number.isFinite)).toBe(true);
  });
});
