// stats/descriptors: a value that is a word, as a number that fits into a float32: a hash of 24 bits. The app needs no list of the words it may see; the
// reference profile knows the names of those it saw. Two words share a number once in 16 million pairs.
// Formula: FNV-1a of 32 bits over the UTF-8 bytes, its high 8 bits folded into the low 24 (G. Fowler, L. C. Noll, K.-P. Vo; the fold is theirs).

export function categoryCode(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) for (const byte of utf8(letter.codePointAt(0)!)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return (hash >>> 24) ^ (hash & 0xffffff);
}

/** RFC 3629, section 3; half of a surrogate pair is the replacement character, as everywhere. */
function utf8(point: number): number[] {
  if (point >= 0xd800 && point <= 0xdfff) return utf8(0xfffd);
  if (point < 0x80) return [point];
  const tail = (shift: number) => 0x80 | ((point >> shift) & 0x3f);
  if (point < 0x800) return [0xc0 | (point >> 6), tail(0)];
  return point < 0x10000 ? [0xe0 | (point >> 12), tail(6), tail(0)] : [0xf0 | (point >> 18), tail(12), tail(6), tail(0)];
}
