// stats/sketches: closed windows of many devices, each once, whatever was sent twice or came late: a set that grows, keyed by (device, window).
// Union is associative, commutative and idempotent, and the total is the same to the last bit in whatever order windows came: counts are whole numbers, and
// of the moments the sums are kept without rounding, around the mean of the reference. Counts on another profile's bins are refused, never merged.
// Two windows of one key that differ (a device that lost its counter) are one of them, always the same. Complexity: O(windows x bins) a total.
import { failure } from '@holdfast/base';
import type { ReferenceProfile } from '../profile.ts';
import { ExactSum } from './exact-sum.ts';
import type { Moments } from './moments.ts';
import type { FeaturePart, WindowPart } from './window-counts.ts';

export interface DeviceWindow extends WindowPart {
  readonly device: string;
  readonly window: number;
  /** Digest of the profile whose bins it counts on. */
  readonly profile: string;
}

const windows_max = 100_000;

export class WindowSet {
  readonly #profile: ReferenceProfile;
  readonly #digest: string;
  readonly #windows = new Map<string, DeviceWindow>();

  constructor(profile: ReferenceProfile, digest: string) {
    this.#profile = profile;
    this.#digest = digest;
  }

  get size(): number {
    return this.#windows.size;
  }

  /** Takes a window; false where it is known. Fails with HF-STAT-024 for another profile, HF-STAT-001 for other bins, HF-REQ-008 beyond 100,000 windows. */
  add(window: DeviceWindow): boolean {
    if (window.profile !== this.#digest) throw failure('HF-STAT-024', { saw: window.profile, expected: this.#digest });
    this.#check(window);
    const key = JSON.stringify([window.device, window.window]);
    const known = this.#windows.get(key);
    if (known && !isBefore(window, known)) return false;
    if (!known && this.#windows.size >= windows_max) throw failure('HF-REQ-008', { what: 'a set of windows', limit: windows_max });
    this.#windows.set(key, window);
    return !known;
  }

  /** Both together, as a new set. */
  union(other: WindowSet): WindowSet {
    const both = new WindowSet(this.#profile, this.#digest);
    for (const window of [...this.#windows.values(), ...other.#windows.values()]) both.add(window);
    return both;
  }

  /** All windows as one. A feature that a window lacks adds nothing. */
  total(): WindowPart {
    const windows = [...this.#windows.values()];
    const classes = this.#profile.classes.names.map((_, i) => sumOf(windows, (window) => window.classes[i]!));
    const features = this.#profile.features.map(({ name, counts, moments }) => {
      const parts = windows.flatMap((window) => window.features.find((feature) => feature.name === name) ?? []);
      return totalOf(name, counts.length, moments.mean, parts);
    });
    return { inferences: sumOf(windows, (window) => window.inferences), features, classes };
  }

  #check({ features, classes }: DeviceWindow): void {
    const bins = new Map(this.#profile.features.map((feature) => [feature.name, feature.counts.length]));
    const expected = this.#profile.classes.names.length;
    if (classes.length !== expected) throw failure('HF-STAT-001', { saw: classes.length, expected });
    for (const { name, counts } of features) {
      if (!bins.has(name)) throw failure('HF-STAT-002', { saw: name });
      if (counts.length !== bins.get(name)) throw failure('HF-STAT-001', { saw: counts.length, expected: bins.get(name)! });
    }
  }
}

function totalOf(name: string, bins: number, around: number, parts: readonly FeaturePart[]) {
  const counts = Array.from({ length: bins }, (_, bin) => sumOf(parts, (part) => part.counts[bin]!));
  const whole = (of: (part: FeaturePart) => number | undefined) => sumOf(parts, (part) => of(part) ?? 0);
  const moments = momentsAround(
    around,
    parts.map((part) => part.moments),
  );
  return { name, counts, moments, missing: whole((p) => p.missing), infinite: whole((p) => p.infinite), out_of_range: whole((p) => p.out_of_range) };
}

/** Sum and sum of squares around one fixed point, each without rounding; so no order of the windows can be seen in the result. */
function momentsAround(around: number, parts: readonly Readonly<Moments>[]): Moments {
  const some = parts.filter(({ count }) => count > 0);
  const [offsets, squares] = [new ExactSum(), new ExactSum()];
  for (const { count, mean, m2 } of some) {
    offsets.add(count * (mean - around));
    squares.add(m2 + count * (mean - around) ** 2);
  }
  const count = sumOf(some, (one) => one.count);
  if (count === 0) return { count, mean: 0, m2: 0, min: 0, max: 0 };
  const offset = offsets.value();
  const ends = { min: Math.min(...some.map(({ min }) => min)), max: Math.max(...some.map(({ max }) => max)) };
  return { count, mean: around + offset / count, m2: Math.max(0, squares.value() - (offset * offset) / count), ...ends };
}

const sumOf = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((sum, one) => sum + of(one), 0);

/** Of two windows with one key, which is kept: any fixed order will do. */
const isBefore = (a: DeviceWindow, b: DeviceWindow): boolean => a !== b && JSON.stringify(a) < JSON.stringify(b);
