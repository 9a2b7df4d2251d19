import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureWindow, WindowSummary } from '../records.ts';
import { decodeWindow, encodeWindow } from './window-record.ts';

const golden = JSON.parse(readFileSync(new URL('../../golden/window-v2.json', import.meta.url), 'utf8')) as {
  vectors: { bytes: string; window: WindowSummary }[];
};

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const share = fc.float({ min: 0, max: 1, noNaN: true });
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const name = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' });
const feature: fc.Arbitrary<FeatureWindow> = fc.record({
  name,
  counts: fc.array(fc.nat({ max: 2 ** 40 }), { maxLength: 40 }),
  moments: fc.record({ count, mean: number, m2: number, min: number, max: number }),
  missing: count,
  infinite: count,
  out_of_range: count,
  distance: share,
  p_value: share,
});
const window: fc.Arbitrary<WindowSummary> = fc
  .record({
    v: fc.constant(1 as const),
    window: count,
    from_ms: number,
    to_ms: number,
    inferences: count,
    model: name,
    model_version: count,
    bundle: fc.oneof(fc.constant('5a'.repeat(32)), name),
    profile: fc.oneof(fc.constant('0f'.repeat(32)), name),
    features: fc.uniqueArray(feature, { maxLength: 12, selector: (one) => one.name }),
    classes: fc.array(count, { maxLength: 20 }),
    classes_p_value: share,
    latency_ms: fc.record({ mean: number, p95: number }),
    suspects: fc.uniqueArray(name, { maxLength: 4 }),
    lost: count,
  })
  .map((made) => ({ ...made, suspects: [...made.suspects, ...made.features.slice(0, 2).map((one) => one.name)] }));

describe('a binary window', () => {
  it.each(golden.vectors.map(({ bytes, window: given }, i) => [i, bytes, given] as const))('is that of the golden vector %i, both ways', (_i, bytes, given) => {
    expect(Buffer.from(encodeWindow(given)).toString('hex')).toBe(bytes);
    expect(decodeWindow(Buffer.from(bytes, 'hex'))).toEqual(given);
  });

  it('gives back whatever was written', () => {
    fc.assert(
      fc.property(window, (given) => {
        expect(decodeWindow(encodeWindow(given))).toEqual(given);
      }),
    );
  });

  it('is refused where it is cut or spoiled, and never does more than to fail', () => {
    const { bytes, window: given } = golden.vectors[1]!;
    const whole = Buffer.from(bytes, 'hex');
    const { profile_source: _source, ...bare } = given; // a cut between sections leaves a whole window
    for (let length = 0; length < encodeWindow(bare).length; length++) expect(() => decodeWindow(whole.subarray(0, length))).toThrow(/./);
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
        const spoiled = Uint8Array.from(whole);
        spoiled[at] = value;
        try {
          decodeWindow(spoiled);
        } catch (error) {
          expect(error instanceof RangeError || error instanceof TypeError).toBe(true);
        }
      }),
    );
  });

  it('is passed over in the sections that the reader does not know', () => {
    const { bytes, window: given } = golden.vectors[0]!;
    const later = Buffer.concat([Buffer.from(bytes, 'hex'), Buffer.of(99, 3, 1, 2, 3)]);
    expect(decodeWindow(later)).toEqual(given);
  });

  it('takes some 100 bytes a feature', () => {
    const one = (i: number): FeatureWindow => ({
      name: `input.sensor_${i}`,
      counts: Array.from({ length: 32 }, (_, bin) => 20 + ((bin * i) % 30)),
      moments: { count: 1000, mean: 0.1 * i, m2: 99.5, min: -3.1, max: 2.9 },
      missing: 7,
      infinite: 0,
      out_of_range: 3,
      log_evidence: 1.5,
      distance: 0.02,
      p_value: 0.6,
    });
    const many = { ...golden.vectors[0]!.window, features: Array.from({ length: 100 }, (_, i) => one(i)) };
    expect(encodeWindow(many).length / 100).toBeLessThanOrEqual(100);
  });
});
