// bench/drift, part `pairs`: a correlation changes and no feature does: two normal features of correlation .89, whose product (stats/pairs.ts) an e-detector
// watches at a run length of about 10,000, beside the same detector on each feature by itself. The stream is the one of SineClusters in its essence: V. Lukats
// et al., "A benchmark and survey of fully unsupervised concept drift detectors", 2024; the best of their seven detectors took 94 values on average there.
import { buildProfile, openDetector, pairName } from '@holdfast/stats';
import { type BenchRow, atLeast, atMost, seen } from '../../tests/load/report.ts';
import { mean, normals } from './normal.ts';
import { reference_size } from './run-length.ts';

const alpha = 1 / 4100;
const limit = 10_000;
const correlated = 0.89;
type Pair = readonly [number, number];
type Source = () => Pair;

function sourceOf(normal: () => number): (correlation: number) => Pair {
  return (correlation) => {
    const x = normal();
    return [x, correlation * x + Math.sqrt(1 - correlation * correlation) * normal()];
  };
}

/** The detectors of the pair and of its two features, as a profile of so many rows makes them. */
function watch(source: Source) {
  const rows = Array.from({ length: reference_size }, source);
  const profile = buildProfile({ names: ['x', 'y'], values: rows.map((row) => Float64Array.from(row)), predicted: rows.map(() => -1), class_names: [] });
  const [x, y, pair] = profile.features;
  if (pair?.name !== pairName(['x', 'y'])) throw new Error(`saw ${pair?.name}, expected a feature of the pair`);
  const product = ([a, b]: Pair) => (a - x!.moments.mean) * (b - y!.moments.mean);
  const open = (of: (row: Pair) => number) => ({ of, detector: openDetector('e-detector', { parameters: { alpha }, reference: rows.map(of) }) });
  return { pair: open(product), x: open(([a]) => a), y: open(([, b]) => b) };
}

type Watch = ReturnType<typeof watch>['pair'];
const fires = ({ of, detector }: Watch, row: Pair): boolean => detector.update(of(row)) === 'drift';

/** Values until the first drift, `limit` + 1 where there is none. */
function until(one: Watch, source: Source): number {
  for (let n = 1; n <= limit; n++) if (fires(one, source())) return n;
  return limit + 1;
}

function change(to: number, { seed, runs }: { seed: number; runs: number }) {
  const next = sourceOf(normals(seed));
  const found = Array.from({ length: runs }, () => {
    const watched = watch(() => next(correlated));
    for (let i = 0; i < 1000; i++) fires(watched.pair, next(correlated));
    return { pair: until(watched.pair, () => next(to)), alone: until(watched.x, () => next(to)) };
  });
  const missed = (of: (one: { pair: number; alone: number }) => number) => found.filter((one) => of(one) > limit).length / runs;
  return { delay: mean(found.map((one) => Math.min(one.pair, limit))), missed: missed((one) => one.pair), blind: missed((one) => one.alone) };
}

export function pairRows(): BenchRow[] {
  const plan = { seed: 41, runs: 200 };
  const next = sourceOf(normals(40));
  const quiet = mean(
    Array.from({ length: 200 }, () => {
      const { pair } = watch(() => next(correlated));
      let n = 1;
      while (n < 100_000 && !fires(pair, next(correlated))) n++;
      return n;
    }),
  );
  const note = `seed ${plan.seed}, ${plan.runs} references of ${reference_size}`;
  return [
    atLeast('pair of correlation .89: mean run length', quiet, 'values', 4100, 'promised 4,100; seed 40, 200 references'),
    ...[-correlated, 0].flatMap((to) => {
      const { delay, missed, blind } = change(to, plan);
      return [
        atMost(`correlation .89 to ${to}: delay`, delay, 'values', 94, note),
        atMost(`correlation .89 to ${to}: missed in 10,000`, missed, 'share', 0, note),
        seen(`correlation .89 to ${to}: not found by a feature alone`, blind, 'share', 'false alarms are what it finds'),
      ];
    }),
  ];
}
