// closed-loop: the real processes of the story, each ended with it, whatever happens.
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

export class Processes {
  readonly #children: { name: string; child: ChildProcess; gone: Promise<void> }[] = [];

  /** Starts a Node program that stays; its output goes to the file. */
  start(name: string, args: readonly string[], options: { log: string; env?: Record<string, string>; on_text?: (text: string) => void }): void {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } });
    const log = createWriteStream(options.log, { flags: 'a' });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        log.write(chunk);
        options.on_text?.(chunk.toString());
      });
    }
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.#children.push({ name, child, gone });
  }

  /** Runs a Node program to its end. Fails where its exit code is not 0, with what it said. */
  async run(name: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-20_000)));
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    if (code !== 0) throw new Error(`${name} ended with code ${code}: ${said}`);
    return said;
  }

  /** A process of the story that is gone although nobody stopped it, or null. */
  lost(): string | null {
    return this.#children.find(({ child }) => child.exitCode !== null || child.signalCode !== null)?.name ?? null;
  }

  /** SIGTERM to all, devices before the server; SIGKILL after a while. */
  async stop(): Promise<void> {
    for (const { child, gone } of this.#children.splice(0).toReversed()) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await gone;
      clearTimeout(timer);
    }
  }
}
