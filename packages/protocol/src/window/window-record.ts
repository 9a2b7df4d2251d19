// Stream `windows`, version 2: a closed window in some 100 bytes a feature. Agents before it sent the same as JSON, which begins with a brace.
// Little-endian; v = varint, text = v bytes and UTF-8, digest = 0 and 32 bytes (or a text). Golden vectors: golden/window-v2.json.
//
// window  = "HFW2" | v window | f64 from_ms | f64 to_ms | v inferences | text model | v model_version | digest bundle | digest profile
//         | v lost | f64 latency mean | f64 latency p95 | f64 classes_p_value | v classes | v x classes | v features | feature x features
//         | v suspects | suspect x suspects | sections up to the end
// feature = v UTF-16 units shared with the name before | text rest of the name | v bins | v x bins | v missing | u8 flags | [v count: bit 0]
//         | [v infinite: bit 1] | [v out_of_range: bit 2] | [f32 log_evidence: bit 3] | [v new_category: bit 4]
//         | f64 mean | f64 m2 | f64 min | f64 max | f32 distance | f32 p_value
// suspect = v index of its feature + 1, or 0 and a text
// section = v tag | v bytes | bytes; a reader passes over a tag that it does not know
// tag 1   = no bytes: the profile was made on the device
// tag 2   = sums of pairs, from agents of before; they are features now
//
// The count of the moments is the sum of the bins, and is written where it is another. Distance and p-value keep seven digits.

import type { FeatureWindow, WindowSummary } from '../records.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

const magic = Uint8Array.of(0x48, 0x46, 0x57, 0x32);
export const window_limits = { features_max: 1_000, bins_max: 1_024, classes_max: 65_536, suspects_max: 1_001, name_bytes_max: 800 } as const;
const { features_max, bins_max, classes_max, suspects_max, name_bytes_max } = window_limits;
const flag = { count: 1, infinite: 2, out_of_range: 4, log_evidence: 8, new_category: 16 } as const;
const warm_up_tag = 1;
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

export function encodeWindow(window: WindowSummary): Uint8Array {
  const out = new ByteWriter().raw(magic).varint(window.window).f64(window.from_ms, window.to_ms).varint(window.inferences).text(window.model);
  out.varint(window.model_version).digest(window.bundle).digest(window.profile).varint(window.lost);
  out.f64(window.latency_ms.mean, window.latency_ms.p95, window.classes_p_value).counts(window.classes).varint(window.features.length);
  let before = '';
  for (const feature of window.features) {
    writeFeature(out, feature, before);
    before = feature.name;
  }
  out.varint(window.suspects.length);
  for (const name of window.suspects) writeSuspect(out, name, window.features);
  if (window.profile_source === 'warm_up') out.varint(warm_up_tag).varint(0);
  return out.bytes();
}

function writeFeature(out: ByteWriter, feature: FeatureWindow, before: string): void {
  const { name, counts, moments, missing, infinite = 0, out_of_range = 0, log_evidence, new_category = 0 } = feature;
  const shared = sharedStart(before, name);
  out.varint(shared).text(name.slice(shared)).counts(counts).varint(missing);
  const other_count = moments.count !== sum(counts);
  const optional = (bit: number, is_there: boolean) => (is_there ? bit : 0);
  const flags = optional(flag.count, other_count) | optional(flag.infinite, infinite > 0) | optional(flag.out_of_range, out_of_range > 0);
  out.varint(flags | optional(flag.log_evidence, log_evidence !== undefined) | optional(flag.new_category, new_category > 0));
  if (other_count) out.varint(moments.count);
  if (infinite > 0) out.varint(infinite);
  if (out_of_range > 0) out.varint(out_of_range);
  if (log_evidence !== undefined) out.f32(log_evidence);
  if (new_category > 0) out.varint(new_category);
  out.f64(moments.mean, moments.m2, moments.min, moments.max).f32(feature.distance).f32(feature.p_value);
}

/** Whole UTF-16 pairs only: half of one is no text. */
function sharedStart(before: string, name: string): number {
  let at = 0;
  while (at < before.length && at < name.length && before[at] === name[at]) at++;
  return /[\uD800-\uDBFF]/.test(name[at - 1] ?? '') ? at - 1 : at;
}

function writeSuspect(out: ByteWriter, name: string, features: readonly FeatureWindow[]): void {
  const index = features.findIndex((feature) => feature.name === name);
  out.varint(index + 1);
  if (index < 0) out.text(name);
}

export const isWindowRecord = (bytes: Uint8Array): boolean => magic.every((byte, i) => bytes[i] === byte);

/** Fails with RangeError or TypeError where the bytes are not a window of version 2. */
export function decodeWindow(bytes: Uint8Array): WindowSummary {
  if (!isWindowRecord(bytes)) throw new RangeError('not a window of version 2');
  const from = new ByteReader(bytes, magic.length);
  const head = { v: 1, window: from.varint(), from_ms: from.f64(), to_ms: from.f64(), inferences: from.varint(), model: from.text(name_bytes_max) } as const;
  const of = { model_version: from.varint(), bundle: from.digest(), profile: from.digest(), lost: from.varint() };
  const latency_ms = { mean: from.f64(), p95: from.f64() };
  const class_mix = { classes_p_value: from.f64(), classes: from.counts(classes_max) };
  const features: FeatureWindow[] = [];
  for (let left = from.varint(features_max); left > 0; left--) features.push(readFeature(from, features.at(-1)?.name ?? ''));
  const suspects = Array.from({ length: from.varint(suspects_max) }, () => readSuspect(from, features));
  return { ...head, ...of, latency_ms, ...class_mix, features, suspects, ...readSections(from) };
}

function readFeature(from: ByteReader, before: string): FeatureWindow {
  const name = before.slice(0, from.varint(before.length)) + from.text(name_bytes_max);
  const counts = from.counts(bins_max);
  const missing = from.varint();
  const flags = from.varint(31);
  const count = flags & flag.count ? from.varint() : sum(counts);
  const infinite = flags & flag.infinite ? from.varint() : 0;
  const out_of_range = flags & flag.out_of_range ? from.varint() : 0;
  const evidence = flags & flag.log_evidence ? { log_evidence: from.f32() } : {};
  const news = flags & flag.new_category ? { new_category: from.varint() } : {};
  const moments = { count, mean: from.f64(), m2: from.f64(), min: from.f64(), max: from.f64() };
  return { name, counts, moments, missing, infinite, out_of_range, ...evidence, ...news, distance: from.f32(), p_value: from.f32() };
}

function readSuspect(from: ByteReader, features: readonly FeatureWindow[]): string {
  const index = from.varint(features.length);
  return index === 0 ? from.text(name_bytes_max) : features[index - 1]!.name;
}

function readSections(from: ByteReader): Pick<WindowSummary, 'profile_source'> {
  let made_there = false;
  while (from.left > 0) {
    const tag = from.varint();
    from.raw(from.varint());
    if (tag === warm_up_tag) made_there = true;
  }
  return made_there ? { profile_source: 'warm_up' } : {};
}
