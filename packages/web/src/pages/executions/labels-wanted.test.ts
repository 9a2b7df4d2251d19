import { expect, it } from 'vitest';
import { labelsWanted } from './labels-wanted.ts';

it('reads how many labels of which device a step waits for', () => {
  expect(labelsWanted('12 of 240 labelled samples from device dev_7f')).toEqual({ device: 'dev_7f', labelled: 12, wanted: 240 });
});
it('reads nothing from what waits for something else', () => {
  expect([null, 'dependency: train', 'samples from 0 devices, 1 wanted'].map(labelsWanted)).toEqual([null, null, null]);
});
