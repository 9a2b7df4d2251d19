// faces: what whoever asks may do with one experiment, run, model or file. Where the role alone decides, nothing is looked up; else the object is found, and
// what may not be read is answered as if it were not there.
import { type Deed, type Principal, type Reach, type Subject, type Thing, subjectOf } from '@holdfast/access';
import { failure } from '@holdfast/base';
import { type Actor, type Db, type Sight, default_project, project_tag } from '@holdfast/postgres';
import type { Rooms } from './rooms.ts';

interface Tag {
  readonly key: string;
  readonly value: string;
}
interface Place {
  readonly id: number;
  readonly project: string;
}
type Kind = Thing['kind'];
type MayRooms = Pick<Rooms, 'access' | 'tracking' | 'registry'>;
/** Run in the transaction that makes something. */
type Owning = (trx: Db, id: number) => Promise<void>;

const levels_of: Readonly<Record<Deed, { level: string; role: string }>> = {
  read: { level: 'read', role: 'viewer' },
  edit: { level: 'edit', role: 'editor' },
  remove: { level: 'manage', role: 'editor' },
  share: { level: 'manage', role: 'admin' },
};
const denied = (deed: Deed, what: string): Error => failure('HF-ACCESS-014', { needed: levels_of[deed].level, what });

/** Whoever asks on a public route. */
export const anybody: Principal = { kind: 'system', name: 'anybody', role: 'guest', expires_ms: null };

export async function mayOf(rooms: MayRooms, principal: Principal, by: Actor): Promise<May> {
  return new May(rooms, principal, by, await rooms.access.grants.reachOf(principal));
}

export class May {
  readonly #rooms: MayRooms;
  readonly #role: Principal['role'];
  readonly #subject: Subject | null;
  readonly #by: Actor;
  readonly reach: Reach;

  constructor(rooms: MayRooms, principal: Principal, by: Actor, reach: Reach) {
    this.#rooms = rooms;
    this.#role = principal.role;
    this.#subject = subjectOf(principal);
    this.#by = by;
    this.reach = reach;
  }

  /** What searches show; null: everything. */
  get experiments(): Sight | null {
    return this.reach.sight('experiment');
  }
  get models(): Sight | null {
    return this.reach.sight('model');
  }

  /** Whether what is made needs neither a project nor an owner: whoever asks has a role, and no project of its own. */
  get plain(): boolean {
    return this.reach.free && this.reach.home === default_project;
  }

