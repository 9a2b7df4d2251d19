import { describe, expect, it } from 'vitest';
import { buildProfile } from '../build-profile.ts';
import { emptyMoments } from '../sketches/moments.ts';
import { DeviceEvidence, profileLaw } from './device-evidence.ts';
import { packEvidence, unpackEvidence } from './packed.ts';

const words = Array.from({ length: 600 }, (_, i) => `word ${i % 40}`);
const rows = { names: [], values: words.map(() => new Float64Array(0)), predicted: words.map((_, i) => i % 2), class_names: ['a', 'b'] };
const law = profileLaw(buildProfile({ ...rows, words: [{ name: 'input.word', words }] }));
const window = (from_ms: number, fresh: number) => {
  const counts = law[0]!.references[0]!.counts.map((count, bin, all) => (bin === all.length - 1 ? fresh : bin === all.length - 2 ? count - fresh : count));
  return {
    from_ms,
    to_ms: from_ms + 1,
    inferences: 600,
    classes: [300, 300],
    features: [{ name: 'input.word', counts, moments: { ...emptyMoments(), count: 600 } }],
  };
};

describe('the evidence of a device in bytes', () => {
  it('keeps what new words have gathered', () => {
    const evidence = new DeviceEvidence(law);
    evidence.merge(window(0, 90), true);
    const again = unpackEvidence(packEvidence(evidence), law)!;
    expect(again.streams).toEqual(evidence.streams);
    expect(again.logE()[0]).toBeGreaterThan(Math.log(1e6));
  });

  it('reads the bytes of before, which had no evidence of new words: it begins, and the rest goes on', () => {
    const before = law.map((one) => ({ ...one, unseen_share: null }));
    const old = new DeviceEvidence(before);
    old.merge(window(0, 0), true);
    const bytes = packEvidence(old);
    bytes[0] = 1;
    const again = unpackEvidence(bytes, law)!;
    expect(again.streams.map(({ state, held, anew_ms }) => ({ state: { ...state, unseen: new Float32Array(0) }, held, anew_ms }))).toEqual(old.streams);
    again.merge(window(1, 90), true);
    expect(again.logE()[0]).toBeGreaterThan(Math.log(1e6));
  });

  it('is none of bytes of a later version, or of none', () => {
    const bytes = packEvidence(new DeviceEvidence(law));
    expect(unpackEvidence(bytes.slice(0, -1), law)).toBeNull();
    bytes[0] = 3;
    expect(unpackEvidence(bytes, law)).toBeNull();
    expect(unpackEvidence(new Uint8Array(0), law)).toBeNull();
  });
});
