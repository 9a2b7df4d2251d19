// access: what somebody may do with experiments, models and projects: the most specific grant decides, then the role. Pure; decision 0020 says why.
import { type Sight, default_project } from '@holdfast/postgres';
import type { UserRole } from './types.ts';

export const levels = ['none', 'read', 'edit', 'manage'] as const;
export type Level = (typeof levels)[number];
/** To see and download; to log, register, tag, move aliases and stages; to delete, restore, rename and move between projects; to give grants. */
export type Deed = 'read' | 'edit' | 'remove' | 'share';
export type GrantedKind = 'experiment' | 'model' | 'project';

const of_level: Readonly<Record<Level, readonly Deed[]>> = {
  none: [],
  read: ['read'],
  edit: ['read', 'edit'],
  manage: ['read', 'edit', 'remove', 'share'],
};
/** An editor deletes and renames where no grant speaks of it, as editors always did; who may see what is not an editor's to say. */
const of_role: Readonly<Record<UserRole, readonly Deed[]>> = {
  guest: [],
  viewer: ['read'],
  editor: ['read', 'edit', 'remove'],
  admin: ['read', 'edit', 'remove', 'share'],
};

/** A grant as its subject holds it. An experiment and a model are named by their ids, a project by its name. */
export interface Held {
  readonly kind: GrantedKind;
  readonly object: string;
  readonly level: Level;
}
export interface Thing {
  readonly kind: 'experiment' | 'model';
  readonly id: number;
  readonly project: string;
}

export class Reach {
  readonly #role: UserRole;
  readonly #held: ReadonlyMap<string, Level>;
  /** Where the role alone decides: no object has to be looked at. */
  readonly free: boolean;
  /** The project of what is made without naming one. */
  readonly home: string;

  /** A guest's token may edit its own project, unless a grant says otherwise of it. */
  constructor(role: UserRole, own_project: string | null, grants: readonly Held[]) {
    const own: Held[] = role === 'guest' && own_project !== null ? [{ kind: 'project', object: own_project, level: 'edit' }] : [];
    this.#role = role;
    this.#held = new Map([...own, ...grants].map(({ kind, object, level }) => [`${kind}/${object}`, level]));
    this.free = role === 'admin' || (role !== 'guest' && grants.length === 0);
    this.home = own_project ?? this.#onlyProject() ?? default_project;
  }

  may(deed: Deed, { kind, id, project }: Thing): boolean {
    const level = this.#held.get(`${kind}/${id}`);
    return this.#role === 'admin' || level === undefined ? this.mayIn(project, deed) : of_level[level].includes(deed);
  }
  mayIn(project: string, deed: Deed): boolean {
    const level = this.#role === 'admin' ? undefined : this.#held.get(`project/${project}`);
    return (level === undefined ? of_role[this.#role] : of_level[level]).includes(deed);
  }
  /** What searches of this kind show; null: everything. */
  sight(kind: Thing['kind']): Sight | null {
    if (this.free) return null;
    const otherwise = of_role[this.#role].includes('read');
    const ids = (shown: boolean) => [...this.#of(kind)].filter(([, level]) => (level !== 'none') === shown).map(([id]) => Number(id));
    const projects = [...this.#of('project')].filter(([, level]) => (level !== 'none') !== otherwise).map(([project]) => project);
    return { otherwise, projects, shown: ids(true), hidden: ids(false) };
  }

  #of(kind: GrantedKind): [object: string, level: Level][] {
    const start = `${kind}/`;
    return [...this.#held].filter(([key]) => key.startsWith(start)).map(([key, level]) => [key.slice(start.length), level]);
  }
  /** A guest who may edit in one project works there, without naming it each time. */
  #onlyProject(): string | undefined {
    if (this.#role !== 'guest') return undefined;
    const editable = this.#of('project').filter(([project]) => this.mayIn(project, 'edit'));
    return editable.length === 1 ? editable[0]![0] : undefined;
  }
}
