// bench/drift, part `power`: what counts on the reference's quantiles lose against the raw values: how often the Kolmogorov-Smirnov test on counts that were
// merged from ten devices finds a shift, as a ratio to the exact two-sample test on the same values; and how often either is wrong with no shift.
import { type DeviceWindow, WindowCounts, WindowSet, buildProfile, kolmogorovSmirnov, kolmogorovSmirnovOnBins } from '@holdfast/stats';
import { type BenchRow, atLeast, atMost, seen } from '../../tests/load/report.ts';
import { normals } from './normal.ts';

const level = 0.05;
const devices = 10;
const digest = '0'.repeat(64);
/** Values a side, the shift in standard deviations that the exact test finds in 19 of 20 cases, and runs. */
const cells = [
  { n: 1_000, shift: 0.2, runs: 600 },
  { n: 10_000, shift: 0.06, runs: 300 },
  { n: 100_000, shift: 0.02, runs: 100 },
] as const;

/** p-values on merged counts and on the raw values. */
function both(z: () => number, n: number, shift: number): { merged: number; exact: number } {
  const reference = Float64Array.from({ length: n }, z);
  const current = Float64Array.from({ length: n }, () => z() + shift);
  const profile = buildProfile({
    names: ['x'],
    values: Array.from(reference, (value) => Float64Array.of(value)),
    predicted: reference.map(() => -1),
    class_names: [],
  });
  const set = new WindowSet(profile, digest);
  for (let device = 0; device < devices; device++) set.add(windowOf(profile, device, current.subarray((device * n) / devices, ((device + 1) * n) / devices)));
  const merged = kolmogorovSmirnovOnBins(profile.features[0]!.counts, set.total().features[0]!.counts).p_value;
  return { merged, exact: kolmogorovSmirnov([...reference], [...current], { alternative: 'two-sided', method: 'auto' }).p_value };
}

function windowOf(profile: ReturnType<typeof buildProfile>, device: number, values: Float64Array): DeviceWindow {
  const counts = new WindowCounts(profile);
  for (const value of values) counts.add(Float64Array.of(value), -1);
  return { device: `dev_${device}`, window: 0, profile: digest, inferences: values.length, features: counts.features(), classes: [] };
}

function rates(n: number, shift: number, runs: number, seed: number): { merged: number; exact: number } {
  const z = normals(seed);
  let [merged, exact] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const found = both(z, n, shift);
    if (found.merged <= level) merged++;
    if (found.exact <= level) exact++;
  }
  return { merged: merged / runs, exact: exact / runs };
}

export function powerRows(): BenchRow[] {
  return cells.flatMap(({ n, shift, runs }, i) => {
    const seed = 31 + i;
    const found = rates(n, shift, runs, seed);
    const quiet = rates(n, 0, runs, 100 + seed);
    const size = `seed ${seed}, ${runs} runs, ${devices} devices`;
    const noise = 3 * Math.sqrt((level * (1 - level)) / runs);
    return [
      atLeast(`KS of merged counts / exact KS, ${n} values, +${shift} sd`, found.merged / found.exact, 'x', 0.95, size),
      seen(`exact KS finds, ${n} values, +${shift} sd`, found.exact, 'share', size),
      atMost(
        `KS of merged counts: false alarms at 0.05, ${n} values`,
        quiet.merged,
        'share',
        1.2 * level + noise,
        `exact KS ${quiet.exact.toFixed(3)}; 3 standard errors allowed`,
      ),
    ];
  });
}
