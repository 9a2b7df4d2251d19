import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildProfile } from '../build-profile.ts';
import { ExactSum } from './exact-sum.ts';
import { mergeMoments } from './moments.ts';
import { WindowCounts } from './window-counts.ts';
import { type DeviceWindow, WindowSet } from './window-set.ts';

const rows = Array.from({ length: 400 }, (_, i) => Float64Array.of(i % 100, 1e6 + Math.cos(i)));
const profile = buildProfile({ names: ['a', 'b'], values: rows, predicted: rows.map((_, i) => i % 2), class_names: ['even', 'odd'], bins: 8 });
const digest = 'ab'.repeat(32);

function windowOf(device: string, window: number): DeviceWindow {
  const counts = new WindowCounts(profile);
  for (let i = 0; i < 25; i++) counts.add(Float64Array.of(Math.sin(window + i) * 150, i % 7 === 0 ? Number.NaN : 1e6 + (i * 7 + window) / 3), i % 2);
  return { device, window, profile: digest, inferences: counts.inferences, features: counts.features(), classes: counts.classes() };
}
const windows = Array.from({ length: 24 }, (_, i) => windowOf(`dev_${i % 5}`, Math.floor(i / 5)));
const setOf = (some: readonly DeviceWindow[]) => {
  const made = new WindowSet(profile, digest);
  for (const window of some) made.add(window);
  return made;
};
const whole = setOf(windows).total();

describe('a set of windows', () => {
  it('has one total, to the last bit, in 1,000 orders, with windows that came twice', () => {
    const order = fc.shuffledSubarray(windows, { minLength: windows.length });
    fc.assert(
      fc.property(order, fc.subarray(windows), (sent, again) => {
        expect(setOf([...again, ...sent, ...again]).total()).toEqual(whole);
      }),
      { numRuns: 1000 },
    );
  });

  it('is united in any grouping, with itself too', () => {
    fc.assert(
      fc.property(fc.subarray(windows), fc.subarray(windows), fc.subarray(windows), (a, b, c) => {
        const [x, y, z] = [setOf(a), setOf(b), setOf(c)];
        const left = x.union(y).union(z);
        expect(left.total()).toEqual(x.union(y.union(z)).total());
        expect(left.total()).toEqual(z.union(y).union(x).total());
        expect(left.union(left).total()).toEqual(left.total());
        expect(left.size).toBe(new Set([...a, ...b, ...c]).size);
      }),
      { numRuns: 200 },
    );
  });

  it('counts what one counter would have counted, and has its moments', () => {
    const counter = new WindowCounts(profile);
    for (const window of windows) counter.addWindow(window);
    expect(whole.features.map((f) => [f.counts, f.missing])).toEqual(counter.features().map((f) => [f.counts, f.missing]));
    expect([whole.inferences, whole.classes]).toEqual([counter.inferences, counter.classes()]);
    for (const [i, { moments }] of whole.features.entries()) {
      const chan = windows.map((window) => window.features[i]!.moments).reduce(mergeMoments);
      expect(moments.mean).toBeCloseTo(chan.mean, 6);
      expect(moments.m2 / chan.m2).toBeCloseTo(1, 9);
      expect([moments.count, moments.min, moments.max]).toEqual([chan.count, chan.min, chan.max]);
    }
  });

  it('of two windows with one key keeps one, whichever came first', () => {
    const other = { ...windows[0]!, inferences: 7 };
    const kept = setOf([windows[0]!, other]).total();
    expect(setOf([other, windows[0]!]).total()).toEqual(kept);
    expect(setOf([other]).add(other)).toBe(false);
  });

  it('never takes counts on another profile, or on other bins', () => {
    const set = new WindowSet(profile, digest);
    expect(() => set.add({ ...windows[0]!, profile: 'cd'.repeat(32) })).toThrow(expect.objectContaining({ code: 'HF-STAT-024' }));
    const [a, b] = windows[0]!.features;
    expect(() => set.add({ ...windows[0]!, features: [a!, { ...b!, counts: [1] }] })).toThrow(expect.objectContaining({ code: 'HF-STAT-001' }));
    expect(() => set.add({ ...windows[0]!, features: [{ ...a!, name: 'c' }] })).toThrow(expect.objectContaining({ code: 'HF-STAT-002' }));
    expect(() => set.add({ ...windows[0]!, classes: [] })).toThrow(expect.objectContaining({ code: 'HF-STAT-001' }));
    expect(set.total().inferences).toBe(0);
  });
});

describe('an exact sum', () => {
  it('rounds once: what is lost in doubles is there', () => {
    const sum = new ExactSum();
    for (const value of [1e100, 1, -1e100, 1e-30]) sum.add(value);
    expect(sum.value()).toBe(1); // 1 + 1e-30 rounds to 1
    sum.add(-1);
    expect(sum.value()).toBe(1e-30);
    const half = new ExactSum();
    for (const value of [1e-16, 1, 1e16]) half.add(value);
    expect(half.value()).toBe(10_000_000_000_000_002); // Python: math.fsum([1e-16, 1, 1e16])
  });

  it('is that of whole numbers of any size, in any order', () => {
    const value = fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).chain((m) => fc.integer({ min: 0, max: 60 }).map((e) => m * 2 ** e));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), (values) => {
        const sum = new ExactSum();
        for (const one of values) sum.add(one);
        expect(sum.value()).toBe(Number(values.reduce((total, one) => total + BigInt(one), 0n)) + 0);
      }),
    );
  });
});
