// examples/digits: the training step. Reads a dataset folder, learns, writes an ONNX file and metrics.json beside it.
// In: HOLDFAST_INPUT_DATASET, HOLDFAST_OUTPUT_MODEL, HOLDFAST_PARAMS_FILE (optional), HOLDFAST_SEED (optional). Out: `::metric` and `::progress` lines.
// Collected images are few: they are repeated until they are half as many as the clean ones, so that the network cannot pass over them.
import { rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compilePreproc, type Pipeline } from '@holdfast/pipeline';
import { type Dataset, type Pair, readDataset } from './dataset.ts';
import { accuracyOf, type Example, learn } from './learning.ts';
import { classes, side } from './network.ts';
import { toOnnx } from './onnx.ts';
import { type Environment, isMain, numberOf, readParams, readPipeline, required, runCommand } from './settings.ts';

export interface TrainingPlan {
  readonly epochs: number;
  readonly batch_size: number;
  readonly learning_rate: number;
  readonly seed: number;
  /** Clean images at most: the first ones. */
  readonly clean_images_max: number;
  /** Collected examples a clean one, reached by repeating. */
  readonly collected_share: number;
}

export async function planOf(environment: Environment, pipeline: Pipeline): Promise<TrainingPlan> {
  const params = { ...pipeline.model.hyperparams, ...(await readParams(environment)) };
  return {
    epochs: numberOf(params, 'epochs', 4, 1, 100),
    batch_size: numberOf(params, 'batch_size', 32, 1, 1024),
    learning_rate: numberOf(params, 'learning_rate', 0.003, 1e-6, 1),
    seed: numberOf({ seed: environment['HOLDFAST_SEED'] ?? params['seed'] }, 'seed', 1, 0, 4_294_967_295),
    clean_images_max: numberOf(params, 'clean_images_max', 20_000, 1, 1_000_000),
    collected_share: numberOf(params, 'collected_share', 0.5, 0, 4),
  };
}

/** The examples of a dataset, the collected ones repeated to their share. */
export function examplesOf(dataset: Dataset, pipeline: Pipeline, plan: Pick<TrainingPlan, 'clean_images_max' | 'collected_share'>): Example[] {
  const clean = toExamples(dataset.clean, pipeline).slice(0, plan.clean_images_max);
  const collected = dataset.collected.flatMap((pair) => toExamples(pair, pipeline));
  const times = collected.length === 0 ? 0 : Math.max(1, Math.round((plan.collected_share * clean.length) / collected.length));
  return [...clean, ...Array.from({ length: times }, () => collected).flat()];
}

export function toExamples(pair: Pair, pipeline: Pipeline): Example[] {
  const preproc = compilePreproc(pipeline);
  return pair.images.map((image, i) => {
    const { values } = preproc(image);
    if (values.length !== side * side) throw new Error(`preproc leaves ${values.length} numbers an image, the network takes ${side * side}`);
    if (pair.labels[i]! >= classes) throw new Error(`label ${pair.labels[i]} in ${pair.name || 'the clean images'}, expected 0 to ${classes - 1}`);
    return { image: values, label: pair.labels[i]! };
  });
}

async function main(environment: Environment): Promise<number> {
  const folder = required(environment, 'HOLDFAST_INPUT_DATASET', 'the folder of the dataset');
  const model = required(environment, 'HOLDFAST_OUTPUT_MODEL', 'the ONNX file to write');
  const pipeline = await readPipeline(environment);
  const plan = await planOf(environment, pipeline);
  const examples = examplesOf(await readDataset(folder), pipeline, plan);
  process.stdout.write(`${examples.length} examples, ${plan.epochs} epochs, seed ${plan.seed}\n`);
  const from_ms = performance.now();
  const parameters = learn(examples, { ...plan, report });
  const metrics = {
    train_accuracy: accuracyOf(parameters, examples.slice(0, 5000)),
    examples: examples.length,
    train_seconds: (performance.now() - from_ms) / 1000,
  };
  await writeWhole(model, toOnnx(parameters));
  await writeWhole(join(dirname(model), 'metrics.json'), `${JSON.stringify(metrics)}\n`);
  process.stdout.write(`::metric name=train_accuracy value=${metrics.train_accuracy} step=${plan.epochs}\n`);
  return 0;
}

function report(step: number, loss: number, progress: number): void {
  process.stdout.write(`::metric name=loss value=${loss.toFixed(6)} step=${step}\n::progress ${progress.toFixed(3)}\n`);
}

/** Writes beside and renames, so that no reader meets half a file. */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(`${path}.part`, content);
  await rename(`${path}.part`, path);
}

if (isMain(import.meta.url)) await runCommand(() => main(process.env));
