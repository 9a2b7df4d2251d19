// postgres/embedded: the cluster on disk. A new one is made under another name and renamed, so that a half-made one is never used.
import { execFile } from 'node:child_process';
import { chown, lchown, mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { failure } from '@holdfast/base';
import { type Account, commandAs } from './account.ts';
import { isDiskFull } from './log.ts';
import type { Program } from './programs.ts';

/** The one role; nobody but the owner of the socket's folder can reach it. */
export const role = 'holdfast';

/** The program for the folder: of the cluster's own major version, or the newest for a new one. */
export async function chooseProgram(folder: string, cluster: string, programs: readonly Program[]): Promise<Program> {
  const made = await readFile(path.join(cluster, 'PG_VERSION'), 'utf8').catch(() => null); // null: a new folder
  const program = made === null ? programs[0] : programs.find((one) => one.major === Number(made.trim()));
  if (program !== undefined) return program;
  if (made === null) throw failure('HF-PG-002', { platform: `${process.platform}-${process.arch}` });
  const found = programs.map((one) => one.version).join(', ') || 'none';
  throw failure('HF-PG-004', { folder, saw: made.trim(), found });
}

/** Makes the cluster where there is none. `sync` false is for tests only. */
export async function ensureCluster(cluster: string, program: Program, account: Account, env: NodeJS.ProcessEnv, sync: boolean): Promise<void> {
  const draft = `${cluster}.new`;
  await rm(draft, { recursive: true, force: true });
  if ((await stat(path.join(cluster, 'PG_VERSION')).catch(() => null)) !== null) return giveAll(cluster, account);
  await mkdir(draft, { mode: 0o700 });
  if (account.user !== null) await chown(draft, account.user.uid, account.user.gid);
  try {
    await initdb(draft, program, account, env, sync);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  await rename(draft, cluster);
  await syncFolder(path.dirname(cluster));
}

async function initdb(draft: string, program: Program, account: Account, env: NodeJS.ProcessEnv, sync: boolean): Promise<void> {
  // code-point order on every machine; the builtin provider also knows upper and lower beyond ASCII
  const locale = program.major >= 17 ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : ['--locale=C'];
  const args = ['-D', draft, '-U', role, '-E', 'UTF8', '--auth=trust', '--data-checksums', ...locale, ...(sync ? [] : ['--no-sync'])];
  const command = commandAs(account, path.join(program.bin, 'initdb'), args);
  const who = command.uid === undefined ? {} : { uid: command.uid, gid: command.gid! };
  try {
    await promisify(execFile)(command.file, command.args, { env, cwd: '/', timeout: 60_000, ...who });
  } catch (error) {
    const text = String((error as { stderr?: unknown }).stderr ?? error);
    if (isDiskFull(text)) throw failure('HF-DISK-001', { folder: path.dirname(draft) }, error);
    throw failure('HF-PG-003', { seconds: 60, log: text.trim().slice(-500), file: 'the message' }, error);
  }
}

/** A cluster that belongs to root (a copy made by root) is given to the account; PostgreSQL asks for its own files. */
async function giveAll(cluster: string, account: Account): Promise<void> {
  if (account.user === null || (await stat(cluster)).uid === account.user.uid) return;
  const { uid, gid } = account.user;
  const entries = await readdir(cluster, { recursive: true });
  for (const entry of entries) await lchown(path.join(cluster, entry), uid, gid);
  await chown(cluster, uid, gid);
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
