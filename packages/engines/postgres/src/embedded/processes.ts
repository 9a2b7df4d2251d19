// postgres/embedded: processes as /proc shows them. A pid alone names nobody: it is used again after a restart.
import { readFile, readdir, readlink } from 'node:fs/promises';

/** When the process started, in ticks since the boot, with the boot's id; null where there is none or no /proc. */
export async function startTime(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' '); // the name in () may hold spaces
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
    return fields[0] === 'Z' ? null : `${boot}/${fields[19]}`; // field 22 of proc(5); a zombie runs no more
  } catch {
    return null; // ended, or not Linux
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it lives, under another user
  }
}

/** The pids of all `postgres` processes that work in the cluster: the postmaster and its children stand in its folder. */
export async function processesIn(cluster: string): Promise<readonly number[]> {
  const names = await readdir('/proc').catch(() => []); // not Linux: nothing is known
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const matches = await Promise.all(pids.map((pid) => worksIn(pid, cluster)));
  return pids.filter((_, index) => matches[index]);
}

async function worksIn(pid: number, cluster: string): Promise<boolean> {
  try {
    if ((await readlink(`/proc/${pid}/cwd`)) !== cluster) return false;
    return (await readFile(`/proc/${pid}/comm`, 'latin1')).trim() === 'postgres';
  } catch {
    return false; // ended meanwhile, or of another user
  }
}

/** Sends the signal; a process that has ended already is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
