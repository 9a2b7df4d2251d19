// stats/special: the upper tail of the Kolmogorov distribution, the law of sqrt(n) times the largest distance of two distribution functions.
// Formula: 2 * sum over k >= 1 of (-1)^(k-1) exp(-2 k^2 x^2); below x = 1 the equal theta series 1 - sqrt(2 pi)/x * sum exp(-(2k-1)^2 pi^2 / (8 x^2)).
// Complexity: at most 12 terms for full double precision on either side. x <= 0 gives 1; NaN gives NaN.
// Source: A. N. Kolmogorov, Giornale dell'Istituto Italiano degli Attuari 4, 1933; the switch of series as in scipy.special.kolmogorov.

/** P(K > x). */
export function kolmogorovTail(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x <= 0.04) return 1; // the tail differs from 1 by less than 1e-300
  return x < 1 ? 1 - thetaSeries(x) : alternatingSeries(x);
}

function alternatingSeries(x: number): number {
  let sum = 0;
  for (let k = 12; k >= 1; k--) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return sum;
}

function thetaSeries(x: number): number {
  const scale = (Math.PI * Math.PI) / (8 * x * x);
  let sum = 0;
  for (let k = 12; k >= 1; k--) sum += Math.exp(-((2 * k - 1) ** 2) * scale);
  return (Math.sqrt(2 * Math.PI) / x) * sum;
}
