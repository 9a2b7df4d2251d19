import { describe, expect, it } from 'vitest';
import { uniforms } from '../../cases/cases.ts';
import { buildProfile } from '../build-profile.ts';
import { emptyMoments } from '../sketches/moments.ts';
import { currentWords, referenceWords } from './category-counts.ts';
import { compareNumbers, compareWords } from './compare.ts';
import { makeReport } from './drift-report.ts';
import { CurrentNumbers, ReferenceNumbers } from './numeric-side.ts';
import { draftsOfWindow } from './profile-columns.ts';

const rule = { alpha: 0.05, distance_min: 0.05 };
const frame = { title: 't', reference: { name: 'a', rows: 1 }, current: { name: 'b', rows: 1 }, made_at_ms: null, period: null, rule, notes: [], tables: [] };

function numbers(reference: readonly number[], current: readonly number[], kind: 'numeric' | 'text' | 'time' = 'numeric') {
  const before = new ReferenceNumbers();
  for (const value of reference) before.add(value);
  const frozen = before.freeze();
  const after = new CurrentNumbers(frozen);
  for (const value of current) after.add(value);
  return compareNumbers('x', kind, frozen, after.freeze());
}
const words = (reference: readonly (string | null)[], current: readonly (string | null)[]) => {
  const before = referenceWords();
  for (const word of reference) before.add(word);
  const frozen = before.freeze();
  const after = currentWords(frozen);
  for (const word of current) after.add(word);
  return compareWords('x', frozen, after.freeze());
};
const only = (draft: ReturnType<typeof numbers>) => makeReport(frame, [draft]).columns[0]!;
const normal = (n: number, seed: number, shift = 0) => {
  const next = uniforms(seed);
  return Array.from({ length: n }, () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next()) + shift);
};

