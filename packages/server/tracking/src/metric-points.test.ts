import { expect, it } from 'vitest';
import { byStep, byTime, decodeWaiting, encodeWaiting, isNewer, packPoints, sorted, unpackPoints } from './metric-points.ts';

const point = (at_ms: number, step: number, value: number) => ({ at_ms, step, value });

it('brings every point back from a batch that waits, NaN and the greatest steps too', () => {
  const points = [
    { key: 'loss', ...point(1_800_000_000_000, 9_007_199_254_740_991, Number.NaN) },
    { key: 'a "quoted" \\ key', ...point(0, -5, -0.1) },
    { key: 'loss', ...point(3, 0, Number.MAX_VALUE) },
  ];
  expect(decodeWaiting(encodeWaiting(points))).toEqual(points);
});

it('packs a point into 24 bytes, big-endian doubles by column, as float8send of PostgreSQL writes them', () => {
  const points = [point(1, 2, Number.NaN), point(1_800_000_000_000, -1, 1e-300)];
  const bytes = packPoints(points);
  expect(bytes).toHaveLength(48);
  expect(bytes.subarray(0, 8).toString('hex')).toBe('3ff0000000000000');
  expect(bytes.readDoubleBE(24)).toBe(-1);
  expect(unpackPoints(bytes)).toEqual(points);
  expect(unpackPoints(Buffer.concat([Buffer.alloc(3), bytes]).subarray(3))).toEqual(points);
});

it('sorts by time or by step, and keeps a point that came twice once', () => {
  const points = [point(2, 0, 5), point(1, 1, Number.NaN), point(1, 1, 7), point(2, 0, 5), point(1, 1, Number.NaN)];
  expect(sorted([...points], byTime)).toEqual([point(1, 1, 7), point(1, 1, Number.NaN), point(2, 0, 5)]);
  expect(sorted([...points], byStep)).toEqual([point(2, 0, 5), point(1, 1, 7), point(1, 1, Number.NaN)]);
});

it('takes the greatest step, then time, then value as the latest, NaN as 0, and of equals the one before', () => {
  expect(isNewer(point(1, 2, 0), point(9, 1, 9))).toBe(true);
  expect(isNewer(point(2, 1, 0), point(1, 1, 9))).toBe(true);
  expect(isNewer(point(1, 1, 1), point(1, 1, Number.NaN))).toBe(true);
  expect(isNewer(point(1, 1, -1), point(1, 1, Number.NaN))).toBe(false);
  expect(isNewer(point(1, 1, Number.NaN), point(1, 1, 0))).toBe(false);
});
