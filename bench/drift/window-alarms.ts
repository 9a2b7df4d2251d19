// bench drift, part windows: how often a window of a device has a feature with p at or below 0.05 with nothing wrong, by law and number of inferences, against a
// reference profile made for each run: what the drift rule of windows and of reports of devices tests, through its code. And how often that rule by its defaults
// names one of eight features and the classes.
import { type CountedWindow, type ReferenceProfile, binOf, buildProfile, describeWindow, readWindow, suspects } from '@holdfast/stats';
import { categorical, level, null_laws } from '../../packages/stats/cases/null-rate.ts';
import type { BenchRow } from '../../tests/load/report.ts';
import { longUniforms, nearLevel } from './level.ts';

/** Inferences of the window, rows of the reference, runs. */
const sizes: readonly (readonly [number, number, number])[] = [
  [30, 1000, 2000],
  [100, 1000, 2000],
  [1000, 1000, 2000],
  [10_000, 10_000, 300],
  [100_000, 10_000, 200],
  [1_000_000, 10_000, 60],
];
const laws: readonly (string | number)[] = [...Object.keys(null_laws), 2, 5, 20, 100];
/** The tests read ranks alone, so that one continuous law stands for all where a run takes long. */
const large_min = 100_000;
const same_ranks: readonly (string | number)[] = ['lognormal', 't2'];
const seed = 20_267;

export const windowRows = (): BenchRow[] => [
  ...laws.flatMap((law) => sizes.flatMap(([n, rows, runs]) => (n >= large_min && same_ranks.includes(law) ? [] : rateRow(law, n, rows, runs)))),
  ...sizes.slice(0, 4).flatMap(([n, rows, runs]) => familyRows(n, rows, Math.min(runs, 500))),
];

interface Feature {
  readonly profile: ReferenceProfile;
  readonly window: (n: number) => number[];
}

function featureOf(law: string | number, rows: number, next: () => number, name = 'x'): Feature {
  return typeof law === 'number' ? wordsOf(law, rows, next, name) : numbersOf(null_laws[law]!, rows, next, name);
}

const no_classes = (rows: number) => ({ predicted: new Int8Array(rows).fill(-1), class_names: [] });

function numbersOf(draw: (next: () => number) => number, rows: number, next: () => number, name: string): Feature {
  const values = Array.from({ length: rows }, () => Float64Array.of(draw(next)));
  const profile = buildProfile({ names: [name], values, ...no_classes(rows) });
  const edges = Float64Array.from(profile.features[0]!.edges);
  const window = (n: number) => {
    const counts = profile.features[0]!.counts.map(() => 0);
    for (let i = 0; i < n; i++) counts[binOf(edges, draw(next))]! += 1;
    return counts;
  };
  return { profile, window };
}

function wordsOf(categories: number, rows: number, next: () => number, name: string): Feature {
  const words = categorical(next, categories, rows).flatMap((count, k) => Array.from({ length: count }, () => `word ${k}`));
  const profile = buildProfile({ names: [], values: words.map(() => new Float64Array()), ...no_classes(rows), words: [{ name, words }] });
  const { names } = profile.features[0]!.categories!;
  const seen = new Set(words);
  const bins = Array.from({ length: categories }, (_, k) =>
    names.includes(`word ${k}`) ? names.indexOf(`word ${k}`) : names.length + Number(!seen.has(`word ${k}`)),
  );
  const window = (n: number) => {
    const counts = profile.features[0]!.counts.map(() => 0);
    categorical(next, categories, n).forEach((count, k) => (counts[bins[k]!]! += count));
    return counts;
  };
  return { profile, window };
}

function rateRow(law: string | number, n: number, rows: number, runs: number): BenchRow {
  const next = longUniforms(seed);
  let rejected = 0;
  for (let run = 0; run < runs; run++) {
    const { profile, window } = featureOf(law, rows, next);
    const [read] = describeWindow(profile, { inferences: n, features: [{ name: 'x', counts: window(n) }], classes: [] });
    if (read!.p_value <= level) rejected++;
  }
  const what = `window: false alarms, ${typeof law === 'number' ? `${law} categories` : law}, ${n} inferences`;
  return nearLevel(what, rejected / runs, runs, `reference of ${rows}; seed ${seed}`);
}

const tolerances = [0, 0.05] as const;

/** All laws beside each other, and three classes, under one correction. */
function familyRows(n: number, rows: number, runs: number): BenchRow[] {
  const next = longUniforms(seed + 1);
  const named = tolerances.map(() => 0);
  for (let run = 0; run < runs; run++) {
    const { profile, window } = familyOf(n, rows, next);
    tolerances.forEach((distance_min, i) => {
      if (suspects(readWindow(profile, window, { alpha: level, distance_min })).length > 0) named[i]!++;
    });
  }
  return tolerances.map((distance_min, i) => {
    const what = `window: eight features and classes, one is named, least effect ${distance_min}, ${n} inferences`;
    const row = nearLevel(what, named[i]! / runs, runs, `reference of ${rows}; seed ${seed + 1}`);
    return row.ok || distance_min === 0 ? row : { ...row, note: `${row.note}; chance moves so many by less than the least effect` };
  });
}

function familyOf(n: number, rows: number, next: () => number): { profile: ReferenceProfile; window: CountedWindow } {
  const features = laws.map((law, i) => featureOf(law, rows, next, `f${i}`));
  const classes = { names: ['a', 'b', 'c'], counts: categorical(next, 3, rows) };
  const profile: ReferenceProfile = { v: 1, n: rows, features: features.flatMap((one) => one.profile.features), classes };
  const counted = features.map((one, i) => ({ name: `f${i}`, counts: one.window(n) }));
  return { profile, window: { inferences: n, features: counted, classes: categorical(next, 3, n) } };
}
