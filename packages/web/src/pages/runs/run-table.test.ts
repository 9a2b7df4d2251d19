import { describe, expect, it } from 'vitest';
import { subjectOf, tableOf } from './run-table.ts';

const row = (id: string, metrics: (number | null)[], params: (string | null)[], hardware: (string | null)[] = []) => ({
  ...{ id, experiment: 'e', name: id, state: 'finished' as const, started_ms: 0, ended_ms: 1 },
  ...{ metrics, params, hardware },
});
const pages = [
  {
    metric_keys: ['loss', 'rate'],
    param_keys: ['layers'],
    hardware_keys: ['machine', 'cores'],
    rows: [row('a', [1, 5], ['2'], ['board', '4']), row('b', [2, 5], ['2'], [null, '4'])],
    next_page_token: 'x',
  },
  {
    metric_keys: ['rate', 'zeal'],
    param_keys: ['depth', 'layers'],
    hardware_keys: ['cores'],
    rows: [row('c', [5, 7], ['9', '2'], ['4'])],
    next_page_token: null,
  },
];

describe('the table of a search', () => {
  it('puts what differs first, metrics before params before the machine, and a run that lacks a value differs', () => {
    expect(tableOf(pages).columns.map(({ kind, key, values, differs }) => [kind, key, differs, values])).toEqual([
      ['metric', 'loss', true, [1, 2, null]],
      ['metric', 'zeal', true, [null, null, 7]],
      ['param', 'depth', true, [null, null, '9']],
      ['hardware', 'machine', true, ['board', null, null]],
      ['metric', 'rate', false, [5, 5, 5]],
      ['param', 'layers', false, ['2', '2', '2']],
      ['hardware', 'cores', false, ['4', '4', '4']],
    ]);
  });
  it('names a key as the grammar of the filters does', () => {
    expect(subjectOf('metric', 'val `x` loss')).toBe('metrics.`val ``x`` loss`');
  });
});
