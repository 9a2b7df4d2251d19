// mlflow: the server that things are copied to. What was copied carries where it came from, so that a copy that was cut off goes on where it was.
import { storePath } from './artifact-files.ts';
import { type MlflowRest, orNull } from './rest.ts';
import type { ModelLinks, Pair, Point, StoredExperiment, StoredFile, StoredLoggedModel, StoredModel, StoredRun, StoredVersion } from './store.ts';

/** The id that a thing had in the store that it was copied from. */
const from_tag = 'holdfast.copied_from';
/** Set as the last thing of a copy. */
const whole_tag = 'holdfast.copied_whole';
const batch = { metrics: 1_000, params: 100, tags: 100 } as const;

/** A run or a logged model here, with the root of its artifacts. */
export interface Copied {
  readonly id: string;
  readonly artifact_uri: string;
  readonly whole: boolean;
}
interface RunInfo {
  readonly run_id: string;
  readonly artifact_uri: string;
}
interface ModelInfo {
  readonly model_id: string;
  readonly artifact_uri: string;
  readonly tags?: readonly Pair[];
}

export class Target {
  readonly #rest: MlflowRest;

  constructor(rest: MlflowRest) {
    this.#rest = rest;
  }

  /** By its name; it is made where there is none. */
  async experiment({ name, tags }: StoredExperiment): Promise<string> {
    const found = await orNull(this.#rest.get<{ experiment: { experiment_id: string } }>('experiments/get-by-name', { experiment_name: name }));
    const id = found?.experiment.experiment_id ?? (await this.#rest.send<{ experiment_id: string }>('POST', 'experiments/create', { name })).experiment_id;
    for (const tag of tags) await this.#rest.send('POST', 'experiments/set-experiment-tag', { experiment_id: id, ...tag });
    return id;
  }

  /** What was copied into an experiment before, by the id that it had. */
  async copiedRuns(experiment_id: string): Promise<Map<string, Copied>> {
    type Answer = { runs?: { info: RunInfo; data: { tags?: Pair[] } }[]; next_page_token?: string };
    const copied = new Map<string, Copied>();
    const asked = { experiment_ids: [experiment_id], filter: `tags.\`${from_tag}\` != ''`, max_results: 1_000 };
    for (let page_token: string | undefined, first = true; first || page_token; first = false) {
      const { runs = [], next_page_token }: Answer = await this.#rest.send<Answer>('POST', 'runs/search', { ...asked, page_token });
      for (const { info, data } of runs) note(copied, { id: info.run_id, artifact_uri: info.artifact_uri }, data.tags ?? []);
      page_token = next_page_token;
    }
    return copied;
  }
  async copiedModels(experiment_id: string): Promise<Map<string, Copied>> {
    type Answer = { models?: { info: ModelInfo }[]; next_page_token?: string };
    const copied = new Map<string, Copied>();
    const asked = { experiment_ids: [experiment_id], filter: `tags.\`${from_tag}\` != ''` };
    for (let page_token: string | undefined, first = true; first || page_token; first = false) {
      const { models = [], next_page_token }: Answer = await this.#rest.send<Answer>('POST', 'logged-models/search', { ...asked, page_token });
      for (const { info } of models) note(copied, { id: info.model_id, artifact_uri: info.artifact_uri }, info.tags ?? []);
      page_token = next_page_token;
    }
    return copied;
  }

  /** Under the id that it had, where the server takes one; the answer says which it has. */
  async run(experiment_id: string, run: StoredRun): Promise<Copied> {
    const { id, name, user_id, start_time } = run;
    const tags = [{ key: from_tag, value: id }];
    const made = await this.#rest.send<{ run: { info: RunInfo } }>('POST', 'runs/create', {
      experiment_id,
      run_id: id,
      run_name: name || undefined,
      user_id,
      start_time,
      tags,
    });
    return { id: made.run.info.run_id, artifact_uri: made.run.info.artifact_uri, whole: false };
  }
  async log(run_id: string, { params, tags: given, datasets }: Pick<StoredRun, 'params' | 'tags' | 'datasets'>): Promise<void> {
    const tags = withoutMarks(given);
    for (const some of pieces(params, batch.params)) await this.#rest.send('POST', 'runs/log-batch', { run_id, params: some });
    for (const some of pieces(tags, batch.tags)) await this.#rest.send('POST', 'runs/log-batch', { run_id, tags: some });
    if (datasets.length > 0) await this.#rest.send('POST', 'runs/log-inputs', { run_id, datasets });
  }
  /** A point that is there already is the same point. */
  async points(run_id: string, points: readonly Point[]): Promise<void> {
    for (const metrics of pieces(points, batch.metrics))
      await this.#rest.send('POST', 'runs/log-batch', {
        run_id,
        metrics: metrics.map((m) => ({ ...m, value: Number.isFinite(m.value) ? m.value : String(m.value) })),
      });
  }
  /** A link that is there already is the same link. */
  async linkModels(run_id: string, { inputs, outputs }: ModelLinks): Promise<void> {
    if (inputs.length > 0) await this.#rest.send('POST', 'runs/log-inputs', { run_id, models: inputs });
    if (outputs.length > 0) await this.#rest.send('POST', 'runs/outputs', { run_id, models: outputs });
  }
  async endRun(run_id: string, { status, end_time }: Pick<StoredRun, 'status' | 'end_time'>): Promise<void> {
    await this.#rest.send('POST', 'runs/update', { run_id, status, end_time: end_time ?? undefined });
    await this.#rest.send('POST', 'runs/set-tag', { run_id, key: whole_tag, value: 'true' });
  }

  async loggedModel(experiment_id: string, model: StoredLoggedModel): Promise<Copied> {
    const { id: model_id, name, model_type, source_run_id, params, tags } = model;
    const asked = { experiment_id, model_id, name, model_type, source_run_id, params, tags: [...withoutMarks(tags), { key: from_tag, value: model_id }] };
    const made = await this.#rest.send<{ model: { info: ModelInfo } }>('POST', 'logged-models', asked);
    return { id: made.model.info.model_id, artifact_uri: made.model.info.artifact_uri, whole: false };
  }
  async endLoggedModel(id: string, status: string): Promise<void> {
    if (status !== 'LOGGED_MODEL_PENDING') await this.#rest.send('PATCH', `logged-models/${id}`, { model_id: id, status });
    await this.#rest.send('PATCH', `logged-models/${id}/tags`, { model_id: id, tags: [{ key: whole_tag, value: 'true' }] });
  }

  /** A file below the root of a run or of a logged model; null where its root is not behind this server. */
  async file(artifact_uri: string, { path, read }: StoredFile): Promise<boolean> {
    const folder = storePath(artifact_uri);
    if (folder === null) return false;
    await this.#rest.artifacts('PUT', `${folder}/${path}`, await read());
    return true;
  }

  async model({ name, description, tags }: StoredModel): Promise<void> {
    const found = await orNull(this.#rest.get('registered-models/get', { name }));
    if (found === null) await this.#rest.send('POST', 'registered-models/create', { name, description, tags });
  }
  /** Versions that were copied before: the number that they had, and the one here. */
  async copiedVersions(name: string): Promise<Map<number, number>> {
    type Answer = { model_versions?: { version: string; tags?: Pair[] }[]; next_page_token?: string };
    const copied = new Map<number, number>();
    const filter = `name='${name.replaceAll("'", "''")}'`;
    for (let page_token: string | undefined, first = true; first || page_token; first = false) {
      const { model_versions = [], next_page_token }: Answer = await this.#rest.get<Answer>('model-versions/search', {
        filter,
        max_results: 1_000,
        page_token,
      });
      for (const { version, tags = [] } of model_versions) {
        const had = tags.find((tag) => tag.key === from_tag)?.value;
        if (had !== undefined) copied.set(Number(had), Number(version));
      }
      page_token = next_page_token;
    }
    return copied;
  }
  async version(name: string, version: StoredVersion): Promise<number> {
    const { source, run_id, description, stage } = version;
    const tags = [...withoutMarks(version.tags), { key: from_tag, value: String(version.version) }];
    const made = await this.#rest.send<{ model_version: { version: string } }>('POST', 'model-versions/create', { name, source, run_id, description, tags });
    const number = Number(made.model_version.version);
    if (stage !== 'None')
      await this.#rest.send('POST', 'model-versions/transition-stage', { name, version: String(number), stage, archive_existing_versions: false });
    return number;
  }
  async alias(name: string, alias: string, version: number): Promise<void> {
    await this.#rest.send('POST', 'registered-models/alias', { name, alias, version: String(version) });
  }
}

/** What an earlier copy, into the store that is read now, has left: it says nothing of this one. */
const withoutMarks = (tags: readonly Pair[]): Pair[] => tags.filter((tag) => tag.key !== from_tag && tag.key !== whole_tag);

function note(copied: Map<string, Copied>, found: Omit<Copied, 'whole'>, tags: readonly Pair[]): void {
  const had = tags.find((tag) => tag.key === from_tag)?.value;
  if (had !== undefined) copied.set(had, { ...found, whole: tags.some((tag) => tag.key === whole_tag) });
}

function* pieces<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
