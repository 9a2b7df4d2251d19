import { describe, expect, it } from 'vitest';
import { detectorContract } from './contract.ts';
import { defineDetector } from './detector.ts';
import { whole } from './parameters.ts';
import { detectorKind, detectors, openDetector, resumeDetector } from './registry.ts';

describe.each(detectors.map((kind) => [kind.name, kind] as const))('%s', (_name, kind) => {
  it.each(detectorContract.map((one) => [one.promise, one] as const))('%s', (_promise, { broken }) => {
    expect(broken(kind)).toBeNull();
  });

  it('takes the defaults that it states, and refuses what is out of their range', () => {
    const defaults = Object.fromEntries(Object.entries(kind.parameters).map(([key, one]) => [key, one.default]));
    expect(kind.open(defaults).state.parameters).toEqual(kind.open().state.parameters);
    for (const [key, one] of Object.entries(kind.parameters)) {
      const wrong = 'max' in one ? [one.max + Math.max(1, one.max), Number.NaN, '3'] : ['nonsense', 7];
      for (const value of wrong) expect(() => kind.open({ [key]: value }), `${key} ${value}`).toThrow(/expected/);
    }
  });
});

describe('the contract', () => {
  /** Breaks what it can: grows, forgets its state, fires on nothing. */
  const broken = defineDetector({
    name: 'broken',
    says: 'nothing that is true',
    layout: 1,
    parameters: {},
    start: () => ({ all: [] as number[], bad: 0 }),
    step(memory, value) {
      memory.all.push(value);
      memory.bad = Number.NaN;
      return memory.all.length > 100 ? 'drift' : Number.isNaN(memory.bad) ? 'warning' : null;
    },
    after: (memory) => memory,
  });

  it('is not kept by a detector that grows and fires on nothing', () => {
    const found = detectorContract.filter((one) => one.broken(broken) !== null).map((one) => one.promise);
    expect(found).toEqual(expect.arrayContaining(['its memory does not grow', 'a constant stream gives no drift']));
  });
});

describe('a detector by its name', () => {
  it('is suggested where the name is nearly right', () => {
    expect(() => detectorKind('adwim')).toThrow(/did you mean "adwin"/);
    expect(() => openDetector('adwin', { parameters: { delt: 1 } })).toThrow(/"delt".*did you mean "delta"/);
  });

  it('may be one of a list of the caller', () => {
    const counter = defineDetector({
      name: 'counter',
      says: 'every so many values',
      layout: 1,
      parameters: { every: whole(3, 1, 100, 'values') },
      start: () => ({ n: 0 }),
      step: (memory, _value, { every }) => (++memory.n === every ? 'drift' : null),
    });
    const known = [...detectors, counter];
    const detector = openDetector('counter', { known, parameters: { every: 2 } });
    expect([1, 1, 1, 1].map((value) => detector.update(value))).toEqual([null, 'drift', null, 'drift']);
    expect(resumeDetector(detector.state, known).read).toBe(4);
    expect(() => resumeDetector(detector.state)).toThrow(/no detector "counter"/);
  });
});
