import { describe, expect, it } from 'vitest';
import { subjectOf, tableOf } from './run-table.ts';

const row = (id: string, metrics: (number | null)[], params: (string | null)[]) => ({
  ...{ id, experiment: 'e', name: id, state: 'finished' as const, started_ms: 0, ended_ms: 1 },
  ...{ metrics, params },
});
const pages = [
  { metric_keys: ['loss', 'rate'], param_keys: ['layers'], rows: [row('a', [1, 5], ['2']), row('b', [2, 5], ['2'])], next_page_token: 'x' },
  { metric_keys: ['rate', 'zeal'], param_keys: ['depth', 'layers'], rows: [row('c', [5, 7], ['9', '2'])], next_page_token: null },
];

describe('the table of a search', () => {
  it('puts what differs first, metrics before params, and a run that lacks a value differs', () => {
    expect(tableOf(pages).columns.map(({ kind, key, values, differs }) => [kind, key, differs, values])).toEqual([
      ['metric', 'loss', true, [1, 2, null]],
      ['metric', 'zeal', true, [null, null, 7]],
      ['param', 'depth', true, [null, null, '9']],
      ['metric', 'rate', false, [5, 5, 5]],
      ['param', 'layers', false, ['2', '2', '2']],
    ]);
  });
  it('names a key as the grammar of the filters does', () => {
    expect(subjectOf('metric', 'val `x` loss')).toBe('metrics.`val ``x`` loss`');
  });
});
