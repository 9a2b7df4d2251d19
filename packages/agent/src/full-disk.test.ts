// A disk that is really full: a small tmpfs holds the agent's folder. Needs the right to mount, which root has.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GapRecord } from '@holdfast/protocol';
import { buildProfile } from '@holdfast/stats';
import { afterEach, describe, expect, it } from 'vitest';
import { DevicePeer } from '../test/device-peer.ts';
import { fill, mountSmall } from '../test/small-disk.ts';
import { temporaryFolders, until } from '../test/support.ts';
import { runAgent } from './agent.ts';
import { joinServer } from './join.ts';
import { openHead } from './sdk/index.ts';
import { LabelFile } from './sync/label-file.ts';

const program = [process.execPath, new URL('../test/app.mjs', import.meta.url).pathname];
const folderOf = temporaryFolders();
const undo: (() => unknown)[] = [];
const mount = (folder: string, size_bytes: number): boolean => mountSmall(folder, size_bytes, (one) => undo.push(one));

afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

/** A program that keeps one image for each inference, so that its samples fill whatever there is. */
const greedy = { 'behaviour.json': JSON.stringify({ image: true }), 'profile.json': JSON.stringify(profileOfTheApp()), 'model/model.onnx': 'm' };

function profileOfTheApp() {
  const rows = Array.from({ length: 2000 }, (_, n) => (n * 0.618034) % 1);
  return buildProfile({
    names: ['input.a', 'input.b'],
    values: rows.map((a) => Float64Array.of(a, 1 - a)),
    predicted: rows.map((a) => (a > 0.5 ? 1 : 0)),
    class_names: ['no', 'yes'],
  });
}

