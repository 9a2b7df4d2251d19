// bench drift, part check: how often a column of `holdfast drift check` has p at or below 0.05 with nothing wrong, by law and number of rows, through the code
// that the command runs; and how often a whole check of 20 columns names one, against the 0.05 that it states.
import { CurrentNumbers, type Draft, ReferenceNumbers, compareNumbers, compareWords, makeReport } from '@holdfast/stats';
import { categorical, level, null_laws } from '../../packages/stats/cases/null-rate.ts';
import type { BenchRow } from '../../tests/load/report.ts';

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

/** Chris Doty-Humphrey's sfc32 (PractRand): 128 bits of state, where 32 are too few for two million draws a run. */
function uniforms(from: number): () => number {
  let [a, b, c, count] = [0, from, 0, 1];
  const next = () => {
    const out = (a + b + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + out;
    return ((out >>> 0) + 0.5) / 4_294_967_296;
  };
  for (let i = 0; i < 20; i++) next();
  return next;
}

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

/** At most 1.2 times the level; below half of it is said, and is no failure where a law is discrete: no p lies near the level there. */
function rateRow(law: string | number, n: number, runs: number): BenchRow {
  const next = uniforms(seed);
  let rejected = 0;
  let method = '';
  for (let run = 0; run < runs; run++) {
    const { compared, shown } = draftOf(law, n, next);
    method = `${shown.test}, ${shown.method}`;
    if ('values' in compared && compared.values.p_value <= level) rejected++;
  }
  const value = rejected / runs / level;
  const error = 2 * Math.sqrt((1 - level) / (level * runs));
  return {
    what: `check: false alarms, ${typeof law === 'number' ? `${law} categories` : law}, ${n} rows a side`,
    value,
    unit: 'x level',
    bar: 1.2,
    ok: value <= 1.2 + error,
    note: `${value < 0.5 - error ? 'below 0.5; ' : ''}${method}; ${runs} runs, seed ${seed}, 2 s.e. ${error.toFixed(2)}`,
  };
}

function familyRow(): BenchRow {
  const [next, runs, rule] = [uniforms(seed + 1), 1000, { alpha: level, distance_min: 0 }];
  const nothing = { name: '', rows: 0 };
  const frame = { title: '', reference: nothing, current: nothing, made_at_ms: null, period: null, rule, notes: [], tables: [] };
  let named = 0;
  for (let run = 0; run < runs; run++) {
    const drafts = Array.from({ length: 20 }, (_, i) => draftOf(laws[i % laws.length]!, 500, next, `c${i}`));
    if (makeReport(frame, drafts).drifted > 0) named++;
  }
  const [value, error] = [named / runs / level, 2 * Math.sqrt((1 - level) / (level * runs))];
  const note = `20 columns of all laws, 500 rows a side, tolerance 0; ${runs} runs, seed ${seed + 1}, 2 s.e. ${error.toFixed(2)}`;
  return { what: 'check: reports that name a column although nothing changed', value, unit: 'x alpha', bar: 1.2, ok: value <= 1.2 + error, note };
}
