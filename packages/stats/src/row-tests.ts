// stats: the tests of samples of rows (embeddings, or features beside each other) by the names of the command line. Both draw at random, from a seed: the same
// seed gives the same p.
import { next } from './detectors/random.ts';
import { classifierTest } from './tests/classifier-test.ts';
import { meanDiscrepancy } from './tests/mean-discrepancy.ts';
import type { TestOutcome } from './tests/outcome.ts';
import type { Row } from './tests/rows.ts';

export interface RowOptions {
  /** A whole number below 2^32. */
  readonly seed: number;
  /** Random divisions of all rows. */
  readonly permutations: number;
}

export interface RowTest {
  /** The options that change something. */
  readonly options: readonly (keyof RowOptions)[];
  readonly answer: (x: readonly Row[], y: readonly Row[], options: RowOptions) => TestOutcome;
}

export const row_defaults: RowOptions = { seed: 0, permutations: 199 };

const seeded = (seed: number) => {
  const state = { random: seed };
  return () => next(state);
};

export const row_tests: Readonly<Record<string, RowTest>> = {
  mmd: { options: ['seed', 'permutations'], answer: (x, y, { seed, permutations }) => meanDiscrepancy(x, y, { random: seeded(seed), permutations }) },
  classifier: { options: ['seed'], answer: (x, y, { seed }) => classifierTest(x, y, { random: seeded(seed) }) },
};
