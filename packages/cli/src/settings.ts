// Which server, with which token: flag, then environment, then what `holdfast up` left in the data folder (HOLDFAST_DATA, else ./holdfast-data).
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import { Client } from '@holdfast/client';
import type { Output } from './output.ts';

export interface CommonOptions {
  readonly server?: string;
  readonly token?: string;
  readonly json?: boolean | string;
}

export const default_folder = 'holdfast-data';

export function clientOf(command: Command): Client {
  const options = command.optsWithGlobals<CommonOptions>();
  const local = localServer();
  const url = (options.server ?? process.env['HOLDFAST_SERVER'] ?? local?.url)?.replace(/\/$/, '');
  if (!url) throw failure('HF-CLI-002');
  const token = options.token ?? process.env['HOLDFAST_TOKEN'] ?? process.env['HOLDFAST_ADMIN_TOKEN'] ?? (local?.url === url ? local.token : undefined);
  return new Client({ url, token });
}

export const outputOf = (command: Command): Output => ({ json: command.optsWithGlobals<CommonOptions>().json, command: commandPath(command) });

function commandPath(command: Command): string {
  return command.parent?.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name();
}

/** What `holdfast up` left in its data folder, where that is the usual one below this folder. */
function localServer(): { readonly url: string; readonly token: string } | undefined {
  try {
    return JSON.parse(readFileSync(path.join(process.env['HOLDFAST_DATA'] ?? default_folder, 'server.json'), 'utf8')) as { url: string; token: string };
  } catch {
    return undefined; // no server was started in this folder
  }
}

/** `key=value` of a repeated option. */
export function collectLabel(text: string, labels: Record<string, string> = {}): Record<string, string> {
  const match = /^([A-Za-z0-9._-]{1,63})=(.{0,200})$/.exec(text);
  if (!match) throw failure('HF-CLI-006', { option: 'KEY=VALUE', saw: JSON.stringify(text), expected: 'a name, "=", and a value', command: '' });
  return { ...labels, [match[1]!]: match[2]! };
}

/** A whole number of an option. */
export const wholeNumber =
  (option: string, min = 0) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < min)
      throw failure('HF-CLI-006', { option, saw: JSON.stringify(text), expected: `a whole number of at least ${min}`, command: '' });
    return value;
  };
