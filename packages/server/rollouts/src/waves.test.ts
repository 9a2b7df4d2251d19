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
  ])('of %j over %i devices is %j', (totals, devices, sizes) => {
    expect(waveSizes(totals, devices)).toEqual(sizes);
  });

  it.each([[['50%', '20%', '100%']], [['1', '50%']], [['-1', '100%']], [['ten']], [['']], [['1e3']], [['100%', '10%']]])('refuses %j', (totals) => {
    expect(() => waveSizes(totals, 10)).toThrow(expect.objectContaining({ code: 'HF-ROLL-002' }));
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
        expect(sizes[0]).toBe(Math.ceil((Number.parseInt(totals[0]!, 10) / 100) * devices));
      }),
    );
  });
});
