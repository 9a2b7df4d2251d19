import { describe, expect, it } from 'vitest';
import { normalProfile, windowOn, type WindowKind } from '../../test/fleet-windows.ts';
import { DeviceEvidence, profileLaw } from './device-evidence.ts';

const random = { random: 99 };
const profile = normalProfile(random);
const law = profileLaw(profile);
const rule = { distance_min: 0.05, windows_to_open: 2, windows_to_resolve: 3 };
const found_at = Math.log(1000);

function watch(evidence: DeviceEvidence, from: number, kinds: readonly WindowKind[]): string[] {
  return kinds.map((kind, i) => {
    evidence.merge(windowOn(profile, random, from + i, kind), true);
    return evidence.settle(() => found_at, rule)[0]!.held.stage;
  });
}
const times = (count: number, kind: WindowKind) => Array.from({ length: count }, () => kind);

describe('a stream that has changed', () => {
  it('is a suspect with the first window, confirmed with the second in a row, and let go after three clean ones', () => {
    const evidence = new DeviceEvidence(law);
    expect(watch(evidence, 0, [{}, { shift: 2 }, {}, { shift: 2 }, { shift: 2 }])).toEqual(['none', 'suspect', 'suspect', 'suspect', 'confirmed']);
    expect(watch(evidence, 5, [{}, {}, { shift: 2 }, {}, {}, {}])).toEqual([...Array.from({ length: 5 }, () => 'confirmed'), 'none']);
    expect(evidence.logE()[0]).toBeCloseTo(0, 12); // the evidence begins anew
    expect(watch(evidence, 11, [{ shift: 2 }])).toEqual(['suspect']);
  });

  it('stays held while it goes on, however small: a change of 0.2 sd over 300 windows is let go at most once', () => {
    const evidence = new DeviceEvidence(law);
    watch(evidence, 0, times(40, { shift: 0.25 }));
    expect(evidence.streams[0]!.held.stage).toBe('confirmed');
    const stages = watch(evidence, 40, times(300, { shift: 0.25 }));
    expect(stages.filter((stage, i) => stage === 'none' && stages[i - 1] !== 'none').length).toBeLessThanOrEqual(1);
  });

  it('is not let go where it changes once more, to the other side', () => {
    const evidence = new DeviceEvidence(law);
    watch(evidence, 0, times(5, { shift: 1 }));
    expect(watch(evidence, 5, times(6, { shift: -1 }))).toEqual(Array.from({ length: 6 }, () => 'confirmed'));
  });

  it('is held for what is missing where that is wrong, and let go when the values come again', () => {
    const evidence = new DeviceEvidence(law);
    watch(evidence, 0, times(3, { missing: 0.4 }));
    expect(evidence.streams[0]!.held).toMatchObject({ stage: 'confirmed', fault: 'missing' });
    expect(watch(evidence, 3, times(3, {})).at(-1)).toBe('none');
  });

  it('is not found below the least effect, whatever the evidence', () => {
    const evidence = new DeviceEvidence(law);
    for (let i = 0; i < 60; i++) evidence.merge(windowOn(profile, random, i, { shift: 0.25 }, 500), true);
    expect(evidence.logE()[0]).toBeGreaterThan(100);
    expect(evidence.settle(() => found_at, { ...rule, distance_min: 0.15 })[0]!.held.stage).toBe('none');
  });

  it('is let go on another profile after three windows that are like it, of however few values they are', () => {
    const let_go = Array.from({ length: 40 }, () => {
      let evidence = new DeviceEvidence(law);
      watch(evidence, 0, times(3, { shift: 2 }));
      evidence = evidence.anew(law);
      for (let i = 3; i < 6; i++) {
        evidence.merge(windowOn(profile, random, i, {}, 20), true);
        evidence.settle(() => found_at, rule);
      }
      return evidence.streams[0]!.held.stage === 'none';
    });
    expect(let_go.filter(Boolean).length).toBeGreaterThanOrEqual(36);
  });

  it('stays held on another profile until its windows look like that one; what came before it was let go is not taken in', () => {
    let evidence = new DeviceEvidence(law);
    watch(evidence, 0, times(3, { shift: 2 }));
    evidence = evidence.anew(law);
    expect(watch(evidence, 3, [{}, {}, {}])).toEqual(['confirmed', 'confirmed', 'none']);
    evidence.merge(windowOn(profile, random, 1, { shift: 2 }), false);
    expect(evidence.settle(() => found_at, rule)[0]!.held.stage).toBe('none');
  });
});
