// agent/watch: which inferences are kept whole: one image in so many, more while the device looks drifted, every n-th, so that the rate is what was asked;
// and, where it is asked for, those that the model is not sure of. One inference is kept once, whatever the reasons.

import { type DesiredState, type Inference, type SampleHead, encodeSample, sync_limits } from '@holdfast/protocol';
import { confidenceOf } from './confidence.ts';
import { Quarantine } from './quarantine.ts';
import { sampleInputs } from './sample-inputs.ts';

export interface SampledModel {
  readonly model: string;
  readonly model_version: number;
}

/** How it stands with the device when an inference comes. */
export interface SampledMoment {
  readonly drifted: boolean;
  readonly at_ms: number;
  /** Of the inputs; absent where the app gives none. */
  readonly names?: readonly string[] | undefined;
}

export interface Sample {
  readonly record: Uint8Array;
  /** It was its turn; false where it was kept only because the model was not sure of it. */
  readonly is_due: boolean;
}

const head_bytes_max = 1_024;
const no_image = { width: 0, height: 0, channels: 0, pixels: new Uint8Array(0) };

export class Sampler {
  #seen = 0;
  #rule: DesiredState['capture'] = { window_inferences: 1, sample_every: 0, sample_every_drifted: 0 };
  readonly quarantine: Quarantine;
  /** Samples that were due, but larger than a record may be. */
  too_large = 0;

  constructor(quarantine: Quarantine) {
    this.quarantine = quarantine;
  }

  set rule(rule: DesiredState['capture']) {
    this.#rule = rule;
    this.quarantine.rule = rule.quarantine;
  }

  /** The record of a sample that is to be kept, or null. */
  take(inference: Inference, model: SampledModel, moment: SampledMoment): Sample | null {
    const confidence = confidenceOf(inference);
    const kept = this.#reasonFor(inference, confidence, moment);
    if (kept === null) return null;
    const { reason, is_due } = kept;
    const { width, height, channels, pixels } = inference.image ?? no_image;
    const head: SampleHead = {
      v: 1,
      at_ms: moment.at_ms,
      reference: inference.reference,
      model: model.model,
      model_version: model.model_version,
      width,
      height,
      channels,
      predicted: inference.predicted,
      confidence: confidence || 0, // a head is JSON, which has no NaN
      reason,
      ...(inference.image ? {} : sampleInputs(inference.inputs, moment.names ?? [])),
    };
    return { record: encodeSample(head, pixels), is_due };
  }

  #reasonFor(inference: Inference, confidence: number, { drifted, at_ms }: SampledMoment) {
    const is_due = inference.image !== undefined && this.#isDue(drifted);
    const is_below = this.quarantine.isBelow(confidence);
    if (!is_due && !is_below) return null;
    if ((inference.image?.pixels.length ?? 0) + head_bytes_max > sync_limits.record_bytes_max) {
      this.too_large++;
      if (is_below) this.quarantine.leaveOut();
      return null;
    }
    if (is_below && this.quarantine.take(at_ms)) return { reason: 'quarantine', is_due } as const;
    return is_due ? ({ reason: drifted ? 'drift' : 'steady', is_due } as const) : null;
  }

  #isDue(drifted: boolean): boolean {
    const { sample_every, sample_every_drifted } = this.#rule;
    const every = drifted && sample_every_drifted > 0 ? sample_every_drifted : sample_every;
    return every > 0 && ++this.#seen % every === 0;
  }
}
