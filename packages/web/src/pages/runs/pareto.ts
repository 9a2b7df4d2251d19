// web/runs: which runs no other run beats (Pareto's front), over the quantities that were chosen. Pure.
// A run that lacks one of them (no value, or NaN) is neither on the front nor beaten: it is counted apart. Equal runs stand on the front together.
// Runs are gone through from the best of the first quantity on: one can be beaten only by one before it, and then by one of the front, since what beats a beaten
// run beats what that one beats. O(n log n + n · front).

export type Way = 'max' | 'min';

/** By run, by quantity: null and NaN are missing. */
export type Values = readonly (number | null)[];

export interface Front {
  /** Runs that no other beats, by their place in what was given. */
  readonly front: readonly number[];
  /** The others that have all quantities, each with one run that beats it. */
  readonly beaten: ReadonlyMap<number, number>;
  readonly lacking: readonly number[];
}

export function paretoFront(runs: readonly Values[], ways: readonly Way[]): Front {
  const lacking = runs.flatMap((values, at) => (isWhole(values, ways.length) ? [] : [at]));
  const left_out = new Set(lacking);
  // less is better from here on
  const costs = runs.map((values) => ways.map((way, i) => (way === 'max' ? -values[i]! : values[i]!)));
  const order = runs.map((_, at) => at).filter((at) => !left_out.has(at));
  order.sort((a, b) => compare(costs[a]!, costs[b]!) || a - b);
  const front: number[] = [];
  const beaten = new Map<number, number>();
  for (const at of order) {
    const better = front.find((other) => beats(costs[other]!, costs[at]!));
    if (better === undefined) front.push(at);
    else beaten.set(at, better);
  }
  return { front, beaten, lacking };
}

const isWhole = (values: Values, quantities: number): boolean =>
  quantities > 0 && values.length >= quantities && values.slice(0, quantities).every((value) => value !== null && !Number.isNaN(value));

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at === -1 ? 0 : a[at]! < b[at]! ? -1 : 1;
}

/** Nowhere worse, and somewhere better. */
const beats = (a: readonly number[], b: readonly number[]): boolean => a.every((value, i) => value <= b[i]!) && a.some((value, i) => value < b[i]!);
