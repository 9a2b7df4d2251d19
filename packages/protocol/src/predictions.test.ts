import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Predictions, decodePredictions, decodeReferences, decodeSaid, encodePredictions, namingBytes, predictions_limits } from './predictions.ts';

const some = (n: number, scores_each: number): Predictions => ({
  model: 'parts é',
  model_version: 3,
  first_ms: 1_800_000_000_000.5,
  references: Uint32Array.from({ length: n }, (_, i) => 4_294_967_295 - i),
  offsets_ms: Uint32Array.from({ length: n }, (_, i) => i * 10),
  predicted: Int16Array.from({ length: n }, (_, i) => i - 1),
  confidence: Float32Array.from({ length: n }, (_, i) => (i === 0 ? Number.NaN : 1 / (i + 1))),
  scores_each,
  scores: Float32Array.from({ length: n * scores_each }, (_, i) => i / 7),
});

describe('predictions', () => {
  it('come back as they were, with and without scores', () => {
    for (const [n, scores_each] of [[1, 0], [3, 2], [predictions_limits.predictions_max, 1]] as const) expect(decodePredictions(encodePredictions(some(n, scores_each)))).toEqual(some(n, scores_each)); // prettier-ignore
  });

  it('are named by their beginning, which says where each stands, with and without scores', () => {
    for (const scores_each of [0, 3]) {
      const [whole, bytes] = [some(5, scores_each), encodePredictions(some(5, scores_each))];
      const { begin, ...named } = decodeReferences(bytes.subarray(0, namingBytes(5)))!;
      expect(named).toEqual({ first_ms: whole.first_ms, references: whole.references, offsets_ms: whole.offsets_ms, scores_each });
      const piece = (from: number, size: number) => [...bytes.subarray(from + 2 * size, from + 3 * size)];
      const said = decodeSaid(Uint8Array.from([...piece(begin.predicted, 2), ...piece(begin.confidence, 4), ...piece(begin.scores, 4 * scores_each)]));
      expect(said).toEqual({ predicted: whole.predicted[2], confidence: whole.confidence[2], scores: whole.scores.slice(2 * scores_each, 3 * scores_each) });
      for (let cut = 0; cut < begin.predicted; cut++) expect(decodeReferences(bytes.subarray(0, cut))).toBeNull();
    }
  });

  it('are null where bytes are missing, too many or others', () => {
    const bytes = encodePredictions(some(2, 1));
    for (let cut = 0; cut < bytes.length; cut++) expect(decodePredictions(bytes.subarray(0, cut))).toBeNull();
    expect(decodePredictions(Uint8Array.of(...bytes, 0))).toBeNull();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => decodePredictions(noise) === null));
    const odd = Uint8Array.from(bytes);
    new DataView(odd.buffer).setFloat64(16, Number.NaN, true);
    expect(decodePredictions(odd)).toBeNull();
  });
});
