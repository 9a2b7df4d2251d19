// stats/performance: how good the answers of a regression were, where the true values are known: MAE, RMSE, R2 and the mean error.
// Formulas: the mean of |error|; the root of the mean of its square; 1 - (sum of squared errors) / (sum of squared deviations of the true values from their mean),
// null where these do not differ. A row with a value that is not finite is left out. Complexity: O(n).

export interface RegressionMetrics {
  readonly labels: number;
  readonly mae: number;
  readonly rmse: number;
  readonly r2: number | null;
  /** Mean of predicted minus true: which way it errs. */
  readonly bias: number;
}

/** Null without a row of two finite values. */
export function regressionMetrics(rows: readonly { readonly predicted: number; readonly actual: number }[]): RegressionMetrics | null {
  const finite = rows.filter(({ predicted, actual }) => Number.isFinite(predicted) && Number.isFinite(actual));
  const n = finite.length;
  if (n === 0) return null;
  const middle = finite.reduce((sum, { actual }) => sum + actual, 0) / n;
  let [absolute, squares, signed, spread] = [0, 0, 0, 0];
  for (const { predicted, actual } of finite) {
    const error = predicted - actual;
    absolute += Math.abs(error);
    squares += error * error;
    signed += error;
    spread += (actual - middle) ** 2;
  }
  return { labels: n, mae: absolute / n, rmse: Math.sqrt(squares / n), r2: spread > 0 ? 1 - squares / spread : null, bias: signed / n };
}
