// mlflow: what lies in a folder below the artifact address of a run or a logged model, with paths from that address.
import { failure } from '@holdfast/base';
import { type Tracking, checkArtifactFolder, storePath } from '@holdfast/tracking';
import type { May } from '../may.ts';
import { some } from './views.ts';

export const entryView = (name: string, { is_dir, size_bytes }: { is_dir: boolean; size_bytes: number }) => ({
  path: name,
  is_dir,
  file_size: is_dir ? undefined : size_bytes,
});

/** The folder of the store that an address names. Fails with HF-MLF-011 where the client has to reach the storage by itself. */
export function storeFolder(uri: string): string {
  const folder = storePath(uri);
  if (folder === null) throw failure('HF-MLF-011', { what: `Access to the artifacts at ${uri.slice(0, 200)} through this server` });
  return folder;
}

export async function listFolder(artifacts: Tracking['artifacts'], may: May, root_uri: string, path: string) {
  const folder = checkArtifactFolder(path);
  const place = [storeFolder(root_uri), folder].filter((part) => part !== '').join('/');
  const entries = await may.entriesSeen(place, await artifacts.list(place));
  return { root_uri, files: some(entries.map((entry) => entryView(folder === '' ? entry.name : `${folder}/${entry.name}`, entry))) };
}
