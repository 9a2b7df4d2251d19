// stats/special: exp(-x) times the modified Bessel function K of order 1/4, for the limit law of Cramer and von Mises.
// Formula: the integral of exp(-x (1 + cosh t)) cosh(t / 4) over t >= 0, by the trapezoidal rule: the integrand is analytic and falls doubly
// exponentially, so that a step of 0.1 leaves less than 1e-16. Complexity: some hundred terms. x = 0 is a pole: infinity.
// Source: NIST Handbook of Mathematical Functions, 10.32.9; L. N. Trefethen, J. A. C. Weideman, SIAM Review 56(3), 2014 (the rule).

const step = 0.1;

export function dampedBesselK(x: number): number {
  if (x === 0) return Number.POSITIVE_INFINITY;
  let sum = Math.exp(-2 * x) / 2;
  for (let t = step; ; t += step) {
    const term = Math.exp(-x * (1 + Math.cosh(t))) * Math.cosh(t / 4);
    sum += term;
    if (term <= sum * 1e-18) return sum * step;
  }
}
