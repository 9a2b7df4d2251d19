// agent: a folder with its parents. One level at a time, since Node's own recursion never ends below /proc.
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { failure } from '@holdfast/base';

/** Makes the folder where it is not there; only its owner may enter unless `mode` says otherwise. Fails with HF-CLI-009. */
export function makeFolder(folder: string, mode = 0o700): void {
  try {
    make(resolve(folder), mode);
  } catch (error) {
    throw failure('HF-CLI-009', { file: folder, reason: (error as Error).message }, error);
  }
}

function make(folder: string, mode: number): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found) throw new Error('it is a file, and a folder was expected');
  make(dirname(folder), mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was faster
  }
}
