// postgres/embedded: the folder of the Unix socket. Private (0700), and short enough for a socket address (108 bytes on Linux).
import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Account } from './account.ts';

export interface SocketFolder {
  readonly folder: string;
  remove(): Promise<void>;
}

const path_bytes_max = 100;
const socketName = '.s.PGSQL.5432';

/**
 * `base` is the data folder's own `run`. Where its path is too long, the same short one is used at each start.
 * It is made anew: a lock beside the socket that a kill left behind stops PostgreSQL where its pid still shows (a zombie
 * that nobody reaps, a pid used again). The caller holds the folder lock, so nobody listens here.
 */
export async function makeSocketFolder(base: string, account: Account): Promise<SocketFolder> {
  const folder = fits(base) ? base : await shortFolder(base, account);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  if (account.user !== null) await chown(folder, account.user.uid, account.user.gid);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** PostgreSQL reads a list here, so a comma or a quote would split the path. */
function fits(folder: string): boolean {
  return Buffer.byteLength(path.join(folder, socketName)) <= path_bytes_max && !/[,"]/.test(folder);
}

async function shortFolder(base: string, account: Account): Promise<string> {
  const name = `hf-pg-${createHash('sha256').update(base).digest('hex').slice(0, 12)}`;
  const roots = [os.tmpdir(), '/tmp'].filter((root) => fits(path.join(root, name)));
  const folder = path.join(roots[0] ?? '/tmp', name);
  // a folder that somebody else put there could listen in our place
  return (await isOurs(folder, account)) ? folder : mkdtemp(`${folder}-`);
}

async function isOurs(folder: string, account: Account): Promise<boolean> {
  const found = await lstat(folder).catch(() => null); // not there: it will be ours
  if (found === null) return true;
  const owners = [process.getuid?.(), account.user?.uid];
  return found.isDirectory() && owners.includes(found.uid) && (found.mode & 0o077) === 0;
}
