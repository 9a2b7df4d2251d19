// mlflow: the versions that were registered by the digest of their file, as a folder of the artifact store that can only be read: whoever loads
// `models:/NAME/VERSION` with a client of MLflow gets its model.onnx.
import { failure } from '@holdfast/base';
import type { Registry } from '@holdfast/registry';
import type { ArtifactRow } from '@holdfast/tracking';

const root = 'holdfast-models';
const file = 'model.onnx';

export const ownSource = (model: string, version: number): string => `mlflow-artifacts:/${root}/${model}/${version}`;
export const isOwn = (path: string): boolean => path === root || path.startsWith(`${root}/`);

/** The model that a path of the folder names; of none there is no model. */
export const ownModel = (path: string): string => path.split('/')[1] ?? '';

/** The file at the path. Fails with HF-TRACK-012 for another path, and as the registry does for a version that is not there. */
export async function statOwn(registry: Registry, path: string): Promise<ArtifactRow> {
  const [, model, version] = new RegExp(`^${root}/([^/]+)/([1-9]\\d{0,8})/${file.replace('.', '\\.')}$`).exec(path) ?? [];
  if (model === undefined) throw failure('HF-TRACK-012', { path });
  const { digest, size_bytes, created_ms } = await registry.version(model, Number(version));
  return { path, digest, size_bytes, changed_ms: created_ms };
}
/** What lies in the folder of one version; every other folder is empty. */
export async function listOwn(registry: Registry, folder: string): Promise<{ name: string; is_dir: boolean; size_bytes: number }[]> {
  if (!new RegExp(`^${root}/[^/]+/[1-9]\\d{0,8}$`).test(folder)) return [];
  return [{ name: file, is_dir: false, size_bytes: (await statOwn(registry, `${folder}/${file}`)).size_bytes }];
}
/** Nobody writes there. Fails with HF-TRACK-013. */
export function refuseOwn(path: string): void {
  if (isOwn(path)) throw failure('HF-TRACK-013', { path, other: root, kind: 'the folder of the registry' });
}
