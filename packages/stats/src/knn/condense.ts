// stats/knn: which sample goes when there is one too many. Only the largest classes give one, so no class goes below its fair share (samples / classes).
// Rule: first a sample that is contradicted (more than half of its k nearest came later and have another label: the world has changed, or the label was wrong),
// else the one whose nearest of its own class is nearest: the least is lost with it. Among equals the oldest goes.
// Complexity: O(samples squared). Sources: D. L. Wilson, "Asymptotic properties of nearest neighbor rules using edited data", IEEE Trans. SMC 2(3), 1972 (what
// neighbours contradict is left out); P. E. Hart, "The condensed nearest neighbor rule", 1968 (what neighbours say as well is left out).
import type { Gaps } from './gaps.ts';

interface Labelled {
  readonly label: number;
}

/** The place of the sample that matters least. */
export function leastOf(samples: readonly Labelled[], gaps: Gaps, k: number): number {
  const counts = new Map<number, number>();
  for (const { label } of samples) counts.set(label, (counts.get(label) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const places = samples.flatMap(({ label }, i) => (counts.get(label) === most ? i : []));
  const contradicted = places.filter((i) => isContradicted(samples, gaps, i, k));
  let [least, gap] = [-1, Number.POSITIVE_INFINITY];
  for (const i of contradicted.length > 0 ? contradicted : places) {
    const mine = redundancy(samples, gaps, i);
    if (least < 0 || mine < gap) [least, gap] = [i, mine];
  }
  return least;
}

function isContradicted(samples: readonly Labelled[], gaps: Gaps, i: number, k: number): boolean {
  const nearest = gaps.nearest(i, k);
  return 2 * nearest.filter((j) => j > i && samples[j]!.label !== samples[i]!.label).length > nearest.length;
}

/** Distance to the nearest of the same class, as float32: what is equal but for rounding is equal. */
function redundancy(samples: readonly Labelled[], gaps: Gaps, i: number): number {
  let least = Number.POSITIVE_INFINITY;
  samples.forEach(({ label }, j) => {
    if (j !== i && label === samples[i]!.label) least = Math.min(least, Math.fround(gaps.between(i, j)));
  });
  return least;
}
