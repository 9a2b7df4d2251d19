import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type StreamSpec, streamOf } from '../../test/streams.ts';
import type { GivenParameters } from './parameters.ts';
import { openDetector } from './registry.ts';

// Where river 0.26.1 fires (ADWIN, Page-Hinkley, KSWIN with its own draws, DDM, EDDM, HDDM-A, HDDM-W), and a few lines of Python for those that river has not: golden/make.py.
interface Case {
  readonly detector: string;
  readonly parameters: Omit<GivenParameters, 'reference'> & { readonly reference?: StreamSpec };
  readonly stream: StreamSpec;
  readonly drifts: readonly number[];
  /** First and last index of each stretch of warnings. */
  readonly warnings: readonly (readonly [number, number])[];
}
const cases = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', '..', 'golden', 'firings.json'), 'utf8')) as Case[];

function firings({ detector: name, parameters: { reference, ...parameters }, stream }: Case) {
  const detector = openDetector(name, { parameters: parameters as GivenParameters, reference: reference ? streamOf(reference) : [] });
  const drifts: number[] = [];
  const warnings: [number, number][] = [];
  for (const [i, value] of streamOf(stream).entries()) {
    const firing = detector.update(value);
    if (firing === 'drift') drifts.push(i);
    if (firing !== 'warning') continue;
    if (warnings.at(-1)?.[1] === i - 1) warnings.at(-1)![1] = i;
    else warnings.push([i, i]);
  }
  return { drifts, warnings };
}

const grouped = Map.groupBy(cases, ({ detector, parameters }) => `${detector} ${JSON.stringify(parameters)}`);

describe('a detector fires at the same index as its peer', () => {
  it.each([...grouped])('%s', (_name, group) => {
    expect(group.length).toBeGreaterThanOrEqual(20);
    expect(group.some(({ drifts }) => drifts.length > 0)).toBe(true);
    const wrong = group.map((one) => ({ stream: one.stream, saw: firings(one), expected: { drifts: one.drifts, warnings: one.warnings } }));
    expect(wrong.filter(({ saw, expected }) => JSON.stringify(saw) !== JSON.stringify(expected))).toEqual([]);
  });
});
