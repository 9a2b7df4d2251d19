import { describe, expect, it } from 'vitest';
import { normalProfile, windowOn, type WindowKind } from '../../test/fleet-windows.ts';
import type { ReferenceProfile } from '../profile.ts';
import { DeviceEvidence, profileLaw } from './device-evidence.ts';
import { packEvidence, unpackEvidence } from './packed.ts';

const random = { random: 20_260_101 };
const profile = normalProfile(random);
const law = profileLaw(profile);
const windows = (count: number, kind: WindowKind = {}, of: ReferenceProfile = profile) =>
  Array.from({ length: count }, (_, i) => windowOn(of, random, i, kind));
const after = (list: ReturnType<typeof windows>, start = new DeviceEvidence(law)) => {
  for (const window of list) start.merge(window, true);
  return start;
};
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
/** Hours of a change until log e reaches a value; 100 where it never does. */
const delay = (kind: WindowKind, stream: number, log_e: number): number => {
  const evidence = after(windows(24));
  for (let hour = 1; hour < 100; hour++) if (after(windows(1, kind), evidence).logE()[stream]! >= log_e) return hour;
  return 100;
};

describe('the evidence of a stream', () => {
  it('has a mean of at most 1 without a change, and seldom grows at any time of a week', { timeout: 60_000 }, () => {
    const runs = Array.from({ length: 200 }, () => {
      const own = normalProfile(random, 2000); // a reference of its own, which is off by chance as well
      const evidence = new DeviceEvidence(profileLaw(own));
      let highest = Number.NEGATIVE_INFINITY;
      for (const window of windows(100, {}, own)) {
        evidence.merge(window, true);
        highest = Math.max(highest, ...evidence.logE());
      }
      return { last: Math.exp(Math.max(...evidence.logE())), highest };
    });
    expect(mean(runs.map((run) => run.last))).toBeLessThanOrEqual(1);
    // Ville: two streams reach 20 in at most 2 in 20 runs; 3 standard errors above that would refute it
    expect(runs.filter((run) => run.highest >= Math.log(20)).length).toBeLessThanOrEqual(20 + 3 * Math.sqrt(18));
  });

  it('finds changes of location, spread, missing values and classes, none of which one window shows', () => {
    const found = [
      { kind: { shift: 0.2 }, stream: 0, hours: 25 },
      { kind: { shift: -0.4 }, stream: 0, hours: 8 },
      { kind: { spread: 1.3 }, stream: 0, hours: 8 },
      { kind: { missing: 0.1 }, stream: 0, hours: 8 },
      { kind: { second: 0.7 }, stream: 1, hours: 12 },
    ].map(({ kind, stream, hours }) => [JSON.stringify(kind), mean([1, 2, 3, 4, 5].map(() => delay(kind, stream, Math.log(7000)))) <= hours]);
    expect(found.filter(([, in_time]) => !in_time)).toEqual([]);
  });

  it('says since when: the onset is that of the change, within a few windows', () => {
    const evidence = after(windows(30));
    after(
      windows(10, { shift: 0.5 }).map((window) => ({ ...window, from_ms: window.from_ms + 30 * 3_600_000, to_ms: window.to_ms + 30 * 3_600_000 })),
      evidence,
    );
    expect(evidence.streams[0]!.state.since.from_ms! / 3_600_000).toBeGreaterThanOrEqual(27);
    expect(evidence.streams[0]!.state.since.from_ms! / 3_600_000).toBeLessThanOrEqual(31);
  });

  it('does not ask in which order windows come: each order finds the change, and none finds one where there is none', () => {
    const drifted = windows(20, { shift: 0.4 });
    for (const list of [drifted, drifted.toReversed(), [...drifted.slice(10), ...drifted.slice(0, 10)]])
      expect(after(list).logE()[0]).toBeGreaterThan(Math.log(1e6));
    expect(after(windows(40).toReversed()).logE()[0]).toBeLessThan(Math.log(20));
  });

  it('takes a device that goes from one condition of its profile to the other, and finds one that leaves both', () => {
    const two = twoConditions();
    const two_law = profileLaw(two);
    const there = Array.from({ length: 24 }, (_, i) => windowOn(two, random, i, { shift: i < 12 ? 0 : 3 }));
    const evidence = after(there, new DeviceEvidence(two_law));
    expect(evidence.logE()[0]).toBeLessThan(Math.log(20));
    after(
      [0, 1].map((i) => windowOn(two, random, 24 + i, { shift: 1.5 })),
      evidence,
    );
    expect(evidence.logE()[0]).toBeGreaterThan(Math.log(1e6));
  });

  it('is the same after a journey through bytes, and bytes of another profile are none', () => {
    const evidence = after([...windows(10), ...windows(5, { shift: 0.4, missing: 0.05 })]);
    evidence.settle(() => Math.log(1000), { distance_min: 0.05, windows_to_open: 2, windows_to_resolve: 3 });
    const again = unpackEvidence(packEvidence(evidence), law)!;
    expect(again.streams).toEqual(evidence.streams);
    const more = windows(3);
    expect(after(more, again).logE()).toEqual(after(more, evidence).logE());
    expect(unpackEvidence(packEvidence(evidence), profileLaw({ ...profile, features: [] }))).toBeNull();
    expect(packEvidence(evidence).length).toBeLessThanOrEqual(2 * 500);
  });

  it('leaves alone what cannot be compared: other bins, more values than inferences; a feature that a window lacks is missing', () => {
    const [made] = windows(1);
    const odd = [{ counts: [1, 2] }, { counts: made!.features[0]!.counts.map((count) => 10 * count) }];
    const evidence = after(odd.map((wrong) => ({ ...made!, features: [{ ...made!.features[0]!, ...wrong }] })));
    expect(evidence.streams.map(({ state }) => state.windows)).toEqual([0, 2]);
    expect(after([{ ...made!, features: [] }]).logE()[0]).toBeGreaterThan(Math.log(1e6));
  });

  it('promises nothing of a profile without a value, and does not fail', () => {
    const empty = profileLaw({
      v: 1,
      n: 0,
      features: [{ ...profile.features[0]!, counts: profile.features[0]!.counts.map(() => 0) }],
      classes: { names: [], counts: [] },
    });
    const [made] = windows(1);
    expect(
      after([{ ...made!, classes: [] }], new DeviceEvidence(empty))
        .logE()
        .every((e) => e <= 1e-6),
    ).toBe(true);
  });
});

/** Of 2,400 values each: around 0, and around 3. */
function twoConditions(): ReferenceProfile {
  const parts = [0, 3].map((shift) => Array.from({ length: 20 }, (_, i) => windowOn(profile, random, i, { shift })));
  const sum = (list: (typeof parts)[number]) =>
    profile.features[0]!.counts.map((_, bin) => list.reduce((total, one) => total + one.features[0]!.counts[bin]!, 0));
  const conditions = parts.map(sum);
  const counts = conditions[0]!.map((count, bin) => count + conditions[1]![bin]!);
  const even = [1000, 1000];
  const classes = { ...profile.classes, counts: [2000, 2000], conditions: [even, even] };
  return { ...profile, conditions: ['clear', 'fogged'], features: [{ ...profile.features[0]!, counts, conditions }], classes };
}
