// stats/tests: the pseudo-inverse of a small symmetric matrix, and its rank.
// Formula: Jacobi's rotations give the eigenvalues; those whose size is below rows * 2^-52 of the largest count as zero and are left out.
// Complexity: O(rows^3) a sweep, fewer than ten sweeps. A zero matrix has rank 0 and the inverse 0.
// Source: C. G. J. Jacobi, Crelle's Journal 30, 1846; G. H. Golub, C. F. Van Loan, Matrix Computations, 4th edition, 8.5.

export function symmetricInverse(matrix: readonly (readonly number[])[]): { inverse: number[][]; rank: number } {
  const { values, vectors } = eigen(matrix.map((row) => [...row]));
  const cut = Math.max(...values.map(Math.abs)) * matrix.length * 2 ** -52;
  const kept = values.flatMap((value, k) => (Math.abs(value) > cut ? [k] : []));
  const inverse = matrix.map((row, i) => row.map((_, j) => kept.reduce((sum, k) => sum + (vectors[i]![k]! * vectors[j]![k]!) / values[k]!, 0)));
  return { inverse, rank: kept.length };
}

const sweeps_max = 50;

/** Eigenvalues, and eigenvectors as columns; the matrix is overwritten. */
function eigen(a: number[][]): { values: number[]; vectors: number[][] } {
  const vectors = a.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < sweeps_max && a.some((row, i) => row.some((cell, j) => i !== j && cell !== 0)); sweep++)
    for (let p = 0; p < a.length; p++) for (let q = p + 1; q < a.length; q++) if (a[p]![q] !== 0) rotate(a, vectors, p, q);
  return { values: a.map((row, i) => row[i]!), vectors };
}

/** The rotation that makes a[p][q] zero; an element too small to change its diagonal is dropped. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  const [app, aqq, apq] = [a[p]![p]!, a[q]![q]!, a[p]![q]!];
  if (app + apq === app && aqq + apq === aqq) {
    a[p]![q] = a[q]![p] = 0;
    return;
  }
  const theta = (aqq - app) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (const row of a) [row[p], row[q]] = [c * row[p]! - s * row[q]!, s * row[p]! + c * row[q]!];
  [a[p], a[q]] = [a[p]!.map((cell, k) => c * cell - s * a[q]![k]!), a[q]!.map((cell, k) => s * a[p]![k]! + c * cell)];
  a[p]![q] = a[q]![p] = 0;
  for (const row of vectors) [row[p], row[q]] = [c * row[p]! - s * row[q]!, s * row[p]! + c * row[q]!];
}
