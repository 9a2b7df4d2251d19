// serving: from an image to scores and a class, through the pipeline's own ops. The one path of device, training and server.
import { type Clock, systemClock } from '@holdfast/base';
import { compilePostproc, compilePreproc, type Image, type Pipeline, type Result } from '@holdfast/pipeline';
import type { Model } from './model.ts';

export interface Classified {
  /** The index of the class, -1 where the pipeline ends without one. */
  readonly predicted: number;
  /** The scores of the classes; of boxes, their scores, best first. */
  readonly scores: Float32Array;
  readonly result: Result;
  /** Preprocessing, model and postprocessing together. */
  readonly latency_ms: number;
}

export type Classify = (image: Image) => Promise<Classified>;

export function makeClassifier(model: Model, pipeline: Pipeline, clock: Clock = systemClock): Classify {
  const before = compilePreproc(pipeline);
  const after = compilePostproc(pipeline);
  return async (image) => {
    const from_ms = clock.mono_ms();
    const result = after(await model.run(before(image)));
    return { ...reading(result), result, latency_ms: clock.mono_ms() - from_ms };
  };
}

/** Class and scores of what postprocessing made. */
export function reading(result: Result): { predicted: number; scores: Float32Array } {
  if (result.kind === 'class') return { predicted: result.index, scores: result.scores };
  if (result.kind === 'ranking') return { predicted: result.classes[0]?.index ?? -1, scores: result.scores };
  if (result.kind === 'boxes') return { predicted: -1, scores: Float32Array.from(result.boxes, (box) => box.score) };
  return { predicted: -1, scores: result.tensor.values };
}
