// stats/tests: the words that all two-sample tests share.

export interface TestOutcome {
  readonly statistic: number;
  readonly p_value: number;
}

/** What the test holds against "no difference": any, or that x lies below or above y (of Kolmogorov-Smirnov: that its distribution function does). */
export type Alternative = 'two-sided' | 'less' | 'greater';

/** How p is found: `exact` over all orders of the two samples, by the law of large samples, or whichever SciPy would choose. */
export type Method = 'auto' | 'exact' | 'asymptotic';
