// stats/knn: how far two vectors are apart. Features are float32, sums float64.
// Formulas: euclidean sqrt(sum (a-b)^2); manhattan sum |a-b|; cosine 1 - a.b / (|a| |b|), 0 to 2, and 1 where one of them has no length, as scikit-learn has it.
// A cosine distance below 1e-12 is 0: that much is lost where a number near 1 is taken from 1. Four sums run side by side, since one alone would wait for
// its own last addition. Complexity: O(length).

export const distance_metrics = ['euclidean', 'manhattan', 'cosine'] as const;
export type DistanceMetric = (typeof distance_metrics)[number];

/** A vector and its length, which cosine distances ask for. */
export interface Measured {
  readonly features: Float32Array;
  readonly norm: number;
}

const cosine_zero = 1e-12;

export const measured = (features: Float32Array): Measured => ({ features, norm: Math.sqrt(dot(features, features)) });

export const distanceBy: Readonly<Record<DistanceMetric, (a: Measured, b: Measured) => number>> = {
  euclidean: (a, b) => Math.sqrt(squares(a.features, b.features)),
  manhattan: (a, b) => absolutes(a.features, b.features),
  cosine: (a, b) => {
    if (a.norm === 0 || b.norm === 0) return 1;
    const distance = 1 - dot(a.features, b.features) / (a.norm * b.norm);
    return distance < cosine_zero ? 0 : Math.min(2, distance);
  },
};

function squares(a: Float32Array, b: Float32Array): number {
  let w = 0;
  let x = 0;
  let y = 0;
  let z = 0;
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    const p = a[i]! - b[i]!;
    const q = a[i + 1]! - b[i + 1]!;
    const r = a[i + 2]! - b[i + 2]!;
    const s = a[i + 3]! - b[i + 3]!;
    w += p * p;
    x += q * q;
    y += r * r;
    z += s * s;
  }
  for (; i < a.length; i++) w += (a[i]! - b[i]!) ** 2;
  return w + x + (y + z);
}

function absolutes(a: Float32Array, b: Float32Array): number {
  let w = 0;
  let x = 0;
  let y = 0;
  let z = 0;
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    w += Math.abs(a[i]! - b[i]!);
    x += Math.abs(a[i + 1]! - b[i + 1]!);
    y += Math.abs(a[i + 2]! - b[i + 2]!);
    z += Math.abs(a[i + 3]! - b[i + 3]!);
  }
  for (; i < a.length; i++) w += Math.abs(a[i]! - b[i]!);
  return w + x + (y + z);
}

function dot(a: Float32Array, b: Float32Array): number {
  let w = 0;
  let x = 0;
  let y = 0;
  let z = 0;
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    w += a[i]! * b[i]!;
    x += a[i + 1]! * b[i + 1]!;
    y += a[i + 2]! * b[i + 2]!;
    z += a[i + 3]! * b[i + 3]!;
  }
  for (; i < a.length; i++) w += a[i]! * b[i]!;
  return w + x + (y + z);
}
