// agent: `supervise`: no server, no bundle; the program is kept running, and a line a minute says what its log shows.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@holdfast/base';
import type { RunningAgent } from './agent.ts';
import { InferenceSource, JsonLines, ringPath } from './capture/index.ts';
import { lockFolder } from './folder-lock.ts';
import { makeFolder } from './own-folder.ts';
import { Program } from './supervise/index.ts';
import { LatencyBins } from './watch/latency-bins.ts';

export interface SuperviseOptions {
  readonly program: readonly string[];
  /** Default is a temporary folder, removed at the end. */
  readonly folder?: string;
  readonly ring?: string;
  readonly on_line?: (text: string) => void;
  readonly on_output?: (chunk: Uint8Array) => void;
  readonly line_ms?: number;
  readonly restart_ms?: number;
  readonly grace_ms?: number;
}

export async function superviseOnly(options: SuperviseOptions): Promise<RunningAgent> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'holdfast-'));
  makeFolder(folder);
  const lock = lockFolder(folder);
  const say = (text: string) => options.on_line?.(text);
  const ring = options.ring ?? ringPath(folder);
  const seen = new Seen();
  const source = new InferenceSource(ring, (names) => (seen.inputs = names?.inputs.length ?? null));
  const lines = new JsonLines(ring);
  const program = new Program({
    argv: options.program,
    folder,
    before_start: () => lines.start(),
    on_stdout: (chunk) => lines.take(chunk),
    clock: { now_ms: () => systemClock.wall_ms(), mono_ms: () => systemClock.mono_ms() },
    restart_ms: options.restart_ms,
    grace_ms: options.grace_ms,
    on_problem: say,
    on_output: options.on_output,
    on_start: (pid) => say(`program started with pid ${pid}`),
    on_crash: (reason) => say(`program ended: ${reason}; it is started again`),
  });
  await program.endLeftOver();
  program.start({ HOLDFAST_RING: ring });
  const poll = () => source.poll((inference) => seen.take(inference.latency_ms));
  const timers = [setInterval(poll, 20), setInterval(() => say(seen.line(source.lost)), options.line_ms ?? 60_000)];
  let resolveDone: () => void;
  const done = new Promise<void>((resolve) => (resolveDone = resolve));
  const stopAll = async () => {
    for (const timer of timers) clearInterval(timer);
    await program.stop();
    poll();
    say(seen.line(source.lost));
    source.close();
    lines.close();
    program.close();
    lock.release();
    if (options.folder === undefined) removeTemporary(folder, options.ring === undefined ? ring : null);
    resolveDone();
  };
  let stopping: Promise<void> | null = null;
  return { done, stop: () => (stopping ??= stopAll()) };
}

function removeTemporary(folder: string, ring: string | null): void {
  rmSync(folder, { recursive: true, force: true });
  for (const end of ring === null ? [] : ['', '.json', '.cursor']) rmSync(`${ring}${end}`, { force: true });
}

class Seen {
  readonly #latency = new LatencyBins();
  #inferences = 0;
  /** Named inputs; null where the app gives no names. */
  inputs: number | null = null;

  take(latency_ms: number): void {
    this.#inferences++;
    this.#latency.add(latency_ms);
  }

  line(lost: number): string {
    const p95_ms = this.#latency.quantile_ms(0.95);
    const latency = Number.isNaN(p95_ms) ? '' : `, latency p95 ${p95_ms.toPrecision(2)} ms`;
    const inputs = this.inputs === null ? '' : `, ${this.inputs} named inputs`;
    return `${this.#inferences} inferences${latency}${inputs}, ${lost} lost`;
  }
}
