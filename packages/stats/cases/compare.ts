// stats/cases: one test on all of its cases: how far statistic and p are from SciPy's.
import { type Answer, type Pair, two_sample } from '@holdfast/stats';
import { type Case, countsOf, readCases, sampleOf } from './cases.ts';

export interface Compared {
  readonly cases: number;
  /** Largest relative error of statistic and p, over the cases in which both give a number. */
  readonly worst: number;
  /** Cases that are further away than they may be, or where one of the two gives a number and the other none. */
  readonly wrong: readonly string[];
}

export const relative_max = 1e-9;

/** Where SciPy takes a p from 1, or a divergence from a sum of both signs, its own value is known to so much and no better. */
const noise: Readonly<Record<string, number>> = { cramervonmises: 5e-15, jensenshannon: 1e-10, kl: 1e-15 };
/** Of an Epps-Singleton statistic beyond every p: its covariance is all but singular, and the last digit of a cosine moves the eighth of SciPy's, as of ours. */
const singular = 1e-7;
const tiny = 1e-300;

/** `count_max` leaves the largest samples out. */
export function compare(test: string, count_max = Number.POSITIVE_INFINITY): Compared {
  const { cases } = readCases(test);
  const kept = cases.filter(
    ([x, y]) => Math.max(...[x, y].map((recipe) => Number(recipe.split(' ')[two_sample[test]!.takes === 'samples' ? 1 : 0]))) <= count_max,
  );
  const read = kept.map((each) => ({ each, distance: distanceOf(test, each) }));
  const wrong = read.filter(({ distance }) => !(distance <= relative_max)).map(({ each, distance }) => `${each.join(', ')}: ${distance}`);
  return { cases: kept.length, worst: read.reduce((most, { distance }) => Math.max(most, distance), 0), wrong };
}

const distanceOf = (test: string, each: Case): number => distanceFrom(test, answerOf(test, each), [each[4], each[5]]);

/** The larger relative distance of statistic and p from SciPy's; NaN where one of the two answers and the other does not. */
export function distanceFrom(test: string, found: Answer | 'error', [statistic, p_value]: readonly [Case[4], Case[5]]): number {
  if (found === 'error') return isNone(statistic) || isNone(p_value) ? 0 : Number.NaN;
  const floor = test === 'epps-singleton' && p_value === 0 ? Number(statistic) * singular : (noise[test] ?? tiny);
  return Math.max(relative(found.statistic, statistic, floor), p_value === null && found.p_value === null ? 0 : relative(found.p_value!, p_value!, floor));
}

const isNone = (value: string | number | null): boolean => value === 'error' || value === 'NaN';

function answerOf(test: string, [x, y, alternative, method]: Case): Answer | 'error' {
  const make = (recipe: string) => (two_sample[test]!.takes === 'samples' ? (sampleOf(recipe) as unknown as number[]) : countsOf(recipe));
  return answerTo(test, [make(x), make(y)], alternative, method);
}

export function answerTo(test: string, pair: Pair, alternative: Case[2], method: Case[3]): Answer | 'error' {
  try {
    return two_sample[test]!.answer(pair, { alternative, method, correction: true, base: Math.E });
  } catch (error) {
    if ((error as { code?: string }).code !== 'HF-STAT-030') throw error;
    return 'error';
  }
}

function relative(found: number, expected: number | string, floor: number): number {
  const value = Number(expected);
  if (Object.is(found, value) || found === value || (Number.isNaN(found) && expected === 'NaN') || Math.abs(found - value) <= floor) return 0;
  return Math.abs(found - value) / Math.abs(value);
}
