import { describe, expect, it } from 'vitest';
import { alarmBudget, alphaOfWindow } from './budget.ts';
import { buildProfile } from './build-profile.ts';
import { type CountedWindow, type DriftRule, describeWindow, readWindow, suspects } from './rule.ts';

const rule: DriftRule = { alpha: 0.01, distance_min: 0.1 };
const n = 400;
/** Features a and b, in no step with each other, four even bins each; two even classes; `missing` of the reference have no b. */
function profileWith(missing = 0) {
  const values = Array.from({ length: n }, (_, i) => Float64Array.of(i, i < missing ? Number.NaN : (i * 167) % n));
  return buildProfile({ names: ['a', 'b'], values, predicted: values.map((_, i) => i % 2), class_names: ['x', 'y'], bins: 4 });
}
const even = [25, 25, 25, 25];
const windowOf = (counts: Record<string, number[]>, classes: number[] = [50, 50]): CountedWindow => ({
  inferences: 100,
  features: Object.entries({ a: even, b: even, ...counts }).map(([name, one]) => ({ name, counts: one })),
  classes,
});
const read = (window: CountedWindow, missing = 0, with_rule = rule) => readWindow(profileWith(missing), window, with_rule);
const faults = (window: CountedWindow, missing = 0, with_rule = rule) => read(window, missing, with_rule).map((r) => [r.name, r.fault]);

describe('the drift rule', () => {
  it('finds nothing in a window that is like its profile', () => {
    expect(read(windowOf({}))).toEqual([
      { name: 'a', distance: 0, p_value: 1, drifted: false, fault: null },
      { name: 'b', distance: 0, p_value: 1, drifted: false, fault: null },
      { name: 'classes', distance: 0, p_value: 1, drifted: false, fault: null },
    ]);
  });

  it('names what has evidence and effect, the strongest first', () => {
    expect(suspects(read(windowOf({ a: [60, 40, 0, 0], b: [100, 0, 0, 0] }, [90, 10])))).toEqual(['b', 'a', 'classes']);
  });

  it('needs both: evidence alone or effect alone is not enough', () => {
    const shifted = windowOf({ a: [60, 40, 0, 0] });
    expect(suspects(read(shifted, 0, { alpha: 0.01, distance_min: 0.6 }))).toEqual([]);
    expect(suspects(read(shifted, 0, { alpha: 1e-30, distance_min: 0.1 }))).toEqual([]);
  });

  it('corrects for the number of tests, the classes among them', () => {
    const borderline = windowOf({}, [63, 37]); // p of the G test: 0.0191 (scipy 1.17.1: chi2_contingency, log-likelihood); three tests
    const alone = read(borderline).find((r) => r.name === 'classes')!;
    expect(alone.p_value).toBeCloseTo(0.0191, 3);
    expect(suspects(read(borderline, 0, { alpha: 0.03, distance_min: 0.1 }))).toEqual([]);
    expect(suspects(read(borderline, 0, { alpha: 0.06, distance_min: 0.1 }))).toEqual(['classes']);
  });
});

describe('what is missing', () => {
  it('of a feature in part is drift of its own kind, with both shares', () => {
    const [, b] = read(windowOf({ b: [15, 15, 15, 15] }));
    expect(b).toMatchObject({ drifted: true, fault: 'missing', distance: 0.4, missing: { share: 0.4, reference_share: 0 } });
    expect(b!.p_value).toBeLessThan(1e-20);
  });

  it('is found where the window lacks the feature, or holds nothing in its bins', () => {
    const whole = windowOf({});
    expect(faults({ ...whole, features: whole.features.slice(0, 1) })).toEqual([
      ['a', null],
      ['b', 'missing'],
      ['classes', null],
    ]);
    expect(faults(windowOf({ b: [0, 0, 0, 0] }))[1]).toEqual(['b', 'missing']);
  });

  it('is no drift where the reference misses as much, or the difference is below the tolerance', () => {
    expect(faults(windowOf({ b: [15, 15, 15, 15] }), 160)[1]).toEqual(['b', null]);
    expect(faults(windowOf({ b: [23, 23, 23, 23] }))[1]).toEqual(['b', null]);
    expect(faults(windowOf({ b: [23, 23, 23, 23] }), 0, { alpha: 0.01, distance_min: 0.05 })[1]).toEqual(['b', 'missing']);
  });

  it('is 0 in a profile that does not say, which was made before it was counted', () => {
    const old = profileWith();
    const silent = { ...old, features: old.features.map(({ missing: _missing, ...feature }) => feature) };
    expect(readWindow(silent, windowOf({ b: [15, 15, 15, 15] }), rule)).toEqual(read(windowOf({ b: [15, 15, 15, 15] })));
  });

  it('is compared with each condition: a device of the one that never has the value is not drifted', () => {
    const values = Array.from({ length: n }, (_, i) => Float64Array.of(i, i % 2 === 0 ? i : Number.NaN));
    const conditions = { names: ['with', 'without'], of: values.map((_, i) => i % 2) };
    const made = { names: ['a', 'b'], values, predicted: values.map(() => -1), class_names: [], bins: 4 };
    const without = { inferences: 100, features: [{ name: 'a', counts: even }], classes: [] };
    const fault = (profile: ReturnType<typeof buildProfile>) => readWindow(profile, without, rule).find((r) => r.name === 'b')!.fault;
    expect(fault(buildProfile(made))).toBe('missing');
    const profile = buildProfile({ ...made, conditions });
    expect(profile.features[1]).toMatchObject({ missing: 200, conditions_missing: [0, 200] });
    expect(fault(profile)).toBeNull();
  });

  it('and other values at once: the stronger of the two is told', () => {
    expect(faults(windowOf({ b: [80, 0, 0, 0] }))[1]).toEqual(['b', 'distribution']);
    expect(faults(windowOf({ b: [20, 0, 0, 0] }))[1]).toEqual(['b', 'missing']);
  });

  it('of the classes is found as well; an app that logs none cannot be compared', () => {
    expect(faults(windowOf({}, [30, 30]))[2]).toEqual(['classes', 'missing']);
    expect(faults(windowOf({}, [0, 0]))[2]).toEqual(['classes', 'not_comparable']);
  });
});

