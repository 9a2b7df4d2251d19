import { expect, it } from 'vitest';
import { isRunning, runningHref } from './device-filter.ts';

it('finds the devices that run a model, or one version of it, and no other whose name or number begins alike', () => {
  const device = (model: string, model_version: number) => ({ current: { model, model_version } });
  expect(runningHref('a b', 2)).toBe('/devices?runs=a+b%402');
  const runs = (text: string) => [device('fruit', 2), device('fruit', 21), device('fruits', 2), { current: null }].map((one) => isRunning(one, text));
  expect(runs('fruit@2')).toEqual([true, false, false, false]);
  expect(runs('fruit')).toEqual([true, true, false, false]);
  expect(runs('')).toEqual([true, true, true, true]);
});
