import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleOf, uniforms } from '../cases/cases.ts';
import { adjustments, andersonDarling, row_tests } from './index.ts';

// 200 cases each, made by cases/generate_more.py: SciPy 1.17.1 for k samples and corrections; for rows NumPy 2.4.6 and scikit-learn 1.9.1 with our draws.
const read = (name: string): unknown =>
  (JSON.parse(readFileSync(path.join(import.meta.dirname, '..', 'cases', `${name}.json`), 'utf8')) as { readonly cases: unknown }).cases;
const far = (found: number, expected: number, floor = 1e-300): number =>
  Math.abs(found - expected) <= floor ? 0 : Math.abs(found - expected) / Math.abs(expected);
const relative_max = 1e-9;

describe('against SciPy, NumPy and scikit-learn', () => {
  it('Anderson-Darling of 3 to 8 samples gives the statistic and p, and an error where there is none', () => {
    const cases = read('anderson-k') as (readonly [readonly string[], number | 'error', number])[];
    const wrong = cases.filter(([recipes, statistic, p_value]) => {
      const ask = () => andersonDarling(recipes.map(sampleOf));
      if (statistic === 'error') return !throws(ask);
      const found = ask();
      return !(Math.max(far(found.statistic, statistic), far(found.p_value, p_value)) <= relative_max);
    });
    expect([cases.length, wrong]).toEqual([200, []]);
  });

  type RowCase = readonly [x: string, y: string, width: number, seed: number, statistic: number, p_value: number];
  it.each(['mmd', 'classifier'])('%s of rows gives the statistic, and by the same draws the same p', { timeout: 60_000 }, (name) => {
    const cases = read(name) as RowCase[];
    const wrong = cases.flatMap(([x, y, width, seed, statistic, p_value]) => {
      const found = row_tests[name]!.answer(rowsOf(x, width), rowsOf(y, width), { seed, permutations: 49 });
      // means of the kernel that are near 1 are taken from each other: what is left of them is known to some 1e-15
      return Math.max(far(found.statistic, statistic, 1e-14), far(found.p_value, p_value)) <= relative_max
        ? []
        : [{ x, y, width, seed, statistic, p_value, found }];
    });
    expect([cases.length, wrong]).toEqual([200, []]);
  });

  it.each(['bh', 'by'])('%s corrects up to 30,000 p-values', (name) => {
    const cases = read(name) as (readonly [recipe: string, step: number, adjusted: readonly number[]])[];
    const wrong = cases.filter(([recipe, step, adjusted]) => {
      const found = adjustments[name]!(pValuesOf(recipe));
      return !adjusted.every((p, i) => far(found[i * step]!, p) <= relative_max);
    });
    expect([cases.length, wrong]).toEqual([200, []]);
  });
});

function throws(ask: () => unknown): boolean {
  try {
    ask();
    return false;
  } catch (error) {
    return (error as { code?: string }).code === 'HF-STAT-030';
  }
}

function rowsOf(recipe: string, width: number): Float64Array[] {
  const values = sampleOf(recipe);
  return Array.from({ length: values.length / width }, (_, i) => values.subarray(i * width, (i + 1) * width));
}

/** As p_values in generate_more.py. */
function pValuesOf(recipe: string): number[] {
  const [count = 0, seed = 0, power = 1, zeros = 0] = recipe.split(' ').map(Number);
  const next = uniforms(seed);
  return Array.from({ length: count }, (_, i) => {
    let p = next();
    for (let k = 1; k < power; k++) p *= p;
    return i === 0 ? 1 : zeros > 0 && i % zeros === 0 ? 0 : p;
  });
}
