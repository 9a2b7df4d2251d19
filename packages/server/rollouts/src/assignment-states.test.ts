// rollouts: what a device's report means for its share of a rollout.
import { type ReportedState, install_states } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';
import { type AssignmentState, isActive, observe, observeBack } from './assignment-states.ts';

const wanted = { rollout: 'roll_1', bundle: 'b'.repeat(64) };
const error = { code: 'HF-INSTALL-001', text: 'it ended 2 times' };

function report(state: ReportedState['install']['state'], about = wanted, current: string | null = null): ReportedState {
  return {
    install: { state, bundle: about.bundle, rollout: about.rollout, since_ms: 0, bytes_done: 0, error: state === 'failed' ? error : null },
    current: current && { bundle: current, model: 'm', model_version: 1 },
  } as unknown as ReportedState;
}

const meaning: Readonly<Partial<Record<(typeof install_states)[number], AssignmentState>>> = {
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
  it('knows every state that is about a bundle', () => {
    expect(install_states.filter((state) => !(state in meaning))).toEqual(['clearing', 'cleared']);
  });

  it.each(Object.entries(meaning) as [keyof typeof meaning, AssignmentState][])('reads %s as %s', (state, expected) => {
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

  it.each(['pending', 'cancelled', 'failed', 'going_back', 'went_back'] as const)('never leaves %s by a report', (state) => {
    expect(observe(state, report('committed'), wanted).state).toBe(state);
    expect(isActive(state)).toBe(false);
  });
});

describe('observeBack', () => {
  const former = { rollout: 'roll_0', bundle: 'a'.repeat(64) };
  const saying = (state: ReportedState['install']['state'], current: string | null, generation = 7) => ({ ...report(state, wanted, current), generation });

  it('holds a device to be back only where it reports so itself, after it was told', () => {
    const told = { generation: 7, bundle: former.bundle };
    expect(observeBack(null, told)).toMatchObject({ state: 'going_back' });
    expect(observeBack(saying('committed', former.bundle, 6), told)).toEqual({ state: 'going_back', error: 'told to go back; it has not taken that up yet' });
    expect(observeBack(saying('probation', former.bundle), told)).toEqual({ state: 'going_back', error: 'on its way back: probation' });
    expect(observeBack(saying('committed', former.bundle), told)).toEqual({ state: 'went_back', error: null });
    expect(observeBack(saying('committed', former.bundle, 9), told)).toEqual({ state: 'went_back', error: null });
  });

  it('names what a device runs that does not go back', () => {
    const told = { generation: 7, bundle: former.bundle };
    expect(observeBack(saying('committed', wanted.bundle), told).error).toBe('told to go back, and still runs m version 1');
    expect(observeBack(saying('failed', wanted.bundle), told).error).toBe('told to go back, and still runs m version 1: HF-INSTALL-001 it ended 2 times');
    expect(observeBack(saying('failed', null), told).error).toBe('told to go back, and runs no bundle: HF-INSTALL-001 it ended 2 times');
  });

  it('of a device that had none waits until it reports none', () => {
    const told = { generation: 7, bundle: null };
    expect(observeBack(saying('committed', wanted.bundle), told).state).toBe('going_back');
    expect(observeBack(saying('clearing', null), told).state).toBe('going_back');
    for (const rest of ['cleared', 'idle', 'failed'] as const) expect(observeBack(saying(rest, null), told)).toEqual({ state: 'went_back', error: null });
  });
});
