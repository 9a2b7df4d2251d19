// postgres/embedded: PostgreSQL does not outlive its parent. A shell waits for a line on a pipe that only this process
// holds; when the pipe ends without one (kill -9 ends it too), the shell shuts PostgreSQL down fast.
import { type ChildProcess, spawn } from 'node:child_process';

export interface Watchdog {
  /** PostgreSQL has ended: the pid is no longer ours to signal. */
  dismiss(): void;
}

export function watch(pid: number, onError: (line: string) => void): Watchdog {
  const script = 'read -r word; [ "$word" = done ] || kill -INT "$0"';
  const shell: ChildProcess = spawn('/bin/sh', ['-c', script, String(pid)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
  shell.on('error', (error) => onError(`the watchdog of PostgreSQL did not start: ${error.message}`));
  shell.stdin?.on('error', () => undefined); // the shell is gone: there is nobody left to dismiss
  shell.unref();
  (shell.stdin as unknown as { unref?(): void }).unref?.();
  return { dismiss: () => void shell.stdin?.end('done\n') };
}
