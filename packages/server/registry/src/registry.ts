// The registry: models, their immutable versions by digest, aliases, and the signed bundles of a version.
import type { Readable } from 'node:stream';
import type { Blobs } from '@holdfast/blobs';
import { type Clock, checkName, failure } from '@holdfast/base';
import { type Actor, type Audit, type Db, type Sight, announce } from '@holdfast/postgres';
import { type Sign, readManifest, writeBundle } from './bundle.ts';
import { checkBundleTexts } from './bundle-texts.ts';
import * as table from './model-table.ts';
import type { AliasRow, BundleRow, Lineage, VersionRow } from './model-table.ts';
import { ModelRecords } from './model-records.ts';
import { Places } from './places.ts';
import { findRecord, insertRecord } from './record-table.ts';
import { VersionRecords } from './version-records.ts';

/** MLflow's aliases, and the dots that ours may have. */
const alias_pattern = /^[\w-][\w.-]{0,254}$/;

export interface Registration {
  readonly model: string;
  readonly digest: string;
  readonly description?: string | undefined;
  readonly lineage?: { readonly [K in keyof Lineage]?: Lineage[K] | undefined } | undefined;
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  readonly by: Actor;
}

export interface BundleRequest {
  readonly model: string;
  readonly version: number;
  readonly target: { readonly os: string; readonly arch: string };
  readonly pipeline: string;
  /** Digest of the reference profile; without one each device makes its own. */
  readonly profile?: string | undefined;
  readonly files?: readonly { readonly path: string; readonly digest: string }[] | undefined;
  readonly by: Actor;
}

export class Registry {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #sign: Sign;
  readonly #audit: Audit;
  readonly blobs: Blobs;
  /** What people write about models, and about versions. */
  readonly model_records: ModelRecords;
  readonly version_records: VersionRecords;
  readonly places: Places;

  constructor(options: { db: Db; clock: Clock; audit: Audit; blobs: Blobs; sign: Sign }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.blobs = options.blobs;
    this.#sign = options.sign;
    this.#audit = options.audit;
    this.model_records = new ModelRecords(options);
    this.version_records = new VersionRecords(options);
    this.places = new Places(options.db);
  }

  /** For a model that is to be made for its first version. Fails with HF-REQ-006 or HF-BLOB-001. */
  async checkNew(model: string, digest: string): Promise<void> {
    checkName(model);
    if (!(await this.blobs.stat(digest))) throw failure('HF-BLOB-001', { digest });
  }

  /** Registers a file of the blob store as the next version; a digest that the model has already gives the version that it has. */
  async register(registration: Registration): Promise<VersionRow> {
    const { model, digest } = registration;
    checkName(model);
    const stat = await this.blobs.stat(digest);
    if (!stat) throw failure('HF-BLOB-001', { digest });
    return this.#db.transaction().execute(async (trx) => {
      const is_new = await table.putModel(trx, { name: model, description: registration.description ?? '', created_ms: this.#now() });
      await table.lockModel(trx, model);
      const known = await table.findVersionByDigest(trx, model, digest);
      if (known) return known;
      const lineage = {
        dataset: registration.lineage?.dataset ?? null,
        run: registration.lineage?.run ?? null,
        execution: registration.lineage?.execution ?? null,
        code: registration.lineage?.code ?? null,
      };
      const version = (await table.lastVersionNumber(trx, model)) + 1;
      const row = {
        model,
        version,
        digest,
        size_bytes: stat.size_bytes,
        created_ms: this.#now(),
        created_by: registration.by.name,
        lineage,
        metrics: registration.metrics ?? {},
      };
      await table.insertVersion(trx, row);
      const beside = { source: null, folder: false, run_link: '', description: '', stage: 'None', logged_model: null };
      await insertRecord(trx, { model, version, ...beside, updated_ms: row.created_ms });
      await table.changeModel(trx, model, { updated_ms: row.created_ms });
      const after = is_new ? { ...row, made_model: true } : row; // one row for both: whoever reads the audit knows that the model came with it
      await this.#audit(trx, { by: registration.by, action: 'version.register', object: `${model}/${version}`, before: null, after });
      await announce(trx, 'models');
      return row;
    });
  }

