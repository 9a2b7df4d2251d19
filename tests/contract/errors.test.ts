// contract: the catalogue of errors, its page, and the code that uses it, in both directions.
import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import path from 'node:path';
import { HoldfastError, catalogue, failure, lookUp } from '@holdfast/base';
import { describe, expect, it } from 'vitest';
import { errors_file, errorsPage } from '../../tools/docs.ts';

const root = path.join(import.meta.dirname, '..', '..');
const sources = globSync('{packages,sdk}/**/src/**/*.ts', { cwd: root, exclude: (file) => file.includes('node_modules') || file.includes('/dist/') })
  .filter((file) => !file.endsWith('.test.ts') && !file.includes('base/src/errors/'))
  .map((file) => readFileSync(path.join(root, file), 'utf8'))
  .join('\n');
const codes = Object.keys(catalogue);

describe('the catalogue', () => {
  it('is what docs/reference/errors.md shows, each code in one row', () => {
    const page = readFileSync(errors_file, 'utf8');
    expect(page).toBe(errorsPage());
    const rows = [...page.matchAll(/^\| <a id="[a-z0-9-]+"><\/a>`(HF-[A-Z]+-\d{3})`/gm)].map((m) => m[1]!);
    expect(rows.toSorted()).toEqual(codes.toSorted());
  });

  it('has every code that the code names', () => {
    const named = new Set([...sources.matchAll(/'(HF-[A-Z]+-\d{3})'/g)].map((m) => m[1]!));
    expect(named.size).toBeGreaterThan(50);
    expect([...named].filter((code) => lookUp(code) === undefined)).toEqual([]);
  });

  it('has no code that nothing uses', () => {
    expect(codes.filter((code) => !sources.includes(code))).toEqual([]);
  });

  it.each(codes)('%s says what was seen in one sentence, with a next step, a status and an exit code', (code) => {
    const entry = lookUp(code)!;
    expect(entry.says).toMatch(/^[A-Z{-].*[.]$/);
    expect(entry.hint.length).toBeGreaterThan(5);
    expect(entry.status).toBeGreaterThanOrEqual(400);
    expect(entry.exit).toBeGreaterThanOrEqual(1);
    expect(entry.exit).toBeLessThanOrEqual(8);
  });

  it('has exit codes that go with the status', () => {
    const expected: Readonly<Record<number, readonly number[]>> = { 401: [4], 403: [5], 404: [3], 429: [7], 503: [7, 1] };
    for (const code of codes) {
      const { status, exit } = lookUp(code)!;
      if (expected[status]) expect(expected[status], code).toContain(exit);
    }
  });

  it('fills the places of its sentence, and leaves none where the details are given', () => {
    const error = failure('HF-REQ-001', { where: 'body/name', saw: '5', expected: 'text' }, new Error('why'));
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error).toMatchObject({ message: 'body/name: saw 5, expected text.', code: 'HF-REQ-001', status: 400, exit: 2, retryable: false });
    expect((error.cause as Error).message).toBe('why');
    expect(lookUp('toString')).toBeUndefined();
  });
});
