import { expect, it } from 'vitest';
import { printParams, readParams } from './params.ts';

it('reads what it prints, with an equals sign in a value', () => {
  const params = { rate: '0.01', filter: 'site=lab' };
  expect(readParams(printParams(params))).toEqual(params);
  expect(readParams('\n  rate = 0.1 \n')).toEqual({ rate: '0.1' });
});
it('says the line that is not one', () => {
  expect(() => readParams('rate=1\nfast')).toThrow('saw "fast", expected NAME=VALUE');
});
