import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Values, type Way, paretoFront } from './pareto.ts';

describe('the front of Pareto', () => {
  it('holds the runs that no other beats, and names one that beats each other', () => {
    const runs = [
      [0.9, 10, 100],
      [0.8, 5, 100],
      [0.8, 10, 100],
      [0.7, 20, 300],
    ];
    const { front, beaten, lacking } = paretoFront(runs, ['max', 'min', 'min']);
    expect(front).toEqual([0, 1]);
    expect(beaten.get(2)).toBe(0);
    expect(beaten.has(3)).toBe(true);
    expect(lacking).toEqual([]);
  });
  it('leaves out a run that lacks a quantity or has NaN for it, and keeps one that is infinite', () => {
    const runs = [[1, 1], [2, null], [Number.NaN, 0], [Number.POSITIVE_INFINITY, 2], []];
    expect(paretoFront(runs, ['max', 'min'])).toEqual({ front: [3, 0], beaten: new Map(), lacking: [1, 2, 4] });
  });
  it('keeps equal runs together, on the front or off it', () => {
    expect(
      paretoFront(
        [
          [1, 1],
          [1, 1],
          [2, 2],
          [2, 2],
        ],
        ['min', 'min'],
      ),
    ).toMatchObject({
      front: [0, 1],
      beaten: new Map([
        [2, 0],
        [3, 0],
      ]),
    });
  });
  it('turns round with the way', () => {
    expect(paretoFront([[1], [3], [2]], ['max']).front).toEqual([1]);
    expect(paretoFront([[1], [3], [2]], ['min']).front).toEqual([0]);
  });
  it('has nobody where nothing is chosen', () => {
    expect(paretoFront([[1], [2]], [])).toEqual({ front: [], beaten: new Map(), lacking: [0, 1] });
  });

  const value = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 6 }) }, fc.double(), fc.constant(null)) as fc.Arbitrary<number | null>;
  const ways = fc.array(fc.constantFrom<Way>('max', 'min'), { minLength: 1, maxLength: 3 });
  it('is that of the definition: a run stands on it exactly where no other is nowhere worse and somewhere better', () => {
    fc.assert(
      fc.property(ways, fc.array(fc.tuple(value, value, value), { maxLength: 40 }), (chosen, runs: Values[]) => {
        const whole = (run: Values) => chosen.every((_, i) => run[i] !== null && !Number.isNaN(run[i]));
        const better = (a: Values, b: Values, i: number) => (chosen[i] === 'max' ? a[i]! > b[i]! : a[i]! < b[i]!);
        const naive = (a: Values, b: Values) => chosen.every((_, i) => !better(b, a, i)) && chosen.some((_, i) => better(a, b, i));
        const { front, beaten, lacking } = paretoFront(runs, chosen);
        const expected = runs.flatMap((run, at) => (whole(run) && !runs.some((other) => whole(other) && naive(other, run)) ? [at] : []));
        expect(front.toSorted((a, b) => a - b)).toEqual(expected);
        for (const [at, by] of beaten) expect(naive(runs[by]!, runs[at]!)).toBe(true);
        expect([...front, ...beaten.keys(), ...lacking].toSorted((a, b) => a - b)).toEqual(runs.map((_, at) => at));
      }),
      { numRuns: 500 },
    );
  });
});
