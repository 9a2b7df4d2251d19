// postgres/embedded: the short library names (libicuuc.so.60 -> libicuuc.so.60.2) that npm cannot pack, as links in the data folder.
// The binary package makes them in an install script; ours are off, and node_modules may be read-only.
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { Program } from './programs.ts';

interface Link {
  readonly source: string;
  readonly target: string;
}

/** Makes the links anew (node_modules may have moved) and returns the environment that finds them. */
export async function linkLibraries(program: Program, folder: string): Promise<Readonly<Record<string, string>>> {
  if (program.native === null) return {};
  const library = path.join(folder, `lib-${program.version}`);
  await rm(library, { recursive: true, force: true });
  await mkdir(library, { recursive: true, mode: 0o755 });
  const links = JSON.parse(await readFile(path.join(program.native, 'pg-symlinks.json'), 'utf8')) as readonly Link[];
  await Promise.all(links.map((link) => makeLink(link, path.dirname(program.native!), library)));
  return { LD_LIBRARY_PATH: `${library}:${path.join(program.native, 'lib')}` };
}

function makeLink(link: Link, root: string, library: string): Promise<void> {
  return symlink(path.join(root, link.source), path.join(library, path.basename(link.target)));
}
