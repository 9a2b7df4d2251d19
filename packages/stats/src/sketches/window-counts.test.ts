import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildProfile } from '../build-profile.ts';
import { WindowCounts } from './window-counts.ts';

const rows = Array.from({ length: 400 }, (_, i) => Float64Array.of(i % 100, Math.cos(i)));
const profile = buildProfile({ names: ['a', 'b'], values: rows, predicted: rows.map((_, i) => i % 2), class_names: ['even', 'odd'], bins: 8 });

function filled(picks: readonly { row: number; predicted: number }[]): WindowCounts {
  const window = new WindowCounts(profile);
  for (const { row, predicted } of picks) window.add(rows[row]!, predicted);
  return window;
}

describe('window counts', () => {
  it('of the reference itself equal the profile, with distance 0', () => {
    const window = filled(rows.map((_, row) => ({ row, predicted: row % 2 })));
    expect(window.inferences).toBe(400);
    expect(window.features().map((f) => f.counts)).toEqual(profile.features.map((f) => f.counts));
    expect(window.features().map((f) => [f.distance, f.p_value])).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect([window.classes(), window.classesPValue()]).toEqual([[200, 200], 1]);
    expect(window.read({ alpha: 1, distance_min: 0 }).map((reading) => [reading.name, reading.distance, reading.fault])).toEqual([
      ['a', 0, null],
      ['b', 0, null],
      ['classes', 0, null],
    ]);
  });

  it('count NaN as missing and unknown classes in no class', () => {
    const window = new WindowCounts(profile);
    window.add(Float64Array.of(Number.NaN, 1), -1);
    window.add(Float64Array.of(1, Number.POSITIVE_INFINITY), 7);
    expect(window.features().map((f) => f.missing)).toEqual([1, 1]);
    expect(window.classes()).toEqual([0, 0]);
    expect(window.inferences).toBe(2);
  });

  it('are empty again after a reset', () => {
    const window = filled([{ row: 3, predicted: 1 }]);
    window.reset();
    expect([window.inferences, window.classes(), window.features()[0]!.moments.count]).toEqual([0, [0, 0], 0]);
  });

  it('merge to the same bins in any order and grouping', () => {
    const picks = fc.array(fc.record({ row: fc.nat(399), predicted: fc.integer({ min: -1, max: 1 }) }), { maxLength: 30 });
    const bins = (window: WindowCounts) => [window.inferences, window.classes(), window.features().map((f) => [f.counts, f.missing, f.moments.count])];
    fc.assert(
      fc.property(picks, picks, picks, (a, b, c) => {
        const left = WindowCounts.merge(WindowCounts.merge(filled(a), filled(b)), filled(c));
        const right = WindowCounts.merge(filled(c), WindowCounts.merge(filled(b), filled(a)));
        expect(bins(left)).toEqual(bins(right));
        expect(bins(left)).toEqual(bins(filled([...a, ...b, ...c])));
      }),
    );
  });

  it('refuse values and windows of another profile', () => {
    const window = new WindowCounts(profile);
    expect(() => window.add(Float64Array.of(1), 0)).toThrow(/1 numbers, expected 2/);
    const feature = { name: 'z', counts: [1], moments: { count: 1, mean: 0, m2: 0, min: 0, max: 0 }, missing: 0 };
    expect(() => window.addWindow({ inferences: 1, features: [feature], classes: [0, 0] })).toThrow(/feature z/);
  });
});
