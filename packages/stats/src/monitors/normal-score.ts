// stats/monitors: the normal score of a share, fast enough for every inference: the z below which a share p of the standard normal law lies.
// Rational approximations of three regions, relative error some 1e-7. A share of 0 or below gives -Infinity, of 1 or above Infinity.
// Source: M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37(3), 1988 (PPND7).

const over = (x: number, [a, b, c, d]: readonly [number, number, number, number], [p, q, r]: readonly [number, number, number]): number =>
  (((d * x + c) * x + b) * x + a) / (((r * x + q) * x + p) * x + 1);

const middle = [
  [3.3871327179, 50.434271938, 159.29113202, 59.10937472],
  [17.895169469, 78.757757664, 67.1875636],
] as const;
const near = [
  [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103],
  [0.7370016425, 0.12021132975, 0],
] as const;
const far = [
  [6.657905115, 3.081226386, 0.42868294337, 0.017337203997],
  [0.24197894225, 0.012258202635, 0],
] as const;

export function normalScore(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * over(0.180625 - q * q, ...middle);
  const tail = Math.min(p, 1 - p);
  if (!(tail > 0)) return q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-Math.log(tail));
  const z = r <= 5 ? over(r - 1.6, ...near) : over(r - 5, ...far);
  return q < 0 ? -z : z;
}
