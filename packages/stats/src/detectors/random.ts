// stats/detectors: a seeded generator of one number of state.
// mulberry32 (T. Ettinger, 2017, public domain): 32 bits of state, period 2^32: enough to choose samples, never for secrets.

/** A generator whose state is one whole number of 32 bits, kept by the caller. */
export interface Seeded {
  random: number;
}

/** The next number in [0, 1). */
export function next(state: Seeded): number {
  state.random = (state.random + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state.random ^ (state.random >>> 15), 1 | state.random);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
