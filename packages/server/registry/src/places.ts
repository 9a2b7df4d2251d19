// The registry: where models belong, for whoever decides who may see and change them.
import type { Db, Sight } from '@holdfast/postgres';
import * as table from './place-table.ts';

/** A version of a version of a version: further than this nobody goes on purpose. */
const hops_max = 10;

export class Places {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async model(name: string): Promise<table.ModelPlace | undefined> {
    return (await table.modelPlaces(this.#db, [name]))[0];
  }
  byId(ids: readonly number[]): Promise<table.ModelPlace[]> {
    return table.modelPlacesById(this.#db, ids);
  }
  /**
   * The models that have a version whose files lie at the path of the artifact store or above it: registered from there, from one of these logged
   * models, in whose folders it lies, or from such a version.
   */
  async holding(path: string, logged_models: readonly string[]): Promise<table.ModelPlace[]> {
    const parts = path.split('/');
    const folders = parts.map((_, i) => parts.slice(0, i + 1).join('/'));
    let found = await table.versionsHolding(this.#db, { folders, logged_models });
    const models = new Set(found.map((one) => one.model));
    for (let hop = 0; hop < hops_max && found.length > 0; hop++) {
      found = await table.versionsMadeOf(this.#db, found);
      for (const { model } of found) models.add(model);
    }
    return models.size === 0 ? [] : table.modelPlaces(this.#db, [...models]);
  }
  countProjects(sight: Sight | null): Promise<{ project: string; models: number }[]> {
    return table.countProjects(this.#db, sight);
  }
}
