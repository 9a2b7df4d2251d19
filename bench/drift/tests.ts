// bench drift, part tests: the two-sample tests: how far from SciPy on its 200 cases a test, how long at a million values a side (as a ratio to SciPy in the
// same run, where python3 has it), and how often each rejects at 0.05 with nothing wrong.
import { execFileSync } from 'node:child_process';
import { two_sample } from '@holdfast/stats';
import { readCases, sampleOf } from '../../packages/stats/cases/cases.ts';
import { compare, relative_max } from '../../packages/stats/cases/compare.ts';
import { type NullCell, nullRate, null_laws } from '../../packages/stats/cases/null-rate.ts';
import type { BenchRow } from '../../tests/load/report.ts';
import { nearLevel } from './level.ts';

export const testRows = (): BenchRow[] => [...accuracyRows(), ...timeRows(), ...falseAlarmRows()];

function accuracyRows(): BenchRow[] {
  return Object.keys(two_sample).map((test) => {
    const { cases, worst, wrong } = compare(test);
    const note = `${cases} cases, SciPy ${readCases(test).scipy}${wrong.length > 0 ? `; ${wrong.length} beyond: ${wrong[0]}` : ''}`;
    return { what: `${test}: worst relative error of statistic and p`, value: worst, unit: '', bar: relative_max, ok: wrong.length === 0, note };
  });
}

const million = ['normal 1000000 11 0 1', 'normal 1000000 12 0.001 1'] as const;
const timed: Readonly<Record<string, { bar_ms: number | null; scipy: string }>> = {
  ks: { bar_ms: 1000, scipy: 'stats.ks_2samp(x, y)' },
  mannwhitney: { bar_ms: 1000, scipy: 'stats.mannwhitneyu(x, y)' },
  wasserstein: { bar_ms: 1000, scipy: 'stats.wasserstein_distance(x, y)' },
  cramervonmises: { bar_ms: null, scipy: 'stats.cramervonmises_2samp(x, y)' },
  welch: { bar_ms: null, scipy: 'stats.ttest_ind(x, y, equal_var=False)' },
  energy: { bar_ms: null, scipy: 'stats.energy_distance(x, y)' },
  'epps-singleton': { bar_ms: null, scipy: 'stats.epps_singleton_2samp(x, y)' },
};
const rounds = 3;

function timeRows(): BenchRow[] {
  const [x, y] = million.map((recipe) => sampleOf(recipe) as unknown as number[]) as [number[], number[]];
  const peer = scipyTimes();
  return Object.entries(timed).flatMap(([test, { bar_ms }]) => {
    const run = () => two_sample[test]!.answer([x, y], { alternative: 'two-sided', method: 'auto', correction: true, base: Math.E });
    const ms = Math.min(...Array.from({ length: rounds }, () => elapsed(run)));
    const own = {
      what: `${test}: 1,000,000 values a side`,
      value: ms,
      unit: 'ms',
      bar: bar_ms,
      ok: bar_ms === null || ms <= bar_ms,
      note: `best of ${rounds}`,
    };
    const ratio = {
      what: `${test}: ours / SciPy`,
      value: ms / (peer?.[test] ?? Number.NaN),
      unit: 'x',
      bar: null,
      ok: true,
      note: `SciPy ${peer?.[test]?.toFixed(0)} ms`,
    };
    return peer === null ? [{ ...own, note: `${own.note}; python3 has no SciPy, no ratio` }] : [own, ratio];
  });
}

function elapsed(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** Milliseconds of SciPy for the same; null where python3 (or HOLDFAST_PYTHON) has none. */
function scipyTimes(): Record<string, number> | null {
  const calls = Object.entries(timed).map(([test, { scipy }]) => `t = best(lambda: ${scipy}); out[${JSON.stringify(test)}] = t`);
  const script = `
import json, time
import numpy as np
from scipy import stats
def best(f):
    times = []
    for _ in range(${rounds}):
        start = time.perf_counter(); f(); times.append(time.perf_counter() - start)
    return min(times) * 1000
r = np.random.default_rng(1)
x, y, out = r.normal(size=1_000_000), r.normal(size=1_000_000) + 0.001, {}
${calls.join('\n')}
print(json.dumps(out))`;
  try {
    return JSON.parse(
      execFileSync(process.env['HOLDFAST_PYTHON'] ?? 'python3', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    ) as Record<string, number>;
  } catch {
    return null; // a peer that is not there is said in the rows
  }
}

const sizes: readonly (readonly [number, number, number])[] = [
  [30, 30, 4000],
  [100, 100, 4000],
  [100, 1000, 2000],
  [1000, 1000, 2000],
  [10_000, 10_000, 300],
];
const with_p = ['ks', 'cramervonmises', 'anderson', 'mannwhitney', 'welch', 'epps-singleton'];
const seed = 20_261;

function falseAlarmRows(): BenchRow[] {
  const samples = with_p.flatMap((test) => Object.keys(null_laws).map((law) => ({ test, law })));
  const counts = ['chisquare-contingency', 'g'].flatMap((test) => [2, 5, 20, 100].map((law) => ({ test, law })));
  return [...samples, ...counts, { test: 'fisher', law: 2 }, { test: 'z', law: 2 }].flatMap((cell) =>
    sizes.map(([n, m, runs]) => rateRow({ ...cell, n, m }, runs)),
  );
}

function rateRow(cell: NullCell, runs: number): BenchRow {
  const law = typeof cell.law === 'number' ? `${cell.law} categories` : cell.law;
  return nearLevel(`${cell.test}: false alarms, ${law}, ${cell.n} and ${cell.m}`, nullRate(cell, runs, seed), runs, `seed ${seed}`);
}
