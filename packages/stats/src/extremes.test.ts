import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Case } from '../cases/cases.ts';
import { answerTo, distanceFrom, relative_max } from '../cases/compare.ts';
import { two_sample } from './index.ts';

// What SciPy 1.17.1 says of none, one, NaN, infinities, constants, ties, 1e±300, subnormals and integers beyond 2^53, each against each: cases/extremes.py.
type Lists = Readonly<Record<string, readonly (number | 'NaN' | 'Infinity' | '-Infinity')[]>>;
interface Extremes {
  readonly samples: Lists;
  readonly counts: Lists;
  readonly cases: readonly (readonly [test: string, Case[2], Case[3], readonly Case[4][], readonly Case[5][]])[];
}
const { samples, counts, cases } = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'cases', 'extremes.json'), 'utf8')) as Extremes;

/** As `pairs` in extremes.py. */
function pairsOf(lists: Lists): (readonly [string, string])[] {
  const names = Object.keys(lists);
  return names.flatMap((first, i) => names.slice(i).map((second, more) => (more % 2 === 1 ? ([second, first] as const) : ([first, second] as const))));
}

const alike = ['one', 'other one', 'equal pair', 'constant', 'other constant', 'tenths', 'small', 'subnormal', 'last digit', 'like 2^53', 'beyond 2^53'];
/** Where the two differ, and why it is right so; each is said in docs/reference/drift-test.md. */
const known: Readonly<Record<string, { readonly why: string; readonly of: (x: string, y: string) => boolean }>> = {
  welch: { why: "constants: SciPy's is the inverse of rounding errors", of: (x, y) => alike.includes(x) && alike.includes(y) },
  'epps-singleton': { why: 'all but constants: the inverse of rounding errors', of: (x, y) => alike.includes(x) || alike.includes(y) },
  wasserstein: { why: 'infinities are refused', of: (x, y) => [x, y].some((name) => name.includes('infinit')) },
  energy: { why: 'infinities are refused', of: (x, y) => [x, y].some((name) => name.includes('infinit')) },
  chisquare: {
    why: "a square over- or underflows in SciPy's",
    of: (x, y) => [x, y].some((name) => ['huge', 'small', 'subnormal', 'both ends'].includes(name)),
  },
  g: {
    why: "beyond 2^53 refused; SciPy's expectations underflow, or its sum is rounded to below 0 and p is NaN",
    of: (x, y) => [x, y].some((name) => ['huge', 'small', 'subnormal', 'both ends', 'beyond 2^53', 'shares'].includes(name)),
  },
};

describe('at the extremes', () => {
  it.each(cases)('%s, %s, %s: every pair gives what SciPy gives, or an error where it has no answer', (test, alternative, method, statistics, p_values) => {
    const lists = two_sample[test]!.takes === 'samples' ? samples : counts;
    const read = (name: string) => lists[name]!.map(Number);
    const far = pairsOf(lists).flatMap(([x, y], i) => {
      if (statistics[i] === null) return [];
      const found = answerTo(test, [read(x), read(y)], alternative, method);
      return distanceFrom(test, found, [statistics[i]!, p_values[i]!]) <= relative_max ? [] : [{ x, y, found, scipy: [statistics[i], p_values[i]] }];
    });
    expect(statistics.length).toBe(pairsOf(lists).length);
    expect(far.filter(({ x, y }) => !known[test]?.of(x, y))).toEqual([]);
  });
});
