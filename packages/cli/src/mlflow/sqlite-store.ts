// mlflow: a store in MLflow's SQLite file, read as it is (schema of MLflow 2.x and 3.x; a column that is not there yet reads as absent).
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { failure } from '@holdfast/base';
import { filesIn, localFiles, storePath, unreachable } from './artifact-files.ts';
import type { ModelLinks, Pair, Point, Store, StoredExperiment, StoredFile, StoredLoggedModel, StoredModel, StoredRun, StoredVersion } from './store.ts';

const points_a_piece = 10_000;
/** The numbers of MLflow's LoggedModelStatus. */
const model_status: Readonly<Record<number, string>> = { 1: 'LOGGED_MODEL_PENDING', 2: 'LOGGED_MODEL_READY', 3: 'LOGGED_MODEL_UPLOAD_FAILED' };

type Row = Readonly<Record<string, string | number | null>>;
const text = (row: Row, column: string): string => String(row[column] ?? '');

export class SqliteStore implements Store {
  readonly #db: DatabaseSync;
  readonly #artifacts: string | undefined;
  readonly #folder: string;

  /** `artifacts` is the folder of the server's proxied artifacts. Fails with HF-CLI-010 for a file of another kind. */
  constructor(file: string, artifacts: string | undefined) {
    this.#artifacts = artifacts;
    this.#folder = path.dirname(path.resolve(file));
    try {
      this.#db = new DatabaseSync(file, { readOnly: true });
      this.#db.prepare('select run_uuid from runs limit 1').all();
    } catch (error) {
      throw failure('HF-CLI-010', { file, saw: (error as Error).message, expected: "the SQLite file of an MLflow server, with its table 'runs'" }, error);
    }
  }

