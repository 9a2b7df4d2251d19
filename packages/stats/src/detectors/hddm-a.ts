// stats/detectors: HDDM-A: the mean of a stream in [0, 1] against its mean at the best cut, by Hoeffding's inequality (A-test).
// Formula: the cut is where mean + e(n) was lowest, e(n) = sqrt(ln(1/drift_confidence) / (2 n)); it fires where the mean of all values is above the mean
// up to the cut by sqrt(m/2 ln(2/confidence)), m = (1/n_cut - 1/n_all). With two_sided_test the same downward, from the cut where mean - e(n) was highest.
// Complexity: O(1) a value, six numbers. Values outside of [0, 1] are read as the nearer end: the bound holds for that range only.
// Source: I. Frias-Blanco et al., "Online and non-parametric drift detection methods based on Hoeffding's bounds", IEEE TKDE 27(3), 2015; names as in river.
import { defineDetector, type Firing } from './detector.ts';
import { flag, real } from './parameters.ts';

interface Part {
  n: number;
  sum: number;
}
interface Memory {
  all: Part;
  low: Part;
  high: Part;
}

export const hddmA = defineDetector({
  name: 'hddm-a',
  says: "a mean in [0, 1] above its lowest, by Hoeffding's inequality",
  layout: 1,
  parameters: {
    drift_confidence: real(0.001, 1e-300, 1, 'chance of a false drift at one test'),
    warning_confidence: real(0.005, 1e-300, 1, 'chance of a false warning at one test'),
    two_sided_test: flag(false, 'whether a fall counts too'),
  },
  start: (): Memory => ({ all: { n: 0, sum: 0 }, low: { n: 0, sum: 0 }, high: { n: 0, sum: 0 } }),
  step(memory, value, { drift_confidence, warning_confidence, two_sided_test }): Firing | null {
    const { all } = memory;
    all.n++;
    all.sum += Math.min(1, Math.max(0, value));
    if (reach(memory.low, 1, drift_confidence) >= reach(all, 1, drift_confidence)) memory.low = { ...all };
    if (reach(memory.high, -1, drift_confidence) <= reach(all, -1, drift_confidence)) memory.high = { ...all };
    const moved = (confidence: number) => hasRisen(memory.low, all, confidence) || (two_sided_test && hasFallen(memory.high, all, confidence));
    if (moved(drift_confidence)) return 'drift';
    return moved(warning_confidence) ? 'warning' : null;
  },
});

/** The mean with its bound on the given side; an empty part reaches without end. */
function reach({ n, sum }: Part, side: 1 | -1, confidence: number): number {
  return n === 0 ? side * Number.POSITIVE_INFINITY : sum / n + side * Math.sqrt(Math.log(1 / confidence) / (2 * n));
}

function bound(cut: Part, all: Part, confidence: number): number {
  return Math.sqrt((((all.n - cut.n) / cut.n) * (1 / all.n) * Math.log(2 / confidence)) / 2);
}

const hasRisen = (cut: Part, all: Part, confidence: number): boolean => cut.n !== all.n && all.sum / all.n - cut.sum / cut.n >= bound(cut, all, confidence);
const hasFallen = (cut: Part, all: Part, confidence: number): boolean => cut.n !== all.n && cut.sum / cut.n - all.sum / all.n >= bound(cut, all, confidence);
