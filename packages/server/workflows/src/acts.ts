// The platform's own steps: collect samples into a dataset, register a model, build its bundle, ask for a rollout.
// Each may run twice after a kill, so each does the same thing the second time as the first.
import { failure, isDigest } from '@holdfast/base';
import { type Datasets, type ManifestFile, encodeImages, encodeLabels } from '@holdfast/datasets';
import type { Db } from '@holdfast/postgres';
import type { Registry } from '@holdfast/registry';
import type { SampleRow, Telemetry } from '@holdfast/telemetry';
import { fillParams } from './dag.ts';
import { readReference, resolveReference } from './inputs.ts';
import { actorOf, runOf } from './log.ts';
import type { StepRow } from './step-table.ts';
import { type Params, insertRolloutRequest } from './workflow-table.ts';

export interface ActContext {
  readonly step: StepRow;
  readonly params: Params;
  readonly cause: string;
  /** The workflow that the execution runs, as a lineage names it. */
  readonly code: string;
  readonly output: (step: string, name: string) => string | undefined;
  /** The step of this execution that made an output, for the lineage. */
  readonly stepNamed: (name: string) => StepRow | undefined;
  readonly log: (text: string) => Promise<void>;
}
export interface ActRooms {
  readonly db: Db;
  readonly datasets: Datasets;
  readonly registry: Registry;
  readonly telemetry: Telemetry;
  readonly now_ms: () => number;
}
/** What a step made, or why it has to wait. */
export type ActResult = { readonly outputs: Params } | { readonly wait: string };

type CollectedSample = Pick<SampleRow, 'device' | 'pixels' | 'label' | 'width' | 'height' | 'channels'>;

const samples_collected_max = 20_000;
/** The limit of the lineage of a version. */
const code_chars_max = 500;

/** The settings of the step, with params and outputs of other steps put in. */
function settingsOf(context: ActContext): (name: string, otherwise?: string) => string {
  return (name, otherwise) => {
    const raw = context.step.definition.with?.[name] ?? otherwise;
    if (raw === undefined) throw failure('HF-REQ-001', { where: `step ${context.step.name}`, saw: `no "${name}"`, expected: 'it in `with`' });
    return resolveReference(fillParams(raw, context.params), context.output);
  };
}

/** A whole number from a text. Fails with HF-REQ-001. */
function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw failure('HF-REQ-001', { where: `setting ${name}`, saw: JSON.stringify(text).slice(0, 80), expected: 'a whole number' });
}
const versionOf = (text: string): number => {
  const version = wholeNumber('version', text);
  if (version < 2 ** 31) return version;
  throw failure('HF-REQ-001', { where: 'setting version', saw: text, expected: 'the number of a version' });
};

export async function runAct(rooms: ActRooms, context: ActContext): Promise<ActResult> {
  switch (context.step.kind) {
    case 'collect':
      return collect(rooms, context);
    case 'register':
      return register(rooms, context);
    case 'bundle':
      return bundle(rooms, context);
    case 'rollout':
      return askRollout(rooms, context);
    case 'command':
      throw failure('HF-FLOW-004', { execution: context.step.execution, state: 'a command', action: 'run in the server' });
  }
}

/**
 * collect: labelled samples that devices kept while they looked drifted go into new versions of two datasets, every other one
 * into `train` and into `holdout`, a folder a device: each device is a condition of its own. Waits until each device that
 * sends such samples has `labelled_min` labelled ones.
 */
async function collect({ telemetry, datasets }: ActRooms, context: ActContext): Promise<ActResult> {
  const setting = settingsOf(context);
  const drifted = { model: setting('model'), reason: 'drift', since_ms: wholeNumber('since_ms', setting('since_ms', '0')) };
  const wanted = wholeNumber('labelled_min', setting('labelled_min', '200'));
  const sent = await telemetry.countSamplesByDevice(drifted);
  const labelled = new Map((await telemetry.countSamplesByDevice({ ...drifted, labelled: true })).map((d) => [d.device, d.count]));
  const short = sent.filter((d) => (labelled.get(d.device) ?? 0) < wanted);
  if (sent.length < wholeNumber('devices_min', setting('devices_min', '1')))
    return { wait: `samples from ${sent.length} devices, ${setting('devices_min', '1')} wanted` };
  if (short.length > 0) return { wait: `${labelled.get(short[0]!.device) ?? 0} of ${wanted} labelled samples from device ${short[0]!.device}` };
  const samples = await telemetry.samplesWithPixels({ ...drifted, labelled: true }, samples_collected_max);
  const left_out = [...labelled.values()].reduce((sum, count) => sum + count, 0) - samples.length;
  await context.log(`collected ${samples.length} labelled samples from ${sent.length} devices`);
  if (left_out > 0) await context.log(`${left_out} newer ones were left out: a collection takes ${samples_collected_max} samples at most`);
  const parts = { train: splitByDevice(samples, 0), holdout: splitByDevice(samples, 1) };
  const outputs: Record<string, string> = {};
  for (const [part, chosen] of Object.entries(parts)) {
    const base = setting(part);
    const files = [...(await datasets.version(base)).manifest];
    for (const [device, mine] of chosen) files.push(...(await store(datasets, `collected/${context.step.execution}/${device}`, mine)));
    const version = await datasets.commit(base, files, {
      by: actorOf(context.step),
      note: `collected from ${chosen.size} devices: ${context.cause}`,
    });
    await context.log(`dataset ${base} version ${version.version}: ${version.manifest.length} files, ${version.size_bytes} bytes`);
    outputs[part] = `dataset:${base}@${version.version}`;
  }
  return { outputs: { ...outputs, samples: String(samples.length) } };
}

