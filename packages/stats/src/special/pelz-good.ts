// stats/special: P(D_n < d) by the expansion of Pelz and Good: Kolmogorov's limit and three corrections in powers of 1 / sqrt(n).
// Formula: with z = sqrt(n) d and w = pi^2 / (2 z^2), theta series in exp(-w (k + 1/2)^2) and exp(-w k^2), weighted by polynomials.
// Error O(1 / n^2): at least five digits at n = 140, ten from n = 100,000 on. Complexity: some ten terms.
// Source: W. Pelz, I. J. Good, Journal of the Royal Statistical Society B 38(2), 1976, as restated by R. Simard, P. L'Ecuyer, JSS 39(11), 2011.

const pi2 = Math.PI ** 2;
const terms = 40;

export function pelzGood(n: number, d: number): number {
  const z = Math.sqrt(n) * d;
  const sums = [0, 0, 0, 0];
  for (let k = terms; k >= 0; k--) half(z, k).forEach((term, i) => (sums[i]! += term));
  for (let k = terms; k >= 1; k--) whole(z, k).forEach((term, i) => (sums[i]! += term));
  const root = Math.sqrt(n);
  return sums[0]! + sums[1]! / root + sums[2]! / n + sums[3]! / (n * root);
}

const scale = Math.sqrt(Math.PI / 2);

/** Terms of k + 1/2; its mirror image -(k + 1/2) is in the factor 2. */
function half(z: number, k: number): [number, number, number, number] {
  const u = pi2 * (k + 0.5) ** 2;
  const z2 = z * z;
  const mass = 2 * scale * Math.exp(-u / (2 * z2));
  const second = 6 * z2 ** 3 + 2 * z2 ** 2 + u * (2 * z2 ** 2 - 5 * z2) + u * u * (1 - 2 * z2);
  const third = u ** 3 * (5 - 30 * z2) + u * u * (-60 * z2 + 212 * z2 ** 2) + u * (135 * z2 ** 2 - 96 * z2 ** 3) - (30 * z2 ** 3 + 90 * z2 ** 4);
  return [mass / z, (mass * (u - z2)) / (6 * z ** 4), (mass * second) / (72 * z ** 7), (mass * third) / (6480 * z ** 10)];
}

/** Terms of k, which the last two corrections have beside. */
function whole(z: number, k: number): [number, number, number, number] {
  const u = pi2 * k * k;
  const z2 = z * z;
  const mass = 2 * scale * Math.exp(-u / (2 * z2));
  return [0, 0, (-mass * u) / (36 * z ** 3), (mass * (3 * u * z2 - u * u)) / (216 * z ** 6)];
}
