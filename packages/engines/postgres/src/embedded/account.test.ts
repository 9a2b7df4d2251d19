// postgres/embedded: root whose programs lie below a folder that nobody else may enter, such as a clone in /root.
import { chmod, cp, mkdtemp, mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { chooseAccount } from './account.ts';
import { ensureCluster } from './cluster.ts';
import { linkLibraries } from './libraries.ts';
import { findPrograms } from './programs.ts';

it.runIf(process.getuid?.() === 0)('makes a cluster with programs that lie below a 0700 folder', async (context) => {
  const npm = (await findPrograms()).find((program) => program.native !== null);
  if (!npm) return context.skip('the npm package of PostgreSQL is not here');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-pg-'));
  try {
    const closed = path.join(folder, 'closed');
    await mkdir(closed);
    await cp(npm.native!, path.join(closed, 'package', 'native'), { recursive: true });
    await chmod(closed, 0o700);
    const native = path.join(closed, 'package', 'native');
    const program = { ...npm, native, bin: path.join(native, 'bin') };
    const env = { PATH: process.env['PATH'], LC_ALL: 'C', ...(await linkLibraries(program, folder)) };
    const cluster = path.join(folder, 'postgres');
    const account = await chooseAccount(folder, cluster, program, env);
    await ensureCluster(cluster, program, account, env, false);
    expect(account.prefix[0]).toBe('setpriv');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