/** Every other sample of each device: the even or the odd ones. */
function splitByDevice(samples: readonly CollectedSample[], half: 0 | 1): Map<string, CollectedSample[]> {
  const byDevice = Map.groupBy(samples, (sample) => sample.device);
  return new Map([...byDevice].map(([device, mine]) => [device, mine.filter((_, i) => i % 2 === half)]));
}

/** A pair of files holds images of one size: where a device sends several, each has a folder of its own in that of the device. */
async function store(datasets: Datasets, folder: string, samples: readonly CollectedSample[]): Promise<ManifestFile[]> {
  const bySize = Map.groupBy(samples, ({ width, height, channels }) => `${width}x${height}x${channels}`);
  const pairs = [...bySize].map(([size, alike]) => storePair(datasets, bySize.size === 1 ? folder : `${folder}/${size}`, alike));
  return (await Promise.all(pairs)).flat();
}

/** Samples of one size; at least one. */
async function storePair(datasets: Datasets, folder: string, alike: readonly CollectedSample[]): Promise<ManifestFile[]> {
  const pixels = alike.map((s) => s.pixels);
  const images = await datasets.blobs.put(encodeImages(pixels, alike[0]!));
  const labels = await datasets.blobs.put(encodeLabels(alike.map((s) => s.label!)));
  return [
    { path: `${folder}/images.idx`, sha256: images.digest, size_bytes: images.size_bytes },
    { path: `${folder}/labels.idx`, sha256: labels.digest, size_bytes: labels.size_bytes },
  ];
}

/** register: a model file becomes a version, with its lineage and metrics. */
async function register({ registry }: ActRooms, context: ActContext): Promise<ActResult> {
  const setting = settingsOf(context);
  const dataset = /^dataset:([^@]+)@(\d+)$/.exec(setting('dataset', ''));
  const metrics_file = setting('metrics', '');
  const trained = context.stepNamed(readReference(context.step.definition.with?.['file'] ?? '')?.step ?? '');
  const version = await registry.register({
    model: setting('model'),
    digest: setting('file'),
    metrics: isDigest(metrics_file) ? numbersOf(JSON.parse(new TextDecoder().decode(await registry.blobs.bytes(metrics_file)))) : {},
    lineage: {
      dataset: dataset ? { name: dataset[1]!, version: Number(dataset[2]) } : null,
      execution: context.step.execution,
      run: trained ? runOf(trained) : null,
      code: codeOf(context, setting('code', '')),
    },
    by: actorOf(context.step),
  });
  await context.log(`${version.model} version ${version.version}, digest ${version.digest}`);
  return { outputs: { model: version.model, version: String(version.version), digest: version.digest } };
}

/** What made a version: the workflow that the server ran, and what the workflow itself says of its code. */
function codeOf({ code }: ActContext, said: string): string {
  const both = said === '' ? code : `${code} ${said}`;
  if (both.length <= code_chars_max) return both;
  throw failure('HF-REQ-001', { where: 'setting code', saw: `${said.length} characters`, expected: `${code_chars_max - code.length - 1} at most` });
}

/** The numbers of a metrics file, nested names joined by a dot; everything else is left out. */
function numbersOf(value: unknown, prefix = ''): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) =>
      typeof inner === 'number' && Number.isFinite(inner) ? { [prefix + key]: inner } : numbersOf(inner, `${prefix}${key}.`),
    ),
  ) as Record<string, number>;
}

/** bundle: a version, its pipeline and its reference profile, signed for a target. */
async function bundle({ registry }: ActRooms, context: ActContext): Promise<ActResult> {
  const setting = settingsOf(context);
  const [os = 'any', arch = 'any'] = setting('target', 'any/any').split('/');
  const model = setting('model');
  const version = versionOf(setting('version'));
  const known = (await registry.bundles(model, version)).find(
    (b) => b.os === os && b.arch === arch && b.profile === setting('profile') && b.pipeline === setting('pipeline'),
  );
  const order = { model, version, target: { os, arch }, pipeline: setting('pipeline'), profile: setting('profile'), by: actorOf(context.step) };
  const row = known ?? (await registry.buildBundle(order));
  await context.log(`bundle ${row.digest} of ${row.size_bytes} bytes for ${os}/${arch}`);
  return { outputs: { bundle: row.digest } };
}

/** rollout: a row that the rollouts room reads; one for each execution and step. */
async function askRollout({ db, now_ms }: ActRooms, context: ActContext): Promise<ActResult> {
  const setting = settingsOf(context);
  const { model: _model, version: _version, ...rest } = context.step.definition.with ?? {};
  const settings = Object.fromEntries(Object.keys(rest).map((name) => [name, setting(name)]));
  const key = `${context.step.execution}/${context.step.name}`;
  const id = await insertRolloutRequest(db, {
    key,
    execution: context.step.execution,
    model: setting('model'),
    version: versionOf(setting('version')),
    settings,
    at_ms: now_ms(),
  });
  await context.log(`asked for a rollout of ${setting('model')} version ${setting('version')}`);
  return { outputs: { request: String(id) } };
}
