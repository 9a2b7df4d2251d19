// stats/knn: which of many distances are the least. They are compared as float32: what is equal but for rounding is equal, in every language.
// Complexity: O(n k) at most, O(n) as a rule.

/** The places of the k least distances, nearest first; among equals the newest. */
export function nearestOf(distances: readonly number[], k: number): number[] {
  const nearest: number[] = [];
  const keys = Float32Array.from(distances);
  for (let i = keys.length - 1; i >= 0; i--) {
    let at = nearest.length;
    while (at > 0 && keys[i]! < keys[nearest[at - 1]!]!) at--;
    if (at >= k) continue;
    nearest.splice(at, 0, i);
    if (nearest.length > k) nearest.pop();
  }
  return nearest;
}
