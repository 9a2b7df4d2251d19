// bench/drift, part `device`: what watching costs on a device, through the agent's own Watcher: 1,000 features, memory, time an update, growth.
// The floor is the look-up of the bin alone, in the same run. This is compiled code; the agent runs it interpreted, to keep its memory small
// (`npm run bench -- agent-memory` measures that process).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProfileEvidence, type ReferenceProfile, binOf, buildProfile } from '@holdfast/stats';
import { EvidenceFile, WarmUpFile, Watcher, WindowFile } from '../../packages/agent/dist/watch/index.js';
import { type BenchRow, atMost, seen } from '../../tests/load/report.ts';
import { normals } from './normal.ts';

const features = 1_000;
const rows_kept = 500;
/** 10^7 updates after as many to warm up. */
const inferences = 10_000;
const names = Array.from({ length: features }, (_, i) => `x${i}`);

function profileOf(z: () => number): ReferenceProfile {
  const values = Array.from({ length: 2_000 }, () => Float64Array.from(names, z));
  const named = names.map((name) => `input.${name}`);
  return { ...buildProfile({ names: named, values, predicted: values.map(() => -1), class_names: [] }), tolerance: 0.05 };
}

function settledBytes(): { rss: number; used: number } {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { rss, used: heapUsed + arrayBuffers };
}

function watcherOf(folder: string, profile: ReferenceProfile): { watcher: Watcher; windows: () => number } {
  let [now_ms, windows] = [0, 0];
  const files = { file: new WindowFile(folder), evidence: new EvidenceFile(folder), warm_up: new WarmUpFile(folder) };
  const watcher = new Watcher({ ...files, on_profile: () => undefined, now_ms: () => (now_ms += 1_000), lost: () => 0, on_window: () => windows++ });
  watcher.window_inferences = 1_000;
  const watched = { digest: 'a'.repeat(64), profile };
  watcher.use({ bundle: 'b'.repeat(64), model: 'm', model_version: 1, warms_up: false, watched }, { inputs: names, outputs: [] });
  return { watcher, windows: () => windows };
}

/** Processor time a feature, so that what else runs on the machine is left out. */
function nsEach(times: number, one: (i: number) => void): number {
  const start = process.cpuUsage();
  for (let i = 0; i < times; i++) one(i);
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1e3) / (times * features);
}

export function deviceRows(): BenchRow[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
  try {
    return measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(folder: string): BenchRow[] {
  const z = normals(41);
  const profile = profileOf(z);
  const inputs = Array.from({ length: rows_kept }, () => Float64Array.from(names, z));
  const edges = profile.features.map((feature) => Float64Array.from(feature.edges));
  const before = settledBytes();
  const { watcher, windows } = watcherOf(folder, profile);
  const take = (i: number) => watcher.take({ wall_ms: 0, latency_ms: 1, reference: i, predicted: -1, inputs: inputs[i % rows_kept]!, outputs: [] });
  nsEach(inferences, take);
  const warm = settledBytes();
  const ns = nsEach(inferences, take);
  const after = settledBytes();
  let sum = 0;
  const floor = nsEach(inferences / 4, (i) => edges.forEach((each, f) => (sum += binOf(each, inputs[i % rows_kept]![f]!))));
  const evidence = new ProfileEvidence(profile);
  const counts = profile.features.map((feature) => feature.counts);
  const start = performance.now();
  for (let i = 0; i < 10; i++) evidence.close(counts, 1e-9);
  const close_ms = (performance.now() - start) / 10;
  const size = `${features} features, ${windows()} windows of 1,000, checked ${sum > 0}`;
  const mb = (bytes: number) => bytes / 1e6;
  return [
    atMost('memory of the watcher, 1,000 features', mb(warm.used - before.used), 'MB', 6, `heap and buffers in use; ${size}`),
    atMost('the same, a feature', (warm.used - before.used) / features, 'bytes', 1_536, 'counts, moments, evidence, what it is judged by'),
    atMost('growth over 10^7 updates', mb(after.used - warm.used), 'MB', 0.2, `resident: ${mb(after.rss - warm.rss).toFixed(1)} MB`),
    atMost('an update, windows closed and judged in it', ns, 'ns', 200, `processor time; ${size}`),
    seen('an update / the look-up of the bin alone', ns / floor, 'x', `floor ${floor.toFixed(0)} ns`),
    seen('closing a window: evidence of 1,000 features', close_ms, 'ms', '26 tilts x 32 bins each'),
  ];
}
