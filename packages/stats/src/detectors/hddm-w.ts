// stats/detectors: HDDM-W: a weighted mean of a stream in [0, 1] against that at the best cut, by McDiarmid's inequality (W-test).
// Formula: mean = lambda x + (1 - lambda) mean from the first value on, and b = lambda^2 + (1 - lambda)^2 b from 1 on; the cut is where mean + sqrt(b/2 ln(1/c))
// was lowest, and a new mean begins behind it; it fires where the new mean is above the one at the cut by sqrt((b_cut + b_new)/2 ln(1/c)).
// With two_sided_test the same downward. Complexity: O(1) a value, ten numbers. Values outside of [0, 1] are read as the nearer end.
// Source: I. Frias-Blanco et al., IEEE TKDE 27(3), 2015, section 3.2; names and defaults as in river.
import { defineDetector, type Firing } from './detector.ts';
import { flag, real } from './parameters.ts';

/** A weighted mean, and b, the sum of its squared weights; null where nothing was weighed yet. */
type Weighed = { mean: number; squares: number } | null;
interface Side {
  /** The mean with its bound, at its best; null at first. */
  best: number | null;
  cut: Weighed;
  since: Weighed;
}
interface Memory {
  all: Weighed;
  rise: Side;
  fall: Side;
}

export const hddmW = defineDetector({
  name: 'hddm-w',
  says: "a weighted mean in [0, 1] above its lowest, by McDiarmid's inequality",
  layout: 1,
  parameters: {
    drift_confidence: real(0.001, 1e-300, 1, 'chance of a false drift at one test'),
    warning_confidence: real(0.005, 1e-300, 1, 'chance of a false warning at one test'),
    lambda_val: real(0.05, 1e-9, 1, 'weight of the newest value'),
    two_sided_test: flag(false, 'whether a fall counts too'),
  },
  start: (): Memory => ({ all: null, rise: newSide(), fall: newSide() }),
  step(memory, value, { drift_confidence, warning_confidence, lambda_val, two_sided_test }): Firing | null {
    const x = Math.min(1, Math.max(0, value));
    memory.all = weigh(memory.all, x, lambda_val);
    follow(memory.rise, memory.all, x, 1, lambda_val, drift_confidence);
    follow(memory.fall, memory.all, x, -1, lambda_val, drift_confidence);
    const moved = (confidence: number) => hasMoved(memory.rise, 1, confidence) || (two_sided_test && hasMoved(memory.fall, -1, confidence));
    if (moved(drift_confidence)) return 'drift';
    return moved(warning_confidence) ? 'warning' : null;
  },
});

const newSide = (): Side => ({ best: null, cut: null, since: null });

function weigh(old: Weighed, x: number, weight: number): NonNullable<Weighed> {
  const { mean, squares } = old ?? { mean: x, squares: 1 };
  return { mean: weight * x + (1 - weight) * mean, squares: weight * weight + (1 - weight) * (1 - weight) * squares };
}

/** Moves the cut to here where the bound is better than ever, else takes the value into the mean behind the cut. */
function follow(side: Side, all: NonNullable<Weighed>, x: number, sign: 1 | -1, weight: number, confidence: number): void {
  const level = all.mean + sign * Math.sqrt((all.squares * Math.log(1 / confidence)) / 2);
  if (side.best === null || sign * level < sign * side.best) {
    side.best = level;
    side.cut = all;
    side.since = null;
  } else side.since = weigh(side.since, x, weight);
}

function hasMoved({ cut, since }: Side, sign: 1 | -1, confidence: number): boolean {
  if (cut === null || since === null) return false;
  return sign * (since.mean - cut.mean) > Math.sqrt(((cut.squares + since.squares) * Math.log(1 / confidence)) / 2);
}
