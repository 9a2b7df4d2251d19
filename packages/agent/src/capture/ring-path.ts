// agent/capture: where the ring of a data folder lies. On shared memory where the machine has it: a ring on flash would wear it out.

import { accessSync, constants } from 'node:fs';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

export function ringPath(folder: string, shared_memory = '/dev/shm'): string {
  const name = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12);
  return isWritable(shared_memory) ? join(shared_memory, `holdfast-${name}.ring`) : join(folder, 'app.ring');
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false; // No shared memory here: the data folder will do.
  }
}
