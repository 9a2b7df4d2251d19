import { expect, it } from 'vitest';
import { driftLines } from './drift-lines.ts';

const verdict = (window_id: number, monitor: string, readings: readonly (readonly [string, number, boolean])[]) => ({
  ...{ window_id, monitor, at_ms: 1_000 * window_id },
  readings: readings.map(([name, distance, drifted]) => ({ name, distance, drifted })),
});

it('draws a window that two monitors have judged as one point, drifted where one of them says so, and names that one', () => {
  const lines = driftLines([
    verdict(1, 'strict', [['width', 0.2, true]]),
    verdict(1, 'loose', [['width', 0.2, false]]),
    verdict(2, 'strict', [['width', 0.1, false]]),
  ]);
  expect(lines).toEqual([{ feature: 'width', at_ms: [1_000, 2_000], distance: [0.2, 0.1], drifted: [true, false], drifted_by: ['strict'] }]);
});

it('has a line for each feature, and none without a verdict', () => {
  expect(driftLines([])).toEqual([]);
  const lines = driftLines([
    verdict(1, 'strict', [
      ['width', 0.2, true],
      ['weight', 0.01, false],
    ]),
  ]);
  expect(lines.map((line) => [line.feature, line.drifted_by])).toEqual([
    ['width', ['strict']],
    ['weight', []],
  ]);
});
