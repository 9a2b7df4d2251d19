// stats/detectors: the mean and the standard deviation that a control chart starts from: of a reference, or of the first values of the stream.
// Welford's update (1962). A constant baseline has a spread of 1e-9 of its value, so that any other value is far and nothing is divided by zero.

export interface Baseline {
  n: number;
  mean: number;
  /** Sum of squares around the mean. */
  squares: number;
}

export function addToBaseline(baseline: Baseline, value: number): void {
  baseline.n++;
  const before = value - baseline.mean;
  baseline.mean += before / baseline.n;
  baseline.squares += before * (value - baseline.mean);
}

export function baselineOf(values: readonly number[]): Baseline {
  const baseline = { n: 0, mean: 0, squares: 0 };
  for (const value of values) if (Number.isFinite(value)) addToBaseline(baseline, value);
  return baseline;
}

/** How many standard deviations (n - 1) a value is from the mean. */
export function standardised({ n, mean, squares }: Baseline, value: number): number {
  const spread = n > 1 ? Math.sqrt(squares / (n - 1)) : 0;
  return (value - mean) / Math.max(spread, 1e-9 * Math.max(1, Math.abs(mean)));
}
