// postgres/embedded: one running `postgres`: spawned, waited for, shut down. It stands in its own session, so that Ctrl+C
// in a terminal reaches us first and requests in flight can finish.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '@holdfast/base';
import type { Command } from './account.ts';
import { type ServerLog, isDiskFull } from './log.ts';

export interface Server {
  readonly pid: number;
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

const start_ms_max = 60_000;
const fast_ms = 20_000;
const poll_ms = 5;

export function spawnServer(command: Command, env: NodeJS.ProcessEnv, log: ServerLog): Server {
  const who = command.uid === undefined ? {} : { uid: command.uid, gid: command.gid! };
  const child = spawn(command.file, command.args, { env, cwd: '/', detached: true, stdio: ['ignore', 'pipe', 'pipe'], ...who });
  log.follow(child.stdout);
  log.follow(child.stderr);
  const ended = endOf(child);
  return { pid: child.pid ?? -1, ended, stop: () => stop(child, ended) };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, name) => resolve(name === null ? `exit code ${code}` : `signal ${name}`));
  });
}

/** SIGINT is PostgreSQL's fast shutdown (clients are cut off, a checkpoint is written); SIGQUIT leaves it to recovery. */
async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGINT');
  const hard = setTimeout(() => child.kill('SIGQUIT'), fast_ms);
  await ended;
  clearTimeout(hard);
}

/** Resolves when it accepts connections. Line 8 of postmaster.pid says so (pg_ctl waits in the same way). */
export async function waitReady(server: Server, cluster: string, folder: string, log: ServerLog): Promise<void> {
  const from_ms = performance.now();
  const waited = (): number => performance.now() - from_ms;
  let end: string | undefined;
  void server.ended.then((reason) => (end = reason));
  while (!(await isReady(server.pid, cluster))) {
    if (end !== undefined) throw startFailure(folder, `${end}: ${log.tail()}`, log, waited());
    if (waited() > start_ms_max) {
      await server.stop();
      throw startFailure(folder, log.tail(), log, waited());
    }
    await sleep(poll_ms);
  }
}

function startFailure(folder: string, text: string, log: ServerLog, waited_ms: number): Error {
  if (isDiskFull(text)) return failure('HF-DISK-001', { folder });
  return failure('HF-PG-003', { seconds: (waited_ms / 1000).toFixed(1), log: text, file: log.file });
}

async function isReady(pid: number, cluster: string): Promise<boolean> {
  const text = await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => ''); // not yet written
  const lines = text.split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}
