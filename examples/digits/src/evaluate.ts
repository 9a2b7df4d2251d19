// examples/digits: the gate. Is the candidate better than the current model where the fleet suffers, and as good as before on clean images?
// In: HOLDFAST_INPUT_MODEL, HOLDFAST_INPUT_DATASET (held out: never trained on), HOLDFAST_INPUT_BASELINE (optional), HOLDFAST_PARAMS_FILE (optional).
// Out: HOLDFAST_OUTPUT_METRICS and HOLDFAST_OUTPUT_PROFILE. Exit code 0 where the gate holds, 1 with a sentence where it does not.
// The profile is made from what the cameras really see: the clean images and every collected subfolder, each a condition of its own.
import type { Image, Pipeline } from '@holdfast/pipeline';
import { evaluateModel, type Model, openModel, profileModel } from '@holdfast/serving';
import type { ReferenceProfile } from '@holdfast/stats';
import { type Dataset, type Pair, readDataset } from './dataset.ts';
import { classes } from './network.ts';
import { type Environment, isMain, numberOf, readParams, readPipeline, required, runCommand } from './settings.ts';
import { writeWhole } from './train.ts';

export const class_names: readonly string[] = Array.from({ length: classes }, (_, i) => String(i));

export interface Scores {
  readonly clean: number;
  /** All collected images together; null where there is none. */
  readonly collected: number | null;
  readonly by_condition: Readonly<Record<string, number>>;
}

export interface Gate {
  /** How much better on collected images the candidate must be, as a share. */
  readonly gain_min: number;
  /** How much worse on clean images it may be. */
  readonly loss_max: number;
}

export async function scoreModel(model: Model, pipeline: Pipeline, dataset: Dataset): Promise<Scores> {
  const clean = await accuracy(model, pipeline, dataset.clean);
  const by_condition: Record<string, number> = {};
  let [right, all] = [0, 0];
  for (const pair of dataset.collected) {
    by_condition[pair.name] = await accuracy(model, pipeline, pair);
    right += by_condition[pair.name]! * pair.images.length;
    all += pair.images.length;
  }
  return { clean, collected: all === 0 ? null : right / all, by_condition };
}

async function accuracy(model: Model, pipeline: Pipeline, { images, labels }: Pair): Promise<number> {
  return (await evaluateModel({ model, pipeline, images, labels, class_names })).accuracy;
}

/** Null where the gate holds, else the sentence that says why not. Without a baseline there is nothing to be worse than. */
export function judge(candidate: Scores, baseline: Scores | null, gate: Gate): string | null {
  if (!baseline) return null;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  if (candidate.clean < baseline.clean - gate.loss_max) {
    return `The candidate is right on ${percent(candidate.clean)} of the clean images, the current model on ${percent(baseline.clean)}: expected at most ${percent(gate.loss_max)} less.`;
  }
  if (candidate.collected !== null && baseline.collected !== null && candidate.collected < baseline.collected + gate.gain_min) {
    return `The candidate is right on ${percent(candidate.collected)} of the collected images, the current model on ${percent(baseline.collected)}: expected at least ${percent(gate.gain_min)} more.`;
  }
  return null;
}

/** The profile on clean and collected images, each a condition where there are several. */
export async function profileOn(model: Model, pipeline: Pipeline, dataset: Dataset): Promise<ReferenceProfile> {
  const pairs = [dataset.clean, ...dataset.collected];
  const images: Image[] = pairs.flatMap((pair) => pair.images);
  const labels = pairs.flatMap((pair) => Array.from(pair.labels));
  const of = pairs.flatMap((pair, i) => pair.images.map(() => i));
  const conditions = pairs.length > 1 ? { conditions: { names: pairs.map((pair) => pair.name || 'clean'), of } } : {};
  return (await profileModel({ model, pipeline, images, labels, class_names, ...conditions })).profile;
}

async function main(environment: Environment): Promise<number> {
  const pipeline = await readPipeline(environment);
  const dataset = await readDataset(required(environment, 'HOLDFAST_INPUT_DATASET', 'the folder of the held-out dataset'));
  const params = await readParams(environment);
  const gate = { gain_min: numberOf(params, 'gain_min', 0.02, 0, 1), loss_max: numberOf(params, 'loss_max', 0.01, 0, 1) };
  const model = await openModel(required(environment, 'HOLDFAST_INPUT_MODEL', 'the ONNX file of the candidate'));
  const candidate = await scoreModel(model, pipeline, dataset);
  const baseline = await scoreFile(environment['HOLDFAST_INPUT_BASELINE'], pipeline, dataset);
  const reason = judge(candidate, baseline, gate);
  const profile = await profileOn(model, pipeline, dataset);
  await model.close();
  await writeJson(environment['HOLDFAST_OUTPUT_METRICS'], { candidate, baseline, gate: { ...gate, holds: reason === null, reason } });
  await writeJson(environment['HOLDFAST_OUTPUT_PROFILE'], profile);
  print('candidate', candidate);
  if (baseline) print('baseline', baseline);
  process.stdout.write(`${reason ?? 'The gate holds.'}\n`);
  return reason === null ? 0 : 1;
}

async function scoreFile(path: string | undefined, pipeline: Pipeline, dataset: Dataset): Promise<Scores | null> {
  if (!path) return null;
  const model = await openModel(path);
  const scores = await scoreModel(model, pipeline, dataset);
  await model.close();
  return scores;
}

async function writeJson(path: string | undefined, value: unknown): Promise<void> {
  if (path) await writeWhole(path, `${JSON.stringify(value)}\n`);
}

function print(who: string, scores: Scores): void {
  process.stdout.write(`::metric name=${who}_clean value=${scores.clean} step=0\n`);
  if (scores.collected !== null) process.stdout.write(`::metric name=${who}_collected value=${scores.collected} step=0\n`);
}

if (isMain(import.meta.url)) await runCommand(() => main(process.env));