describe('a column of a report', () => {
  it('of few rows has the exact p of Kolmogorov-Smirnov', () => {
    // scipy 1.17.1: ks_2samp([1, 2, 3, 4], [2.5, 3.5, 4.5, 5.5, 6.5])
    expect(only(numbers([1, 2, 3, 4], [2.5, 3.5, 4.5, 5.5, 6.5]))).toMatchObject({
      test: 'kolmogorov-smirnov',
      method: 'exact',
      distance: 0.6,
      p_value: expect.closeTo(0.2857142857142857, 12) as number,
    });
  });

  it('of many rows finds what the exact test finds, from counts alone', () => {
    const [reference, current] = [normal(20_000, 1), normal(20_000, 2, 0.2)];
    const column = only(numbers(reference, current));
    expect(column).toMatchObject({ method: 'counts', drifted: true, fault: 'distribution' });
    expect(column.distance).toBeGreaterThan(0.074); // a shift of 0.2 sd: 2 Phi(0.1) - 1 = 0.0797, less the chance of 20,000 values
    expect(column.effects!.wasserstein_sd).toBeCloseTo(0.2, 1);
  });

  it('is not drifted by a difference below the tolerance, however sure', () => {
    const column = only(numbers(normal(200_000, 1), normal(200_000, 2, 0.05)));
    expect(column.p_adjusted!).toBeLessThan(1e-6);
    expect(column.drifted).toBe(false);
  });

  it('of few values is a column of categories, and a value that the reference has not is one of them', () => {
    const reference = Array.from({ length: 300 }, (_, i) => i % 3);
    expect(only(numbers(reference, reference))).toMatchObject({ test: 'g', distance: 0, drifted: false });
    expect(
      only(
        numbers(
          reference,
          reference.map((value) => value + 0.5),
        ),
      ),
    ).toMatchObject({ test: 'g', distance: 1, drifted: true });
  });

  it('sees a step off a constant to either side', () => {
    const constant = Array.from({ length: 50 }, () => 7);
    for (const other of [6.999999, 7.000001])
      expect(
        only(
          numbers(
            constant,
            constant.map(() => other),
          ),
        ),
      ).toMatchObject({ distance: 1, drifted: true });
    expect(only(numbers(constant, constant))).toMatchObject({ distance: 0, drifted: false });
  });

  it('that is missing more often is drifted by that, and says so', () => {
    const reference = normal(1_000, 5);
    const current = normal(1_000, 6).map((value, i) => (i % 5 === 0 ? Number.NaN : value));
    expect(only(numbers(reference, current))).toMatchObject({ drifted: true, fault: 'missing', distance: 0.2, current: { missing: 200, rows: 1_000 } });
  });

  it('whose reference has no value cannot be compared, and says why', () => {
    const note = expect.stringContaining('The reference has no value: it cannot be compared.') as string;
    for (const draft of [numbers([Number.NaN, Number.POSITIVE_INFINITY], [1, 2]), numbers([], [1]), words([null, null], ['a']), words([], ['a'])]) {
      expect(only(draft)).toMatchObject({ test: 'none', p_value: null, missing_p_value: null, drifted: false, fault: 'not_comparable', note });
      expect(makeReport(frame, [draft])).toMatchObject({ drifted: 0, not_comparable: 1 });
    }
  });

  it('without a value on a side, or of times, is shown and not tested', () => {
    const nothing = [Number.NaN, Number.POSITIVE_INFINITY];
    expect(only(words([null], [null]))).toMatchObject({ test: 'none', fault: null, note: 'Neither side has a value.' });
    expect(only(numbers([1, 2], nothing))).toMatchObject({ test: 'none', fault: null, missing_p_value: expect.closeTo(1 / 6, 12) as number });
    expect(only(numbers(nothing, nothing))).toMatchObject({ test: 'none', picture: null });
    expect(only(numbers([1, 2, 3], [8, 9, 10], 'time'))).toMatchObject({ test: 'none', drifted: false, effects: null });
    expect(only(numbers([1], [1]))).toMatchObject({ drifted: false });
  });

  it('of words counts those that are new together, in bounded memory', () => {
    const letters = Array.from({ length: 600 }, (_, i) => 'abc'[i % 3]!);
    const column = only(words(letters, letters.map((letter, i) => (i % 4 === 0 ? `new ${i}` : letter)))); // prettier-ignore
    expect(column).toMatchObject({ kind: 'category', test: 'g', drifted: true, distance: expect.closeTo(0.25, 12) as number });
    expect(column.picture).toMatchObject({ words: ['a', 'b', 'c', 'all others'], reference: [200, 200, 200, 0], current: [150, 150, 150, 150] });
    const many = Array.from({ length: 3_000 }, (_, i) => `word ${i}`);
    expect(only(words(many, many))).toMatchObject({ drifted: false, reference: { rows: 3_000 } });
  });

  it('of many rare words does not take the rare ones that the reference lacks for drift', () => {
    const next = uniforms(12);
    const draw = () => Array.from({ length: 300 }, () => `word ${Math.floor(200 * next() * next())}`);
    const rejected = Array.from({ length: 400 }, () => only(words(draw(), draw())).p_value!).filter((p) => p <= 0.05).length;
    expect(rejected / 400).toBeLessThan(0.05 + 0.03); // two standard errors of 400 runs are 0.022
    expect(rejected / 400).toBeGreaterThan(0.05 - 0.03);
  });

  it('keeps its counts in its picture, whatever the range', () => {
    const { picture } = only(numbers(normal(5_000, 8), [...normal(5_000, 9), 1e9, -1e9]));
    const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0);
    expect([sum(picture!.reference), sum(picture!.current)]).toEqual([expect.closeTo(5_000, 6), expect.closeTo(5_002, 6)]);
  });
});

describe('a report of windows', () => {
  it('says of a feature that the reference has no value of it, and of other bins that they are other ones', () => {
    const values = Array.from({ length: 100 }, (_, i) => Float64Array.of(i, Number.NaN));
    const profile = buildProfile({ names: ['a', 'b'], values, predicted: values.map((_, i) => i % 2), class_names: ['x', 'y'], bins: 4 });
    const part = (name: string, counts: number[]) => ({ name, counts, missing: 0, moments: emptyMoments() });
    const window = { inferences: 40, features: [part('a', [10, 30]), part('b', [40])], classes: [20, 20] };
    const { columns, not_comparable } = makeReport(frame, draftsOfWindow(profile, window));
    expect(not_comparable).toBe(2);
    expect(columns.map(({ name, note }) => [name, note])).toEqual([
      ['a', 'Its counts are not on the bins of the profile.'],
      ['b', 'The reference has no value of it: there is nothing to compare with.'],
      ['classes', null],
    ]);
  });
});

describe('a report', () => {
  it('corrects over all its columns, and has those that drifted first', () => {
    const drafts = Array.from({ length: 40 }, (_, i) => numbers(normal(100, 100 + i), normal(100, 500 + i, i === 17 ? 1.5 : 0)));
    const report = makeReport(
      frame,
      drafts.map((draft, i) => ({ ...draft, compared: { ...draft.compared, name: `c${i}` } })),
    );
    expect([report.drifted, report.columns[0]!.name]).toEqual([1, 'c17']);
    for (const { p_value, p_adjusted } of report.columns) expect(p_adjusted!).toBeGreaterThanOrEqual(p_value!);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});
