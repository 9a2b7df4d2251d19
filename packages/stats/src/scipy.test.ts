import { describe, expect, it } from 'vitest';
import { compare } from '../cases/compare.ts';
import { two_sample } from './index.ts';

// 200 cases a test, made by cases/generate.py with SciPy 1.17.1: ties, constants, infinities, heavy tails, sizes from 1 on. The largest samples are left
// to the benchmark (`npm run bench -- drift tests`).
const count_max = 20_000;

describe('against SciPy', () => {
  it.each(Object.keys(two_sample))('%s gives its statistic and p within 1e-9, and an error where it has no answer', { timeout: 60_000 }, (test) => {
    const { cases, wrong } = compare(test, count_max);
    expect(wrong).toEqual([]);
    expect(cases).toBeGreaterThan(150);
  });
});
