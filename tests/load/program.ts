// tests/load: one real process of the product, with its output in a file. It can be killed without warning and started again.
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

export interface ProgramOptions {
  readonly name: string;
  readonly args: readonly string[];
  /** Output is added to this file, over all starts. */
  readonly log: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The Node that runs it; absent: that of this process. */
  readonly node?: string | undefined;
}

const stop_ms_max = 20_000;
const kept_chars = 20_000;

export class Program {
  readonly name: string;
  readonly #o: ProgramOptions;
  #child: ChildProcess | null = null;
  #gone: Promise<void> = Promise.resolve();
  #said = '';
  starts = 0;

  constructor(options: ProgramOptions) {
    this.name = options.name;
    this.#o = options;
  }

  get pid(): number | undefined {
    return this.running ? this.#child?.pid : undefined;
  }

  get running(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The last of what it said since its last start. */
  get said(): string {
    return this.#said;
  }

  start(): void {
    this.starts++;
    this.#said = '';
    const child = spawn(this.#o.node ?? process.execPath, this.#o.args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...this.#o.env } });
    const log = createWriteStream(this.#o.log, { flags: 'a' });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        log.write(chunk);
        this.#said = (this.#said + chunk.toString()).slice(-kept_chars);
      });
    }
    this.#child = child;
    this.#gone = new Promise((resolve) => child.once('close', () => log.end(resolve)));
  }

  /** Resolves with the first match in what it says; fails where it ends or is silent for too long. */
  async says(pattern: RegExp, limit_ms = 60_000): Promise<RegExpExecArray> {
    const end_ms = performance.now() + limit_ms;
    for (;;) {
      const found = pattern.exec(this.#said);
      if (found) return found;
      if (!this.running || performance.now() > end_ms) throw new Error(`${this.name} did not say ${String(pattern)}: ${this.#said.slice(-2000)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** SIGKILL: no farewell, nothing flushed. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#gone;
  }

  /** SIGTERM, and SIGKILL for one that does not hear it. */
  async stop(): Promise<void> {
    this.#child?.kill('SIGTERM');
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), stop_ms_max);
    await this.#gone;
    clearTimeout(timer);
  }
}

/** Runs a Node program to its end; fails where its exit code is not 0, with what it said. */
export async function runOnce(name: string, args: readonly string[], options: { node?: string; env?: Record<string, string> } = {}): Promise<string> {
  const child = spawn(options.node ?? process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-kept_chars)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${name} ended with code ${code}: ${said}`);
  return said;
}
