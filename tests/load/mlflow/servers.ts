// tests/load: the two servers of the comparison: the product on its own PostgreSQL, and MLflow from PyPI on SQLite or on a PostgreSQL.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { python } from '../../interop/engines.ts';
import { freePort } from '../free-port.ts';
import { ServerProgram } from '../product.ts';
import type { MlflowServer } from './http.ts';

export const mlflow_version = '3.17.2';
const start_s_max = 120;

/** The Python that has the whole of MLflow, server and client; null where it cannot be had. */
export const mlflowPython = (): Promise<string | null> => python('mlflow-server', [`mlflow==${mlflow_version}`, 'psycopg2-binary']);

export interface Started extends MlflowServer {
  /** From the start of the process to the first OK of /health. */
  readonly start_s: number;
}

export async function startHoldfast(folder: string): Promise<Started> {
  const server = new ServerProgram({ folder: path.join(folder, 'holdfast'), port: await freePort() });
  const from = performance.now();
  const client = await server.up();
  const start_s = (performance.now() - from) / 1000;
  const { url } = client.server;
  const pids = () => [server.pid!, ...familyOf(postmasterOf(server.folder))];
  return { name: 'holdfast', url, authorization: `Bearer ${server.token}`, start_s, pids, stop: () => server.stop() };
}

/** MLflow with one worker; `store` is the address of its database. */
export async function startMlflow(program: string, folder: string, store: { name: string; uri: string }): Promise<Started> {
  const port = await freePort();
  const home = path.join(folder, store.name);
  await mkdir(home, { recursive: true });
  const args = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  args.push('--backend-store-uri', store.uri, '--artifacts-destination', path.join(home, 'artifacts'));
  const from = performance.now();
  const child = spawn(program, args, { stdio: 'ignore', cwd: home, detached: true, env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' } });
  const url = `http://127.0.0.1:${port}`;
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null || performance.now() - from > start_s_max * 1000) throw new Error(`MLflow on ${store.name} did not start`);
    await sleep(20);
  }
  const start_s = (performance.now() - from) / 1000;
  const stop = async (): Promise<void> => {
    process.kill(-child.pid!, 'SIGTERM');
    while (familyOf(child.pid!).some(isAlive)) await sleep(50);
  };
  return { name: `MLflow, ${store.name}`, url, start_s, pids: () => familyOf(child.pid!), stop };
}

const isHealthy = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    (answer) => answer.ok,
    () => false,
  );

const postmasterOf = (folder: string): number => Number(readFileSync(path.join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false; // gone
  }
};

/** A process and all below it. */
export function familyOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((text) => /^\d+$/.test(text))) {
    try {
      parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1]));
    } catch {
      continue; // it ended meanwhile
    }
  }
  const below = (pid: number): number[] => [pid, ...[...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => below(child))];
  return below(root);
}

/** What the processes take, shared pages divided among who shares them. */
export function pssMib(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + memoryMib(pid, 'Pss'), 0);
}

export function memoryMib(pid: number, field: 'Pss' | 'Rss'): number {
  try {
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it ended meanwhile
  }
}

/** How much the resident memory of a process grows while `work` runs, at most, seen ten times a second. */
export async function growthMib(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = memoryMib(pid, 'Rss');
  let highest = before;
  const timer = setInterval(() => (highest = Math.max(highest, memoryMib(pid, 'Rss'))), 100);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return highest - before;
}
