// bench drift, part check: how often a column of `holdfast drift check` has p at or below 0.05 with nothing wrong, by law and number of rows, through the code
// that the command runs; and how often a whole check of 20 columns names one, against the 0.05 that it states.
import { CurrentNumbers, type Draft, ReferenceNumbers, compareNumbers, compareWords, makeReport } from '@holdfast/stats';
import { categorical, level, null_laws } from '../../packages/stats/cases/null-rate.ts';
import type { BenchRow } from '../../tests/load/report.ts';
import { longUniforms, nearLevel } from './level.ts';

/** Rows a side, and runs. */
const sizes: readonly (readonly [number, number])[] = [
  [30, 4000],
  [100, 4000],
  [1000, 2000],
  [10_000, 1000],
  [100_000, 1000],
  [1_000_000, 300],
];
const laws: readonly (string | number)[] = [...Object.keys(null_laws), 2, 5, 20, 100];
/** The tests read ranks alone, so that one continuous law stands for all; where a run takes a second, it does. */
const large_min = 100_000;
const same_ranks: readonly (string | number)[] = ['lognormal', 't2'];
const seed = 20_264;

export const checkRows = (): BenchRow[] => [
  ...laws.flatMap((law) => sizes.flatMap(([n, runs]) => (n >= large_min && same_ranks.includes(law) ? [] : rateRow(law, n, runs)))),
  familyRow(),
];

function draftOf(law: string | number, n: number, next: () => number, name = 'x'): Draft {
  if (typeof law === 'number') return wordsOf(categorical(next, law, n), categorical(next, law, n));
  const draw = null_laws[law]!;
  const reference = new ReferenceNumbers();
  for (let i = 0; i < n; i++) reference.add(draw(next));
  const frozen = reference.freeze();
  const current = new CurrentNumbers(frozen);
  for (let i = 0; i < n; i++) current.add(draw(next));
  return compareNumbers(name, 'numeric', frozen, current.freeze());
}

/** What the reference has not is one category, as in a file. */
function wordsOf(reference: readonly number[], current: readonly number[]): Draft {
  const known = reference.flatMap((count, k) => (count > 0 ? [k] : []));
  const theirs = known.map((k) => current[k]!);
  const other = current.reduce((sum, count) => sum + count, 0) - theirs.reduce((sum, count) => sum + count, 0);
  const side = { missing: 0, words: known.map(String), counts: [...known.map((k) => reference[k]!), 0] };
  return compareWords('x', side, { missing: 0, counts: [...theirs, other] });
}

function rateRow(law: string | number, n: number, runs: number): BenchRow {
  const next = longUniforms(seed);
  let rejected = 0;
  let method = '';
  for (let run = 0; run < runs; run++) {
    const { compared, shown } = draftOf(law, n, next);
    method = `${shown.test}, ${shown.method}`;
    if ('values' in compared && compared.values.p_value <= level) rejected++;
  }
  const what = `check: false alarms, ${typeof law === 'number' ? `${law} categories` : law}, ${n} rows a side`;
  return nearLevel(what, rejected / runs, runs, `${method}; seed ${seed}`);
}

function familyRow(): BenchRow {
  const [next, runs, rule] = [longUniforms(seed + 1), 1000, { alpha: level, distance_min: 0 }];
  const nothing = { name: '', rows: 0 };
  const frame = { title: '', reference: nothing, current: nothing, made_at_ms: null, period: null, rule, notes: [], tables: [] };
  let named = 0;
  for (let run = 0; run < runs; run++) {
    const drafts = Array.from({ length: 20 }, (_, i) => draftOf(laws[i % laws.length]!, 500, next, `c${i}`));
    if (makeReport(frame, drafts).drifted > 0) named++;
  }
  const note = `20 columns of all laws, 500 rows a side, tolerance 0; seed ${seed + 1}`;
  return nearLevel('check: reports that name a column although nothing changed', named / runs, runs, note);
}
