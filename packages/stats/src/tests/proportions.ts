// stats/tests: the z test of two proportions: is something as often in one sample as in the other? For large counts; fisher.ts is exact for small ones.
// Formula: z = (p - q) / sqrt(r (1 - r) (1/n + 1/m)), r the pooled share; p by the normal tail. Its square is chisquare-contingency without correction.
// Nothing hit, or everything: nothing can be said: statistic 0, p 1. Counts that are none are refused. Complexity: O(1).
// Source: A. Agresti, Categorical Data Analysis, 3rd edition, 3.1.
import { failure } from '@holdfast/base';
import { normalTail } from '../special/gamma.ts';
import type { Share } from './fisher.ts';
import type { Alternative, TestOutcome } from './outcome.ts';

export function proportions(x: Share, y: Share, { alternative = 'two-sided' }: { readonly alternative?: Alternative } = {}): TestOutcome {
  for (const { hits, n } of [x, y])
    if (!(hits >= 0 && hits <= n && n > 0))
      throw failure('HF-STAT-030', { test: 'proportions', saw: `${hits} hits in ${n}`, expected: 'at most as many hits as looks, and a look' });
  const pooled = (x.hits + y.hits) / (x.n + y.n);
  if (pooled === 0 || pooled === 1) return { statistic: 0, p_value: 1 };
  const statistic = (x.hits / x.n - y.hits / y.n) / Math.sqrt(pooled * (1 - pooled) * (1 / x.n + 1 / y.n));
  if (alternative === 'two-sided') return { statistic, p_value: 2 * normalTail(Math.abs(statistic)) };
  return { statistic, p_value: normalTail(alternative === 'greater' ? statistic : -statistic) };
}