describe('what cannot be compared', () => {
  it.each([
    ['counts on other bins', windowOf({ b: [50, 50] }), 'b'],
    ['more counts than inferences', windowOf({ b: [50, 50, 50, 50] }), 'b'],
    ['a feature that the profile does not know', windowOf({ c: [100] }), 'c'],
    ['other classes', windowOf({}, [50, 50, 0]), 'classes'],
  ])('is said to be so and is no suspect: %s', (_, window, name) => {
    const readings = read(window);
    expect(readings.filter((r) => r.fault !== null)).toEqual([{ name, distance: 0, p_value: 1, drifted: false, fault: 'not_comparable' }]);
    expect(suspects(readings)).toEqual([]);
  });
});

describe('a reference without a value', () => {
  const values = Array.from({ length: n }, (_, i) => Float64Array.of(i, Number.NaN));
  const classless = { predicted: values.map(() => -1), class_names: ['x', 'y'] };
  const profile = buildProfile({ names: ['a', 'b'], values, ...classless, bins: 4 });
  const window = (b: number[], classes: number[]): CountedWindow => ({
    inferences: 100,
    features: [
      { name: 'a', counts: even },
      { name: 'b', counts: b },
    ],
    classes,
  });

  it('cannot be compared with values, nor classes with none, and neither is clean', () => {
    const [a, b, classes] = readWindow(profile, window([60], [50, 50]), rule);
    expect(a).toMatchObject({ name: 'a', fault: null });
    for (const one of [b, classes]) expect(one).toMatchObject({ distance: 0, p_value: 1, drifted: false, fault: 'not_comparable' });
    expect(describeWindow(profile, window([60], [50, 50])).map(({ comparable }) => comparable)).toEqual([true, false, false]);
  });

  it('is like a window without a value', () => {
    expect(readWindow(profile, window([0], [0, 0]), rule).map(({ name, fault }) => [name, fault])).toEqual([
      ['a', null],
      ['b', null],
      ['classes', null],
    ]);
  });
});

describe('the alarm budget', () => {
  it('spreads the false alarms of a month over its windows', () => {
    expect(alarmBudget({ false_alarms_per_device_month: 1, windows_per_month: 720 })).toBeCloseTo(1 / 720, 15);
    expect(alarmBudget({ false_alarms_per_device_month: 9, windows_per_month: 3 })).toBe(1);
  });

  it('gives a window of an hour the 720th part, and no window more than a month or less than a millisecond', () => {
    expect(alphaOfWindow(0.5, { from_ms: 0, to_ms: 3_600_000 })).toBeCloseTo(0.5 / 720, 15);
    expect(alphaOfWindow(0.5, { from_ms: 0, to_ms: 1e13 })).toBe(0.5);
    expect(alphaOfWindow(0.5, { from_ms: 9, to_ms: 3 })).toBeCloseTo(0.5 / 2_592_000_000, 20);
  });

  it('refuses a budget of nothing', () => {
    expect(() => alarmBudget({ false_alarms_per_device_month: 0, windows_per_month: 720 })).toThrow(/above 0/);
    expect(() => alarmBudget({ false_alarms_per_device_month: 1, windows_per_month: Number.NaN })).toThrow(/above 0/);
  });
});
