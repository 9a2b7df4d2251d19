// tests/load: where the built product is, and a real server of it on a data folder.
import { randomBytes } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { Client } from '@holdfast/client';
import { Program } from './program.ts';

export const root = path.join(import.meta.dirname, '..', '..');
export const command_line = path.join(root, 'packages', 'cli', 'dist', 'main.js');
export const agent_file = path.join(root, 'packages', 'agent', 'dist', 'bundle', 'holdfast-agent.js');

export interface ServerSettings {
  readonly folder: string;
  /** 0 takes a free one. */
  readonly port?: number;
  /** More arguments of `holdfast up`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of Node itself. */
  readonly node_args?: readonly string[];
}

export class ServerProgram extends Program {
  readonly folder: string;
  readonly token: string;

  constructor(settings: ServerSettings) {
    const token = `hft_${randomBytes(20).toString('hex')}`;
    const args = [...(settings.node_args ?? []), command_line, 'up', '--data', settings.folder, '--port', String(settings.port ?? 0), ...(settings.args ?? [])];
    super({ name: 'server', args, log: `${settings.folder}.log`, env: { ...settings.env, HOLDFAST_ADMIN_TOKEN: token } });
    this.folder = settings.folder;
    this.token = token;
  }

  /** Starts it and waits until it serves. */
  async up(): Promise<Client> {
    await mkdir(path.dirname(this.folder), { recursive: true });
    this.start();
    const [, url = ''] = await this.says(/^server\s+(http\S+)[\s\S]*^stop/m);
    return new Client({ url, token: this.token });
  }
}

/** How to reach the embedded PostgreSQL of a running server by SQL; only its owner (and root) can. */
export async function embeddedConnection(folder: string) {
  return { host: path.join(await realpath(folder), 'run'), port: 5432, user: 'holdfast', database: 'postgres' };
}

/** A join address, good for many devices. */
export async function joinAddress(client: Client, uses_max = 1000): Promise<string> {
  return (await client.call('joinTokenCreate', { body: { name: 'test', uses_max } })).address;
}
