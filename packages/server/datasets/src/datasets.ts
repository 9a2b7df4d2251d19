// Datasets: content-addressed snapshots with a manifest. A file that two versions share is stored once.
import type { Blobs } from '@holdfast/blobs';
import { type Clock, checkName, failure } from '@holdfast/base';
import { type Actor, type Audit, type Db, announce } from '@holdfast/postgres';
import * as table from './dataset-table.ts';
import type { DatasetVersionRow } from './dataset-table.ts';
import { type ManifestFile, manifestDigest, sortManifest } from './manifest.ts';

export class Datasets {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #audit: Audit;
  readonly blobs: Blobs;

  constructor(options: { db: Db; clock: Clock; audit: Audit; blobs: Blobs }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#audit = options.audit;
    this.blobs = options.blobs;
  }

  /** Makes the next version of a manifest whose files are all in the store; a manifest that exists gives the version that it is. */
  async commit(dataset: string, files: readonly ManifestFile[], made: { by: Actor; note: string }): Promise<DatasetVersionRow> {
    checkName(dataset);
    const manifest = sortManifest(files);
    for (const file of manifest) {
      const stat = await this.blobs.stat(file.sha256);
      if (!stat || stat.size_bytes !== file.size_bytes) throw failure('HF-DATA-001', { path: file.path, digest: file.sha256 });
    }
    const digest = manifestDigest(manifest);
    return this.#db.transaction().execute(async (trx) => {
      await table.putDataset(trx, { name: dataset, created_ms: this.#clock.wall_ms() });
      await table.lockDataset(trx, dataset);
      const known = await table.findByDigest(trx, dataset, digest);
      if (known) return known;
      const last = await table.lastVersion(trx, dataset);
      const size_bytes = manifest.reduce((sum, file) => sum + file.size_bytes, 0);
      const row = {
        dataset,
        version: (last?.version ?? 0) + 1,
        digest,
        manifest,
        size_bytes,
        created_ms: this.#clock.wall_ms(),
        created_by: made.by.name,
        parent: last?.version ?? null,
        note: made.note,
      };
      await table.insertVersion(trx, row);
      const { manifest: _files, ...after } = row; // a manifest may be long; its digest stands for it
      await this.#audit(trx, {
        by: made.by,
        action: 'dataset.commit',
        object: `${dataset}/${row.version}`,
        before: null,
        after: { ...after, files: manifest.length },
      });
      await announce(trx, 'models');
      return row;
    });
  }

  /** A version by number, or the newest. Fails with HF-REQ-004. */
  async version(dataset: string, version?: number): Promise<DatasetVersionRow> {
    const row = version === undefined ? await table.lastVersion(this.#db, dataset) : await table.findVersion(this.#db, dataset, version);
    if (!row) throw failure('HF-REQ-004', { kind: 'dataset', name: version === undefined ? dataset : `${dataset}@${version}` });
    return row;
  }
  list() {
    return table.listDatasets(this.#db);
  }
  async dataset(name: string) {
    const row = await table.findDataset(this.#db, name);
    if (!row) throw failure('HF-REQ-004', { kind: 'dataset', name });
    return row;
  }
  versions(dataset: string): Promise<DatasetVersionRow[]> {
    return table.listVersions(this.#db, dataset);
  }
}
