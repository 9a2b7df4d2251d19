// agent/watch: what the model said, one inference in so many, packed until somebody takes it: for truths that come later. A replayed inference may be in two
// packs: it says the same in both.
import { type Inference, encodePredictions, predictions_limits } from '@holdfast/protocol';
import { confidenceOf } from './confidence.ts';

const pack_max = 1_000;

export interface PredictingModel {
  readonly model: string;
  readonly model_version: number;
}

interface Kept {
  readonly at_ms: number;
  readonly reference: number;
  readonly predicted: number;
  readonly confidence: number;
  readonly scores: Float32Array;
}

export class PredictionLog {
  #seen = 0;
  #kept: Kept[] = [];
  #model: PredictingModel | null = null;
  #scores_each = 0;
  /** One prediction in so many is kept; 0 keeps none. */
  every = 0;

  /** The pack that was open for another model or shape, or that is full now; else null. */
  take(inference: Inference, model: PredictingModel, at_ms: number): Uint8Array | null {
    if (this.every === 0 || ++this.#seen % this.every !== 0) return null;
    const scores_each = inference.outputs.length > predictions_limits.scores_max ? 0 : inference.outputs.length;
    const is_other = this.#model?.model !== model.model || this.#model.model_version !== model.model_version || this.#scores_each !== scores_each;
    const closed = is_other ? this.close() : null;
    [this.#model, this.#scores_each] = [model, scores_each];
    const { reference, predicted } = inference;
    const scores = scores_each === 0 ? new Float32Array(0) : Float32Array.from(inference.outputs);
    this.#kept.push({ at_ms, reference, predicted, confidence: confidenceOf(inference), scores });
    return closed ?? (this.#kept.length >= pack_max ? this.close() : null);
  }

  /** What was kept since the last time; null where nothing was. */
  close(): Uint8Array | null {
    const [kept, model] = [this.#kept, this.#model];
    if (kept.length === 0 || model === null) return null;
    this.#kept = [];
    const first_ms = Math.min(...kept.map((one) => one.at_ms)); // a corrected clock may have gone back
    const scores = new Float32Array(kept.length * this.#scores_each);
    kept.forEach((one, i) => scores.set(one.scores, i * this.#scores_each));
    return encodePredictions({
      ...model,
      first_ms,
      references: Uint32Array.from(kept, (one) => one.reference),
      offsets_ms: Uint32Array.from(kept, (one) => Math.min(one.at_ms - first_ms, 0xffffffff)),
      predicted: Int16Array.from(kept, (one) => one.predicted),
      confidence: Float32Array.from(kept, (one) => one.confidence),
      scores_each: this.#scores_each,
      scores,
    });
  }
}
