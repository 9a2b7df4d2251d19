// stats/cases: the samples and counts of generate.py, made again here bit by bit, and SciPy's values for them. For tests and benchmarks.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Sample or counts of either side, alternative, method, and what SciPy says: "error" where it raises, null where a distance has no p. */
export type Case = readonly [string, string, 'two-sided' | 'less' | 'greater', 'auto' | 'exact' | 'asymptotic', number | string, number | string | null];

export interface Cases {
  readonly test: string;
  readonly scipy: string;
  readonly cases: readonly Case[];
}

export function readCases(test: string): Cases {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, `${test}.json`), 'utf8')) as Cases;
}

/** Numbers in (0, 1): the words of mulberry32 from a seed, in their order. */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

/** The sum of twelve uniforms less six. */
export function normal(next: () => number): number {
  let sum = next();
  for (let k = 1; k < 12; k++) sum += next();
  return sum - 6;
}

export function student2(u: number): number {
  return (2 * u - 1) / Math.sqrt(2 * (u * (1 - u)));
}

const laws: Readonly<Record<string, (next: () => number, i: number) => number>> = {
  uniform: (next) => next(),
  normal: (next) => normal(next),
  t2: (next) => student2(next()),
  pareto: (next) => {
    const u = next();
    return 1 / (u * u);
  },
  tied: (next) => Math.floor(next() * 5),
  coarse: (next) => Math.floor(normal(next) * 4) / 4,
  constant: () => 1,
  spiked: (next, i) => {
    const u = next();
    return i % 11 === 3 ? Number.NEGATIVE_INFINITY : i % 7 === 0 ? Number.POSITIVE_INFINITY : u;
  },
};

/** "law count seed shift scale". */
export function sampleOf(recipe: string): Float64Array {
  const [law = '', count, seed, shift, scale] = recipe.split(' ');
  const next = uniforms(Number(seed));
  const make = laws[law]!;
  return Float64Array.from({ length: Number(count) }, (_, i) => make(next, i) * Number(scale) + Number(shift));
}

/** "categories seed total zeros". */
export function countsOf(recipe: string): number[] {
  const [categories = 0, seed = 0, total = 0, zeros = 0] = recipe.split(' ').map(Number);
  const next = uniforms(seed);
  return Array.from({ length: categories }, (_, i) => {
    const u = next();
    const count = Math.floor((u * u * total) / categories) + (zeros === 0 ? 1 : 0);
    return zeros > 0 && i % zeros === 0 ? 0 : count;
  });
}
