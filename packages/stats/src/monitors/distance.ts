// stats/monitors: how far apart two lists of features are. Complexity: O(features). Cosine: 1 - cos, and 1 where either is all zeros.
import { choice } from '../detectors/parameters.ts';

export const distance_metric = choice('euclidean', ['euclidean', 'manhattan', 'cosine'], 'how the distance of two lists of features is measured');

export function distanceOf(x: ArrayLike<number>, y: ArrayLike<number>, metric: string): number {
  let [squares, total, product, of_x, of_y] = [0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [a, b] = [x[i]!, y[i]!];
    squares += (a - b) * (a - b);
    total += Math.abs(a - b);
    product += a * b;
    of_x += a * a;
    of_y += b * b;
  }
  if (metric === 'euclidean') return Math.sqrt(squares);
  if (metric === 'manhattan') return total;
  return of_x === 0 || of_y === 0 ? 1 : 1 - product / Math.sqrt(of_x * of_y);
}
