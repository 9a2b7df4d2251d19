// serving: how right a model is on labelled images: accuracy, the confusion counts, and recall, precision and F1 of each class.
// Empty rule: a share of nothing (no image of a class, a class never predicted) is 0; an evaluation without images is refused.
import { type Clock, failure } from '@holdfast/base';
import type { Image, Pipeline } from '@holdfast/pipeline';
import { makeClassifier } from './classify.ts';
import type { Model } from './model.ts';

export interface EvaluationOptions {
  readonly model: Model;
  readonly pipeline: Pipeline;
  readonly images: readonly Image[];
  /** One an image, the index of its class. */
  readonly labels: ArrayLike<number>;
  readonly class_names: readonly string[];
  readonly clock?: Clock;
}

export interface ClassScore {
  readonly name: string;
  readonly count: number;
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
}

export interface Evaluation {
  readonly accuracy: number;
  readonly per_class: readonly ClassScore[];
  /** Rows are labels, columns predictions. An image without a predicted class is in no column. */
  readonly confusion: readonly (readonly number[])[];
  readonly mean_latency_ms: number;
}

export async function evaluateModel(options: EvaluationOptions): Promise<Evaluation> {
  const { images, labels, class_names } = options;
  checkLabels(images.length, labels, class_names.length);
  const classify = makeClassifier(options.model, options.pipeline, options.clock);
  const confusion = class_names.map(() => class_names.map(() => 0));
  let latency_ms = 0;
  for (const [i, image] of images.entries()) {
    const seen = await classify(image);
    latency_ms += seen.latency_ms;
    const row = confusion[labels[i]!]!;
    if (seen.predicted >= 0 && seen.predicted < row.length) row[seen.predicted]! += 1;
  }
  const right = confusion.reduce((sum, row, i) => sum + row[i]!, 0);
  const per_class = class_names.map((name, at) => scoreClass(name, at, labels, confusion));
  return { accuracy: right / images.length, per_class, confusion, mean_latency_ms: latency_ms / images.length };
}

function scoreClass(name: string, at: number, labels: ArrayLike<number>, confusion: readonly (readonly number[])[]): ClassScore {
  const count = Array.from(labels).filter((label) => label === at).length;
  const right = confusion[at]![at]!;
  const predicted = confusion.reduce((sum, row) => sum + row[at]!, 0);
  return { name, count, recall: share(right, count), precision: share(right, predicted), f1: share(2 * right, count + predicted) };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function checkLabels(images: number, labels: ArrayLike<number>, classes: number): void {
  if (images === 0 || images !== labels.length)
    throw failure('HF-MODEL-003', { saw: `${images} images and ${labels.length} labels`, expected: 'as many labels as images, at least one' });
  const odd = Array.from(labels).find((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (odd !== undefined) throw failure('HF-MODEL-003', { saw: `the label ${odd}`, expected: `a class from 0 to ${classes - 1}` });
}
