// stats/detectors: the randomness of Python: the same words and the same draws as `random.Random(seed)`, for a detector that must choose what its peer chooses.
// Formula: MT19937, 624 words of 32 bits, each made anew when it is used; seeded by init_by_array with the words of the seed. A draw without replacement is that
// of CPython's Random.sample: from a shrinking pool where that is no larger than a set of the draws would be, else by turning away what was drawn before.
// The state is plain data of a fixed size and is kept by the caller. Chooses samples; never for secrets. Complexity: O(1) a word, O(size) a draw.
// Source: M. Matsumoto, T. Nishimura, ACM TOMACS 8(1), 1998, and mt19937ar.c, 2002; CPython, Lib/random.py and Modules/_randommodule.c.

export interface MersenneTwister {
  words: number[];
  /** Which word is made and used next. */
  at: number;
}

const length = 624;
const middle = 397;

/** As Python seeds with a whole number from 0 to 2^53 - 1. */
export function seededTwister(seed: number): MersenneTwister {
  const key = seed > 0xffffffff ? [seed >>> 0, Math.floor(seed / 4294967296)] : [seed];
  const words = firstWords(19_650_218);
  let [i, j] = [1, 0];
  const step = (factor: number, add: number) => {
    const before = words[i - 1]!;
    words[i] = ((words[i]! ^ Math.imul(before ^ (before >>> 30), factor)) + add) >>> 0;
    if (++i < length) return;
    words[0] = words[length - 1]!;
    i = 1;
  };
  for (let k = 0; k < length; k++) {
    step(1_664_525, key[j]! + j);
    j = (j + 1) % key.length;
  }
  for (let k = 1; k < length; k++) step(1_566_083_941, -i);
  words[0] = 0x80000000;
  return { words, at: 0 };
}

function firstWords(seed: number): number[] {
  const words = [seed];
  for (let i = 1; i < length; i++) {
    const before = words[i - 1]!;
    words.push((Math.imul(before ^ (before >>> 30), 1_812_433_253) + i) >>> 0);
  }
  return words;
}

/** The next word: a whole number below 2^32. */
export function nextWord(state: MersenneTwister): number {
  const { words, at } = state;
  const joined = (words[at]! & 0x80000000) | (words[(at + 1) % length]! & 0x7fffffff);
  const made = words[(at + middle) % length]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
  words[at] = made >>> 0;
  state.at = (at + 1) % length;
  let y = made;
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return (y ^ (y >>> 18)) >>> 0;
}

/** A whole number from 0 to `count` - 1: as many leading bits as `count` has, until they are below it. `count` is from 1 to 2^31. */
export function nextBelow(state: MersenneTwister, count: number): number {
  const unused_bits = Math.clz32(count);
  let drawn = nextWord(state) >>> unused_bits;
  while (drawn >= count) drawn = nextWord(state) >>> unused_bits;
  return drawn;
}

/** `size` different ones of the first `among` values, in Python's order. */
export function sample(state: MersenneTwister, values: readonly number[], among: number, size: number): number[] {
  return among <= setSize(size) ? fromPool(state, values.slice(0, among), size) : byTurningAway(state, values, among, size);
}

/** What Python reckons that a set of so many costs, in places of a list. */
function setSize(count: number): number {
  if (count <= 5) return 21;
  let table = 4;
  while (table < 3 * count) table *= 4;
  return 21 + table;
}

function fromPool(state: MersenneTwister, pool: number[], size: number): number[] {
  return Array.from({ length: size }, (_, i) => {
    const at = nextBelow(state, pool.length - i);
    const drawn = pool[at]!;
    pool[at] = pool[pool.length - i - 1]!;
    return drawn;
  });
}

function byTurningAway(state: MersenneTwister, values: readonly number[], among: number, size: number): number[] {
  const seen = new Set<number>();
  while (seen.size < size) seen.add(nextBelow(state, among));
  return [...seen].map((at) => values[at]!);
}
