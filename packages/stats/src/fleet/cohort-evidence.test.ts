import { describe, expect, it } from 'vitest';
import { next } from '../detectors/random.ts';
import { type WatchedDevice, evidenceOfDevices, locateChanges, whole_fleet } from './cohort-evidence.ts';
import { discoveryThreshold } from './discoveries.ts';

const random = { random: 11 };
/** log e of a stream that has not changed: of a uniform u, min(1/u, 1000) has a mean of 1 + log 1000. */
const quiet = () => Math.log(Math.min(1 / next(random), 1_000) / (1 + Math.log(1_000)));
const pick = (list: readonly string[]) => list[Math.floor(next(random) * list.length)]!;
const fleet = (devices: number, log_e: (facts: { firmware: string; site: string }) => number): WatchedDevice[] =>
  Array.from({ length: devices }, () => {
    const facts = { firmware: pick(['2.1', '2.2', '2.3', '2.4', '2.5', '2.6']), site: pick(['north', 'south', 'east', 'west', 'hill', 'port']) };
    return { facts, names: ['a', 'b'], log_e: Float32Array.of(quiet(), log_e(facts)) };
  });

describe('the evidence of devices together', () => {
  it('is the mean, over shares, of the products without the strongest device', () => {
    // of e = 2 and 4 (and 50, left out), the mean over p of (1 - p + 2 p)(1 - p + 4 p)
    const shares = [0.05, 0.1, 0.25, 0.5, 0.75, 1];
    const mean = shares.reduce((sum, p) => sum + (1 - p + 2 * p) * (1 - p + 4 * p), 0) / shares.length;
    expect(evidenceOfDevices([2, 50, 4].map(Math.log))).toBeCloseTo(Math.log(mean), 12);
  });

  it('has a mean of at most 1 where nothing has changed, whatever the number of devices', () => {
    for (const devices of [3, 20, 200]) {
      const runs = 20_000 / devices;
      let sum = 0;
      for (let run = 0; run < runs; run++) sum += Math.min(1_000, Math.exp(evidenceOfDevices(Array.from({ length: devices }, quiet))));
      expect(sum / runs).toBeLessThan(1.2);
    }
  });

  it('grows without bound where many have changed a little, and does not for one alone, nor by what is no number', () => {
    expect(evidenceOfDevices(Array.from({ length: 40 }, () => Math.log(5)))).toBeGreaterThan(Math.log(1e12));
    expect(evidenceOfDevices([Math.log(1e9), ...Array.from({ length: 9 }, () => 0)])).toBeLessThan(1e-9);
    expect(evidenceOfDevices([Number.NaN, Number.NEGATIVE_INFINITY, 5, 5])).toBeLessThan(5);
    expect(evidenceOfDevices([Number.NaN, Number.NaN, Number.NaN])).toBeLessThan(0);
    expect(evidenceOfDevices([800, 800, 800])).toBeGreaterThan(1_500);
  });
});

describe('cohorts that have changed', () => {
  it('are named with their feature where no device is found by itself', () => {
    const devices = fleet(120, ({ firmware }) => (firmware === '2.3' ? Math.log(300) : quiet()));
    expect(
      discoveryThreshold(
        devices.flatMap((device) => Array.from(device.log_e)),
        0.005,
      ),
    ).toBe(Number.POSITIVE_INFINITY);
    const of_2_3 = { fact: 'firmware', value: '2.3', feature: 'b', devices: devices.filter(({ facts }) => facts['firmware'] === '2.3').length };
    expect(locateChanges(devices, 0.005)).toMatchObject({ found: [{ ...of_2_3, share: 1, log_e: expect.any(Number) }], features: { taken: 1, of: 1 } });
  });

  it('are two where two have changed in one feature, and one in another', () => {
    const devices = fleet(240, ({ firmware, site }) => (firmware === '2.3' || site === 'east' ? Math.log(300) : quiet()));
    for (const [i, device] of devices.entries()) if (device.facts['site'] === 'north') devices[i] = { ...device, log_e: [Math.log(1e4), device.log_e[1]!] };
    const found = locateChanges(devices, 0.005).found.map(({ fact, value, feature }) => [fact, value, feature].join(' '));
    expect(found.toSorted()).toEqual(['firmware 2.3 b', 'site east b', 'site north a']);
  });

  it('are told as the fleet where all devices share the fact, and are none of fewer than three', () => {
    const of = (n: number): WatchedDevice[] => Array.from({ length: n }, () => ({ facts: { make: 'one' }, names: ['a'], log_e: [20] }));
    expect(locateChanges(of(5), 0.05).found).toMatchObject([{ ...whole_fleet, feature: 'a', devices: 5 }]);
    expect(locateChanges(of(2), 0.05).found).toEqual([]);
    expect(locateChanges([], 0.05).found).toEqual([]);
  });

  it('are none by chance: of 400 quiet fleets, not more than 5 % and 3 standard errors have one', () => {
    const found = Array.from({ length: 400 }, () => locateChanges(fleet(40, quiet), 0.05).found.length > 0);
    expect(found.filter(Boolean).length).toBeLessThanOrEqual(20 + 3 * Math.sqrt(20));
  });

  it('count a device only in the features that it has', () => {
    const devices = [...Array.from({ length: 4 }, () => ({ facts: { v: '1' }, names: ['a'], log_e: [9] })), { facts: { v: '2' }, names: [], log_e: [9] }];
    expect(locateChanges(devices, 0.05).found.map(({ fact, devices: n }) => [fact, n])).toEqual([['fleet', 4]]);
  });

  it('say how many smaller ones were not looked at, and how many features were not located', () => {
    const names = Array.from({ length: 25 }, (_, i) => `f${i}`);
    const devices = Array.from({ length: 1_800 }, (_, i) => ({ facts: { rack: `${i % 600}`, half: `${i % 2}` }, names, log_e: names.map(() => 9) }));
    const { found, cohorts, features } = locateChanges(devices, 0.05);
    expect({ cohorts, features }).toEqual({ cohorts: { taken: 500, of: 603 }, features: { taken: 20, of: 25 } });
    expect(new Set(found.map(({ feature }) => feature)).size).toBe(20);
  });
});
