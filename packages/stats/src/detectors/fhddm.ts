// stats/detectors: FHDDM, the fast Hoeffding drift detection method, on a stream of bits: 0, and any other number as 1.
// Formula: u is the mean of the newest `sliding_window_size` bits, u_max its largest since the start; a drift where u_max - u > sqrt(ln(1/confidence_level) / (2 size)).
// With `short_window_size` above 0 the newest so many of the same bits are held to their own u_max and bound too (stacking). Nothing is said before the window is full.
// It sees a mean that falls, so in its paper, and in river's code (whose page says otherwise), 1 is a right answer; with mode `up` it reads 1 as an error, and sees a rise.
// Complexity: O(1) a bit, sliding_window_size + 5 numbers. A constant stream never fires. It knows no warning.
// Sources: A. Pesaranghader, H. L. Viktor, "Fast Hoeffding drift detection method for evolving data streams", ECML-PKDD 2016; the same with E. Paquet, "Reservoir of
// diverse adaptive learners and stacking fast Hoeffding drift detection methods", Machine Learning 107, 2018; names and defaults as in river.
import { type Firing, defineDetector } from './detector.ts';
import { choice, real, whole } from './parameters.ts';

/** The newest bits of a window, how many are 1, and the most that ever were. */
interface Side {
  ones: number;
  most: number;
}
interface Memory {
  /** A ring. */
  bits: number[];
  at: number;
  long: Side;
  short: Side;
}

export const fhddm = defineDetector({
  name: 'fhddm',
  says: "a mean of bits below its highest, by Hoeffding's inequality",
  layout: 1,
  parameters: {
    sliding_window_size: whole(100, 2, 10_000, 'newest bits'),
    confidence_level: real(0.000001, 1e-300, 1, 'chance of a false drift at one test'),
    short_window_size: whole(0, 0, 10_000, 'newest of them that are a window of their own; 0 for none'),
    mode: choice('down', ['down', 'up'], 'down: 1 is right, and a fall counts; up: 1 is an error, and a rise counts'),
  },
  refuses: ({ sliding_window_size, short_window_size }) =>
    short_window_size <= sliding_window_size ? null : `a short_window_size of at most the sliding_window_size, ${sliding_window_size}`,
  start: (): Memory => ({ bits: [], at: 0, long: { ones: 0, most: 0 }, short: { ones: 0, most: 0 } }),
  step(memory, value, { sliding_window_size: size, short_window_size: short_size, confidence_level, mode }): Firing | null {
    push(memory, (value === 0) === (mode === 'up') ? 1 : 0, size, short_size);
    if (memory.bits.length < size) return null;
    const has_fallen = fell(memory.long, size, confidence_level);
    return (short_size > 0 && fell(memory.short, short_size, confidence_level)) || has_fallen ? 'drift' : null;
  },
});

function push(memory: Memory, bit: number, size: number, short_size: number): void {
  const { bits, at, long, short } = memory;
  const leaves = (back: number) => bits[(at - back + size) % size] ?? 0; // the bit that came `back` before this one
  if (short_size > 0) short.ones += bit - leaves(short_size);
  long.ones += bit - leaves(size);
  bits[at] = bit;
  memory.at = (at + 1) % size;
}

/** Both windows are full: whether the share of ones is below its highest by more than chance would have it. */
function fell(side: Side, size: number, confidence_level: number): boolean {
  side.most = Math.max(side.most, side.ones);
  return side.most / size - side.ones / size > Math.sqrt(Math.log(1 / confidence_level) / (2 * size));
}
