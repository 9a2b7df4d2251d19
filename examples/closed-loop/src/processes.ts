// closed-loop: the real processes of the story, each ended with it, whatever happens. One that ends by itself ends the story.
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

interface StartOptions {
  /** The file that its output goes to. */
  readonly log: string;
  readonly env?: Record<string, string>;
  readonly on_text?: (text: string) => void;
}
interface Running {
  readonly child: ChildProcess;
  readonly gone: Promise<void>;
}

const said_chars_max = 20_000;
const stop_ms_max = 15_000;

export class Processes {
  readonly #running = new Set<Running>();
  #stopping = false;
  #lose: (error: Error) => void = () => {};
  /** Rejects as soon as a process that should stay is gone although nobody stopped it. */
  readonly lost = new Promise<never>((_, reject) => (this.#lose = reject));

  constructor() {
    this.lost.catch(() => {}); // heard by whoever races with it; before the first step nobody does
  }

  /** Starts a Node program that stays. */
  start(name: string, args: readonly string[], options: StartOptions): void {
    const log = createWriteStream(options.log, { flags: 'a' });
    const { ended, said } = this.#spawn(args, options.env ?? {}, (chunk) => {
      log.write(chunk);
      options.on_text?.(chunk.toString());
    });
    void ended.then((how) => {
      log.end();
      if (!this.#stopping) this.#lose(new Error(`${name} ended by itself (${how}): ${said().slice(-2000)}`));
    });
  }

  /** Runs a Node program to its end. Fails where its exit code is not 0, with what it said. */
  async run(name: string, args: readonly string[]): Promise<void> {
    const { ended, said } = this.#spawn(args, {}, () => {});
    const how = await ended;
    if (how !== 'code 0') throw new Error(`${name} ended with ${how}: ${said()}`);
  }

  #spawn(args: readonly string[], env: Record<string, string>, on_chunk: (chunk: Buffer) => void): { ended: Promise<string>; said: () => string } {
    if (this.#stopping) throw new Error('the story is being stopped');
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        text = (text + chunk.toString()).slice(-said_chars_max);
        on_chunk(chunk);
      });
    }
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ? `signal ${signal}` : `code ${code}`));
    });
    const running: Running = { child, gone: ended.then(() => void this.#running.delete(running)) };
    this.#running.add(running);
    return { ended, said: () => text };
  }

  /** SIGTERM to all, the youngest first, so that devices say farewell to a server that is there; SIGKILL after a while. Nothing starts after it. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { child, gone } of [...this.#running].toReversed()) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stop_ms_max);
      await gone;
      clearTimeout(timer);
    }
  }
}
