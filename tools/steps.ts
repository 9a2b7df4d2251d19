// Runs the commands that a tool is made of, one after the other, and stops at the first that fails.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

export const root = path.dirname(import.meta.dirname);

/** Runs a command with its output shown; ends this process with its exit code where it fails. */
export function run(command: string, args: readonly string[], options: { env?: Record<string, string>; quiet?: boolean } = {}): void {
  const started = performance.now();
  const done = spawnSync(command, args, { cwd: root, stdio: options.quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit', env: { ...process.env, ...options.env } });
  if (done.error) throw done.error;
  if (done.status !== 0) {
    if (options.quiet) process.stderr.write(Buffer.concat([done.stdout, done.stderr]));
    process.stderr.write(`failed: ${command} ${args.join(' ')}\n`);
    process.exit(done.status ?? 1);
  }
  process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${command} ${args.join(' ')}\n`);
}

/** The program of a package in node_modules/.bin. */
export const bin = (name: string): string => path.join(root, 'node_modules', '.bin', name);
