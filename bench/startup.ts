// bench: how long `holdfast up` takes to its first healthy answer, on a new data folder and on one that is there, and what server and PostgreSQL
// take of memory when idle. Floor: an idle Node of the same version, in the same run. PSS: shared pages are divided among who shares them.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../tests/load/free-port.ts';
import { ServerProgram } from '../tests/load/product.ts';
import { atMost, quantile, report, seen } from '../tests/load/report.ts';

const new_starts = 3;
const warm_starts = 5;
const idle_s = 15;
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));

/** Seconds from the start of the process to the first OK of /health. */
async function start(server: ServerProgram, port: number): Promise<number> {
  const from = performance.now();
  server.start();
  while (
    !(await fetch(`http://127.0.0.1:${port}/health`).then(
      (answer) => answer.ok,
      () => false,
    ))
  )
    await sleep(5);
  return (performance.now() - from) / 1000;
}

const serverOn = (data: string, port: number) => new ServerProgram({ folder: data, port });

async function newFolders(): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < new_starts; i++) {
    const port = await freePort();
    const server = serverOn(path.join(folder, `new-${i}`), port);
    times.push(await start(server, port));
    await server.stop();
  }
  return times;
}

function mib(pid: number, field: 'Pss' | 'Rss'): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => {
    try {
      return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) === parent;
    } catch {
      return false; // it ended meanwhile
    }
  });
}

/** The postmaster and everything below it. */
function postgresMib(data: string, field: 'Pss' | 'Rss'): number {
  const postmaster = Number(readFileSync(path.join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  return [postmaster, ...childrenOf(postmaster)].reduce((sum, pid) => sum + mib(pid, field), 0);
}

async function idleNode(): Promise<number> {
  const idle = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  await sleep(700);
  const size = mib(idle.pid!, 'Pss');
  idle.kill();
  await once(idle, 'exit');
  return size;
}

try {
  const fresh = await newFolders();
  const data = path.join(folder, 'new-0');
  const warm: number[] = [];
  const port = await freePort();
  const server = serverOn(data, port);
  for (let i = 0; i < warm_starts; i++) {
    if (i > 0) await server.stop();
    warm.push(await start(server, port));
  }
  await sleep(idle_s * 1000);
  const [pss, rss, pg] = [mib(server.pid!, 'Pss'), mib(server.pid!, 'Rss'), postgresMib(data, 'Pss')];
  const floor = await idleNode();
  await server.stop();
  report('startup', [
    atMost(
      'start on an existing folder',
      quantile(warm, 0.5),
      's',
      1.5,
      `median of ${warm_starts}, worst ${Math.max(...warm).toFixed(2)} s, to the first OK of /health`,
    ),
    atMost(
      'start on a new folder',
      quantile(fresh, 0.5),
      's',
      4,
      `median of ${new_starts}, worst ${Math.max(...fresh).toFixed(2)} s, with initdb and every migration`,
    ),
    atMost('idle server, Node, PSS', pss, 'MiB', 150, `after ${idle_s} s; RSS ${rss.toFixed(1)} MiB`),
    atMost('idle PostgreSQL, all its processes, PSS', pg, 'MiB', 40, 'shared buffers counted once'),
    seen('idle server / idle node', pss / floor, 'x', `an idle node takes ${floor.toFixed(1)} MiB (PSS)`),
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
