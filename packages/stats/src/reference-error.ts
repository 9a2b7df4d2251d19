// stats: how far a reference of n values is itself off from what it was drawn from: exceeded by one reference in 20 that is right. A distance is counted as an
// effect only as far as it goes beyond this: a condition of 124 labelled images is off by 0.12 with nothing wrong.
// Formulas: the 95 % points of Kolmogorov's and Kuiper's statistics over sqrt(n) (M. A. Stephens, JRSS B 32, 1970); of shares of k classes the total
// variation is at most half the square root of chi-square / n, whose 95 % point is about k - 1 + 1.645 sqrt(2 (k - 1)). No values: 1, all that there is.
// The square of a distance grows by that of the error on average, so the squares are taken apart.

const errorOf =
  (point: number) =>
  (n: number): number =>
    n > 0 ? Math.min(1, point / Math.sqrt(n)) : 1;

export const kolmogorovError = errorOf(1.3581);
export const kuiperError = errorOf(1.747);

export function mixError(n: number, classes: number): number {
  const free = Math.max(0, classes - 1);
  return errorOf(Math.sqrt(free + 1.645 * Math.sqrt(2 * free)) / 2)(n);
}

/** What of a distance the error does not explain; from 0 to the distance. */
export const beyond = (distance: number, error: number): number => Math.sqrt(Math.max(0, distance * distance - error * error));
