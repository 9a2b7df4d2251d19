// examples/digits: the inference program of a device: a camera that reads digits. The agent starts it, with HOLDFAST_BUNDLE and HOLDFAST_RING set.
// Use: camera [--seed N] [--rate PER_SECOND] [--faults FILE] [--truth FILE] [--count N]
// It logs each inference with the image as the camera gave it. The truth (labels) goes into a file of its own, which no part of the platform reads.
import { createHash } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { openLog } from '@holdfast/agent/sdk';
import { parsePipeline } from '@holdfast/pipeline';
import { type Classify, makeClassifier, openModel } from '@holdfast/serving';
import { class_names } from './evaluate.ts';
import { clear, type Fault } from './lens.ts';
import { readMnist } from './mnist.ts';
import { readFault, Scene } from './scene.ts';
import { isMain, numberOf, required, runCommand } from './settings.ts';

export interface CameraOptions {
  readonly bundle: string;
  /** Where to log; default is what the agent gives. */
  readonly ring?: string | undefined;
  readonly seed: number;
  readonly rate: number;
  readonly faults?: string | undefined;
  readonly truth?: string | undefined;
  /** Inferences until the program ends by itself. */
  readonly count: number;
}

const tick_ms = 100;

/** Runs until `count` inferences are made or `stop` is aborted. Returns the inferences made, and those that the log could not take. */
export async function runCamera(options: CameraOptions, stop: AbortSignal): Promise<{ made: number; dropped: number }> {
  const bundle = await openBundle(options.bundle);
  const scene = new Scene(await readMnist('test'), options.seed);
  const log = openLog({ outputs: class_names, ...(options.ring === undefined ? {} : { ring: options.ring }) });
  let [made, fault, fault_at_ms] = [0, clear, Number.NEGATIVE_INFINITY];
  const from_ms = performance.now();
  const start = firstReference(options);
  while (made < options.count && !stop.aborted) {
    if (performance.now() - fault_at_ms >= 1000) [fault, fault_at_ms] = [await readFault(options.faults, fault, complain), performance.now()];
    const due = Math.min(options.count, Math.floor(((performance.now() - from_ms) / 1000) * options.rate));
    const lines: string[] = [];
    for (; made < due && !stop.aborted; made++) lines.push(await inferOnce(start + made, bundle, scene, fault, log));
    if (options.truth !== undefined && lines.length > 0) await appendFile(options.truth, lines.join(''));
    if (made < options.count) await pause(tick_ms, stop);
  }
  log.close();
  await bundle.close();
  return { made, dropped: log.dropped };
}

interface OpenBundle {
  readonly classify: Classify;
  readonly close: () => Promise<void>;
  /** What the truth says of the model: its digest always, its version where a manifest stands beside the folder. */
  readonly model: { readonly model_digest: string; readonly model_version: number | null };
}

async function openBundle(folder: string): Promise<OpenBundle> {
  const bytes = await readFile(join(folder, 'model.onnx'));
  const pipeline = parsePipeline(await readFile(join(folder, 'pipeline.json'), 'utf8'));
  const model = await openModel(bytes);
  const model_digest = createHash('sha256').update(bytes).digest('hex');
  return { classify: makeClassifier(model, pipeline), close: () => model.close(), model: { model_digest, model_version: await versionOf(folder) } };
}

/** The version in the manifest that the agent keeps beside the folder of a bundle; null where there is none, as when run by hand. */
async function versionOf(folder: string): Promise<number | null> {
  try {
    const manifest = JSON.parse(await readFile(join(dirname(folder), `${basename(folder)}.json`), 'utf8')) as { model?: { version?: number } };
    return manifest.model?.version ?? null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`read the manifest of ${folder}: ${(error as Error).message}`, { cause: error });
  }
}

/** One inference: logged, and returned as its line of truth. */
async function inferOnce(reference: number, bundle: OpenBundle, scene: Scene, fault: Fault, log: ReturnType<typeof openLog>): Promise<string> {
  const { image, label } = scene.next(fault);
  const { predicted, scores, latency_ms } = await bundle.classify(image);
  log.inference({ outputs: scores, predicted, latency_ms, image: { ...image }, reference });
  return `${JSON.stringify({ at_ms: Date.now(), reference, label, predicted, ...bundle.model, fault })}\n`;
}

/** References go on over restarts (whole seconds since 2020 times the rate), so that a line of truth names one inference of this device. */
function firstReference({ rate }: CameraOptions): number {
  const seconds = Math.floor(Date.now() / 1000) - 1_577_836_800;
  return (seconds * Math.ceil(rate)) % 2 ** 32;
}

function complain(reason: string): void {
  process.stderr.write(`faults file: ${reason}\n`);
}

function pause(time_ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(finish, time_ms);
    function finish(): void {
      clearTimeout(timer);
      stop.removeEventListener('abort', finish);
      done();
    }
    stop.addEventListener('abort', finish);
  });
}

async function main(args: readonly string[]): Promise<number> {
  const options = Object.fromEntries(['seed', 'rate', 'faults', 'truth', 'count'].map((name) => [name, { type: 'string' as const }]));
  const values = parseArgs({ args: [...args], options }).values as Record<string, string | undefined>;
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const done = await runCamera(
    {
      bundle: required(process.env, 'HOLDFAST_BUNDLE', 'the folder of the bundle, with model.onnx and pipeline.json'),
      seed: numberOf(values, 'seed', 1, 0, 4_294_967_295),
      rate: numberOf(values, 'rate', 10, 0.01, 1000),
      faults: values['faults'],
      truth: values['truth'],
      count: numberOf(values, 'count', Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER),
    },
    stop.signal,
  );
  process.stdout.write(`${done.made} inferences, ${done.dropped} could not be logged\n`);
  return 0;
}

if (isMain(import.meta.url)) await runCommand(() => main(process.argv.slice(2)));
