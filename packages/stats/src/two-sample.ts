// stats: the two-sample tests and distances by the names of the command line, each on two lists of numbers or of counts.
import { failure } from '@holdfast/base';
import { energyDistance } from './distances/energy.ts';
import { hellinger } from './distances/hellinger.ts';
import { jensenShannon } from './distances/jensen-shannon.ts';
import { kullbackLeibler } from './distances/kullback-leibler.ts';
import { populationStabilityIndex } from './distances/population-stability.ts';
import { totalVariation } from './distances/total-variation.ts';
import { wasserstein1 } from './distances/wasserstein.ts';
import { andersonDarling } from './tests/anderson-darling.ts';
import { chiSquare } from './tests/chi-square.ts';
import { contingency } from './tests/contingency.ts';
import { checkCounts } from './tests/counts.ts';
import { cramerVonMises } from './tests/cramer-von-mises.ts';
import { eppsSingleton } from './tests/epps-singleton.ts';
import { fisherExact } from './tests/fisher.ts';
import { kolmogorovSmirnov } from './tests/kolmogorov-smirnov-two-sample.ts';
import { mannWhitney } from './tests/mann-whitney.ts';
import type { Alternative, Method } from './tests/outcome.ts';
import { proportions } from './tests/proportions.ts';
import { welch } from './tests/welch.ts';

/** A distance has no p. */
export interface Answer {
  readonly statistic: number;
  readonly p_value: number | null;
}

export interface Options {
  readonly alternative: Alternative;
  readonly method: Method;
  /** Yates's correction of a table with two categories. */
  readonly correction: boolean;
  /** Of the logarithm. */
  readonly base: number;
}

export type Pair = readonly [readonly number[], readonly number[]];

export interface TwoSample {
  readonly takes: 'samples' | 'counts';
  /** The options that change something; `alternative` and `method` may be given to all, by their defaults. */
  readonly options: readonly (keyof Options)[];
  readonly answer: (pair: Pair, options: Options) => Answer;
}

const distance = (measure: (a: readonly number[], b: readonly number[]) => number): TwoSample['answer'] => {
  return ([a, b]) => ({ statistic: measure(a, b), p_value: null });
};
const samples = (answer: TwoSample['answer'], ...options: (keyof Options)[]): TwoSample => ({ takes: 'samples', options, answer });
const counts = (answer: TwoSample['answer'], ...options: (keyof Options)[]): TwoSample => ({ takes: 'counts', options, answer });
/** Where a side is empty the measures are 0, for display; somebody who asks for the number is told that there is none. */
const countDistance = (name: string, measure: (a: readonly number[], b: readonly number[], base: number) => number, ...options: (keyof Options)[]): TwoSample =>
  counts(
    ([a, b], { base }) => {
      checkCounts(name, a, b);
      return { statistic: measure(a, b, base), p_value: null };
    },
    ...options,
  );
const table = (divergence: 'pearson' | 'log-likelihood') =>
  counts(([reference, current], { correction }) => contingency(reference, current, { divergence, correction }), 'correction');

export const two_sample: Readonly<Record<string, TwoSample>> = {
  ks: samples(([x, y], options) => kolmogorovSmirnov(x, y, options), 'alternative', 'method'),
  cramervonmises: samples(([x, y], options) => cramerVonMises(x, y, options), 'method'),
  anderson: samples((pair) => andersonDarling(pair)),
  mannwhitney: samples(([x, y], options) => mannWhitney(x, y, options), 'alternative', 'method'),
  welch: samples(([x, y], options) => welch(x, y, options), 'alternative'),
  'epps-singleton': samples(([x, y]) => eppsSingleton(x, y)),
  wasserstein: samples(distance(wasserstein1)),
  energy: samples(distance(energyDistance)),
  chisquare: counts(([reference, current]) => chiSquare(reference, current)),
  'chisquare-contingency': table('pearson'),
  g: table('log-likelihood'),
  fisher: counts(([reference, current], options) => fisherExact(reference, current, options), 'alternative'),
  z: counts(([reference, current], options) => zTest(reference, current, options), 'alternative'),
  jensenshannon: countDistance('jensenshannon', jensenShannon, 'base'),
  hellinger: countDistance('hellinger', hellinger),
  'total-variation': countDistance('total-variation', totalVariation),
  kl: countDistance('kl', kullbackLeibler),
  psi: countDistance('psi', populationStabilityIndex),
};

/** Hits and misses of either side. */
function zTest(reference: readonly number[], current: readonly number[], { alternative }: Options): Answer {
  const saw = `${reference.length} reference_counts and ${current.length} current_counts`;
  if (reference.length !== 2 || current.length !== 2) throw failure('HF-STAT-030', { test: 'z', saw, expected: 'two of either: hits, then misses' });
  const { n, m } = checkCounts('z', reference, current);
  return proportions({ hits: reference[0]!, n }, { hits: current[0]!, n: m }, { alternative });
}
