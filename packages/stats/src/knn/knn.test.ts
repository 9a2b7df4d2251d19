import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  Knn,
  type KnnSample,
  type KnnSettings,
  type Lessons,
  headRight,
  knn_defaults,
  learnTruth,
  newTrial,
  readFeatures,
  readKnnSettings,
  sampleOf,
} from '../index.ts';
import { fisherGreater } from '../tests/fisher.ts';
import { leastOf } from './condense.ts';
import { nearestOf } from './nearest.ts';
import { binomialTail } from './trial.ts';

interface Golden {
  votes: {
    settings: Partial<KnnSettings>;
    samples: number[][];
    labels: number[];
    queries: number[][];
    label: number[];
    probabilities: number[][];
    novelty: number[];
  }[];
  binomial: { hits: number; n: number; chance: number; is: number }[];
  fisher: { before: number; now: number; is: number }[];
  stories: {
    settings: Partial<KnnSettings>;
    classes: number;
    steps: { features: number[]; label: number; verdict: string; kept: number[] | null }[];
  }[];
}

const golden = JSON.parse(readFileSync(new URL('../../golden/knn.json', import.meta.url), 'utf8')) as Golden;
const of = (features: readonly number[], label: number, at_ms = 0, reference: number | null = null): KnnSample =>
  sampleOf(Float32Array.from(features), label, reference, at_ms);
const headOf = (rows: readonly (readonly [number[], number])[], settings: Partial<KnnSettings> = {}) =>
  new Knn(
    readKnnSettings(settings),
    rows.map(([features, label], i) => of(features, label, i)),
  );
const ask = (head: Knn, features: number[], classes = 2) => head.predict(Float32Array.from(features), classes);

function relative(saw: number, expected: number): number {
  return saw === expected ? 0 : Math.abs(saw - expected) / Math.max(Math.abs(expected), 1e-3);
}

