// Identifiers: a short prefix that says what it names, and 80 random bits that sort by nothing.

/** Fills an array with random bytes; `crypto.getRandomValues` and `randomFillSync` fit. */
export type RandomBytes = (size: number) => Uint8Array;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford base 32: no i, l, o, u

/** An identifier such as `dev_7k2m9x4q1v8zc3hn`: 16 characters of 5 bits. */
export function makeId(prefix: string, random: RandomBytes): string {
  let text = '';
  for (const byte of random(16)) text += alphabet[byte & 31]!;
  return `${prefix}_${text}`;
}

/** A secret for a token or a link: `prefix_` and 32 characters, 160 random bits. */
export function makeSecret(prefix: string, random: RandomBytes): string {
  let text = '';
  for (const byte of random(32)) text += alphabet[byte & 31]!;
  return `${prefix}_${text}`;
}
