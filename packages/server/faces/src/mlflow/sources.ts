// mlflow: the source of a new model version: an address that every client can reach, and the files there that this server holds.
import { failure } from '@holdfast/base';
import type { Registry } from '@holdfast/registry';
import { type Tracking, checkArtifactFolder, storePath } from '@holdfast/tracking';
import type { May } from '../may.ts';
import { prompt_tag } from './filter/subjects.ts';
import { isOwn, listOwn, ownModel, ownSource, statOwn } from './own-versions.ts';
import type { MlflowSettings } from './settings.ts';

interface GivenSource {
  readonly source: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}
const wrong = (source: string, why: string): Error => failure('HF-REG-014', { saw: source.slice(0, 200), why });

/** A prompt has no files: its source is any word. Fails with HF-REG-014 or HF-TRACK-011. */
export function checkSource({ source, tags }: GivenSource, { version_source_pattern }: MlflowSettings): void {
  if (version_source_pattern && !version_source_pattern.test(source)) throw wrong(source, 'It does not match the pattern that this server was given');
  if (tags.some((tag) => tag.key === prompt_tag)) return;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(source)?.[1]?.toLowerCase();
  // one letter is a drive of Windows; without a scheme it is a path: both are of one machine
  if (scheme === undefined || scheme.length === 1 || scheme === 'file')
    throw wrong(source, 'A path of one machine is no source that others can reach: this server keeps artifacts itself');
  const folder = storePath(source);
  if (folder !== null) checkArtifactFolder(folder);
  else if (/(?:^|[/\\])\.\.(?:[/\\]|$)|%2e%2e|\p{Cc}/iu.test(decoded(source))) throw wrong(source, 'It leads out of its own folder');
}
function decoded(source: string): string {
  try {
    return decodeURIComponent(source);
  } catch {
    return source; // a "%" that encodes nothing is a character like any other
  }
}

/** A copy needs to read what it is a copy of, and all of it. Fails as if it were not there. */
export async function maySource(may: May, source: string, rooms: { tracking: Tracking; registry: Registry }): Promise<void> {
  if (may.reach.free) return;
  const [, name, named] = /^models:\/+([^/@]+)([/@].*)?$/.exec(source) ?? [];
  if (name !== undefined) await (named === undefined ? may.loggedModel(name, 'read') : may.model(name, 'read'));
  const run = /^runs:\/+([^/]+)/.exec(source)?.[1];
  if (run !== undefined) await may.run(run, 'read');
  const folder = storePath(await storageOf(source, rooms));
  if (folder !== null) await (isOwn(folder) ? may.model(ownModel(folder), 'read') : may.wholeFolder(folder));
}

/** The source of a version as whoever asks may hear it: where it names a model that they cannot read, the address of the storage in its place. */
export async function sourceShown(may: May, source: string, rooms: { tracking: Tracking; registry: Registry }): Promise<string> {
  const name = /^models:\/+([^/@]+)[/@]/.exec(source)?.[1];
  if (may.reach.free || name === undefined || (await may.seesModel(name))) return source;
  return storageOf(source, rooms);
}

/** A version of a version of a version: further than this nobody goes on purpose. */
const hops_max = 10;

/** The address of the storage behind `models:/ID`, `models:/NAME/VERSION` or `models:/NAME@ALIAS`; any other source is it already. */
export async function storageOf(source: string, rooms: { tracking: Tracking; registry: Registry }, hops = 0): Promise<string> {
  const [, name = '', version, alias] = /^models:\/+([^/@]+)(?:\/([1-9]\d*)|@([\w.-]+))?$/.exec(source) ?? [];
  if (name === '') return source;
  if (hops === hops_max) throw wrong(source, `It leads on and on, more than ${hops_max} times`);
  const { version_records: versions } = rooms.registry;
  if (version === undefined && alias === undefined) return (await rooms.tracking.models.get(name)).artifact_uri;
  const row = version === undefined ? await versions.byAlias(name, alias!) : await versions.get(name, Number(version));
  return row.source === null ? ownSource(row.model, row.version) : storageOf(row.source, rooms, hops + 1);
}

/** The run that made the logged model `models:/ID`; undefined for any other source. */
export async function runBehind(source: string, tracking: Tracking): Promise<string | undefined> {
  const id = /^models:\/+(m-[0-9a-f]{32})$/.exec(source)?.[1];
  return id === undefined ? undefined : ((await tracking.models.get(id)).source_run_id ?? undefined);
}

/** The files at an address, where this server holds them. */
export async function filesAt(storage: string, { tracking, registry }: { tracking: Tracking; registry: Registry }) {
  const folder = storePath(storage);
  if (folder === null || folder === '') return [];
  if (isOwn(folder))
    return Promise.all((await listOwn(registry, folder)).map(async ({ name }) => ({ ...(await statOwn(registry, `${folder}/${name}`)), path: name })));
  const files = await tracking.artifacts.filesBelow(folder);
  return files.map((file) => ({ path: file.path.slice(folder.length + 1), digest: file.digest, size_bytes: file.size_bytes }));
}