  async experiment(id: number, deed: Deed): Promise<void> {
    if (this.#byRole(deed)) return;
    this.check('experiment', await this.#rooms.tracking.places.experiment(id), deed, failure('HF-TRACK-002', { id }));
  }
  async experimentNamed(name: string, deed: Deed): Promise<void> {
    if (this.#byRole(deed)) return;
    this.check('experiment', await this.#rooms.tracking.places.experimentByName(name), deed, failure('HF-TRACK-003', { name }));
  }
  async run(id: string, deed: Deed): Promise<void> {
    if (this.#byRole(deed)) return;
    this.check('experiment', (await this.#rooms.tracking.places.runs([id])).get(id), deed, failure('HF-TRACK-004', { id }));
  }
  /** Of these runs, those that may be read, as they came. */
  async runsSeen(ids: readonly string[]): Promise<readonly string[]> {
    if (this.reach.free) return ids;
    const places = await this.#rooms.tracking.places.runs(ids);
    return ids.filter((id) => this.#sees('experiment', places.get(id)));
  }
  /** Of these experiments, those that may be read. */
  experimentsSeen(ids: readonly number[]): Promise<readonly number[]> {
    return this.#rooms.tracking.places.seen(this.experiments, ids);
  }
  async loggedModel(id: string, deed: Deed): Promise<void> {
    if (this.#byRole(deed)) return;
    this.check('experiment', await this.#rooms.tracking.places.loggedModel(id), deed, failure('HF-TRACK-010', { id }));
  }
  /** Whether there is one that may be read; fails where it may be read and not changed. */
  async loggedModelOrNone(id: string, deed: Deed): Promise<boolean> {
    if (this.#byRole(deed)) return true;
    const place = await this.#rooms.tracking.places.loggedModel(id);
    if (!this.#sees('experiment', place)) return false;
    this.check('experiment', place, deed, failure('HF-TRACK-010', { id }));
    return true;
  }
  async trace(id: string, deed: Deed): Promise<void> {
    if (this.#byRole(deed)) return;
    this.check('experiment', (await this.#rooms.tracking.places.traces([id])).get(id), deed, failure('HF-TRACK-016', { id }));
  }
  /** Traces that are told of: those that are there already have to be ones that may be edited. */
  async tracesToldOf(ids: readonly string[]): Promise<void> {
    if (this.#byRole('edit')) return;
    for (const [id, place] of await this.#rooms.tracking.places.traces(ids)) this.check('experiment', place, 'edit', failure('HF-TRACK-016', { id }));
  }
  /** Of these traces, those that may be read, as they came. */
  async tracesSeen(ids: readonly string[]): Promise<readonly string[]> {
    if (this.reach.free) return ids;
    const places = await this.#rooms.tracking.places.traces(ids);
    return ids.filter((id) => this.#sees('experiment', places.get(id)));
  }
  async model(name: string, deed: Deed, missing = failure('HF-REG-006', { name })): Promise<void> {
    if (this.#byRole(deed)) return;
    this.check('model', await this.#rooms.registry.places.model(name), deed, missing);
  }

  async seesModel(name: string): Promise<boolean> {
    return this.reach.free || this.#sees('model', await this.#rooms.registry.places.model(name));
  }

  /**
   * A path of the artifact store is of the experiments in whose folders it lies; whoever changes a folder changes what lies below it too. Who may read a
   * model reads the files of its versions, wherever they lie.
   */
  async file(path: string, deed: Deed): Promise<void> {
    if (this.#byRole(deed)) return;
    const { holders, below } = await this.#rooms.tracking.places.ofPath(path);
    if (!this.#readsAll(holders)) {
      if (deed === 'read' && (await this.#readsAsModel(path))) return;
      throw failure('HF-TRACK-012', { path });
    }
    const touched = deed === 'read' ? holders : [...holders, ...below];
    if (!touched.every((place) => this.reach.may(deed, { kind: 'experiment', ...place }))) throw denied(deed, 'the experiment of this file');
  }
  /** A folder that becomes the files of a version: whoever reads its model will read all of it, so nothing below it is hidden from who registers it. */
  async wholeFolder(path: string): Promise<void> {
    await this.file(path, 'read');
    if (this.reach.free || (await this.#readsAsModel(path))) return;
    const { below } = await this.#rooms.tracking.places.ofPath(path);
    if (!below.every((place) => this.#sees('experiment', place))) throw failure('HF-TRACK-012', { path });
  }
  /** Of what lies in a folder of the store, what may be read. */
  async entriesSeen<E extends { readonly name: string }>(folder: string, entries: readonly E[]): Promise<readonly E[]> {
    if (this.reach.free) return entries;
    const { holders, below } = await this.#rooms.tracking.places.ofPath(folder);
    const all = this.#readsAll(holders) || (folder !== '' && (await this.#readsAsModel(folder)));
    const begins = Map.groupBy(below, (place) => place.of);
    return entries.filter(({ name }) => {
      const here = begins.get(folder === '' ? name : `${folder}/${name}`);
      return here ? this.#readsAll([...holders, ...here]) : all;
    });
  }

  /** Makes an experiment or a model, with the tag of its project. Who could not delete it otherwise gets `manage` on it. */
  async make<T>(kind: Kind, given: readonly Tag[], act: (tags: readonly Tag[], within: Owning | undefined) => Promise<T>): Promise<T> {
    const tags = new Map(given.map(({ key, value }) => [key, value]));
    const project = tags.get(project_tag) || (tags.has(project_tag) ? default_project : this.reach.home);
    this.inProject(project, 'edit');
    if (project !== default_project) tags.set(project_tag, project);
    const made = await act(
      [...tags].map(([key, value]) => ({ key, value })),
      this.#owning(kind, project),
    );
    if (!this.reach.free) this.#rooms.access.grants.forget();
    return made;
  }
  /** A tag of an experiment (its id) or a model (its name) that is to be set, or removed (null): the one of the project moves it, away from where it is and to where whoever asks may edit. */
  async retag(of: number | string, key: string, value: string | null): Promise<void> {
    if (key !== project_tag || this.reach.free) return;
    await (typeof of === 'number' ? this.experiment(of, 'remove') : this.model(of, 'remove'));
    this.inProject(value || default_project, 'edit');
  }
  inProject(project: string, deed: Deed): void {
    if (!this.reach.mayIn(project, deed)) throw denied(deed, `the project ${project}`);
  }
  /** Fails with `missing` where there is none or it may not be read, and with HF-ACCESS-014 where it may be read, and not this. */
  check(kind: Kind, place: Place | undefined, deed: Deed, missing: Error): void {
    if (!place || !this.#sees(kind, place)) throw missing;
    if (!this.reach.may(deed, { kind, id: place.id, project: place.project })) throw denied(deed, `this ${kind}`);
  }

  /** Whether the role alone decides; then it has decided. Fails with HF-ACCESS-003. */
  #byRole(deed: Deed): boolean {
    if (this.reach.free && !this.reach.mayIn(default_project, deed)) throw failure('HF-ACCESS-003', { role: this.#role, needed: levels_of[deed].role });
    return this.reach.free;
  }
  #sees(kind: Kind, place: Place | undefined): boolean {
    return place !== undefined && this.reach.may('read', { kind, id: place.id, project: place.project });
  }
  #readsAll(holders: readonly Place[]): boolean {
    return holders.length > 0 && holders.every((place) => this.#sees('experiment', place));
  }
  async #readsAsModel(path: string): Promise<boolean> {
    const logged_models = await this.#rooms.tracking.places.loggedModelsAt(path);
    return (await this.#rooms.registry.places.holding(path, logged_models)).some((place) => this.#sees('model', place));
  }
  #owning(kind: Kind, project: string): Owning | undefined {
    const subject = this.#subject;
    if (this.reach.free || subject === null) return undefined;
    return async (trx, id) => {
      if (this.reach.may('remove', { kind, id, project })) return;
      await this.#rooms.access.grants.set({ subject, object: { kind, id: String(id) }, level: 'manage', by: this.#by }, trx);
    };
  }
}
