// stats/tests: what two lists of counts must be before they are compared: as long as each other, no number below 0, something counted on either side.
import { failure } from '@holdfast/base';

/** The sums of both; fails with HF-STAT-001 or HF-STAT-030. */
export function checkCounts(test: string, reference: readonly number[], current: readonly number[]): { n: number; m: number } {
  if (reference.length !== current.length) throw failure('HF-STAT-001', { saw: current.length, expected: reference.length });
  return { n: sumOfCounts(test, 'reference_counts', reference), m: sumOfCounts(test, 'current_counts', current) };
}

function sumOfCounts(test: string, name: string, counts: readonly number[]): number {
  counts.forEach((count, i) => {
    if (!(count >= 0 && count < Number.POSITIVE_INFINITY))
      throw failure('HF-STAT-030', { test, saw: `${count} at ${name}[${i}]`, expected: 'finite counts of at least 0' });
  });
  const sum = counts.reduce((so_far, count) => so_far + count, 0);
  if (sum === 0) throw failure('HF-STAT-030', { test, saw: `no count above 0 in ${name}`, expected: 'something that was counted' });
  return sum;
}
