import { expect, it } from 'vitest';
import type { Axis } from './pareto-axes.ts';
import { weigh } from './pareto-rows.ts';
import { tableOf } from './run-table.ts';

const row = (id: string, metrics: (number | 'NaN' | null)[], hardware: (string | null)[]) => ({
  ...{ id, experiment: 'e', name: id, state: 'finished' as const, started_ms: 0, ended_ms: 1 },
  ...{ metrics, params: [], hardware },
});
const table = tableOf([
  {
    ...{ metric_keys: ['acc', 'ms'], param_keys: [], hardware_keys: ['processor', 'cores'], next_page_token: null },
    rows: [row('slow', [0.9, 20], ['A', '4']), row('none', ['NaN', 1], [null, null]), row('fast', [0.8, 5], ['B', null]), row('worse', [0.7, 9], [null, '2'])],
  },
]);
const axis = (name: Axis['name'], key: string | null, way: Axis['way']): Axis => ({ name, key, way, guessed: false });

it('puts the front first, the best of the first quantity first, with what each ran on and what beats the others', () => {
  const { rows, ...counts } = weigh(table, [axis('quality', 'acc', 'max'), axis('latency', 'ms', 'min'), axis('memory', null, 'min')]);
  expect(counts).toEqual({ front: 2, lacking: 1, total: 4 });
  expect(rows.map(({ run, mark, values, beaten_by, hardware }) => [run.id, mark, values, beaten_by?.id, hardware])).toEqual([
    ['slow', 1, [0.9, 20], undefined, { processor: 'A', cores: '4' }],
    ['fast', 2, [0.8, 5], undefined, { processor: 'B' }],
    ['worse', null, [0.7, 9], 'fast', { cores: '2' }],
  ]);
});

it('weighs nothing where no metric is chosen', () => {
  expect(weigh(table, [axis('quality', null, 'max')])).toEqual({ rows: [], front: 0, lacking: 4, total: 4 });
});
