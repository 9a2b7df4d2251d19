import { expect, it } from 'vitest';
import { compareFiles } from './compare.ts';
import type { DatasetVersion } from './queries.ts';

const version = (files: Readonly<Record<string, string>>): DatasetVersion =>
  ({ files: Object.entries(files).map(([path, sha256]) => ({ path, sha256, size_bytes: 10 * sha256.length })) }) as unknown as DatasetVersion;

it('tells files apart by path and digest, changes first', () => {
  const rows = compareFiles(version({ kept: 'a', gone: 'b', edited: 'c' }), version({ kept: 'a', edited: 'dd', made: 'e' }));
  expect(rows.map((row) => [row.path, row.change, row.before_bytes, row.after_bytes])).toEqual([
    ['made', 'added', null, 10],
    ['gone', 'removed', 10, null],
    ['edited', 'changed', 10, 20],
    ['kept', 'same', 10, 10],
  ]);
});

it('takes every file of the first version as added', () => {
  expect(compareFiles(undefined, version({ a: 'x', b: 'y' })).map((row) => row.change)).toEqual(['added', 'added']);
});
