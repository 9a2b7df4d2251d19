// registry: the texts of a bundle, read before it is signed: a pipeline whose ops fit each other, a profile, the monitors of the app, and the words that it may log. The model is
// of any kind: whether its input has the pipeline's shape is seen by evaluation, and by the probation on the device.
import { failure } from '@holdfast/base';
import type { Blobs } from '@holdfast/blobs';
import { parsePipeline } from '@holdfast/pipeline';
import { parsePlan, parseProfile, parseWords, plan_limits, words_limits } from '@holdfast/stats';

/** Limits before anything is read into memory; each no larger than what the parser behind it takes. */
const pipeline_bytes_max = 1_048_576;
const profile_bytes_max = 8_388_608;

interface Texts {
  readonly pipeline: string;
  readonly profile?: string | undefined;
  readonly files?: readonly { readonly path: string; readonly digest: string }[] | undefined;
}

/** Fails with HF-BLOB-001, HF-REG-005, HF-PIPE-001 (names the line), HF-STAT-004 or HF-STAT-028 (name the place). */
export async function checkBundleTexts(blobs: Blobs, of: Texts): Promise<void> {
  parsePipeline(await readText(blobs, of.pipeline, 'pipeline.json', pipeline_bytes_max));
  if (of.profile !== undefined) parseProfile(await readText(blobs, of.profile, 'profile.json', profile_bytes_max));
  const monitors = of.files?.find((file) => file.path === 'monitors.json');
  if (monitors) parsePlan(await readText(blobs, monitors.digest, 'monitors.json', plan_limits.text_bytes_max));
  const words = of.files?.find((file) => file.path === 'words.json');
  if (words) parseWords(await readText(blobs, words.digest, 'words.json', words_limits.text_bytes_max));
}

async function readText(blobs: Blobs, digest: string, file: string, size_bytes_max: number): Promise<string> {
  const stat = await blobs.stat(digest);
  if (!stat) throw failure('HF-BLOB-001', { digest });
  if (stat.size_bytes > size_bytes_max) throw failure('HF-REG-005', { file, saw: `${stat.size_bytes} bytes`, expected: `${size_bytes_max} at most` });
  const bytes = await blobs.bytes(digest);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw failure('HF-REG-005', { file, saw: 'bytes that are not UTF-8', expected: 'a JSON text' }, cause);
  }
}
