// rollouts: what a device's report means for its share of a rollout.
import { type ReportedState, install_states } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';
import { type AssignmentState, isActive, observe } from './assignment-states.ts';

const wanted = { rollout: 'roll_1', bundle: 'b'.repeat(64) };
const error = { code: 'HF-INSTALL-001', text: 'it ended 2 times' };

function report(state: ReportedState['install']['state'], about = wanted, current: string | null = null): ReportedState {
  return {
    install: { state, bundle: about.bundle, rollout: about.rollout, since_ms: 0, bytes_done: 0, error: state === 'failed' ? error : null },
    current: current && { bundle: current, model: 'm', model_version: 1 },
  } as unknown as ReportedState;
}

const meaning: Record<(typeof install_states)[number], AssignmentState> = {
  idle: 'assigned',
  offered: 'downloading',
  downloading: 'downloading',
  verified: 'downloading',
  staged: 'downloading',
  armed: 'installed',
  probation: 'installed',
  committed: 'healthy',
  rolling_back: 'installed',
  failed: 'failed',
};

describe('observe', () => {
  it.each(install_states.map((state) => [state, meaning[state]] as const))('reads %s as %s', (state, expected) => {
    expect(observe('assigned', report(state), wanted)).toEqual({ state: expected, error: state === 'failed' ? 'HF-INSTALL-001 it ended 2 times' : null });
  });

  it('leaves the state as it is for a report about another rollout or bundle, or none', () => {
    for (const other of [
      { ...wanted, rollout: 'roll_0' },
      { ...wanted, bundle: 'c'.repeat(64) },
    ]) {
      expect(observe('downloading', report('failed', other), wanted)).toEqual({ state: 'downloading', error: null });
    }
    expect(observe('assigned', null, wanted)).toEqual({ state: 'assigned', error: null });
  });

  it('holds a device healthy that runs the bundle already, but not while it is on probation', () => {
    const other = { ...wanted, rollout: 'roll_0' };
    expect(observe('assigned', report('committed', other, wanted.bundle), wanted).state).toBe('healthy');
    expect(observe('assigned', report('probation', other, wanted.bundle), wanted).state).toBe('assigned');
  });

  it.each(['pending', 'cancelled', 'failed'] as const)('never leaves %s by a report', (state) => {
    expect(observe(state, report('committed'), wanted).state).toBe(state);
    expect(isActive(state)).toBe(false);
  });
});
