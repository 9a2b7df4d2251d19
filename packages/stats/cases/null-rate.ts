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
  const weights = Array.from({ length: categories }, (_, k) => 1 / (k + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let reached = 0;
  const edges = weights.map((weight) => (reached += weight / total));
  const counts = weights.map(() => 0);
  for (let i = 0; i < n; i++) {
    const u = next();
    counts[
      Math.max(
        0,
        edges.findIndex((edge) => u < edge),
      )
    ]!++;
  }
  return counts;
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
