import { describe, expect, it } from 'vitest';
import { alarmBudget, buildProfile, suspects, WindowCounts } from './index.ts';

// A seeded fleet in numbers: does the budget hold without drift, and are known shifts found? Twenty features of four kinds, ten classes.
const features = 20;

/** mulberry32: a small seeded generator of numbers in [0, 1). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Normal, log-normal, heavy-tailed and coarsely rounded features in turn. */
function inference(random: () => number, shift: number, spread: number): Float64Array {
  return Float64Array.from({ length: features }, (_, i) => {
    const z = i === 4 ? normal(random) * spread + shift : normal(random);
    if (i % 4 === 1) return Math.exp(z);
    if (i % 4 === 2) return z / Math.max(0.05, Math.abs(normal(random)));
    return i % 4 === 3 ? Math.round(z) : z;
  });
}

const classOf = (random: () => number) => Math.floor(10 * random() ** 1.5);
const names = Array.from({ length: features }, (_, i) => `input.f${i}`);
const random = generator(20_240_501);
const rows = Array.from({ length: 5000 }, () => inference(random, 0, 1));
const profile = buildProfile({ names, values: rows, predicted: rows.map(() => classOf(random)), class_names: names.slice(0, 10) });

function alarms(windows: number, inferences: number, rule: { alpha: number; distance_min: number }, change: { shift?: number; spread?: number }): string[][] {
  const window = new WindowCounts(profile);
  return Array.from({ length: windows }, () => {
    window.reset();
    for (let i = 0; i < inferences; i++) window.add(inference(random, change.shift ?? 0, change.spread ?? 1), classOf(random));
    return suspects(window.read(rule));
  }).filter((found) => found.length > 0);
}

describe('a month without drift', () => {
  it('stays within the stated budget, without the help of the tolerance', { timeout: 30_000 }, () => {
    // 3,000 windows, a budget of 60 in 3,000: without drift, more than 60 + 3 * sqrt(60) = 83 alarms would refute the budget
    const alpha = alarmBudget({ false_alarms_per_device_month: 60, windows_per_month: 3000 });
    const false_alarms = alarms(3000, 100, { alpha, distance_min: 0 }, {}).length;
    expect(false_alarms).toBeLessThanOrEqual(83);
    expect(false_alarms).toBeGreaterThan(0);
  });

  it('has no alarm at one a month under the usual tolerance', { timeout: 30_000 }, () => {
    const alpha = alarmBudget({ false_alarms_per_device_month: 1, windows_per_month: 720 });
    expect(alarms(720, 200, { alpha, distance_min: 0.1 }, {}).length).toBeLessThanOrEqual(3);
  });
});

describe('values that are missing now and then, in the reference as on the device', () => {
  const holed = (values: Float64Array, share: number) => values.map((value) => (random() < share ? Number.NaN : value));
  const with_holes = buildProfile({
    names,
    values: rows.map((row) => holed(row, 0.05)),
    predicted: rows.map(() => 0),
    class_names: names.slice(0, 10),
  });
  const missingIn = (windows: number, share: number, alpha: number) => {
    const window = new WindowCounts(with_holes);
    return Array.from({ length: windows }, () => {
      window.reset();
      for (let i = 0; i < 100; i++) window.add(holed(inference(random, 0, 1), share), 0);
      return window.read({ alpha, distance_min: 0 }).filter((reading) => reading.fault === 'missing').length;
    });
  };

  it('cost no more than the budget where the share is the same, and are found on every feature where it is 40 %', { timeout: 30_000 }, () => {
    // 1,500 windows at 0.02: more than 30 + 3 * sqrt(30) = 46 windows with an alarm would refute the budget
    expect(missingIn(1500, 0.05, 0.02).filter((found) => found > 0).length).toBeLessThanOrEqual(46);
    expect(missingIn(10, 0.4, 1e-6).every((found) => found === features)).toBe(true);
  });
});

describe('a known change', () => {
  const rule = { alpha: 1 / 720, distance_min: 0.1 };

  it('of the mean by half a standard deviation is found in 400 inferences, and named', () => {
    const found = alarms(40, 400, rule, { shift: 0.5 });
    expect(found.length).toBeGreaterThanOrEqual(39);
    expect(found.filter((list) => list[0] === 'input.f4').length).toBe(found.length);
  });

  it('of the spread by a factor of two is found in 200 inferences', () => {
    expect(alarms(40, 200, rule, { spread: 2 }).length).toBeGreaterThanOrEqual(36);
  });
});

describe('a profile', () => {
  it('gives the same readings after a journey through JSON', () => {
    const again = JSON.parse(JSON.stringify(profile)) as typeof profile;
    expect(again).toEqual(profile);
    const [a, b] = [new WindowCounts(profile), new WindowCounts(again)];
    for (const row of rows.slice(0, 300)) for (const window of [a, b]) window.add(row, 1);
    expect(a.features()).toEqual(b.features());
  });
});
