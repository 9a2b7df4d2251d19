import { describe, expect, it } from 'vitest';
import type { AlertFeature } from './alert-table.ts';
import { featuresOf, summaryOf } from './cause.ts';
import { causeInWords, suggestionOf, titleOf } from './words.ts';

const moved: AlertFeature = { name: 'image.sharpness', distance: 0.5, p_value: 1e-9, fault: 'distribution', mean: 40, reference_mean: 80 };
const missing = (name: string, share: number, reference_share = 0): AlertFeature => ({
  name,
  distance: share - reference_share,
  p_value: 1e-9,
  fault: 'missing',
  missing: { share, reference_share },
});
const cause = (...features: AlertFeature[]) => causeInWords([{ name: 'gate-1', features }]);

const next = (devices: readonly { features: AlertFeature[] }[]) => suggestionOf('eyes', devices, summaryOf(devices.map((d) => d.features)));

describe('the words of an alert', () => {
  it('say which way a value moved, and a guess at why', () => {
    expect(cause(moved)).toBe('gate-1: sharpness fell from 80 to 40; this looks like a lens out of focus.');
  });

  it('say in how many inferences a value is missing, and in how many of the reference', () => {
    expect(cause(missing('input.3', 0.4))).toBe('gate-1: input 3 is missing in 40 % of the inferences, 0 % in the reference.');
    expect(cause(missing('classes', 0.999, 0.002))).toBe('gate-1: the class is missing in more than 99 % of the inferences, less than 1 % in the reference.');
  });

  it('say how many words are new, where that is what changed', () => {
    const word: AlertFeature = { name: 'input.site', distance: 0.1, p_value: 1e-9, signature: 'new_category', unseen: { share: 0.07, reference_share: 0 } };
    expect(cause(word)).toBe(
      'gate-1: input site is new to the reference in 7 % of its values, in 0 % there; this looks like a value that the reference does not know.',
    );
    expect(cause({ ...word, signature: 'prior_shift' })).toContain('input site changed; this looks like other things before the model');
  });

  it('guess nothing from the mean of the few values that are left', () => {
    expect(cause({ ...missing('image.sharpness', 0.9), mean: 10, reference_mean: 80 })).not.toContain('lens');
  });

  it('tell of a pair how its features move together, and of its features alone where they tell it', () => {
    const pair: AlertFeature = { ...moved, name: 'pair.input.a*input.b', signature: 'shape' };
    expect(cause(pair)).toBe('gate-1: how input a and input b move together changed.');
    expect(next([{ features: [pair] }])).toContain('Each feature by itself is as it was');
    const readings = [pair, { ...moved, name: 'input.b' }].map((one) => ({
      ...one,
      fault: 'distribution' as const,
      drifted: true,
      stage: 'confirmed' as const,
    }));
    expect(featuresOf({ readings }, 'confirmed').map(({ name }) => name)).toEqual(['input.b']);
  });

  it('speak of the app where values are missing only, and of the model where some are other ones', () => {
    const gone = { features: [missing('input.3', 1)] };
    expect(titleOf('eyes', [gone])).toBe('eyes misses inputs that it was made with on 1 device');
    expect(next([gone])).toContain('Look at the app and the sensors');
    expect(titleOf('eyes', [gone, { features: [moved] }])).toBe('eyes sees other inputs than it was made for on 2 devices');
    expect(next([gone, { features: [moved] }])).toContain('retrain eyes');
  });
});
