import { describe, expect, it } from 'vitest';
import { agoText, bytesText, countText, evidenceText, listText, numberText, probabilityText, spanText } from './format.ts';

describe('a span of time', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [252_000, '4 min 12 s'],
    [3_600_000, '1 h'],
    [11 * 3_600_000 + 60_000, '11 h'],
    [90_000_000, '1 d 1 h'],
    [-5, '0 ms'],
  ])('of %i ms is %s', (span, text) => {
    expect(spanText(span)).toBe(text);
  });

  it('is told from now in its largest unit, and in both directions', () => {
    expect(agoText(1_000_000, 1_003_000)).toBe('now');
    expect(agoText(1_000_000, 1_252_000)).toBe('4 min ago');
    expect(agoText(1_252_000, 1_000_000)).toBe('in 4 min 12 s');
  });
});

describe('numbers', () => {
  it('that are evidence are told as a number, or as a power of ten where that is long', () => {
    expect([0, 3.2, 3.99, 4, 300.7].map(evidenceText)).toEqual(['1', '1,585', '9,772', '10^4', '10^300']);
  });

  it('keep a count whole and a measurement to four digits', () => {
    expect([1234567, 0.123456, 12.3456, 1234.5, 0.00001, Number.NaN].map(numberText)).toEqual(['1,234,567', '0.1235', '12.35', '1,235', '1.00e-5', 'none']);
  });
  it('say a small probability by its power of ten, and one below what a number can hold as such', () => {
    expect([0.5, 0.00012, 0].map(probabilityText)).toEqual(['0.500', '1.2e-4', 'below 1e-300']);
  });
  it('say bytes in powers of 1024', () => {
    expect([0, 1023, 1024, 1_572_864, 1_099_511_627_776 * 2000].map(bytesText)).toEqual(['0 B', '1023 B', '1.0 KiB', '1.5 MiB', '2000 TiB']);
  });
  it('agree with their noun', () => {
    expect([countText(1, 'device'), countText(0, 'device'), countText(1200, 'device'), listText(['a', 'b', 'c'])]).toEqual([
      '1 device',
      '0 devices',
      '1,200 devices',
      'a, b and c',
    ]);
  });
});
