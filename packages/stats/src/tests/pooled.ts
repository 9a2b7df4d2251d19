// stats/tests: two sorted samples walked as one: each value that occurs, with how often on either side. O(n + m), no memory.

export type Visit = (value: number, in_x: number, in_y: number) => void;

export function eachValue(x: Float64Array, y: Float64Array, visit: Visit): void {
  let [i, j] = [0, 0];
  while (i < x.length || j < y.length) {
    const value = j >= y.length || (i < x.length && x[i]! <= y[j]!) ? x[i]! : y[j]!;
    const [from_x, from_y] = [i, j];
    while (i < x.length && x[i] === value) i++;
    while (j < y.length && y[j] === value) j++;
    visit(value, i - from_x, j - from_y);
  }
}
