// stats/sketches: count, mean, sum of squared deviations, minimum and maximum of a stream, in five numbers.
// Formula: Welford's update for one value; Chan's pairwise rule for a merge. Both are stable where sum and sum of squares are not.
// Complexity: O(1) a value, 40 bytes. Empty: all five are 0 (JSON has no infinity). NaN and infinity: the caller counts them as missing.
// Sources: B. P. Welford, Technometrics 4(3), 1962; T. F. Chan, G. H. Golub, R. J. LeVeque, The American Statistician 37(3), 1983.

export interface Moments {
  count: number;
  mean: number;
  /** Sum of the squared deviations from the mean. */
  m2: number;
  min: number;
  max: number;
}

export function emptyMoments(): Moments {
  return { count: 0, mean: 0, m2: 0, min: 0, max: 0 };
}

/** Adds one finite value in place. */
export function addToMoments(moments: Moments, value: number): void {
  const first = moments.count === 0;
  moments.count += 1;
  const before = value - moments.mean;
  moments.mean += before / moments.count;
  moments.m2 += before * (value - moments.mean);
  moments.min = first ? value : Math.min(moments.min, value);
  moments.max = first ? value : Math.max(moments.max, value);
}

export function momentsOf(values: Iterable<number>): Moments {
  const moments = emptyMoments();
  for (const value of values) if (Number.isFinite(value)) addToMoments(moments, value);
  return moments;
}

/** The moments of both streams together; neither argument is changed. */
export function mergeMoments(a: Readonly<Moments>, b: Readonly<Moments>): Moments {
  if (a.count === 0) return { ...b };
  if (b.count === 0) return { ...a };
  const count = a.count + b.count;
  const apart = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (apart * b.count) / count,
    m2: a.m2 + b.m2 + (apart * apart * a.count * b.count) / count,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  };
}

/** Sample variance (divisor count - 1); 0 where fewer than two values were seen. */
export function variance(moments: Readonly<Moments>): number {
  return moments.count < 2 ? 0 : moments.m2 / (moments.count - 1);
}
