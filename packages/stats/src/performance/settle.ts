// stats/performance: the few labels that settle whether an estimate without labels holds: from which bins of confidence they are asked for, and what they say.
// c is the chance of a right answer in a bin, by the calibration table, kept off 0 and 1: the normal law needs it.
// Reading, formula: the sum over the labelled of g (right - c), over the root of the sum of g^2 c (1 - c), normal where the table holds; g = (2c - 1) / (c (1 - c)) is the
// score of "a share of the truths is turned": a sure answer that is wrong says more than an unsure one. Asking: half in proportion to the window's counts, so that
// every score is looked at, half in proportion to count times g sqrt(c (1 - c)), where labels say most. With 200 labels of 2,000 answers a turn of 15 % is found in
// 89 of 100 windows at 0.01 (simulated: performance.test.ts). Complexity: O(bins).
// Sources: C. R. Rao, Proc. Camb. Phil. Soc. 44, 1948 (score test); W. G. Cochran, "Sampling Techniques", 1977, chapter 5 (allocation to strata).
import { normalBelow } from '../detectors/normal.ts';
import { rightByBin } from './estimate.ts';

type Table = Parameters<typeof rightByBin>[0];

const chance_max = 0.95;
const chanceOf = (right: number): number => Math.min(chance_max, Math.max(1 - chance_max, right));
const score = (chance: number): number => (2 * chance - 1) / (chance * (1 - chance));

/** How many labels of each bin to ask for: `labels` in all, less where the window has less. */
export function labelsToAsk(table: Table, counts: readonly number[], labels = 200): number[] {
  const right = rightByBin(table);
  const telling = counts.map((count, bin) => {
    const chance = chanceOf(right[bin]!);
    return Number.isNaN(chance) ? 0 : count * Math.abs(score(chance)) * Math.sqrt(chance * (1 - chance));
  });
  const [n, all] = [sumOf(counts), sumOf(telling)];
  if (n === 0) return counts.map(() => 0);
  const asked = Math.min(labels, n);
  const parts = counts.map((count, bin) => (asked * (count / n + (all > 0 ? telling[bin]! / all : count / n))) / 2);
  return apportioned(parts).map((one, bin) => Math.min(one, counts[bin]!));
}
const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Whole numbers whose sum is that of the parts, the largest remainders first. */
function apportioned(exact: readonly number[]): number[] {
  const whole = exact.map(Math.floor);
  const left = Math.round(sumOf(exact)) - sumOf(whole);
  const order = exact.map((_, bin) => bin).sort((a, b) => exact[b]! - whole[b]! - (exact[a]! - whole[a]!));
  for (const bin of order.slice(0, left)) whole[bin]! += 1;
  return whole;
}

export interface LabelledBin {
  readonly labelled: number;
  readonly right: number;
}
export interface Settled {
  readonly labels: number;
  readonly right: number;
  /** How many of them would be right if the table held. */
  readonly expected: number;
  /** Two-sided; NaN without labels. */
  readonly p_value: number;
}

/** Whether labels, by the bin of their confidence, agree with the table. A small p-value is concept drift: inputs that look alike mean something else. */
export function settle(table: Table, labels: readonly LabelledBin[]): Settled {
  const chances = rightByBin(table);
  let [count, right, expected, sum, variance] = [0, 0, 0, 0, 0];
  labels.forEach((bin, i) => {
    if (bin.labelled === 0 || Number.isNaN(chances[i]!)) return;
    const of_table = table.counts[i]!;
    const chance = chanceOf((chances[i]! * of_table + 0.5) / (of_table + 1)); // a bin in which nothing was wrong is not known to be without fault
    count += bin.labelled;
    right += bin.right;
    expected += bin.labelled * chances[i]!;
    sum += score(chance) * (bin.right - bin.labelled * chance);
    variance += score(chance) ** 2 * chance * (1 - chance) * bin.labelled * (1 + bin.labelled / (of_table + 1));
  });
  if (count === 0) return { labels: 0, right, expected, p_value: Number.NaN };
  return { labels: count, right, expected, p_value: variance > 0 ? 2 * normalBelow(-Math.abs(sum) / Math.sqrt(variance)) : 1 };
}
