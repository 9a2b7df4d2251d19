// bench/drift: a seeded source of normal numbers, so that every simulation can be run again.

/** Numbers of N(0, 1): mulberry32 through the transform of G. E. P. Box and M. E. Muller, 1958. */
export function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** A stream of first order with the correlation `phi` between neighbours, mean 0 and variance 1. */
export function firstOrder(normal: () => number, phi: number): () => number {
  let last = normal();
  return () => (last = phi * last + Math.sqrt(1 - phi * phi) * normal());
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
