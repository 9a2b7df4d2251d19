// stats/tests: the Kolmogorov-Smirnov test of two samples: the largest distance of their distribution functions F and G.
// Formula: two-sided max |F - G|, greater max (F - G), less max (G - F). Exact p: the share of lattice paths that leave a band (lattice-paths.ts), ties taken
// as the continuous law takes them (conservative). Asymptotic p: Kolmogorov's exact one-sample law at round(n m / (n + m)) points, and one-sided the
// correction of Hodges (5.3). Auto: exact up to 10,000 values on either side, as SciPy; SciPy counts paths of unequal one-sided samples in
// doubles and turns to the asymptotic law where they overflow, so that auto does too. Exact takes samples of at most 1e8 / m values.
// NaN: refused. Infinities: values like others. One value a side: tested, never below 0.05. Complexity: O(n log n), exact O(n m) time and O(m) memory.
// Source: J. L. Hodges, Arkiv foer Matematik 3(43), 1958. Equals scipy.stats.ks_2samp.
import { failure } from '@holdfast/base';
import { kolmogorovOneSampleTail } from '../special/kolmogorov-one-sample.ts';
import { lnChoose } from '../special/log-gamma.ts';
import { type Paths, pathsOutside } from './lattice-paths.ts';
import type { Alternative, Method, TestOutcome } from './outcome.ts';
import { eachValue } from './pooled.ts';
import { sortedSample } from './samples.ts';

const rule = { test: 'ks', count_min: 1, finite: false };
const exact_count_max = 10_000;
const exact_cells_max = 1e8;
const ln_double_max = Math.log(Number.MAX_VALUE);

export interface KolmogorovSmirnovOptions {
  readonly alternative?: Alternative;
  readonly method?: Method;
}

export function kolmogorovSmirnov(x: ArrayLike<number>, y: ArrayLike<number>, options: KolmogorovSmirnovOptions = {}): TestOutcome {
  const { alternative = 'two-sided', method = 'auto' } = options;
  const [a, b] = [sortedSample(x, 'x', rule), sortedSample(y, 'y', rule)];
  const distance = distanceOf(a, b, alternative);
  if (!isExact(a.length, b.length, alternative, method)) return { statistic: distance, p_value: asymptotic(distance, a.length, b.length, alternative) };
  const paths = onLattice(distance, a.length, b.length, alternative);
  return { statistic: (paths.bound * paths.divisor) / (a.length * b.length), p_value: pathsOutside(paths) };
}

function distanceOf(x: Float64Array, y: Float64Array, alternative: Alternative): number {
  let [below_x, below_y, above, below] = [0, 0, 0, 0];
  eachValue(x, y, (_, in_x, in_y) => {
    below_x += in_x;
    below_y += in_y;
    const gap = below_x / x.length - below_y / y.length;
    above = Math.max(above, gap);
    below = Math.max(below, -gap);
  });
  return alternative === 'two-sided' ? Math.max(above, below) : alternative === 'greater' ? above : below;
}

function isExact(n: number, m: number, alternative: Alternative, method: Method): boolean {
  if (method === 'asymptotic') return false;
  if (method === 'auto') return Math.max(n, m) <= exact_count_max && (alternative === 'two-sided' || n === m || lnChoose(n + m, n) < ln_double_max);
  if (n !== m && n * m > exact_cells_max)
    throw failure('HF-STAT-030', {
      test: 'ks',
      saw: `method exact for ${n} and ${m} values`,
      expected: `at most ${exact_cells_max} pairs, or method asymptotic`,
    });
  return true;
}

/** The distance as a whole number of steps of 1 / lcm(n, m), which it is but for rounding. */
function onLattice(distance: number, n: number, m: number, alternative: Alternative): Paths {
  const divisor = gcd(n, m);
  return { n, m, divisor, bound: Math.round((distance * n * m) / divisor), two_sided: alternative === 'two-sided' };
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

function asymptotic(distance: number, n: number, m: number, alternative: Alternative): number {
  const [most, least] = [Math.max(n, m), Math.min(n, m)];
  const effective = (most * least) / (most + least);
  if (alternative === 'two-sided') return oneSample(roundHalfEven(effective), distance);
  const z = Math.sqrt(effective) * distance;
  return Math.min(1, Math.exp(-2 * z * z - (2 * z * (most + 2 * least)) / Math.sqrt(most * least * (most + least)) / 3));
}

/** One value a side leaves half a point, which has no law. */
function oneSample(n: number, distance: number): number {
  if (n === 0) throw failure('HF-STAT-030', { test: 'ks', saw: 'method asymptotic for 1 and 1 values', expected: 'more values, or method exact' });
  return kolmogorovOneSampleTail(n, distance);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}
