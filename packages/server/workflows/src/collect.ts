// The step `collect`: labelled samples become files of new versions of two datasets. It does the same the second time as the first.
import { type Datasets, type ManifestFile, encodeImages, encodeLabels } from '@holdfast/datasets';
import type { SampleFilter, SampleRow, Telemetry } from '@holdfast/telemetry';
import { type ActContext, type ActResult, type ActRooms, settingsOf, wholeNumber } from './act.ts';
import { actorOf } from './log.ts';
import { type CollectedRow, rowFiles } from './collected-rows.ts';

type CollectedImage = Pick<SampleRow, 'pixels' | 'label' | 'width' | 'height' | 'channels'>;
type CollectedSample = CollectedImage & CollectedRow & Pick<SampleRow, 'device'>;

const samples_collected_max = 20_000;
/** A steady sample says nothing new. */
const collected_reasons = ['drift', 'quarantine'];

/**
 * Labelled samples that devices kept while they looked drifted, or because the model was not sure, go into new versions of two datasets, every other one
 * into `train` and into `holdout`, a folder a device: each device is a condition of its own. Waits until each device that
 * sends samples of drift has `labelled_min` labelled ones; one that sends a few doubtful ones alone is not waited for.
 */
export async function collect({ telemetry, datasets }: ActRooms, context: ActContext): Promise<ActResult> {
  const setting = settingsOf(context);
  const kept = { model: setting('model'), reason: collected_reasons, since_ms: wholeNumber('since_ms', setting('since_ms', '0')) };
  const wanted = wholeNumber('labelled_min', setting('labelled_min', '200'));
  const { sent, labelled } = await countsOf(telemetry, kept, wanted);
  const short = sent.find((device) => labelled.get(device)! < wanted);
  if (sent.length < wholeNumber('devices_min', setting('devices_min', '1')))
    return { wait: `samples from ${sent.length} devices, ${setting('devices_min', '1')} wanted` };
  if (short !== undefined) return { wait: `${labelled.get(short)} of ${wanted} labelled samples from device ${short}` };
  const samples = await telemetry.samplesWithPixels({ ...kept, labelled: true }, samples_collected_max);
  const left_out = [...labelled.values()].reduce((sum, count) => sum + count, 0) - samples.length;
  await context.log(`collected ${samples.length} labelled samples from ${new Set(samples.map((sample) => sample.device)).size} devices`);
  if (left_out > 0) await context.log(`${left_out} newer ones were left out: a collection takes ${samples_collected_max} samples at most`);
  const parts = { train: splitByDevice(samples, 0), holdout: splitByDevice(samples, 1) };
  const outputs: Record<string, string> = {};
  for (const [part, chosen] of Object.entries(parts)) {
    const base = setting(part);
    const files = [...(await datasets.version(base)).manifest];
    for (const [device, mine] of chosen) files.push(...(await store(datasets, `collected/${context.step.execution}/${device}`, mine, context.log)));
    const version = await datasets.commit(base, files, {
      by: actorOf(context.step),
      note: `collected from ${chosen.size} devices: ${context.cause}`,
    });
    await context.log(`dataset ${base} version ${version.version}: ${version.manifest.length} files, ${version.size_bytes} bytes`);
    outputs[part] = `dataset:${base}@${version.version}`;
  }
  return { outputs: { ...outputs, samples: String(samples.length) } };
}

/** How many labelled ones each device has, and whose samples these are: of devices that looked drifted, and of those that have enough anyway. */
async function countsOf(telemetry: Telemetry, kept: SampleFilter, wanted: number) {
  const rows = await telemetry.countSamplesByDevice(kept);
  const labelled = new Map<string, number>();
  for (const row of rows) labelled.set(row.device, (labelled.get(row.device) ?? 0) + row.labelled);
  const drifted = new Set(rows.filter((row) => row.reason === 'drift').map((row) => row.device));
  return { sent: [...labelled.keys()].filter((device) => drifted.has(device) || labelled.get(device)! >= wanted), labelled };
}

/** Every other sample of each device: the even or the odd ones. */
function splitByDevice(samples: readonly CollectedSample[], half: 0 | 1): Map<string, CollectedSample[]> {
  const byDevice = Map.groupBy(samples, (sample) => sample.device);
  return new Map([...byDevice].map(([device, mine]) => [device, mine.filter((_, i) => i % 2 === half)]));
}

/** A pair of files holds images of one size: where a device sends several, each has a folder of its own in that of the device. */
async function store(datasets: Datasets, folder: string, samples: readonly CollectedSample[], log: ActContext['log']): Promise<ManifestFile[]> {
  const images = samples.filter((sample) => sample.width > 0);
  const bySize = Map.groupBy(images, ({ width, height, channels }) => `${width}x${height}x${channels}`);
  const pairs = [...bySize].map(([size, alike]) => storePair(datasets, bySize.size === 1 ? folder : `${folder}/${size}`, alike));
  const { files, cut } = rowFiles(samples.filter((sample) => sample.width === 0));
  if (cut > 0) await log(`${cut} labelled samples without an image are in no file: a device did not send all of their inputs`);
  const rows = files.map(({ name, text }) => storeText(datasets, `${folder}/${name}`, text));
  return [...(await Promise.all(pairs)).flat(), ...(await Promise.all(rows))];
}

async function storeText(datasets: Datasets, path: string, text: string): Promise<ManifestFile> {
  const { digest, size_bytes } = await datasets.blobs.put(Buffer.from(text));
  return { path, sha256: digest, size_bytes };
}

/** Samples of one size; at least one. */
async function storePair(datasets: Datasets, folder: string, alike: readonly CollectedImage[]): Promise<ManifestFile[]> {
  const pixels = alike.map((s) => s.pixels);
  const images = await datasets.blobs.put(encodeImages(pixels, alike[0]!));
  const labels = await datasets.blobs.put(encodeLabels(alike.map((s) => s.label!)));
  return [
    { path: `${folder}/images.idx`, sha256: images.digest, size_bytes: images.size_bytes },
    { path: `${folder}/labels.idx`, sha256: labels.digest, size_bytes: labels.size_bytes },
  ];
}
