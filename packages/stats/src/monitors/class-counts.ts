// stats/monitors: how often each class was predicted: bounded, what has no place of its own is one class together.

const classes_max = 64;
/** Predictions that the baseline grows to. */
export const baseline_size_max = 10_000;

export interface ClassCounts {
  readonly names: string[];
  /** One a name, and at the end the rest. */
  baseline: number[];
  window: number[];
}

export const noCounts = (): ClassCounts => ({ names: [], baseline: [0], window: [0] });

export const totalOf = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

/** The place of a class; a new one gets a place while there is room. */
export function placeOfClass(counts: ClassCounts, name: string): number {
  const at = counts.names.indexOf(name);
  if (at >= 0) return at;
  if (counts.names.length >= classes_max) return counts.names.length;
  counts.names.push(name);
  for (const list of [counts.baseline, counts.window]) list.splice(list.length - 1, 0, 0);
  return counts.names.length - 1;
}

/** The class whose share is furthest from that of the baseline, in words. */
export function mostChanged({ names, baseline, window }: ClassCounts): string {
  const [n, m] = [Math.max(1, totalOf(baseline)), Math.max(1, totalOf(window))];
  const gaps = window.map((count, i) => count / m - baseline[i]! / n);
  const at = gaps.reduce((best, gap, i) => (Math.abs(gap) > Math.abs(gaps[best]!) ? i : best), 0);
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  return `${names[at] ?? 'other classes'} went from ${percent(baseline[at]! / n)} to ${percent(window[at]! / m)} of the predictions`;
}
