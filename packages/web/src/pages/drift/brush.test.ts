import { describe, expect, it } from 'vitest';
import { countersIn, countsIn, rangeOf, windowAt } from './brush.ts';

const windows = [
  [1, 2],
  [3, 4],
  [5, 6],
].map((counts, i) => ({
  id: 10 + i,
  from_ms: i,
  to_ms: i + 1,
  inferences: 10,
  counts,
  counted: [{ kind: 'missing' as const, count: i, of: 10 }],
  drifted: false,
}));
const reference = { edges: [0], counts: [50, 50], n: 100 };

describe('a brushed range', () => {
  it('is named by the ids of its ends, in either order, and is all windows without them', () => {
    expect(rangeOf(windows, '11', '12')).toEqual({ first: 1, last: 2 });
    expect(rangeOf(windows, '12', '10')).toEqual({ first: 0, last: 2 });
    expect(rangeOf(windows, '', '')).toEqual({ first: 0, last: 2 });
    expect(rangeOf(windows, '3', '11')).toEqual({ first: 0, last: 1 });
  });

  it('has the sum of the counts of its windows, both ends included', () => {
    expect(countsIn({ windows, reference }, { first: 0, last: 1 })).toEqual([4, 6]);
    expect(countsIn({ windows, reference }, { first: 2, last: 2 })).toEqual([5, 6]);
    expect(countsIn({ windows: [], reference }, { first: 0, last: -1 })).toEqual([0, 0]);
  });

  it('has the counters of its windows together, of those that tell them, and none where none does', () => {
    const counters = [
      { kind: 'missing' as const, reference: { count: 1, of: 100 } },
      { kind: 'infinite' as const, reference: null },
      { kind: 'out_of_range' as const, reference: { count: 0, of: 100 } },
    ];
    const telling = windows.map((one, i) => (i === 1 ? { ...one, counted: [...one.counted, { kind: 'infinite' as const, count: 4, of: 10 }] } : one));
    const currents = (first: number, last: number) => countersIn({ windows: telling, counters }, { first, last }).map(({ current }) => current);
    expect(currents(0, 2)).toEqual([{ count: 3, of: 30 }, { count: 4, of: 10 }, null]);
    expect(currents(2, 2)).toEqual([{ count: 2, of: 10 }, null, null]);
    expect(countersIn({ windows, counters }, { first: 0, last: 0 })[0]!.reference).toEqual({ count: 1, of: 100 });
  });

  it('is found under the pointer, also beyond the strip', () => {
    expect([-0.2, 0, 0.34, 0.99, 1, 7].map((share) => windowAt(share, 3))).toEqual([0, 0, 1, 2, 2, 2]);
  });
});
