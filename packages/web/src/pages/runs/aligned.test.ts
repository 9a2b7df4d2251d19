import { expect, it } from 'vitest';
import { alignedOf } from './aligned.ts';

it('puts runs with steps of their own on one axis, with a gap where a run has no point and where a value is no number', () => {
  const runs = [
    { run: 'a', points_total: 3, points: [[0, 1] as [number, number], [2, 3] as [number, number], [4, 'NaN'] as [number, 'NaN']] },
    { run: 'b', points_total: 2, points: [[1, 7] as [number, number], [2, 8] as [number, number]] },
  ];
  expect(alignedOf(runs)).toEqual({
    steps: [0, 1, 2, 4],
    lines: [
      [1, null, 3, null],
      [null, 7, 8, null],
    ],
  });
});
