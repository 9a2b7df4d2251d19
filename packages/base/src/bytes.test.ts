// base: CRC-32 against its published check value and against zlib; the rest of the byte functions.
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, crc32, isDigest, toHex } from './bytes.ts';

const text = (value: string) => new TextEncoder().encode(value);

describe('crc32', () => {
  it('gives the check value of the catalogue (CRC-32/ISO-HDLC), and 0 for nothing', () => {
    expect(crc32(text('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
    expect(crc32(text('The quick brown fox jumps over the lazy dog'))).toBe(0x414fa339);
    expect(crc32(new Uint8Array(32).fill(0xff))).toBe(0xff6cab0b);
  });

  it('agrees with zlib on any part of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), fc.nat(300), (bytes, a, b) => {
        const [from, to] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
        expect(crc32(bytes, from, to)).toBe(zlibCrc32(bytes.subarray(from, to)));
      }),
    );
  });

  it('goes on from the value of what came before', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 }), (first, second) => {
        expect(crc32(second, 0, second.length, crc32(first))).toBe(crc32(concat([first, second])));
      }),
    );
  });
});

describe('bytes', () => {
  it('are shown as lower-case hex, which a digest is', () => {
    expect(toHex(Uint8Array.of(0, 1, 0xab, 0xff))).toBe('0001abff');
    expect(isDigest('a'.repeat(64))).toBe(true);
    expect(isDigest('A'.repeat(64))).toBe(false);
    expect(isDigest('a'.repeat(63))).toBe(false);
  });
});
