import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut } from './layers.ts';

/** Each node needs some of those before it: a graph without cycles. */
const graphs = fc
  .array(fc.array(fc.nat(30), { maxLength: 4 }), { minLength: 1, maxLength: 31 })
  .map((rows) => rows.map((needs, i) => ({ id: `n${i}`, needs: needs.filter((n) => n < i).map((n) => `n${n}`) })));

describe('the places of a graph', () => {
  it('stand right of all that they need, and no two at one place', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const places = layOut(nodes);
        for (const node of nodes) for (const need of node.needs) expect(places.get(need)!.column).toBeLessThan(places.get(node.id)!.column);
        expect(new Set([...places.values()].map(({ column, row }) => `${column} ${row}`)).size).toBe(nodes.length);
      }),
    );
  });
  it('are found for a need that is not there, and for a circle, which the server refuses', () => {
    expect(layOut([{ id: 'a', needs: ['gone'] }]).get('a')).toEqual({ column: 0, row: 0 });
    expect(
      layOut([
        { id: 'a', needs: ['b'] },
        { id: 'b', needs: ['a'] },
      ]).size,
    ).toBe(2);
  });
});
