// agent/watch: which images are kept: one in so many, more while the device looks drifted. Every n-th, so that the rate is what was asked.

import { type DesiredState, type Inference, type SampleHead, encodeSample, sync_limits } from '@holdfast/protocol';
import { confidenceOf } from './confidence.ts';

export interface SampledModel {
  readonly model: string;
  readonly model_version: number;
}

const head_bytes_max = 1_024;

export class Sampler {
  #seen = 0;
  rule: DesiredState['capture'] = { window_inferences: 1, sample_every: 0, sample_every_drifted: 0 };
  /** Samples that were due, but larger than a record may be. */
  too_large = 0;

  /** The record of a sample that is due, or null. */
  take(inference: Inference, model: SampledModel, drifted: boolean, at_ms: number): Uint8Array | null {
    const { image } = inference;
    const every = drifted && this.rule.sample_every_drifted > 0 ? this.rule.sample_every_drifted : this.rule.sample_every;
    if (!image || every === 0 || ++this.#seen % every !== 0) return null;
    if (image.pixels.length + head_bytes_max > sync_limits.record_bytes_max) {
      this.too_large++;
      return null;
    }
    const head: SampleHead = {
      v: 1,
      at_ms,
      reference: inference.reference,
      model: model.model,
      model_version: model.model_version,
      width: image.width,
      height: image.height,
      channels: image.channels,
      predicted: inference.predicted,
      confidence: confidenceOf(inference) || 0, // a head is JSON, which has no NaN
      reason: drifted ? 'drift' : 'steady',
    };
    return encodeSample(head, image.pixels);
  }
}
