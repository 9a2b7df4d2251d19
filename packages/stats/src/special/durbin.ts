// stats/special: P(D_n < d) exactly, by Durbin's matrix.
// Formula: n! / n^n times the middle element of H^n, with H of size 2 ceil(n d) - 1. Powers by squaring, scaled by powers of ten lest they overflow.
// Some 13 digits. Complexity: size^3 log n.
// Source: G. Marsaglia, W. W. Tsang, J. Wang, Evaluating Kolmogorov's distribution, Journal of Statistical Software 8(18), 2003.

interface Scaled {
  readonly cells: Float64Array;
  /** The cells stand for themselves times 2 to this power. */
  readonly exponent: number;
}

export function durbin(n: number, d: number): number {
  const k = Math.ceil(n * d);
  const size = 2 * k - 1;
  const { cells, exponent } = power({ cells: stepMatrix(size, k - n * d), exponent: 0 }, n, size);
  let value = cells[(k - 1) * size + k - 1]!;
  let shift = exponent;
  for (let i = 1; i <= n; i++) {
    value *= i / n;
    if (value < 2 ** -500) {
      value *= 2 ** 500;
      shift -= 500;
    }
  }
  return value * 2 ** shift;
}

/** 1 / (i - j + 1)! below and on the line above the diagonal; the first column and the last row are cut by h = k - n d. */
function stepMatrix(size: number, h: number): Float64Array {
  const cells = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) cells[i * size + j] = i - j + 1 < 0 ? 0 : 1;
  for (let i = 0; i < size; i++) {
    cells[i * size]! -= h ** (i + 1);
    cells[(size - 1) * size + i]! -= h ** (size - i);
  }
  cells[(size - 1) * size]! += 2 * h - 1 > 0 ? (2 * h - 1) ** size : 0;
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) for (let g = 2; g <= i - j + 1; g++) cells[i * size + j]! /= g;
  return cells;
}

function power(base: Scaled, n: number, size: number): Scaled {
  if (n === 1) return base;
  const half = power(base, Math.floor(n / 2), size);
  const square = times(half, half, size);
  return n % 2 === 0 ? square : times(square, base, size);
}

function times(a: Scaled, b: Scaled, size: number): Scaled {
  const cells = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const factor = a.cells[i * size + k]!;
      if (factor !== 0) for (let j = 0; j < size; j++) cells[i * size + j]! += factor * b.cells[k * size + j]!;
    }
  const exponent = a.exponent + b.exponent;
  return cells[((size - 1) / 2) * (size + 1)]! > 2 ** 400 ? { cells: cells.map((cell) => cell * 2 ** -400), exponent: exponent + 400 } : { cells, exponent };
}
