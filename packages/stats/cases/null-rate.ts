// stats/cases: how often a test rejects at 0.05 although both samples are of one law: its false-alarm rate. Seeded, for a test and a benchmark.
import { type Answer, two_sample } from '@holdfast/stats';
import { uniforms } from './cases.ts';

export const level = 0.05;
const options = { alternative: 'two-sided', method: 'auto', correction: true, base: Math.E } as const;

/** A standard normal number (G. E. P. Box, M. E. Muller, 1958). */
const gaussian = (next: () => number): number => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());

export const null_laws: Readonly<Record<string, (next: () => number) => number>> = {
  normal: gaussian,
  lognormal: (next) => Math.exp(gaussian(next)),
  t2: (next) => gaussian(next) / Math.sqrt(-Math.log(next())), // a chi-square of two degrees of freedom, halved, is exponential
  tied: (next) => Math.floor(next() * 5),
};

/** Counts of n looks at so many categories, the k-th of which is as likely as 1 / (k + 1) beside the others. */
export function categorical(next: () => number, categories: number, n: number): number[] {
  const { edges, first } = categoriesLaw(categories);
  const counts = edges.map(() => 0);
  for (let i = 0; i < n; i++) {
    const u = next();
    let k = first[Math.floor(u * first.length)]!;
    while (k < categories - 1 && u >= edges[k]!) k++;
    counts[k]!++;
  }
  return counts;
}

interface CategoriesLaw {
  readonly edges: readonly number[];
  /** The category of the low end of each of equal parts of [0, 1): where the search begins (H.-C. Chen, Y. Asau, 1974). */
  readonly first: Uint16Array;
}
const known = new Map<number, CategoriesLaw>();

function categoriesLaw(categories: number): CategoriesLaw {
  const law = known.get(categories);
  if (law) return law;
  const weights = Array.from({ length: categories }, (_, k) => 1 / (k + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let reached = 0;
  const edges = weights.map((weight) => (reached += weight / total));
  const first = Uint16Array.from({ length: 8 * categories }, (_, part) => edges.findIndex((edge) => part / (8 * categories) < edge));
  known.set(categories, { edges, first });
  return { edges, first };
}

export interface NullCell {
  readonly test: string;
  /** A law of `null_laws`, or the number of categories. */
  readonly law: string | number;
  readonly n: number;
  readonly m: number;
}

/** The share of runs that reject. What the test refuses (a table with an empty category) is no run. */
export function nullRate({ test, law, n, m }: NullCell, runs: number, seed: number): number {
  const next = uniforms(seed);
  const draw = (count: number) => (typeof law === 'number' ? categorical(next, law, count) : Array.from({ length: count }, () => null_laws[law]!(next)));
  let [rejected, done] = [0, 0];
  while (done < runs) {
    const answer = ask(test, draw(n), draw(m));
    if (answer === null) continue;
    done++;
    if (answer.p_value! <= level) rejected++;
  }
  return rejected / runs;
}

/** A category that neither side saw is no category of the table. */
function ask(test: string, x: number[], y: number[]): Answer | null {
  const { takes, answer } = two_sample[test]!;
  if (takes === 'samples') return answer([x, y], options);
  const seen = x.flatMap((count, k) => (count + y[k]! > 0 ? [k] : []));
  return seen.length < 2 ? null : answer([seen.map((k) => x[k]!), seen.map((k) => y[k]!)], options);
}
