// stats/tests: the classifier two-sample test: can a classifier that has learnt half of the rows tell the other half's samples apart?
// Formula: as many rows of the larger sample are drawn as the smaller has, and both samples cut in halves. Logistic regression (logistic.ts: features and their
// squares, since a line alone is blind to a change of spread) is learnt on each half and judged by the other. The statistic is the share told rightly.
// p: of each half, given its classifier, no likelier than the exact binomial tail at 1/2; doubled for the better of the two (Bonferroni), since hits of the two
// halves are not independent and may not be added up into one binomial. So it is valid, and somewhat careful.
// It does not depend on the unit of a column. The generator is passed in: the same seed gives the same p. Fewer than 8 rows a side, NaN and infinities are refused. O(N width^2) a step of Newton.
// Source: D. Lopez-Paz, M. Oquab, Revisiting classifier two-sample tests, ICLR 2017.
import { binomialTail } from '../special/beta.ts';
import { type Labelled, fitLogistic, score } from './logistic.ts';
import type { TestOutcome } from './outcome.ts';
import { type Row, checkRows, scaledColumns, shuffled } from './rows.ts';

const rule = { test: 'classifier', count_min: 8, count_max: 200_000, width_max: 64 };

export function classifierTest(x: readonly Row[], y: readonly Row[], { random }: { readonly random: () => number }): TestOutcome {
  checkRows(x, y, rule);
  const [all_x, all_y] = scaledColumns(x, y);
  const count = Math.min(x.length, y.length);
  const [of_x, of_y] = [drawn(all_x, count, random), drawn(all_y, count, random)];
  const label = (rows: readonly Row[], is_y: boolean): Labelled[] => rows.map((row) => ({ row, is_y }));
  const half = (from: number, to: number) => [...label(of_x.slice(from, to), false), ...label(of_y.slice(from, to), true)];
  const middle = Math.floor(count / 2);
  const halves = [half(0, middle), half(middle, count)] as const;
  const hits = [hitsOf(halves[1], halves[0]), hitsOf(halves[0], halves[1])] as const;
  const p_values = hits.map((count_right, i) => binomialTail(count_right, halves[i]!.length, 0.5));
  return { statistic: (hits[0] + hits[1]) / (2 * count), p_value: Math.min(1, 2 * Math.min(...p_values)) };
}

const drawn = (rows: readonly Row[], count: number, random: () => number): Row[] => [...shuffled(rows.length, random).subarray(0, count)].map((i) => rows[i]!);

function hitsOf(learnt: readonly Labelled[], judged: readonly Labelled[]): number {
  const classifier = fitLogistic(learnt);
  return judged.filter(({ row, is_y }) => score(classifier, row) > 0 === is_y).length;
}
