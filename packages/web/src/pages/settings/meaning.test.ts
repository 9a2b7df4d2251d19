import { expect, it } from 'vitest';
import { changesOf, ruleOf } from './meaning.ts';

const now = { enabled: true, false_alarms_per_device_month: 1, distance_min: 0.12, windows_to_open: 2, windows_to_resolve: 2 };

it('says the rule with its numbers', () => {
  expect(ruleOf(now)).toBe(
    'A feature is drifted where its distance since the onset, beyond what a reference of its size is itself off by, passes 0.12 and the evidence of all its windows is more than the budget lets chance gather: 1 false alarm for a device in 30 days. ' +
      'An alert opens after 2 drifted windows in a row and resolves after 2 clean ones.',
  );
  expect(ruleOf({ ...now, false_alarms_per_device_month: 0.5, windows_to_open: 1 })).toContain(
    '0.5 false alarms for a device in 30 days. An alert opens after one drifted window',
  );
  expect(ruleOf({ ...now, enabled: false })).toBe('It judges no window.');
});

it('says what each change does, in both directions, and nothing where nothing changes', () => {
  expect(changesOf(now, now)).toEqual([]);
  const strict = { enabled: true, false_alarms_per_device_month: 0.1, distance_min: 0.2, windows_to_open: 3, windows_to_resolve: 5 };
  expect(changesOf(now, strict)).toEqual([
    'Fewer false alarms are accepted (0.1 instead of 1): a real change needs more evidence.',
    'Only greater changes count as drift (0.2 instead of 0.12).',
    'An alert opens later (after 3 instead of 2 drifted windows).',
    'An alert stays open longer (until 5 instead of 2 clean windows).',
  ]);
  expect(changesOf(strict, now)).toHaveLength(4);
  expect(changesOf(now, { ...now, enabled: false })).toEqual(['No window is judged from now on, and its open alerts are closed.']);
});
