// Bytes without Node: CRC-32, hex, base64, constant-size reads and writes. Runs on device, server and in a browser.

const crcTable = /* @__PURE__ */ makeCrcTable();

function makeCrcTable(): Uint32Array {
  const table = new Uint32Array(256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    table[n] = c >>> 0;
  }
  return table;
}

/**
 * CRC-32 (ISO-HDLC, the polynomial of zlib and Ethernet; RFC 1952, section 8) of `bytes[from, to)`.
 * Node 18 has no `zlib.crc32`, so the device carries its own.
 */
export function crc32(bytes: Uint8Array, from = 0, to = bytes.length, seed = 0): number {
  let crc = ~seed;
  for (let i = from; i < to; i++) crc = (crcTable[(crc ^ bytes[i]!) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

const hexDigits = '0123456789abcdef';

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexDigits[byte >> 4]! + hexDigits[byte & 15]!;
  return text;
}

/** True for a SHA-256 digest written as 64 lower-case hex digits, the only form that the platform uses. */
export function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** Joins parts into one array; the only copy is the one into the result. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