  async version(model: string, version: number): Promise<VersionRow> {
    const row = await table.findVersion(this.#db, model, version);
    if (!row) throw failure('HF-REG-003', { model, version });
    return row;
  }
  async versionByAlias(model: string, alias: string): Promise<VersionRow | null> {
    const row = await table.findAlias(this.#db, model, alias);
    return row ? this.version(model, row.version) : null;
  }

  /** By name; with a sight, those that it shows. */
  models(sight: Sight | null = null) {
    return table.listModels(this.#db, sight);
  }
  async model(name: string) {
    const row = await table.findModel(this.#db, name);
    if (!row) throw failure('HF-REQ-004', { kind: 'model', name });
    return row;
  }
  versions(model: string): Promise<VersionRow[]> {
    return table.listVersions(this.#db, model);
  }
  aliases(model: string) {
    return table.listAliases(this.#db, model);
  }
  bundles(model: string, version: number): Promise<BundleRow[]> {
    return table.listBundles(this.#db, model, version);
  }

  /** Moves an alias: in the transaction of the caller, or in one of its own. */
  setAlias(alias: { model: string; alias: string; version: number; by: Actor; reason: string }, within?: Db): Promise<AliasRow> {
    if (!alias_pattern.test(alias.alias)) throw failure('HF-REG-002', { saw: JSON.stringify(alias.alias.slice(0, 120)) });
    const move = (trx: Db) => this.#moveAlias(trx, alias);
    return within ? move(within) : this.#db.transaction().execute(move);
  }

  /** Whether there was one or not. */
  async deleteAlias(model: string, alias: string, by: Actor): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await table.lockModel(trx, model);
      const before = await table.deleteAlias(trx, model, alias);
      if (!before) return;
      await this.#audit(trx, { by, action: 'alias.remove', object: `${model}/${alias}`, before, after: null });
      await announce(trx, 'models');
    });
  }

  async #moveAlias(trx: Db, { by, ...alias }: { model: string; alias: string; version: number; by: Actor; reason: string }): Promise<AliasRow> {
    const { model, version } = alias;
    await table.lockModel(trx, model);
    if (!(await table.findVersion(trx, model, version))) throw failure('HF-REG-003', { model, version });
    const before = await table.findAlias(trx, model, alias.alias);
    const row = { ...alias, at_ms: this.#now(), changed_by: by.name };
    await table.putAlias(trx, row);
    await this.#audit(trx, { by, action: 'alias.set', object: `${model}/${alias.alias}`, before, after: row });
    await announce(trx, 'models');
    return row;
  }

  /** Builds and signs the bundle: `model.onnx`, `pipeline.json`, `profile.json`, and what else is named. */
  async buildBundle(request: BundleRequest): Promise<BundleRow> {
    const version = await this.version(request.model, request.version);
    if ((await findRecord(this.#db, request.model, request.version))?.folder === true)
      throw failure('HF-REG-011', { model: request.model, version: request.version });
    await checkBundleTexts(this.blobs, request);
    const files = [
      { path: 'model.onnx', digest: version.digest },
      { path: 'pipeline.json', digest: request.pipeline },
      ...(request.profile === undefined ? [] : [{ path: 'profile.json', digest: request.profile }]),
      ...(request.files ?? []),
    ];
    const created_ms = this.#now();
    const model = { name: version.model, version: version.version, digest: version.digest };
    const { digest, size_bytes } = await writeBundle(this.blobs, this.#sign, { model, target: request.target, created_ms, files });
    const row = {
      digest,
      model: version.model,
      version: version.version,
      ...request.target,
      size_bytes,
      pipeline: request.pipeline,
      profile: request.profile ?? '',
      created_ms,
    };
    await this.#db.transaction().execute(async (trx) => {
      if (!(await table.insertBundle(trx, row))) return; // the same bytes are the same bundle
      await this.#audit(trx, { by: request.by, action: 'bundle.build', object: `${row.model}/${row.version}`, before: null, after: row });
      await announce(trx, 'models');
    });
    return row;
  }

  async bundle(digest: string): Promise<BundleRow> {
    const row = await table.findBundle(this.#db, digest);
    if (!row) throw failure('HF-BLOB-001', { digest });
    return row;
  }
  /** The newest bundle of a version that fits a platform. Fails with HF-REG-004. */
  async bundleFor(model: string, version: number, platform: { os: string; arch: string }): Promise<BundleRow> {
    const fits = (b: BundleRow) => (b.os === 'any' || b.os === platform.os) && (b.arch === 'any' || b.arch === platform.arch);
    const row = (await this.bundles(model, version)).findLast(fits);
    if (!row) throw failure('HF-REG-004', { model, version });
    return row;
  }
  /** What is in a bundle, by its manifest. */
  async bundleFiles(digest: string): Promise<readonly { readonly path: string; readonly digest: string }[]> {
    return (await readManifest(this.blobs, digest)).files.map(({ path, sha256 }) => ({ path, digest: sha256 }));
  }
  readBundle(digest: string, range?: { from: number; to: number }): Promise<Readable> {
    return this.blobs.read(digest, range);
  }

  #now(): number {
    return this.#clock.wall_ms();
  }
}
