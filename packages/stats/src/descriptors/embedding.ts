// stats/descriptors: an embedding of any length, as eight numbers: sparse random projections whose coefficients follow from their place, so that app, training
// and every language project alike and nothing has to be stored. And how far such a projection is from everything that the reference knew.
// Formula: coefficient (i, j) is +1, 0 or -1 with shares 1/6, 2/3, 1/6, times sqrt(3/8): lengths are kept on average. Novelty is the mean cosine distance
// (0 to 2) to the k nearest of the exemplars. Complexity: O(length) and O(exemplars). A length of 0, or a value that is not finite: NaN; so is the
// novelty of a projection of no length.
// Sources: D. Achlioptas, "Database-friendly random projections", J. Computer and System Sciences 66, 2003; the hash is the finaliser of MurmurHash3.

export const projection_dimensions = 8;
export const embedding_limits = { exemplars_max: 64, neighbours: 5 } as const;
const scale = Math.sqrt(3 / projection_dimensions);

function hashOf(i: number, j: number): number {
  let h = (Math.imul(i, projection_dimensions) + j + 0x9e3779b9) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

export function project(embedding: ArrayLike<number>): number[] {
  const sums = Array.from({ length: projection_dimensions }, () => (embedding.length === 0 ? Number.NaN : 0));
  for (let i = 0; i < embedding.length; i++) {
    const value = embedding[i]!;
    for (let j = 0; j < projection_dimensions; j++) {
      const sixth = hashOf(i, j) % 6;
      if (sixth === 0) sums[j]! += value;
      else if (sixth === 1) sums[j]! -= value;
      else if (!Number.isFinite(value)) sums[j] = Number.NaN;
    }
  }
  return sums.map((sum) => (Number.isFinite(sum) ? sum * scale : Number.NaN));
}

/** Mean cosine distance to the nearest exemplars, those at `skip` left out. Exemplars have length 1. */
export function novelty(projected: ArrayLike<number>, exemplars: readonly (readonly number[])[], skip = -1): number {
  const length = lengthOf(projected);
  if (!(length > 0)) return Number.NaN;
  const distances = exemplars.flatMap((exemplar, at) => (at === skip ? [] : 1 - dot(projected, exemplar) / length)).sort((a, b) => a - b);
  const nearest = distances.slice(0, embedding_limits.neighbours);
  return nearest.length === 0 ? Number.NaN : nearest.reduce((sum, one) => sum + one, 0) / nearest.length;
}

/** Rows to be exemplars: as many as there may be, spread evenly over the reference, each of length 1; with the row of each. */
export function exemplarsOf(rows: readonly ArrayLike<number>[]): { exemplars: number[][]; of: number[] } {
  const usable = rows.flatMap((row, i) => (lengthOf(row) > 0 ? i : []));
  const count = Math.min(usable.length, embedding_limits.exemplars_max);
  const of = Array.from({ length: count }, (_, i) => usable[Math.floor((i * usable.length) / count)]!);
  return { exemplars: of.map((row) => Array.from(rows[row]!, (value) => value / lengthOf(rows[row]!))), of };
}

const lengthOf = (values: ArrayLike<number>): number => Math.sqrt(dot(values, values));

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The feature that an embedding gets. */
export const noveltyName = (embedding: string): string => `embedding.${embedding}.novelty`;

/** The places of an embedding's projections among the names of features; -1 where one is not there. */
export const projectionPlaces = (embedding: string, names: readonly string[]): number[] =>
  Array.from({ length: projection_dimensions }, (_, i) => names.indexOf(`input.${embedding}.p${i}`));