describe('a vote', () => {
  for (const [i, one] of golden.votes.entries()) {
    it(`says what scikit-learn says (case ${i}: ${JSON.stringify(one.settings)})`, () => {
      const head = headOf(
        one.samples.map((features, j) => [features, one.labels[j]!]),
        one.settings,
      );
      const classes = one.probabilities[0]!.length;
      for (const [j, query] of one.queries.entries()) {
        const saw = ask(head, query, classes);
        expect(saw.label).toBe(one.label[j]);
        expect(relative(saw.novelty, one.novelty[j]!)).toBeLessThan(1e-12);
        saw.probabilities.forEach((share, c) => expect(Math.abs(share - one.probabilities[j]![c]!)).toBeLessThan(1e-12));
        expect(saw.confidence).toBe(Math.max(...saw.probabilities));
      }
    });
  }

  it('is the same whatever else is tried: of equal distances the newest counts, of equal classes the lowest', () => {
    expect(nearestOf([2, 1, 1, 1, 0.1 + 0.2, 0.3], 4)).toEqual([5, 4, 3, 2]);
    const tied = headOf(
      [
        [[0], 1],
        [[2], 0],
      ],
      { k: 2 },
    );
    expect(ask(tied, [1])).toMatchObject({ label: 0, confidence: 0.5, probabilities: [0.5, 0.5] });
    expect(
      ask(
        headOf(
          [
            [[0], 1],
            [[2], 0],
          ],
          { k: 1 },
        ),
        [1],
      ).label,
    ).toBe(0);
    expect(
      ask(
        headOf(
          [
            [[2], 0],
            [[0], 1],
          ],
          { k: 1 },
        ),
        [1],
      ).label,
    ).toBe(1);
  });

  it('of a head without a sample is of no class, and suspect; of one sample nothing is usual', () => {
    expect(ask(headOf([]), [1])).toEqual({ label: -1, confidence: 0, probabilities: [0, 0], novelty: Number.NaN, suspect: true });
    expect(ask(headOf([[[0], 1]]), [5])).toEqual({ label: 1, confidence: 1, probabilities: [0, 1], novelty: Number.NaN, suspect: false });
  });

  it('is suspect where it is unsure, and where it is far from all that is known', () => {
    const head = headOf(
      [
        [[0], 0],
        [[1], 0],
        [[10], 1],
        [[11], 1],
      ],
      { k: 2 },
    );
    expect(ask(head, [0.4])).toMatchObject({ label: 0, suspect: false });
    expect(ask(head, [5.5])).toMatchObject({ confidence: 0.5, suspect: true });
    expect(ask(head, [15.1])).toMatchObject({ label: 1, confidence: 1, suspect: true });
    expect(ask(head, [15.1]).novelty).toBeCloseTo(4.1, 6);
    const same = headOf([
      [[1], 0],
      [[1], 0],
    ]);
    expect([ask(same, [1]).novelty, ask(same, [1.5]).novelty]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it('counts what is at no distance alone, also by the angle, and gives a vector without a length the distance 1', () => {
    expect(
      ask(
        headOf(
          [
            [[3, 3], 1],
            [[1, 0], 0],
            [[1, 0.1], 0],
          ],
          { distance_metric: 'cosine' },
        ),
        [1, 1],
      ),
    ).toMatchObject({ label: 1, confidence: 1 });
    const zero = headOf(
      [
        [[0, 0], 1],
        [[1, 0], 0],
      ],
      { distance_metric: 'cosine', k: 2 },
    );
    expect(ask(zero, [0, 1]).probabilities).toEqual([0.5, 0.5]);
  });
});

describe('what is refused', () => {
  it.each([
    [[], 0, 'saw 0 numbers, expected 1 to 4096 numbers'],
    [[1, 2], 3, 'saw 2 numbers, expected 3 numbers'],
    [[1, Number.NaN], 2, 'saw NaN at place 1'],
    [[Number.NEGATIVE_INFINITY], 1, 'saw -Infinity at place 0'],
    [[1e31], 1, 'saw 1e+31 at place 0'],
    [['1'] as unknown as number[], 1, 'saw 1 at place 0'],
    [null as unknown as number[], 1, 'saw null, expected 1 numbers'],
    [new Float32Array(4_097), 0, 'saw 4097 numbers'],
  ])('a vector that is none: %j', (features, length, says) => {
    expect(() => readFeatures(features, length)).toThrow(says);
  });

  it.each([
    [{ k: 0 }, 'saw k 0'],
    [{ k: 1.5 }, 'saw k 1.5'],
    [{ max_samples: 1 }, 'saw max_samples 1, expected a whole number from 2 to 500'],
    [{ distance_metric: 'hamming' as 'cosine' }, 'saw distance_metric hamming, expected euclidean, manhattan, cosine'],
    [{ confidence_threshold: Number.NaN }, 'saw confidence_threshold NaN'],
    [{ outlier_threshold: -1 }, 'saw outlier_threshold -1'],
    [{ weight_by_distance: 1 as unknown as boolean }, 'saw weight_by_distance 1'],
  ])('a setting that is none: %j', (given, says) => {
    expect(() => readKnnSettings(given)).toThrow(says);
  });
});

describe('condensing', () => {
  const settings = { ...knn_defaults, max_samples: 12, k: 3 };

  it('never takes from a class that has no more than its fair share, and is the same a second time', () => {
    const run = () => {
      let head = new Knn(settings);
      for (let i = 0; i < 120; i++) head = head.with(of([Math.sin(i * 12.9898) * 5, Math.cos(i * 78.233)], i < 4 ? 1 : i < 7 ? 2 : 0, i)).knn;
      return head.samples.map(({ at_ms, label }) => [at_ms, label]);
    };
    const kept = run();
    expect(kept.length).toBe(12);
    expect([0, 1, 2].map((label) => kept.filter((one) => one[1] === label).length)).toEqual([5, 4, 3]);
    expect(run()).toEqual(kept);
  });

  it('lets the older of the two nearest go, but first what newer neighbours contradict', () => {
    const points = (...rows: [number, number][]) => headOf(rows.map(([x, label]) => [[x], label]));
    const redundant = points([0, 0], [5, 0], [5.1, 0], [9, 0], [20, 1], [21, 1]);
    expect(leastOf(redundant.samples, redundant.gaps, 3)).toBe(1);
    const contradicted = points([20.5, 0], [5, 0], [5.1, 0], [9, 0], [20, 1], [21, 1]);
    expect(leastOf(contradicted.samples, contradicted.gaps, 3)).toBe(0);
  });

  it('replaces the sample of the same inference, and keeps the others as they were', () => {
    const head = headOf([
      [[0], 0],
      [[1], 1],
    ]);
    const { knn } = head.with(of([0], 1, 0, 7), 0);
    expect(knn.samples.map(({ label }) => label)).toEqual([1, 1]);
    expect(head.samples.map(({ label }) => label)).toEqual([0, 1]);
    expect(knn.gaps.typical()).toBe(1);
  });

  it('keeps the distances between samples as if they had been computed anew', () => {
    let head = new Knn(settings);
    for (let i = 0; i < 40; i++) head = head.with(of([Math.sin(i * 3.7), Math.cos(i * 1.3)], i % 3, i)).knn;
    expect(head.gaps.typical()).toBe(new Knn(settings, head.samples).gaps.typical());
  });

  it('makes room at once where fewer samples are allowed than before', () => {
    const head = headOf(Array.from({ length: 20 }, (_, i) => [[i * i], i % 2]));
    const { knn, condensed } = head.under(readKnnSettings({ max_samples: 6 }));
    expect([knn.samples.length, condensed]).toEqual([6, 14]);
    expect(knn.samples.filter(({ label }) => label === 0).length).toBe(3);
  });
});

describe('a trial', () => {
  it('has the tails that SciPy has', () => {
    for (const { hits, n, chance, is } of golden.binomial)
      expect(relative(binomialTail(hits, n, chance), is), `${hits} of ${n} at ${chance}`).toBeLessThan(1e-12);
    for (const { before, now, is } of golden.fisher)
      expect(relative(fisherGreater({ hits: 50 - before, n: 50 }, { hits: 50 - now, n: 50 }), is)).toBeLessThan(1e-11);
  });

  for (const [i, { settings, classes, steps }] of golden.stories.entries()) {
    it(`learns, condenses and goes back as a second implementation does, truth by truth (story ${i})`, () => {
      const used = readKnnSettings(settings);
      let now: Lessons = { knn: new Knn(used), held: null, trial: newTrial() };
      let due = false;
      for (const [at, { features, label, verdict, kept }] of steps.entries()) {
        if (at === used.max_samples || due) [now, due] = [{ ...now, held: now.knn, trial: newTrial(due ? headRight(now.trial) : null) }, false];
        const lesson = learnTruth(now, of(features, label, at), classes);
        expect([at, lesson.verdict]).toEqual([at, verdict]);
        if (kept) expect(lesson.knn.samples.map(({ at_ms }) => at_ms)).toEqual(kept);
        due = verdict === 'stood' || (due && verdict === 'goes on');
        now = lesson;
      }
    });
  }

  it('ends a story of honest labels without a way back, and finds labels that are wrong, all or for a while', () => {
    const verdicts = golden.stories.map(({ steps }) => new Set(steps.map(({ verdict }) => verdict)));
    expect(verdicts[0]).toEqual(new Set(['goes on', 'stood']));
    expect(verdicts[1]).toContain('unlearnable');
    expect(verdicts[3]).toContain('worse');
  });

  it('is not judged by a truth that corrects one of before', () => {
    const head = headOf([
      [[0], 0],
      [[1], 1],
    ]);
    const one = of([0.1], 1, 5, 9);
    const first = learnTruth({ knn: head, held: head, trial: newTrial() }, one, 2);
    expect([first.trial.truths, first.snapshot_right]).toEqual([1, false]);
    const second = learnTruth(first, of([0.1], 0, 5, 9), 2);
    expect([second.trial.truths, second.snapshot_right]).toEqual([1, null]);
    expect(second.knn.samples.map(({ label }) => label)).toEqual([0, 1, 0]);
  });
});
