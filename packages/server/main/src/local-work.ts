// The work source of the server's own worker: the rooms, without HTTP between.
import type { Rooms } from '@holdfast/faces';
import { type WorkSource, fileBytes } from '@holdfast/workflows';

export function localWork(rooms: Rooms): WorkSource {
  const { workflows, registry } = rooms;
  return {
    claim: (worker) => workflows.claim(worker),
    renew: (key) => workflows.renew(key),
    log: (key, first, lines) => workflows.log(key, first, lines),
    complete: (key, ending) => workflows.complete(key, ending),
    readBlob: (digest) => registry.blobs.read(digest),
    writeBlob: async (file) => (await registry.blobs.put(fileBytes(file))).digest,
  };
}
