// tests/crash: the processes of the loop: a server with a worker of its own, a worker beside it, two agents, each of its own kind, on one temporary folder.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from '@holdfast/client';
import { ringPath } from '../../packages/agent/dist/capture/index.js';
import { freePort } from '../load/free-port.ts';
import { agent_file, command_line, ServerProgram, joinAddress } from '../load/product.ts';
import { Program, runOnce } from '../load/program.ts';
import { brokenFile } from './broken.ts';

export interface CrashDevice {
  readonly name: string;
  readonly folder: string;
  readonly count_file: string;
  /** A line for each start of the program with a version that is broken. */
  readonly broken_file: string;
  readonly agent: Program;
}

export interface House {
  readonly folder: string;
  readonly world: string;
  readonly server: ServerProgram;
  readonly worker: Program;
  readonly devices: readonly CrashDevice[];
  readonly client: Client;
}

export const model = 'level';

export interface Otherwise {
  /** Arguments and environment of the server: another database, another place for blobs. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another Node for the agents. */
  readonly agent?: { readonly node: string; readonly env: Readonly<Record<string, string>> };
}

export async function openHouse(folder: string, more: Otherwise = {}): Promise<House> {
  const world = path.join(folder, 'world');
  await writeFile(world, '0');
  const args = ['--poll-ms', '500', '--window-inferences', '50', ...(more.args ?? [])];
  const server = new ServerProgram({ folder: path.join(folder, 'server'), port: await freePort(), args, ...(more.env ? { env: more.env } : {}) });
  const started: Program[] = [server];
  try {
    const client = await server.up();
    const remote = { HOLDFAST_SERVER: client.server.url, HOLDFAST_TOKEN: server.token };
    const worker = new Program({
      name: 'worker',
      args: [command_line, 'worker', '--name', 'w1', '--work', path.join(folder, 'work'), '--poll-ms', '200'],
      log: path.join(folder, 'worker.log'),
      env: remote,
    });
    worker.start();
    started.push(worker);
    const address = await joinAddress(client);
    const devices: CrashDevice[] = [];
    for (const name of ['edge-bundle', 'edge-cli']) {
      devices.push(await openDevice(folder, name, world, address, more.agent));
      started.push(devices.at(-1)!.agent);
    }
    return { folder, world, server, worker, devices, client };
  } catch (error) {
    for (const program of started.toReversed()) if (program.running) await program.stop();
    throw error;
  }
}

/** One device runs the bundled agent, the other is started by the command line, in whose place the agent comes; on a Node that is too old for the command line both are the bundle. */
async function openDevice(parent: string, name: string, world: string, address: string, other: Otherwise['agent']): Promise<CrashDevice> {
  const folder = path.join(parent, name);
  await mkdir(folder, { recursive: true });
  await runOnce(`join of ${name}`, [agent_file, 'join', address, '--data', folder, '--name', name], other);
  const count_file = path.join(parent, `${name}.count`);
  const program = ['--', process.execPath, path.join(import.meta.dirname, 'app.ts'), world, count_file];
  const args = name === 'edge-cli' && !other ? [command_line, 'agent'] : [agent_file, 'run'];
  const agent = new Program({ name, args: [...args, '--data', folder, '--wait-for-bundle', ...program], log: path.join(parent, `${name}.log`), ...other });
  agent.start();
  return { name, folder, count_file, broken_file: brokenFile(count_file), agent };
}

/** The agents leave a ring on shared memory; its folder goes, so it goes too. */
export function ringsOf(house: House): string[] {
  return house.devices.flatMap((d) => ['', '.json', '.cursor'].map((end) => ringPath(d.folder) + end));
}

/** Devices first, so that they say farewell to a server that is there. */
export async function closeHouse(house: House): Promise<void> {
  for (const program of programsOf(house).toReversed()) if (program.running) await program.stop();
  for (const file of ringsOf(house)) await rm(file, { force: true });
}

export const programsOf = (house: House): Program[] => [house.server, house.worker, ...house.devices.map((d) => d.agent)];
