// mlflow: copies a store to a server, whole: experiments, runs with every point and file, logged models, registered models. What is there is passed over.
import { HoldfastError } from '@holdfast/base';
import { MlflowRefusal } from './rest.ts';
import type { ModelLinks, Store, StoredExperiment, StoredLoggedModel, StoredModel, StoredRun } from './store.ts';
import type { Copied, Target } from './target.ts';

const runs_at_once = 4;
const problems_kept = 20;

export interface Counts {
  experiments: number;
  runs: number;
  points: number;
  files: number;
  logged_models: number;
  models: number;
  versions: number;
  /** Runs, logged models and versions that an earlier copy had brought whole. */
  there_already: number;
}

/** Where something was, and where it is now: for sources of versions. */
interface Moved {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

export class Copy {
  readonly #store: Store;
  readonly #target: Target;
  readonly #say: (text: string) => void;
  readonly #moved = new Map<string, Moved>();
  readonly counts: Counts = { experiments: 0, runs: 0, points: 0, files: 0, logged_models: 0, models: 0, versions: 0, there_already: 0 };
  /** What could not be copied, and why; the first of them. */
  readonly problems: string[] = [];
  problem_count = 0;

  constructor(store: Store, target: Target, say: (text: string) => void) {
    this.#store = store;
    this.#target = target;
    this.#say = say;
  }

  async all(): Promise<void> {
    for await (const experiment of this.#store.experiments()) await this.#experiment(experiment);
    for await (const model of this.#store.models()) await this.#model(model);
  }

  async #experiment(experiment: StoredExperiment): Promise<void> {
    const id = await this.#target.experiment(experiment);
    const before = await this.#target.copiedRuns(id);
    const linked = new Map<string, ModelLinks>();
    let seen = 0;
    await atOnce(runs_at_once, this.#store.runs(experiment), async (run) => {
      await this.#tried(`run ${run.id}`, () => this.#run(id, run, before.get(run.id)));
      if (run.models.inputs.length + run.models.outputs.length > 0) linked.set(run.id, run.models);
      if (++seen % 100 === 0) this.#say(`${experiment.name}: ${seen} runs`);
    });
    await this.#loggedModels(id, experiment);
    for (const [run, links] of linked) await this.#tried(`links of run ${run}`, () => this.#target.linkModels(this.#newId(run), this.#newLinks(links)));
    this.counts.experiments++;
    this.#say(`${experiment.name}: ${seen} runs`);
  }

  async #run(experiment: string, run: StoredRun, before: Copied | undefined): Promise<void> {
    const copied = before ?? (await this.#target.run(experiment, run));
    this.#moved.set(run.id, { id: copied.id, from: run.artifact_uri, to: copied.artifact_uri });
    if (copied.whole) return void this.counts.there_already++;
    await this.#target.log(copied.id, run);
    for (const key of run.metrics)
      for await (const points of this.#store.points(run, key)) {
        await this.#target.points(copied.id, points);
        this.counts.points += points.length;
      }
    await this.#files(run.artifact_uri, copied.artifact_uri);
    await this.#target.endRun(copied.id, run);
    this.counts.runs++;
  }

  async #files(from: string, to: string): Promise<void> {
    for await (const file of this.#store.files(from)) {
      if (!(await this.#target.file(to, file))) throw new Error(`its artifacts would go to ${to}, which is not behind the server that is copied to`);
      this.counts.files++;
    }
  }

  async #loggedModels(experiment: string, of: StoredExperiment): Promise<void> {
    let before: Map<string, Copied> | undefined;
    for await (const model of this.#store.loggedModels(of)) {
      before ??= await this.#target.copiedModels(experiment);
      const known = before.get(model.id);
      await this.#tried(`logged model ${model.id}`, () => this.#loggedModel(experiment, model, known));
    }
  }
  async #loggedModel(experiment: string, model: StoredLoggedModel, before: Copied | undefined): Promise<void> {
    const source_run_id = model.source_run_id && this.#newId(model.source_run_id);
    const copied = before ?? (await this.#target.loggedModel(experiment, { ...model, source_run_id }));
    this.#moved.set(model.id, { id: copied.id, from: model.artifact_uri, to: copied.artifact_uri });
    if (copied.whole) return void this.counts.there_already++;
    await this.#files(model.artifact_uri, copied.artifact_uri);
    await this.#target.endLoggedModel(copied.id, model.status);
    this.counts.logged_models++;
  }

  async #model(model: StoredModel): Promise<void> {
    await this.#tried(`model ${model.name}`, async () => {
      await this.#target.model(model);
      const numbers = await this.#target.copiedVersions(model.name);
      for (const version of model.versions) {
        if (numbers.has(version.version)) this.counts.there_already++;
        else {
          const run_id = version.run_id && this.#newId(version.run_id);
          numbers.set(version.version, await this.#target.version(model.name, { ...version, run_id, source: this.#newSource(version.source) }));
          this.counts.versions++;
        }
      }
      for (const { alias, version } of model.aliases) if (numbers.has(version)) await this.#target.alias(model.name, alias, numbers.get(version)!);
      this.counts.models++;
    });
  }

  #newLinks({ inputs, outputs }: ModelLinks): ModelLinks {
    const moved = <L extends { readonly model_id: string }>(link: L): L => ({ ...link, model_id: this.#newId(link.model_id) });
    return { inputs: inputs.map(moved), outputs: outputs.map(moved) };
  }
  #newId(id: string): string {
    return this.#moved.get(id)?.id ?? id;
  }
  /** `runs:/ID/…`, `models:/m-ID` and addresses below the artifacts of what was copied follow it. */
  #newSource(source: string): string {
    const [, scheme, id, rest = ''] = /^(runs|models):\/+([^/@]+)(.*)$/.exec(source) ?? [];
    if (scheme) return this.#moved.has(id!) ? `${scheme}:/${this.#newId(id!)}${rest}` : source;
    const named = /(?:^|\/)(m-[0-9a-f]{32}|[0-9a-f]{32})\/artifacts/.exec(source)?.[1];
    const moved = named === undefined ? undefined : this.#moved.get(named);
    return moved && source.startsWith(moved.from) ? moved.to + source.slice(moved.from.length) : source;
  }

  /** What one thing lacks must not keep the rest from being copied. A server that is away, or lets nobody in, ends the copy. */
  async #tried(what: string, copy: () => Promise<void>, again = true): Promise<void> {
    try {
      await copy();
    } catch (error) {
      if (!isOfOneThing(error)) throw error;
      // servers of MLflow trip over what two requests make at once; what was made is passed over
      if (again && error instanceof MlflowRefusal) return this.#tried(what, copy, false);
      this.problem_count++;
      if (this.problems.length < problems_kept) this.problems.push(`${what}: ${(error as Error).message}`);
    }
  }
}

function isOfOneThing(error: unknown): boolean {
  if (error instanceof MlflowRefusal) return ![401, 403, 502, 503, 504].includes(error.status);
  return !(error instanceof HoldfastError) || error.code === 'HF-CLI-015';
}

/** So many at once of what comes one after the other. */
async function atOnce<T>(count: number, source: AsyncIterable<T>, act: (one: T) => Promise<void>): Promise<void> {
  const iterator = source[Symbol.asyncIterator]();
  const worker = async (): Promise<void> => {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) await act(next.value);
  };
  await Promise.all(Array.from({ length: count }, worker));
}