  async *experiments(): AsyncIterable<StoredExperiment> {
    for (const row of this.#rows(`select * from experiments where lifecycle_stage = 'active' order by experiment_id`))
      yield { id: text(row, 'experiment_id'), name: text(row, 'name'), tags: this.#pairs('experiment_tags', 'experiment_id', row['experiment_id']!) };
  }

  async *runs(experiment: StoredExperiment): AsyncIterable<StoredRun> {
    const of_experiment = `select * from runs where experiment_id = ? and lifecycle_stage = 'active' order by start_time, run_uuid`;
    for (const row of this.#rows(of_experiment, Number(experiment.id))) {
      const id = text(row, 'run_uuid');
      yield {
        id,
        name: text(row, 'name'),
        status: text(row, 'status'),
        user_id: text(row, 'user_id'),
        start_time: Number(row['start_time'] ?? 0),
        end_time: row['end_time'] === null ? null : Number(row['end_time']),
        artifact_uri: text(row, 'artifact_uri'),
        params: this.#pairs('params', 'run_uuid', id),
        tags: this.#pairs('tags', 'run_uuid', id),
        metrics: this.#rows('select key from latest_metrics where run_uuid = ? order by key', id).map((metric) => text(metric, 'key')),
        datasets: this.#datasets(id),
        models: this.#modelLinks(id),
      };
    }
  }

  async *points(run: StoredRun, key: string): AsyncIterable<readonly Point[]> {
    let piece: Point[] = [];
    const found = this.#db.prepare('select value, timestamp, step, is_nan from metrics where run_uuid = ? and key = ? order by timestamp, step');
    for (const row of found.iterate(run.id, key) as Iterable<Row>) {
      piece.push({ key, value: row['is_nan'] ? Number.NaN : Number(row['value']), timestamp: Number(row['timestamp']), step: Number(row['step']) });
      if (piece.length < points_a_piece) continue;
      yield piece;
      piece = [];
    }
    if (piece.length > 0) yield piece;
  }

  async *loggedModels(experiment: StoredExperiment): AsyncIterable<StoredLoggedModel> {
    if (!this.#has('logged_models')) return;
    const of_experiment = `select * from logged_models where experiment_id = ? and lifecycle_stage = 'active' order by creation_timestamp_ms`;
    for (const row of this.#rows(of_experiment, Number(experiment.id))) {
      const id = text(row, 'model_id');
      yield {
        id,
        name: text(row, 'name'),
        model_type: text(row, 'model_type') || undefined,
        source_run_id: text(row, 'source_run_id') || undefined,
        status: model_status[Number(row['status'])] ?? 'LOGGED_MODEL_PENDING',
        artifact_uri: text(row, 'artifact_location'),
        params: this.#rows('select param_key as key, param_value as value from logged_model_params where model_id = ?', id).map(pairOf),
        tags: this.#rows('select tag_key as key, tag_value as value from logged_model_tags where model_id = ?', id).map(pairOf),
      };
    }
  }

  async *models(): AsyncIterable<StoredModel> {
    for (const row of this.#rows('select * from registered_models order by name')) {
      const name = text(row, 'name');
      const aliases = this.#has('registered_model_aliases') ? this.#rows('select alias, version from registered_model_aliases where name = ?', name) : [];
      yield {
        name,
        description: text(row, 'description'),
        tags: this.#pairs('registered_model_tags', 'name', name),
        aliases: aliases.map((one) => ({ alias: text(one, 'alias'), version: Number(one['version']) })),
        versions: this.#versions(name),
      };
    }
  }

  async *files(address: string): AsyncIterable<StoredFile> {
    const below = storePath(address);
    const found = below === null ? await localFiles(this.#absolute(address)) : this.#artifacts && filesIn(path.join(this.#artifacts, below));
    if (!found) throw unreachable(address);
    yield* found;
  }

  close(): void {
    this.#db.close();
  }

  /** Older versions wrote `./mlruns/…`, from where the server was started. */
  #absolute(address: string): string {
    return /^[a-z][a-z0-9+.-]+:/i.test(address) ? address : path.resolve(this.#folder, address);
  }
  #rows(sql: string, ...values: (string | number)[]): Row[] {
    return this.#db.prepare(sql).all(...values) as Row[];
  }
  #has(table: string): boolean {
    return this.#rows(`select 1 as found from sqlite_master where type = 'table' and name = ?`, table).length > 0;
  }
  #pairs(table: 'params' | 'tags' | 'experiment_tags' | 'registered_model_tags', column: string, of: string | number): Pair[] {
    return this.#rows(`select key, value from ${table} where ${column} = ? order by key`, of).map(pairOf);
  }
  #versions(name: string): StoredVersion[] {
    const found = this.#rows(`select * from model_versions where name = ? and current_stage <> 'Deleted_Internal' order by version`, name);
    return found.map((row) => ({
      version: Number(row['version']),
      source: text(row, 'storage_location') || text(row, 'source'),
      run_id: text(row, 'run_id') || undefined,
      description: text(row, 'description'),
      stage: text(row, 'current_stage') || 'None',
      tags: this.#rows('select key, value from model_version_tags where name = ? and version = ?', name, Number(row['version'])).map(pairOf),
    }));
  }
  #modelLinks(run: string): ModelLinks {
    if (!this.#has('inputs') || !this.#has('logged_models')) return { inputs: [], outputs: [] };
    const found = this.#rows(
      `select * from inputs where source_id = ? and source_type in ('RUN_INPUT', 'RUN_OUTPUT') and destination_type in ('MODEL_INPUT', 'MODEL_OUTPUT')`,
      run,
    );
    const of = (type: string) => found.filter((row) => row['destination_type'] === type);
    return {
      inputs: of('MODEL_INPUT').map((row) => ({ model_id: text(row, 'destination_id') })),
      outputs: of('MODEL_OUTPUT').map((row) => ({ model_id: text(row, 'destination_id'), step: Number(row['step'] ?? 0) })),
    };
  }
  #datasets(run: string): object[] {
    if (!this.#has('inputs')) return [];
    const found = this.#rows(
      `select i.input_uuid, d.* from inputs i join datasets d on d.dataset_uuid = i.source_id
       where i.source_type = 'DATASET' and i.destination_type = 'RUN' and i.destination_id = ?`,
      run,
    );
    return found.map((row) => ({
      tags: this.#rows('select name as key, value from input_tags where input_uuid = ?', text(row, 'input_uuid')).map(pairOf),
      dataset: {
        name: text(row, 'name'),
        digest: text(row, 'digest'),
        source_type: text(row, 'dataset_source_type'),
        source: text(row, 'dataset_source'),
        schema: row['dataset_schema'] ?? undefined,
        profile: row['dataset_profile'] ?? undefined,
      },
    }));
  }
}

const pairOf = (row: Row): Pair => ({ key: text(row, 'key'), value: text(row, 'value') });
