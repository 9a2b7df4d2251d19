// mlflow: a store behind a server that speaks the protocol: MLflow's own, this one, or another.
import { localFiles, storePath, unreachable } from './artifact-files.ts';
import { MlflowRest, orNull } from './rest.ts';
import type { Pair, Point, Store, StoredExperiment, StoredFile, StoredLoggedModel, StoredModel, StoredRun, StoredVersion } from './store.ts';

const page = { experiments: 1_000, runs: 500, points: 25_000, models: 500, versions: 1_000, logged_models: 50 } as const;

interface RunAnswer {
  readonly info: Omit<StoredRun, 'id' | 'name' | 'end_time'> & { readonly run_id: string; readonly run_name?: string; readonly end_time?: number };
  readonly data: { readonly metrics?: readonly { key: string }[]; readonly params?: readonly Pair[]; readonly tags?: readonly Pair[] };
  readonly inputs?: { readonly dataset_inputs?: readonly object[]; readonly model_inputs?: readonly { readonly model_id: string }[] };
  readonly outputs?: { readonly model_outputs?: readonly { readonly model_id: string; readonly step?: number }[] };
}
interface VersionAnswer {
  readonly version: string;
  readonly source: string;
  readonly run_id?: string;
  readonly description?: string;
  readonly current_stage?: string;
  readonly tags?: readonly Pair[];
}
interface LoggedModelAnswer {
  readonly info: Omit<StoredLoggedModel, 'id' | 'params' | 'tags'> & { readonly model_id: string; readonly tags?: readonly Pair[] };
  readonly data?: { readonly params?: readonly Pair[] };
}

export class RestStore implements Store {
  readonly #rest: MlflowRest;

  constructor(rest: MlflowRest) {
    this.#rest = rest;
  }

  async *experiments(): AsyncIterable<StoredExperiment> {
    type Answer = { experiments?: { experiment_id: string; name: string; tags?: Pair[] }[]; next_page_token?: string };
    const ask = (page_token?: string) => this.#rest.send<Answer>('POST', 'experiments/search', { max_results: page.experiments, page_token });
    for await (const { experiments = [] } of pages(ask)) for (const { experiment_id: id, name, tags = [] } of experiments) yield { id, name, tags };
  }

  /** The oldest first, so that one that is logged meanwhile comes last. */
  async *runs(experiment: StoredExperiment): AsyncIterable<StoredRun> {
    const asked = { experiment_ids: [experiment.id], max_results: page.runs, order_by: ['attributes.start_time ASC'] };
    const ask = (page_token?: string) => this.#rest.send<{ runs?: RunAnswer[]; next_page_token?: string }>('POST', 'runs/search', { ...asked, page_token });
    for await (const { runs = [] } of pages(ask)) for (const run of runs) yield runOf(run);
  }

  async *points(run: StoredRun, key: string): AsyncIterable<readonly Point[]> {
    type Answer = { metrics?: Point[]; next_page_token?: string };
    const ask = (page_token?: string) =>
      this.#rest.get<Answer>('metrics/get-history', { run_id: run.id, metric_key: key, max_results: page.points, page_token });
    for await (const { metrics = [] } of pages(ask)) yield metrics.map((point) => numbersOf(point));
  }

  async *loggedModels(experiment: StoredExperiment): AsyncIterable<StoredLoggedModel> {
    type Answer = { models?: LoggedModelAnswer[]; next_page_token?: string };
    const asked = { experiment_ids: [experiment.id], max_results: page.logged_models };
    const first = await orNull(this.#rest.send<Answer>('POST', 'logged-models/search', asked));
    if (first === null) return; // before 3.0 there were none
    const ask = async (page_token?: string) => (page_token ? this.#rest.send<Answer>('POST', 'logged-models/search', { ...asked, page_token }) : first);
    for await (const { models = [] } of pages(ask))
      for (const { info, data } of models) yield { ...info, id: info.model_id, params: data?.params ?? [], tags: info.tags ?? [] };
  }

  async *models(): AsyncIterable<StoredModel> {
    type Answer = {
      registered_models?: { name: string; description?: string; tags?: Pair[]; aliases?: { alias: string; version: string }[] }[];
      next_page_token?: string;
    };
    const ask = (page_token?: string) => this.#rest.get<Answer>('registered-models/search', { max_results: page.models, page_token });
    for await (const { registered_models = [] } of pages(ask))
      for (const { name, description = '', tags = [], aliases = [] } of registered_models)
        yield { name, description, tags, aliases: aliases.map((a) => ({ ...a, version: Number(a.version) })), versions: await this.#versions(name) };
  }

  async #versions(name: string): Promise<StoredVersion[]> {
    type Answer = { model_versions?: VersionAnswer[]; next_page_token?: string };
    const filter = `name='${name.replaceAll("'", "''")}'`;
    const ask = (page_token?: string) => this.#rest.get<Answer>('model-versions/search', { filter, max_results: page.versions, page_token });
    const found: StoredVersion[] = [];
    for await (const { model_versions = [] } of pages(ask)) found.push(...model_versions.map(versionOf));
    return found.toSorted((a, b) => a.version - b.version);
  }

  async *files(address: string): AsyncIterable<StoredFile> {
    const folder = storePath(address);
    if (folder === null) {
      const local = await localFiles(address);
      if (local === null) throw unreachable(address);
      yield* local;
    } else yield* this.#filesOfProxy(folder, '');
  }
  async *#filesOfProxy(folder: string, below: string): AsyncIterable<StoredFile> {
    for (const entry of await this.#rest.listFolder(below === '' ? folder : `${folder}/${below}`)) {
      const path = below === '' ? entry.path : `${below}/${entry.path}`;
      if (entry.is_dir) yield* this.#filesOfProxy(folder, path);
      else yield { path, read: async () => (await this.#rest.artifacts('GET', `${folder}/${path}`)).body ?? empty() };
    }
  }

  close(): void {}
}

async function* empty(): AsyncIterable<Uint8Array> {}

async function* pages<T extends { next_page_token?: string }>(ask: (token?: string) => Promise<T>): AsyncIterable<T> {
  for (let token: string | undefined, first = true; first || token; first = false) {
    const answer: T = await ask(token);
    yield answer;
    token = answer.next_page_token;
  }
}

/** Special values come as text. */
const numbersOf = ({ key, value, timestamp, step }: Point): Point => ({ key, value: Number(value), timestamp: Number(timestamp), step: Number(step ?? 0) });

const versionOf = ({ version, source, run_id, description = '', current_stage = 'None', tags = [] }: VersionAnswer): StoredVersion => ({
  version: Number(version),
  source,
  run_id: run_id || undefined,
  description,
  stage: current_stage,
  tags,
});

function runOf({ info, data, inputs, outputs }: RunAnswer): StoredRun {
  const { run_id: id, run_name: name = '', status, user_id = '', start_time, end_time = null, artifact_uri } = info;
  const { params = [], tags = [], metrics = [] } = data;
  return {
    id,
    name,
    status,
    user_id,
    start_time,
    end_time,
    artifact_uri,
    params,
    tags,
    metrics: metrics.map((m) => m.key),
    datasets: inputs?.dataset_inputs ?? [],
    models: {
      inputs: (inputs?.model_inputs ?? []).map(({ model_id }) => ({ model_id })),
      outputs: (outputs?.model_outputs ?? []).map(({ model_id, step }) => ({ model_id, step: Number(step ?? 0) })),
    },
  };
}
