// agent/watch: the files that are written seldom and whole: what the monitors of an app learned, and how far a warm-up has come. The power is cut at every write of
// them, and the process is killed while it writes.
import { spawn } from 'node:child_process';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Inference } from '@holdfast/protocol';
import { WarmUp } from '@holdfast/stats';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolders } from '../../test/support.ts';
import type { WriteWhole } from '../durable-file.ts';
import { AppMonitors } from './app-monitors.ts';
import { AppMonitorsFile } from './app-monitors-file.ts';
import { WarmingFile } from './warming-file.ts';

const folderOf = temporaryFolders();
type How = 'before' | 'torn' | 'after';
const hows: readonly How[] = ['before', 'torn', 'after'];
class PowerCut extends Error {}

/** A disk without power from the n-th write on: that one is not done, done in part, or done; nothing later is. */
function cutDisk(at: number, how: How): { readonly write: WriteWhole; writes: number } {
  const whole: WriteWhole = (path, content) => {
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
  };
  const disk = { writes: 0, write: ((path, content) => disk.take(path, content)) as WriteWhole, take: whole };
  disk.take = (path, content) => {
    disk.writes++;
    if (disk.writes < at) return whole(path, content);
    if (disk.writes === at && how === 'torn') writeFileSync(`${path}.new`, content.slice(0, content.length / 2));
    if (disk.writes === at && how === 'after') whole(path, content);
    throw new PowerCut('the device has no power');
  };
  return disk;
}

const plan = JSON.stringify({
  v: 1,
  monitors: [{ monitor: 'EWMAFeatureMonitor', parameters: { warm_up_samples: 50 } }, { monitor: 'PredictionDistributionMonitor' }],
});
const share = (n: number): number => (n * 0.618034) % 1;
const drift_from = 420;
const inference = (n: number): Inference => ({
  wall_ms: n,
  latency_ms: 1,
  reference: n,
  predicted: share(n) > 0.5 ? 1 : 0,
  inputs: [share(n) + (n >= drift_from ? 2 : 0), share(n)],
  outputs: [1 - share(n), share(n)],
});

/** Monitors on a folder: a write is due every 100 inferences, and soon after a drift. */
function watching(folder: string, write?: WriteWhole) {
  const clock = { now_ms: 0 };
  const [lines, fired]: [string[], number[]] = [[], []];
  let n = 0;
  const monitors = new AppMonitors({
    file: new AppMonitorsFile(folder, write),
    now_ms: () => clock.now_ms,
    on_line: (line) => lines.push(line),
    on_event: (kind) => kind === 'monitor_fired' && fired.push(n),
  });
  monitors.use('a', join(folder, 'monitors.json'));
  const feed = (from: number, to: number, no_power: () => boolean = () => false) => {
    for (n = from; n < to && !no_power(); n++) {
      clock.now_ms += 6_000;
      monitors.take(inference(n));
    }
    return n;
  };
  return { monitors, lines, fired, feed };
}

function folderWithPlan(): string {
  const folder = folderOf();
  writeFileSync(join(folder, 'monitors.json'), plan);
  return folder;
}
const countedIn = (folder: string): number => new AppMonitorsFile(folder).load('a').learned?.states[0]?.counted ?? 0;

describe('what monitors of an app learned', () => {
  it('is whole after a power cut at any write: what the write before left, or what this one wrote, and the monitors go on from there', () => {
    const end = 500;
    const whole = watching(folderWithPlan());
    whole.feed(0, end);
    expect(whole.fired).toHaveLength(1);
    const counting = cutDisk(Number.POSITIVE_INFINITY, 'after');
    const counted = watching(folderWithPlan(), counting.write);
    const written: number[] = []; // after how many inferences
    for (let n = 0; n < end; n++) {
      const before = counting.writes;
      counted.feed(n, n + 1);
      if (counting.writes > before) written.push(n + 1);
    }
    expect(written.length).toBeGreaterThanOrEqual(5);
    for (let at = 1; at <= counting.writes; at++)
      for (const how of hows) {
        const folder = folderWithPlan();
        const disk = cutDisk(at, how);
        const cut = watching(folder, disk.write).feed(0, end, () => disk.writes >= at);
        const kept = countedIn(folder);
        expect([at, how, cut, kept]).toEqual([at, how, written[at - 1], (how === 'after' ? written[at - 1] : written[at - 2]) ?? 0]);
        const again = watching(folder);
        again.feed(kept, end);
        again.monitors.save();
        const { learned } = new AppMonitorsFile(folder).load('a');
        expect([at, how, again.lines, learned!.states.map(({ phase, counted }) => [phase, counted])]).toEqual([at, how, [], [['drift', end], ['calm', end]]]); // prettier-ignore
      }
  });

  it('is whole whenever the agent is killed in the middle of writing it', { timeout: 30_000 }, async () => {
    const folder = folderWithPlan();
    const source = `const { AppMonitorsFile } = await import(${JSON.stringify(new URL('../../dist/watch/app-monitors-file.js', import.meta.url).href)});
      const { writeSync } = await import('node:fs');
      const file = new AppMonitorsFile(${JSON.stringify(folder)});
      for (let n = 0; ; n++) { file.save('a', { states: [{ v: 1, counted: n, memory: Array.from({ length: 5_000 }, (_, i) => i + n) }], labels: null }); writeSync(1, '.'); }`;
    for (let kill = 0; kill < 8; kill++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
      onTestFinished(() => void child.kill('SIGKILL'));
      let writes = 0;
      child.stdout.on('data', (chunk: Buffer) => (writes += chunk.length) > 5 + kill && child.kill('SIGKILL'));
      await new Promise((resolve) => child.once('close', resolve));
      const { learned, problem } = new AppMonitorsFile(folder).load('a');
      const [state] = learned!.states;
      expect([problem, state!.counted >= writes - 1, (state!.memory as number[])[0]]).toEqual([null, true, state!.counted]);
    }
    expect(readdirSync(folder).filter((name) => name.endsWith('set-aside'))).toEqual([]);
  });
});

describe('how far a warm-up has come', () => {
  it('is whole after a power cut at any write of it', () => {
    const of = { names: ['input.a', 'input.b'], class_names: ['no'], rows: 400 };
    const key = { bundle: 'a', names: null, rows: 400 };
    const stateAfter = (rows: number) => {
      const warm_up = new WarmUp(of);
      for (let n = 0; n < rows; n++) warm_up.take(Float64Array.of(share(n), share(3 * n)), 0);
      return { columns: of.names, state: warm_up.state };
    };
    for (const at of [1, 2, 3])
      for (const how of hows) {
        const [folder, disk] = [folderOf(), cutDisk(at, how)];
        const saved = [1, 2, 3].map((part) => new WarmingFile(folder, disk.write).save(key, stateAfter(100 * part)));
        expect(saved).toEqual([1, 2, 3].map((part) => part < at));
        const rows = 100 * (how === 'after' ? at : at - 1);
        const { stored, problem } = new WarmingFile(folder).load(key);
        expect([problem, stored]).toEqual([null, rows === 0 ? null : stateAfter(rows)]);
      }
  });
});
