import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { watch_rule_default } from '@holdfast/protocol';
import { WindowCounts, buildProfile } from '@holdfast/stats';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support.ts';
import { EvidenceFile } from './evidence-file.ts';
import { Suspicion } from './suspicion.ts';
import { WarmUpFile } from './warm-up-file.ts';
import { type ClosedWindow, Watcher } from './watcher.ts';
import { WindowFile } from './window-file.ts';

const folderOf = temporaryFolders();

/** Nearly normal numbers of a seed (mulberry32, twelve uniform ones less six). */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return () => Array.from({ length: 12 }, uniform).reduce((sum, one) => sum + one, -6);
}

const names = ['input.a', 'input.b', 'input.c', 'input.d'];
function profileOf(z: () => number, n: number) {
  const values = Array.from({ length: n }, () => Float64Array.from(names, z));
  return buildProfile({ names, values, predicted: values.map((_, i) => i % 2), class_names: ['no', 'yes'] });
}
const hour = { from_ms: 0, to_ms: 3_600_000 };
const rule = { ...watch_rule_default, false_alarms_per_device_month: 1, distance_min: 0 };

/** The suspects of so many windows of `size` inferences. */
function suspectsOf(windows: number, size: number, by: typeof rule, z: () => number, change: (row: Float64Array) => Float64Array = (row) => row): string[][] {
  const profile = profileOf(z, 5000);
  const [counts, suspicion] = [new WindowCounts(profile), new Suspicion(profile)];
  return Array.from({ length: windows }, () => {
    counts.reset();
    for (let i = 0; i < size; i++) counts.add(change(Float64Array.from(names, z)), i % 2);
    return [...suspicion.close(counts, by, hour).names];
  });
}

describe('what the device suspects', () => {
  it('stays within the budget where nothing drifts, without the help of the smallest distance', { timeout: 30_000 }, () => {
    // 36 false alarms a month of 720 windows is 15 in 300: more than 15 + 3 sqrt(15) = 26 would refute it
    const found = suspectsOf(300, 100, { ...rule, false_alarms_per_device_month: 36 }, normals(1)).filter((names_of) => names_of.length > 0);
    expect(found.length).toBeLessThanOrEqual(26);
  });

  it('finds over several windows a shift that no single window shows', () => {
    const shifted = (row: Float64Array) => row.with(2, row[2]! + 0.3);
    const found = suspectsOf(24, 50, rule, normals(2), shifted);
    expect(found.slice(0, 4).flat()).toEqual([]);
    expect([...new Set(found.flat())]).toEqual(['input.c']);
  });

  it('finds a wider spread, whose Kolmogorov-Smirnov distance is below the tolerance', () => {
    const found = suspectsOf(4, 500, { ...rule, distance_min: 0.12 }, normals(3), (row) => row.with(0, 1.6 * row[0]!));
    expect(found.at(-1)).toEqual(['input.a']);
  });

  it('needs an effect above the smallest distance', () => {
    const shifted = (row: Float64Array) => row.with(1, row[1]! + 0.5);
    expect(suspectsOf(4, 500, { ...rule, distance_min: 0.1 }, normals(4), shifted).at(-1)).toEqual(['input.b']);
    expect(suspectsOf(4, 500, { ...rule, distance_min: 0.4 }, normals(4), shifted).flat()).toEqual([]);
  });

  it('finds what is missing, by its name and once', () => {
    const found = suspectsOf(1, 200, { ...rule, distance_min: 0.1 }, normals(5), (row) => row.with(3, row[3]! > 0 ? Number.NaN : row[3]!));
    expect(found).toEqual([['input.d']]);
  });
});

describe('the evidence of a device', () => {
  const digest = 'ab'.repeat(32);
  const bundle = { bundle: 'd'.repeat(64), model: 'm', model_version: 1, warms_up: false, watched: { digest, profile: profileOf(normals(6), 2000) } };
  const start = (folder: string, step_ms = 900_000) => {
    const closed: ClosedWindow[] = [];
    let now_ms = 0;
    const options = { now_ms: () => (now_ms += step_ms), lost: () => 0, on_window: (one: ClosedWindow) => void closed.push(one) };
    const files = { file: new WindowFile(folder), evidence: new EvidenceFile(folder), warm_up: new WarmUpFile(folder) };
    const watcher = new Watcher({ ...files, on_profile: () => undefined, ...options });
    watcher.window_inferences = 100;
    watcher.rule = () => rule;
    watcher.use(bundle, null);
    return { watcher, closed };
  };
  const feed = (watcher: Watcher, z: () => number, shift: number, count = 100) => {
    for (let n = 0; n < count; n++) {
      const inputs = names.map((_, i) => z() + (i === 0 ? shift : 0));
      watcher.take({ wall_ms: 0, latency_ms: 1, reference: n, predicted: n % 2, inputs, outputs: [] });
    }
  };
  const last = ({ closed }: ReturnType<typeof start>) => closed.at(-1)!.summary.features[0]!.log_evidence ?? 0;

  it('is kept over a kill from the last window that was safe, and no open value counts twice', () => {
    const folder = folderOf();
    const z = normals(7);
    const whole = start(folderOf());
    const killed = start(folder);
    const shared = Array.from({ length: 900 }, z);
    const stream = (from: number) => () => shared[from++]!;
    feed(whole.watcher, stream(0), 0.25, 200);
    feed(killed.watcher, stream(0), 0.25, 130);
    killed.closed[0]!.safe();
    const again = start(folder);
    feed(again.watcher, stream(400), 0.25); // the ring gives again what is in no safe window
    expect(last(again)).toBe(last(whole));
    expect(last(again)).toBeGreaterThan(0);
  });

  it('is not written before its window is safe, nor again within ten minutes', () => {
    const folder = folderOf();
    const { watcher, closed } = start(folder, 100_000);
    feed(watcher, normals(8), 0);
    expect(existsSync(`${folder}/evidence.bin`)).toBe(false);
    closed[0]!.safe();
    const written = readFileSync(`${folder}/evidence.bin`);
    feed(watcher, normals(9), 0, 300);
    closed[1]!.safe();
    expect(readFileSync(`${folder}/evidence.bin`).equals(written)).toBe(true);
    feed(watcher, normals(10), 0, 300);
    closed.at(-1)!.safe();
    expect(readFileSync(`${folder}/evidence.bin`).equals(written)).toBe(false);
    const file = new EvidenceFile(folder);
    expect(file.load(digest)!.length).toBe(4 * 26);
    expect(file.load('cd'.repeat(32))).toBeNull();
    writeFileSync(`${folder}/evidence.bin`, written.fill(1, 60, 61));
    expect(file.load(digest)).toBeNull();
  });

  it('begins anew, and the app goes on, where the disk refuses the file', () => {
    const { watcher, closed } = start('/proc/nowhere');
    feed(watcher, normals(9), 0, 200);
    closed[0]!.safe();
    expect(closed.length).toBe(2);
  });
});
