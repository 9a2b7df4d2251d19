// mlflow: what is in a store of MLflow, however it is kept: the nouns of its data model, and the way to read them one after the other.

export interface Pair {
  readonly key: string;
  readonly value: string;
}
export interface Point {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
}
export interface StoredExperiment {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly Pair[];
}
export interface ModelLinks {
  readonly inputs: readonly { readonly model_id: string }[];
  readonly outputs: readonly { readonly model_id: string; readonly step: number }[];
}
export interface StoredRun {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly user_id: string;
  readonly start_time: number;
  readonly end_time: number | null;
  readonly artifact_uri: string;
  readonly params: readonly Pair[];
  readonly tags: readonly Pair[];
  /** Names of its metrics; their points are read by themselves. */
  readonly metrics: readonly string[];
  /** As runs/log-inputs takes them. */
  readonly datasets: readonly object[];
  /** The logged models that it read, and those that it made. */
  readonly models: ModelLinks;
}
export interface StoredLoggedModel {
  readonly id: string;
  readonly name: string;
  readonly model_type: string | undefined;
  readonly source_run_id: string | undefined;
  readonly status: string;
  readonly artifact_uri: string;
  readonly params: readonly Pair[];
  readonly tags: readonly Pair[];
}
export interface StoredVersion {
  readonly version: number;
  readonly source: string;
  readonly run_id: string | undefined;
  readonly description: string;
  readonly stage: string;
  readonly tags: readonly Pair[];
}
export interface StoredModel {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly Pair[];
  readonly aliases: readonly { readonly alias: string; readonly version: number }[];
  /** The oldest first. */
  readonly versions: readonly StoredVersion[];
}
export interface StoredFile {
  /** Below the address that was asked for. */
  readonly path: string;
  read(): Promise<AsyncIterable<Uint8Array>>;
}

/** Deleted experiments, runs and versions are left out. */
export interface Store {
  experiments(): AsyncIterable<StoredExperiment>;
  runs(experiment: StoredExperiment): AsyncIterable<StoredRun>;
  /** In pieces, so that a long history is never whole in memory. */
  points(run: StoredRun, key: string): AsyncIterable<readonly Point[]>;
  loggedModels(experiment: StoredExperiment): AsyncIterable<StoredLoggedModel>;
  models(): AsyncIterable<StoredModel>;
  /** The files below the address of artifacts. Fails with HF-CLI-015 where they cannot be reached from here. */
  files(address: string): AsyncIterable<StoredFile>;
  close(): void;
}
