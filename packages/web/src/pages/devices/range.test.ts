import { expect, it } from 'vitest';
import { rangeOf } from './range.ts';

it('keeps the question of a moving range the same for a sixtieth of its length', () => {
  const [a, b, c] = [rangeOf({ range: '1h' }, 7_200_000), rangeOf({ range: '1h' }, 7_259_999), rangeOf({ range: '1h' }, 7_260_000)];
  expect(a).toEqual({ name: '1h', from_ms: 3_600_000, to_ms: undefined });
  expect(b).toEqual(a);
  expect(c.from_ms).toBe(3_660_000);
});
it('takes fixed ends where they are in order, and the default for what it does not know', () => {
  expect(rangeOf({ from: '1000', to: '2000' }, 9e6)).toEqual({ name: null, from_ms: 1000, to_ms: 2000 });
  expect(rangeOf({ from: '3000', to: '2000' }, 9e6).name).toBe('15m');
  expect(rangeOf({ range: 'toString' }, 9e6).name).toBe('15m');
});
