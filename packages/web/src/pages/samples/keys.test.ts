import { expect, it } from 'vitest';
import { deedOf } from './keys.ts';

const press = (key: string, held = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

it('labels by a digit that is a class', () => {
  expect(deedOf(press('7'), 10)).toEqual({ kind: 'label', label: 7 });
  expect(deedOf(press('7'), 7)).toBeNull();
});
it('says by u that nobody can tell', () => {
  expect(deedOf(press('u'), 10)).toEqual({ kind: 'dismiss' });
  expect(deedOf(press('u', { metaKey: true }), 10)).toBeNull();
});
it('moves by the arrows, and skips by s', () => {
  expect([deedOf(press('ArrowRight'), 2), deedOf(press('s'), 2), deedOf(press('ArrowLeft'), 2)]).toEqual([
    { kind: 'next' },
    { kind: 'next' },
    { kind: 'back' },
  ]);
});
it('leaves every other key, and those that are held with a modifier, to the browser', () => {
  expect([deedOf(press('Tab'), 10), deedOf(press('1', { ctrlKey: true }), 10), deedOf(press('ArrowLeft', { altKey: true }), 10)]).toEqual([null, null, null]);
});
