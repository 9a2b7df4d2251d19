// Tracking: where things belong, for whoever decides who may see and change them.
import type { Db, Sight } from '@holdfast/postgres';
import * as table from './place-table.ts';

export class Places {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  experiment(id: number): Promise<table.Place | undefined> {
    return table.experimentPlace(this.#db, id);
  }
  experimentByName(name: string): Promise<table.Place | undefined> {
    return table.experimentPlaceByName(this.#db, name);
  }
  /** Names by id, of the deleted ones too. */
  names(ids: readonly number[]): Promise<Map<number, string>> {
    return table.experimentNames(this.#db, ids);
  }
  loggedModel(id: string): Promise<table.Place | undefined> {
    return table.loggedModelPlace(this.#db, id);
  }
  /** By id, of the runs that are there. */
  runs(ids: readonly string[]): Promise<Map<string, table.Place>> {
    return table.runPlaces(this.#db, ids);
  }
  /** By id, of the traces that are there. */
  traces(ids: readonly string[]): Promise<Map<string, table.Place>> {
    return table.tracePlaces(this.#db, ids);
  }
  /** The experiments in whose folders a path of the store lies, and those whose folders lie below it, with these folders. */
  async ofPath(path: string): Promise<{ holders: table.Place[]; below: (table.Place & { of: string })[] }> {
    const [holders, below] = await Promise.all([table.holdersOf(this.#db, path), table.heldBelow(this.#db, path)]);
    return { holders, below };
  }
  /** The ids of the logged models in whose folders a path of the store lies. */
  loggedModelsAt(path: string): Promise<string[]> {
    return table.loggedModelsAt(this.#db, path);
  }
  /** Of these experiments, those that the sight shows; all of them without one. */
  async seen(sight: Sight | null, ids: readonly number[]): Promise<readonly number[]> {
    return sight === null || ids.length === 0 ? ids : table.seenExperiments(this.#db, sight, ids);
  }
  countProjects(sight: Sight | null): Promise<table.ProjectCount[]> {
    return table.countProjects(this.#db, sight);
  }
}
