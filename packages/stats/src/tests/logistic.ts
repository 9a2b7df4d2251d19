// stats/tests: a small logistic regression: features standardised, their squares beside them, a ridge, Newton's method. Good enough to tell two samples apart.
// Minimises sum ln(1 + exp(-label * score)) + ridge / 2 * |weights|^2 (not of the constant). A feature without a spread in the rows it learns from has
// no say. Ends when no weight moves by more than 1e-8, or after 25 steps. Complexity: O(N terms^2 + terms^3) a step; terms = 1 + 2 * width.
// Source: T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, 2nd edition, 4.4.1.

export interface Logistic {
  readonly means: Float64Array;
  readonly spreads: Float64Array;
  readonly weights: Float64Array;
}

export interface Labelled {
  readonly row: ArrayLike<number>;
  readonly is_y: boolean;
}

const ridge = 1;
const steps_max = 25;

export function fitLogistic(rows: readonly Labelled[]): Logistic {
  const { means, spreads } = scaleOf(rows);
  const terms = rows.map(({ row }) => termsOf(row, means, spreads));
  const weights = new Float64Array(terms[0]!.length);
  for (let step = 0; step < steps_max; step++) {
    const move = newtonStep(terms, rows, weights);
    for (let k = 0; k < weights.length; k++) weights[k]! += move[k]!;
    if (move.every((one) => Math.abs(one) < 1e-8)) break;
  }
  return { means, spreads, weights };
}

/** Above 0 where the row is rather of y. */
export function score({ means, spreads, weights }: Logistic, row: ArrayLike<number>): number {
  return termsOf(row, means, spreads).reduce((sum, term, k) => sum + term * weights[k]!, 0);
}

function scaleOf(rows: readonly Labelled[]): { means: Float64Array; spreads: Float64Array } {
  const width = rows[0]!.row.length;
  const means = Float64Array.from({ length: width }, (_, k) => rows.reduce((sum, { row }) => sum + row[k]!, 0) / rows.length);
  const spreads = means.map((mean, k) => Math.sqrt(rows.reduce((sum, { row }) => sum + (row[k]! - mean) ** 2, 0) / rows.length));
  return { means, spreads };
}

/** 1, each feature, each square; cut at five spreads, lest one outlier has all the say. */
function termsOf(row: ArrayLike<number>, means: Float64Array, spreads: Float64Array): Float64Array {
  const width = means.length;
  const terms = new Float64Array(1 + 2 * width);
  terms[0] = 1;
  for (let k = 0; k < width; k++) {
    const z = spreads[k]! > 0 ? Math.max(-5, Math.min(5, (row[k]! - means[k]!) / spreads[k]!)) : 0;
    terms[1 + k] = z;
    terms[1 + width + k] = z * z - 1;
  }
  return terms;
}

function newtonStep(terms: readonly Float64Array[], rows: readonly Labelled[], weights: Float64Array): Float64Array {
  const size = weights.length;
  const curve = Array.from({ length: size }, (_, k) => Float64Array.from({ length: size }, (__, l) => (k === l ? (k === 0 ? 1e-9 : ridge) : 0)));
  const slope = weights.map((weight, k) => (k === 0 ? 0 : -ridge * weight));
  terms.forEach((term, i) => {
    const chance = 1 / (1 + Math.exp(-term.reduce((sum, one, k) => sum + one * weights[k]!, 0)));
    const miss = (rows[i]!.is_y ? 1 : 0) - chance;
    for (let k = 0; k < size; k++) {
      slope[k]! += miss * term[k]!;
      for (let l = 0; l <= k; l++) curve[k]![l]! += chance * (1 - chance) * term[k]! * term[l]!;
    }
  });
  return solved(curve, slope);
}

/** Cholesky's factor of the lower triangle in place, then forward and back; the ridge keeps it positive. */
function solved(lower: Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  const x = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = lower[i]![j]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(sum) : sum / lower[j]![j]!;
    }
    for (let k = 0; k < i; k++) x[i]! -= lower[i]![k]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= lower[k]![i]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  return x;
}