describe('a full disk', () => {
  it('does not stop the program; the oldest of the lowest priority go, counted by gap records, and all goes on when there is space', async (context) => {
    const folder = folderOf();
    if (!mount(folder, 2_097_152)) return context.skip('this user may not mount a tmpfs');
    const peer = await DevicePeer.start();
    undo.push(() => peer.stop());
    await joinServer({ address: peer.address, folder, name: 'edge-1', labels: {} });
    peer.capture = { window_inferences: 200, sample_every: 1, sample_every_drifted: 1 };
    peer.desire(peer.assignment(peer.bundle(greedy)));
    const agent = await runAgent({ folder, program, ring: join(folderOf(), 'ring'), points_ms: 20, outbox_bytes_max: 150_000 });
    undo.push(() => agent.stop());
    await until('a first window', () => peer.payloads('windows').length > 0);
    peer.faults.sync_status = 503;
    peer.faults.retry_after = '1'; // else the waits double, by chance beyond what is waited for here
    mkdirSync(join(folder, 'ballast'));
    fill(join(folder, 'ballast', 'all'));
    const windows_before = peer.windows().length;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const reports = () => peer.heads.slice(heads_before).map((head) => head.reported);
    const heads_before = peer.heads.length;
    peer.faults.sync_status = null;
    // any of them: what an exchange takes off the disk makes room, so that the next may tell of none
    const full = await until('a report of the disk', () =>
      reports().find(({ outbox }) => typeof outbox.refused_since_ms === 'number' && outbox.in_memory! > 0),
    );
    expect(full.health.disk_free_bytes).toBeLessThan(32_768); // but for what a small file that could not be written let go
    expect(full.outbox.records).toBeGreaterThanOrEqual(full.outbox.in_memory!);
    const told = peer.heads.length;
    await until('exchanges at their pace', () => peer.heads.length > told + 5); // what the disk refuses does not slow them
    rmSync(join(folder, 'ballast'), { recursive: true });
    const before = peer.payloads('points').length;
    await until('points after the disk has space again', () => peer.payloads('points').length > before + 5, 20_000);
    expect(peer.reported!.program).toMatchObject({ state: 'running', restarts: 0 });
    const counted = () => peer.json<GapRecord>('gap').reduce((sum, gap) => sum + gap.records, 0);
    expect(peer.reported!.outbox.dropped).toBeGreaterThan(0);
    await until('a gap record for each drop', () => counted() === peer.reported!.outbox.dropped);
    const gaps = peer.json<GapRecord>('gap');
    expect([...new Set(gaps.map((gap) => gap.stream))].toSorted()).toEqual(['points', 'samples']);
    const windows = peer.windows().map((w) => w.window);
    expect(windows.length).toBeGreaterThan(windows_before + 10);
    expect(peer.windows().reduce((sum, window) => sum + window.lost, 0)).toBe(0); // the ring was read all the time
    await until('the disk taking records', () => peer.reported!.outbox.refused_since_ms === null);
    expect(peer.reported!.outbox.dropped_ms).toBeGreaterThan(0);
    expect(windows.toSorted((a, b) => a - b)).toEqual(windows.map((_, i) => windows[0]! + i)); // none is missing
  }, 40_000);

  it('takes no label that it has no room for, and each once when it has', (context) => {
    const folder = folderOf();
    if (!mount(folder, 262_144)) return context.skip('this user may not mount a tmpfs');
    const labels = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => ({ seq: from + i, reference: i, at_ms: 1, label: 2 }));
    const file = new LabelFile(folder);
    file.take(labels(1, 3));
    mkdirSync(join(folder, 'ballast'));
    fill(join(folder, 'ballast', 'all'));
    for (let i = 0; i < 2; i++) expect(() => file.take(labels(4, 500))).toThrow(expect.objectContaining({ code: 'ENOSPC' }));
    expect(file.after).toBe(3);
    const after_a_start = new LabelFile(folder).after; // lines that are whole count, also those of an append that failed: the others come again
    rmSync(join(folder, 'ballast'), { recursive: true });
    const again = new LabelFile(folder);
    expect(again.after).toBe(after_a_start);
    again.take(labels(4, 500));
    const lines = readFileSync(again.path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });

  it('under a head is said, ends nothing, and takes nothing from what was learned; learning goes on when there is space', (context) => {
    const folder = folderOf();
    if (!mount(folder, 262_144)) return context.skip('this user may not mount a tmpfs');
    const labels = join(folderOf(), 'labels.jsonl');
    const told: string[] = [];
    const tell = (reference: number, label: number) => {
      told.push(`${JSON.stringify({ seq: told.length + 1, reference, at_ms: null, label })}\n`);
      writeFileSync(labels, told.join(''));
    };
    const options = { folder: join(folder, 'head'), labels, classes: ['low', 'high'], quarantine: { confidence_threshold: 1, outlier_threshold: 0 } };
    const head = openHead(options);
    undo.push(() => head.close());
    for (let i = 0; i < 20; i++) head.learn([i % 2, 0.1 * i], i % 2);
    const { reference } = head.classify([0.9, 0.1]);
    mkdirSync(join(folder, 'ballast'));
    fill(join(folder, 'ballast', 'all'));

    for (let i = 0; i < 600; i++) expect(head.classify([0.9, 0.001 * i]).label).toBe(1); // it answers all the time
    expect(head.dropped).toBeGreaterThan(0);
    expect(head.reason).toMatch(/ENOSPC|the disk took \d+ of \d+ bytes/);
    expect(() => head.learn([0.5, 0.5], 1)).toThrow('ENOSPC');
    tell(reference, 0);
    expect(() => head.takeLabels()).toThrow('ENOSPC');
    expect(head.samples).toBe(20);

    rmSync(join(folder, 'ballast'), { recursive: true });
    expect(head.takeLabels()).toMatchObject({ learned: 1, unknown: 0 });
    expect(head.takeLabels()).toMatchObject({ learned: 0 });
    const later = head.classify([0.8, 0.2]).reference;
    tell(later, 1);
    expect(head.takeLabels()).toMatchObject({ learned: 1, unknown: 0 });
    head.close();
    const again = openHead(options);
    undo.push(() => again.close());
    expect([again.samples, again.set_aside, again.takeLabels().learned]).toEqual([22, [], 0]);
  });
});
