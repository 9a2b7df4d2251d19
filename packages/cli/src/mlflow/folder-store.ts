// mlflow: a store in a folder `mlruns`, as MLflow's FileStore writes it: a meta.yaml a thing, a file a param and a tag, a line a point.
import { createReadStream, existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { failure } from '@holdfast/base';
import { parse } from 'yaml';
import { filesIn, localFiles, storePath, unreachable } from './artifact-files.ts';
import type { ModelLinks, Pair, Point, Store, StoredExperiment, StoredFile, StoredLoggedModel, StoredModel, StoredRun, StoredVersion } from './store.ts';

const points_a_piece = 10_000;
/** The numbers of MLflow's RunStatus and LoggedModelStatus. */
const run_status: Readonly<Record<number, string>> = { 1: 'RUNNING', 2: 'SCHEDULED', 3: 'FINISHED', 4: 'FAILED', 5: 'KILLED' };
const model_status: Readonly<Record<number, string>> = { 1: 'LOGGED_MODEL_PENDING', 2: 'LOGGED_MODEL_READY', 3: 'LOGGED_MODEL_UPLOAD_FAILED' };

type Meta = Readonly<Record<string, unknown>>;
const text = (meta: Meta, key: string): string => String(meta[key] ?? '');

export class FolderStore implements Store {
  readonly #root: string;
  readonly #artifacts: string | undefined;

  /** `artifacts` is the folder of the server's proxied artifacts, where there was one. */
  constructor(root: string, artifacts: string | undefined) {
    this.#root = path.resolve(root);
    this.#artifacts = artifacts;
  }

  async *experiments(): AsyncIterable<StoredExperiment> {
    const folders = (await foldersOf(this.#root)).filter((name) => /^\d+$/.test(name));
    if (folders.length === 0)
      throw failure('HF-CLI-010', {
        file: this.#root,
        saw: 'no folder of an experiment',
        expected: 'a folder as MLflow writes it, with one folder an experiment',
      });
    for (const id of folders) {
      const meta = await metaOf(path.join(this.#root, id));
      if (meta?.['lifecycle_stage'] === 'active') yield { id, name: text(meta, 'name'), tags: await pairsIn(path.join(this.#root, id, 'tags')) };
    }
  }

  async *runs(experiment: StoredExperiment): AsyncIterable<StoredRun> {
    const folder = path.join(this.#root, experiment.id);
    const found = await Promise.all((await foldersOf(folder)).map(async (id) => ({ id, meta: await metaOf(path.join(folder, id)) })));
    const active = found.flatMap(({ id, meta }) => (meta?.['lifecycle_stage'] === 'active' && 'run_id' in meta ? [{ id, meta }] : []));
    for (const { id, meta } of active.toSorted((a, b) => Number(a.meta['start_time']) - Number(b.meta['start_time']))) yield this.#run(folder, id, meta);
  }
  async #run(folder: string, id: string, meta: Meta): Promise<StoredRun> {
    const at = path.join(folder, id);
    return {
      id,
      name: text(meta, 'run_name'),
      status: run_status[Number(meta['status'])] ?? 'FINISHED',
      user_id: text(meta, 'user_id'),
      start_time: Number(meta['start_time'] ?? 0),
      end_time: typeof meta['end_time'] === 'number' ? meta['end_time'] : null,
      artifact_uri: text(meta, 'artifact_uri') || path.join(at, 'artifacts'),
      params: await pairsIn(path.join(at, 'params')),
      tags: await pairsIn(path.join(at, 'tags')),
      metrics: await namesIn(path.join(at, 'metrics')),
      datasets: await datasetsOf(folder, at),
      models: await modelLinksOf(at),
    };
  }

  /** Lines are `TIME VALUE STEP [DATASET DIGEST]`. */
  async *points(run: StoredRun, key: string): AsyncIterable<readonly Point[]> {
    const file = (await this.#runFolders(run.id)).map((folder) => path.join(folder, 'metrics', key))[0]!;
    let piece: Point[] = [];
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      const [timestamp, value = '', step = '0'] = line.trim().split(/\s+/);
      if (!timestamp) continue;
      piece.push({ key, value: numberOf(value), timestamp: Number(timestamp), step: Number(step) });
      if (piece.length < points_a_piece) continue;
      yield piece;
      piece = [];
    }
    if (piece.length > 0) yield piece;
  }
  async #runFolders(run: string): Promise<string[]> {
    const places = (await foldersOf(this.#root)).map((experiment) => path.join(this.#root, experiment, run));
    const metas = await Promise.all(places.map(metaOf));
    return places.filter((_, i) => metas[i] !== null);
  }

  async *loggedModels(experiment: StoredExperiment): AsyncIterable<StoredLoggedModel> {
    const folder = path.join(this.#root, experiment.id, 'models');
    for (const id of await foldersOf(folder)) {
      const meta = await metaOf(path.join(folder, id));
      if (meta === null || (meta['lifecycle_stage'] ?? 'active') !== 'active') continue;
      yield {
        id,
        name: text(meta, 'name'),
        model_type: text(meta, 'model_type') || undefined,
        source_run_id: text(meta, 'source_run_id') || undefined,
        status: model_status[Number(meta['status'])] ?? 'LOGGED_MODEL_PENDING',
        artifact_uri: text(meta, 'artifact_location'),
        params: await pairsIn(path.join(folder, id, 'params')),
        tags: await pairsIn(path.join(folder, id, 'tags')),
      };
    }
  }

  async *models(): AsyncIterable<StoredModel> {
    const folder = path.join(this.#root, 'models');
    for (const name of await foldersOf(folder)) {
      const at = path.join(folder, name);
      const meta = await metaOf(at);
      if (meta === null) continue;
      const aliases = (await pairsIn(path.join(at, 'aliases'))).map(({ key, value }) => ({ alias: key, version: Number(value) }));
      yield { name, description: text(meta, 'description'), tags: await pairsIn(path.join(at, 'tags')), aliases, versions: await versionsIn(at) };
    }
  }

  async *files(address: string): AsyncIterable<StoredFile> {
    const below = storePath(address);
    const found = below === null ? await localFiles(this.#whereItIs(address)) : this.#artifacts && filesIn(path.join(this.#artifacts, below));
    if (!found) throw unreachable(address);
    yield* found;
  }
  /** A folder that was moved still says where it was: its own part of the address is looked for here. */
  #whereItIs(address: string): string {
    const own = /[^/]+\/(?:models\/)?[^/]+\/artifacts\/?$/.exec(address)?.[0];
    const here = own === undefined ? address : path.join(this.#root, own);
    return existsSync(here) ? here : address;
  }

  close(): void {}
}

async function versionsIn(model: string): Promise<StoredVersion[]> {
  const found: StoredVersion[] = [];
  for (const name of (await foldersOf(model)).filter((folder) => folder.startsWith('version-'))) {
    const meta = await metaOf(path.join(model, name));
    if (meta === null || meta['current_stage'] === 'Deleted_Internal') continue;
    found.push({
      version: Number(meta['version'] ?? name.slice('version-'.length)),
      source: text(meta, 'storage_location') || text(meta, 'source'),
      run_id: text(meta, 'run_id') || undefined,
      description: text(meta, 'description'),
      stage: text(meta, 'current_stage') || 'None',
      tags: await pairsIn(path.join(model, name, 'tags')),
    });
  }
  return found.toSorted((a, b) => a.version - b.version);
}

async function datasetsOf(experiment: string, run: string): Promise<object[]> {
  const found: object[] = [];
  for (const id of await foldersOf(path.join(run, 'inputs'))) {
    const input = await metaOf(path.join(run, 'inputs', id));
    const dataset = input?.['source_type'] === 'DATASET' ? await metaOf(path.join(experiment, 'datasets', text(input, 'source_id'))) : null;
    if (dataset === null) continue;
    const tags = Object.entries((input!['tags'] ?? {}) as Meta).map(([key, value]) => ({ key, value: String(value) }));
    const { name, digest, source, source_type, schema, profile } = dataset;
    found.push({ tags, dataset: { name, digest, source, source_type, schema: schema ?? undefined, profile: profile ?? undefined } });
  }
  return found;
}

/** A folder for each; that of the inputs has datasets too, and names that are hashes. */
async function modelLinksOf(run: string): Promise<ModelLinks> {
  const metas = async (folder: string) =>
    Promise.all((await foldersOf(path.join(run, folder))).map(async (id) => ({ id, meta: (await metaOf(path.join(run, folder, id))) ?? {} })));
  const inputs = (await metas('inputs')).filter(({ meta }) => meta['source_type'] === 'MODEL');
  return {
    inputs: inputs.map(({ meta }) => ({ model_id: text(meta, 'source_id') })),
    outputs: (await metas('outputs')).map(({ id, meta }) => ({ model_id: id, step: Number(meta['step'] ?? 0) })),
  };
}

/** Null for a folder without one. */
async function metaOf(folder: string): Promise<Meta | null> {
  const file = path.join(folder, 'meta.yaml');
  try {
    return parse(await readFile(file, 'utf8')) as Meta;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw failure('HF-CLI-010', { file, saw: (error as Error).message, expected: 'YAML' }, error);
  }
}

async function foldersOf(folder: string): Promise<string[]> {
  return (await entriesOf(folder))
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .toSorted();
}
async function entriesOf(folder: string, recursive = false) {
  try {
    return await readdir(folder, { withFileTypes: true, recursive });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
/** A name with slashes is a file in a folder. */
async function namesIn(folder: string): Promise<string[]> {
  const files = (await entriesOf(folder, true)).filter((entry) => entry.isFile());
  return files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')).toSorted();
}
async function pairsIn(folder: string): Promise<Pair[]> {
  return Promise.all((await namesIn(folder)).map(async (key) => ({ key, value: (await readFile(path.join(folder, key), 'utf8')).replace(/\n$/, '') })));
}

/** As Python writes numbers. */
function numberOf(written: string): number {
  const special: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity };
  return special[written.toLowerCase()] ?? Number(written);
}
