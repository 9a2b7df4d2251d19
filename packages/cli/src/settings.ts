// Which server, with which token: flag, then environment, then what `holdfast up` left in the data folder (HOLDFAST_DATA, else ./holdfast-data).
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import { Client } from '@holdfast/client';
import type { Output } from './output.ts';
import { commandPath } from './usage.ts';

interface CommonOptions {
  readonly server?: string;
  readonly token?: string;
  readonly json?: string;
}

export const default_folder = 'holdfast-data';

export function clientOf(command: Command): Client {
  const options = command.optsWithGlobals<CommonOptions>();
  const local = localServer();
  const url = (options.server ?? process.env['HOLDFAST_SERVER'] ?? local?.url)?.replace(/\/$/, '');
  if (!url) throw failure('HF-CLI-002');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw failure('HF-CLI-006', {
      option: '--server',
      saw: JSON.stringify(url),
      expected: 'an address such as http://127.0.0.1:8080',
      command: commandPath(command),
    });
  const token = options.token ?? process.env['HOLDFAST_TOKEN'] ?? process.env['HOLDFAST_ADMIN_TOKEN'] ?? (local?.url === url ? local.token : undefined);
  return new Client({ url, token });
}

export const outputOf = (command: Command): Output => {
  const { json } = command.optsWithGlobals<CommonOptions>();
  return { json: json !== undefined, fields: json ? json.split(',').map((f) => f.trim()) : [], command: commandPath(command) };
};

/** What `holdfast up` left in its data folder, where that is the usual one below this folder. */
function localServer(): { readonly url: string; readonly token: string } | undefined {
  try {
    return JSON.parse(readFileSync(path.join(process.env['HOLDFAST_DATA'] ?? default_folder, 'server.json'), 'utf8')) as { url: string; token: string };
  } catch {
    return undefined; // no server was started in this folder
  }
}
