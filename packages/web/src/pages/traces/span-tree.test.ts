import { describe, expect, it } from 'vitest';
import type { Span } from './queries.ts';
import { treeOf } from './span-tree.ts';

const span = (id: string, parent: string | null, start_us: number, duration_us: number | null): Span => ({
  ...{ id, parent, name: id, type: 'UNKNOWN', state: 'ok', message: '', start_us, duration_us, attributes: [], events: [] },
});
const linesOf = (spans: readonly Span[]) => treeOf(spans).map(({ span: { id }, depth, from, to }) => [id, depth, from, to]);

describe('the tree of spans', () => {
  it('is read from the top, each span behind its parent and before what its parent did next', () => {
    expect(linesOf([span('ask', null, 0, 100), span('find', 'ask', 10, 30), span('rank', 'find', 20, 10), span('write', 'ask', 50, 50)])).toEqual([
      ['ask', 0, 0, 1],
      ['find', 1, 0.1, 0.4],
      ['rank', 2, 0.2, 0.3],
      ['write', 1, 0.5, 1],
    ]);
  });
  it('has each span once, where a parent is not here, where spans are their own parents, and where they go round', () => {
    const spans = [span('a', 'gone', 0, 4), span('b', 'b', 1, 1), span('c', 'd', 2, 1), span('d', 'c', 3, 1)];
    expect(linesOf(spans).map(([id, depth]) => [id, depth])).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 0],
      ['d', 1],
    ]);
  });
  it('holds for one that has not ended, for one without any length, and for none', () => {
    expect(linesOf([span('a', null, 0, 10), span('b', 'a', 5, null)])).toEqual([
      ['a', 0, 0, 1],
      ['b', 1, 0.5, 1],
    ]);
    expect(linesOf([span('a', null, 7, 0)])).toEqual([['a', 0, 0, 0]]);
    expect(linesOf([])).toEqual([]);
  });
  it('takes a thousand spans inside of each other', () => {
    const deep = Array.from({ length: 1_000 }, (_, i) => span(`s${i}`, i === 0 ? null : `s${i - 1}`, i, 1));
    expect(treeOf(deep).at(-1)!.depth).toBe(999);
  });
});
