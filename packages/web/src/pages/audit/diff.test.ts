import { expect, it } from 'vitest';
import { diffOf } from './diff.ts';

it('says the fields that differ, and no others', () => {
  expect(diffOf({ name: 'a', labels: { site: 'x' }, n: 1 }, { name: 'b', labels: { site: 'x' }, n: 1 })).toEqual([{ field: 'name', before: 'a', after: 'b' }]);
});
it('takes everything as new where nothing was before, and as gone where nothing is after', () => {
  expect(diffOf(null, { n: 1 })).toEqual([{ field: 'n', before: null, after: '1' }]);
  expect(diffOf({ n: 1 }, null)).toEqual([{ field: 'n', before: '1', after: null }]);
});
it('does not take a field that a partial change leaves out for a removal', () => {
  expect(diffOf({ name: 'a', role: 'viewer' }, { role: 'editor' })).toEqual([{ field: 'role', before: 'viewer', after: 'editor' }]);
});
