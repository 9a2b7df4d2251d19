// cli/drift: one line of `holdfast drift monitor`: an inference as JSON. A part that is there is of its kind, else the line is refused (HF-CLI-021); null is absent.
// Keys of other things, such as a time, are passed over.
import { failure } from '@holdfast/base';
import type { MonitoredInference } from '@holdfast/stats';

const isNumbers = (value: unknown): boolean => Array.isArray(value) && value.every((one) => one === null || typeof one === 'number');
const isClass = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';
const isOutputs = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((one) => one === null || typeof one === 'number');

const parts = {
  confidence: ['a number', (value: unknown) => typeof value === 'number'],
  predicted: ['a number or a name', isClass],
  features: ['a list of numbers', isNumbers],
  outputs: ['an object of numbers', isOutputs],
  label: ['a number or a name', isClass],
  distances: ['a list of numbers', isNumbers],
  neighbor_labels: ['a list of numbers or names', (value: unknown) => Array.isArray(value) && value.every(isClass)],
} as const;

export function parseRecord(text: string, line: number): MonitoredInference {
  const refuse = (saw: string, expected: string) => failure('HF-CLI-021', { line, saw, expected });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse(JSON.stringify(text.slice(0, 60)), 'one JSON object'); // what the parser says of it names a place in a line that may be long
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(JSON.stringify(text.slice(0, 60)), 'one JSON object');
  const record = value as Record<string, unknown>;
  for (const [key, [expected, fits]] of Object.entries(parts)) {
    const part = record[key] ?? undefined;
    if (part !== undefined && !fits(part)) throw refuse(`${key} ${JSON.stringify(part).slice(0, 60)}`, `${key} to be ${expected}`);
  }
  return record as MonitoredInference;
}
