// stats/tests: what two lists of counts must be before they are compared: as long as each other, no number below 0, something counted on either side, and a
// sum that a double can hold.
import { failure } from '@holdfast/base';

/** The sums of both; fails with HF-STAT-030. */
export function checkCounts(test: string, reference: readonly number[], current: readonly number[]): { n: number; m: number } {
  const saw = `${reference.length} reference_counts and ${current.length} current_counts`;
  if (reference.length !== current.length) throw failure('HF-STAT-030', { test, saw, expected: 'as many of either, one a category' });
  return { n: sumOfCounts(test, 'reference_counts', reference), m: sumOfCounts(test, 'current_counts', current) };
}

function sumOfCounts(test: string, name: string, counts: readonly number[]): number {
  counts.forEach((count, i) => {
    if (!(count >= 0 && count < Number.POSITIVE_INFINITY))
      throw failure('HF-STAT-030', { test, saw: `${count} at ${name}[${i}]`, expected: 'finite counts of at least 0' });
  });
  const sum = counts.reduce((so_far, count) => so_far + count, 0);
  if (sum === Number.POSITIVE_INFINITY) throw failure('HF-STAT-030', { test, saw: `a sum beyond 1.8e308 in ${name}`, expected: 'smaller counts, or shares' });
  if (sum === 0) throw failure('HF-STAT-030', { test, saw: `no count above 0 in ${name}`, expected: 'something that was counted' });
  return sum;
}
