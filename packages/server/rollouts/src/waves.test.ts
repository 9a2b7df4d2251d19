// rollouts: how a rollout grows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waveSizes } from './waves.ts';

describe('waveSizes', () => {
  it.each([
    [['1', '50%', '100%'], 10, [1, 4, 5]],
    [['1', '25%', '100%'], 4, [1, 3]],
    [['1', '25%', '100%'], 1, [1]],
    [['100%'], 7, [7]],
    [['10%', '100%'], 3, [1, 2]],
    [['0.1%', '100%'], 5_000, [5, 4_995]],
    [['7%', '100%'], 100, [7, 93]],
    [['5', '10', '100%'], 3, [3]],
    [['5', '10%', '50%', '100%'], 20, [5, 5, 10]],
    [['10%', '1', '100%'], 20, [2, 18]],
  ])('of %j over %i devices is %j', (totals, devices, sizes) => {
    expect(waveSizes(totals, devices)).toEqual(sizes);
  });

  it.each([
    [['50%', '20%', '100%']],
    [['1', '50%']],
    [['-1', '100%']],
    [['ten']],
    [['']],
    [[]],
    [['1e3', '100%']],
    [['100%', '10%']],
    [['5', '3']],
    [['5', '3', '100%']],
    [['1', '1']],
    [['1', '1', '100%']],
    [['50%', '50%', '100%']],
    [['100%', '100%']],
    [['200%']],
    [['1', '50%', '1000%']],
    [['0', '100%']],
    [['0%', '100%']],
    [['1.5', '100%']],
  ])('refuses %j, whatever the fleet', (totals) => {
    for (const devices of [1, 3, 10, 1_000]) {
      expect(() => waveSizes(totals, devices)).toThrow(expect.objectContaining({ code: 'HF-ROLL-002' }));
    }
  });

  it('gives each device one wave, in waves that grow as asked, each with a device', () => {
    const shares = fc
      .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 6 })
      .map((list) => [...list.toSorted((a, b) => a - b).map((n) => `${n}%`), '100%']);
    fc.assert(
      fc.property(shares, fc.integer({ min: 1, max: 100_000 }), (totals, devices) => {
        const sizes = waveSizes(totals, devices);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(devices);
        expect(sizes.every((size) => size > 0)).toBe(true);
        expect(sizes.length).toBeLessThanOrEqual(totals.length);
        expect(sizes[0]).toBe(Math.ceil((Number.parseInt(totals[0]!, 10) * devices) / 100));
      }),
    );
  });
});
