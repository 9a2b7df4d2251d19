// Bytes without Node: CRC-32, hex, base64, constant-size reads and writes. Runs on device, server and in a browser.

const crcTables = /* @__PURE__ */ makeCrcTables();

/** Eight tables of 256, one behind the other: table k takes a byte that stands k bytes before the end of the eight. */
function makeCrcTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    tables[n] = c;
  }
  for (let n = 256; n < tables.length; n++) tables[n] = tables[tables[n - 256]! & 0xff]! ^ (tables[n - 256]! >>> 8);
  return tables;
}

/**
 * CRC-32 (ISO-HDLC, the polynomial of zlib and Ethernet; RFC 1952, section 8) of `bytes[from, to)`.
 * Node 18 has no `zlib.crc32`, so the device carries its own. Eight bytes a turn: Kounavis & Berry, "A Systematic Approach to
 * Building High Performance Software-Based CRC Generators", ISCC 2005 (slicing-by-8).
 */
export function crc32(bytes: Uint8Array, from = 0, to = bytes.length, seed = 0): number {
  const t = crcTables;
  let crc = ~seed;
  let i = from;
  for (const end = to - 7; i < end; i += 8) {
    const low = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
    crc =
      t[0x700 + (low & 0xff)]! ^ t[0x600 + ((low >>> 8) & 0xff)]! ^ t[0x500 + ((low >>> 16) & 0xff)]! ^ t[0x400 + (low >>> 24)]! ^
      t[0x300 + bytes[i + 4]!]! ^ t[0x200 + bytes[i + 5]!]! ^ t[0x100 + bytes[i + 6]!]! ^ t[bytes[i + 7]!]!; // prettier-ignore
  }
  for (; i < to; i++) crc = t[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
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
