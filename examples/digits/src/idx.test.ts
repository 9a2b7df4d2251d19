import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIdx, encodeIdx } from './idx.ts';
import { readMnist } from './mnist.ts';

describe('an IDX file', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }), (dimensions) => {
        const values = Uint8Array.from({ length: dimensions.reduce((product, size) => product * size, 1) }, (_, i) => (i * 31) % 256);
        expect(decodeIdx(encodeIdx({ dimensions, values }))).toEqual({ dimensions, values });
      }),
    );
  });

  it('that is cut short, too long or something else is refused', () => {
    const whole = encodeIdx({ dimensions: [2, 2], values: Uint8Array.of(1, 2, 3, 4) });
    expect(() => decodeIdx(whole.subarray(0, 15))).toThrow(/has 3 values, expected 4/);
    expect(() => decodeIdx(Uint8Array.of(...whole, 9))).toThrow(/has 5 values, expected 4/);
    expect(() => decodeIdx(whole.subarray(0, 6))).toThrow(/cut short/);
    expect(() => decodeIdx(Uint8Array.of(0x1f, 0x8b, 8, 0))).toThrow(/starts with 31 139 8 0/);
  });

  it('of MNIST holds the digits that the database is known for', async () => {
    const test = await readMnist('test');
    expect(test.images).toHaveLength(10_000);
    expect([...test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });
});
