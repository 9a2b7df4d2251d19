import { describe, expect, it } from 'vitest';
import { dashOf, inkOf } from './inks.ts';
import { scaleOf } from './parallel.tsx';

describe('an axis of parallel coordinates', () => {
  it('runs from the least number to the greatest, params that are numbers in text too', () => {
    const scale = scaleOf({ name: 'rate', values: ['0.1', '10', null, '5.05'] });
    expect([scale.least, scale.greatest, scale.at('0.1'), scale.at('10'), scale.at('5.05')]).toEqual(['0.1', '10', 0, 1, 0.5]);
  });
  it('has its words in their order where one is no number', () => {
    const scale = scaleOf({ name: 'optimizer', values: ['sgd', 'adam', '7'] });
    expect(['7', 'adam', 'sgd'].map((word) => scale.at(word))).toEqual([0, 0.5, 1]);
  });
  it('has its one value in the middle', () => {
    expect(scaleOf({ name: 'x', values: [3, 3, null] }).at(3)).toBe(0.5);
  });
});

it('tells 25 lines apart by colour and dashes', () => {
  expect(new Set(Array.from({ length: 25 }, (_, i) => `${inkOf(i)} ${dashOf(i).join()}`)).size).toBe(25);
});
