// mlflow: what a name, a key or an id may look like (MLflow's utils/validation.py), with its sentences.
import { failure } from '@holdfast/base';
import type { RuleName } from './fields.ts';

const names = 'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/)';
const rules: Readonly<Record<RuleName, { fits: (value: string) => boolean; why: string }>> = {
  key: { fits: (value) => /^[/\p{L}\p{N}_.\- :]*$/u.test(value) && isNormalPath(value), why: names },
  run_id: { fits: (value) => /^[a-zA-Z0-9][\w-]{0,255}$/.test(value), why: 'expected letters, digits, "_" and "-"' },
  experiment_id: { fits: (value) => /^\d{1,15}$/.test(value), why: 'Experiment IDs are decimal numbers' },
  model_name: { fits: (value) => !/[/:]/.test(value), why: 'Registered model names cannot contain "/" or ":"' },
  alias: {
    fits: (value) => /^[\w-]*$/.test(value) && value.toLowerCase() !== 'latest' && !/^v\d+$/i.test(value),
    why: 'An alias has letters, digits, "_" and "-", and is neither "latest" nor of the form "v1"',
  },
  version: { fits: (value) => /^[1-9]\d{0,8}$/.test(value), why: 'Model versions are positive integers' },
  trace_id: { fits: (value) => /^[\w-]{1,50}$/.test(value), why: 'expected at most 50 letters, digits, "_" and "-"' },
  timestamp: { fits: isTimestamp, why: 'expected a time as in RFC 3339, such as 2026-01-31T12:00:00.123Z' },
  webhook_name: {
    fits: (value) => /^[a-zA-Z0-9](?:[\w.-]{0,61}[a-zA-Z0-9])?$/.test(value),
    why: 'expected at most 63 letters, digits, ".", "_" and "-", the first and the last a letter or digit',
  },
  duration: { fits: (value) => /^\d{1,12}(?:\.\d{1,9})?s$/.test(value), why: 'expected seconds, such as 0.25s' },
};

function isTimestamp(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(value) && Date.parse(value) >= 0;
}

/** A key becomes a path of charts: only one that is its own normal form has one reading. */
function isNormalPath(value: string): boolean {
  return value.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

export function checkRule(rule: RuleName, value: string, at: string, shown: string): void {
  if (!rules[rule].fits(value)) throw failure('HF-MLF-003', { saw: shown, field: at, why: rules[rule].why });
}
export const ruleText = (rule: RuleName): string => rules[rule].why;
