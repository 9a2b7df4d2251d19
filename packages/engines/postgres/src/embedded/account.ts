// postgres/embedded: under which user PostgreSQL runs. It refuses to be root, so root starts it as another user.
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { failure } from '@holdfast/base';
import type { Program } from './programs.ts';

const execFileAsync = promisify(execFile);

export interface Account {
  /** Null: the user of this process. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** Put before the command line: `setpriv …`, where the user cannot enter a folder on the way (a 0700 home). */
  readonly prefix: readonly string[];
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** The command that runs `file` under the account. */
export function commandAs(account: Account, file: string, args: readonly string[]): Command {
  const [first, ...rest] = account.prefix;
  if (first !== undefined) return { file: first, args: [...rest, file, ...args] };
  return account.user === null ? { file, args } : { file, args, ...account.user };
}

/** Finds an account that can run the program on the folder; `folder` has to exist. HF-PG-008 where none can. */
export async function chooseAccount(folder: string, cluster: string, program: Program, env: NodeJS.ProcessEnv): Promise<Account> {
  if (process.getuid?.() !== 0) return { user: null, prefix: [] };
  const user = await chooseUser(cluster);
  for (const account of [
    { user, prefix: [] },
    { user, prefix: searchPrefix(user) },
  ]) {
    if (await canRun(account, folder, program, env)) return account;
  }
  throw failure('HF-PG-008', { folder });
}

/** The owner of an existing cluster; else `postgres`, else `nobody`. */
async function chooseUser(cluster: string): Promise<{ uid: number; gid: number }> {
  const owner = await stat(cluster).catch(() => null); // a new folder has no cluster
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const line = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody');
  return line === undefined ? { uid: 65534, gid: 65534 } : { uid: Number(line[2]), gid: Number(line[3]) };
}

/**
 * Only the right to pass through and read folders (CAP_DAC_READ_SEARCH): it gives no right to write. initdb asks access(2) whether it may run
 * `postgres`, and for a user that is not root that call passes over rights unless no_setuid_fixup is set (capabilities(7)).
 */
function searchPrefix(user: { uid: number; gid: number }): readonly string[] {
  const who = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  return ['setpriv', ...who, '--securebits=+no_setuid_fixup', '--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search', '--'];
}

/** Tries it: to enter the folder, to run the program, and to read what initdb reads. */
async function canRun(account: Account, folder: string, program: Program, env: NodeJS.ProcessEnv): Promise<boolean> {
  const script = 'cd "$0" && test -r "$2" && exec "$1" --version';
  const share = program.native === null ? path.join(program.bin, 'postgres') : path.join(program.native, 'share');
  const args = ['-c', script, folder, path.join(program.bin, 'postgres'), share];
  const command = commandAs(account, '/bin/sh', args);
  const who = command.uid === undefined ? {} : { uid: command.uid, gid: command.gid! };
  try {
    await execFileAsync(command.file, command.args, { env, cwd: '/', timeout: 5_000, ...who });
    return true;
  } catch {
    return false; // no such right, or no setpriv: the caller tries the next way
  }
}
