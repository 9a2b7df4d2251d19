// Access: grants: what a user or a token may do with one experiment, model or project. Every change has its audit row; what was found is remembered for
// half a minute, as tokens are.
import { type Clock, failure } from '@holdfast/base';
import type { Actor, Audit, Db } from '@holdfast/postgres';
import * as table from './grant-table.ts';
import { type GrantedKind, type Held, type Level, Reach } from './reach.ts';
import { Remembered } from './remembered.ts';
import type { Principal } from './types.ts';
import { findUser, findTokenById } from './user-table.ts';

/** Of one subject: whoever needs more wants a project. */
const held_max = 10_000;

export interface Subject {
  readonly kind: 'user' | 'token';
  /** The name of a user, the id of a token. */
  readonly name: string;
}
export interface Granted {
  readonly kind: GrantedKind;
  readonly id: string;
}

export class Grants {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #audit: Audit;
  readonly #held = new Remembered<readonly Held[]>();

  constructor(options: { db: Db; clock: Clock; audit: Audit }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#audit = options.audit;
  }

  async reachOf(principal: Principal): Promise<Reach> {
    const { role, token } = principal;
    const subject = subjectOf(principal);
    return new Reach(role, token?.project ?? null, role === 'admin' || !subject ? [] : await this.#heldBy(subject));
  }
  list(filter: table.GrantFilter, limit: number): Promise<table.GrantRow[]> {
    return table.listGrants(this.#db, filter, limit);
  }
  members(): Promise<{ project: string; members: number }[]> {
    return table.countMembers(this.#db);
  }
  async get(id: number): Promise<table.GrantRow> {
    const row = await table.findGrant(this.#db, id);
    if (!row) throw failure('HF-REQ-004', { kind: 'grant', name: id });
    return row;
  }

  /** Gives a level, or changes the one that is there. In the transaction of the caller, or in one of its own. */
  async set(grant: { subject: Subject; object: Granted; level: Level; by: Actor }, within?: Db): Promise<table.GrantRow> {
    const put = await (within ? this.#put(within, grant) : this.#db.transaction().execute((trx) => this.#put(trx, grant)));
    this.#held.clear();
    return put;
  }
  /** After a transaction of another room that gave something. */
  forget(): void {
    this.#held.clear();
  }
  async remove(id: number, by: Actor): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const before = await table.deleteGrant(trx, id);
      if (!before) throw failure('HF-REQ-004', { kind: 'grant', name: id });
      await this.#gone(trx, [before], by);
    });
    this.#held.clear();
  }
  /** What a user or a token held ends with it: a later one of the same name begins with nothing. */
  async removeOf(trx: Db, subject: Subject, by: Actor): Promise<void> {
    await this.#gone(trx, await table.deleteGrantsOf(trx, { subject_kind: subject.kind, subject: subject.name }), by);
    this.#held.clear();
  }
  /** What was granted on an object that is gone for good. */
  async removeOn(object: Granted, by: Actor): Promise<void> {
    await this.#db.transaction().execute(async (trx) => this.#gone(trx, await table.deleteGrantsOn(trx, { object_kind: object.kind, object: object.id }), by));
    this.#held.clear();
  }

  async #put(trx: Db, { subject, object, level, by }: { subject: Subject; object: Granted; level: Level; by: Actor }): Promise<table.GrantRow> {
    const key = { subject_kind: subject.kind, subject: subject.name, object_kind: object.kind, object: object.id };
    await checkSubject(trx, subject);
    const before = (await table.lockGrant(trx, key)) ?? null;
    if (before === null && (await table.countGrants(trx, key)) >= held_max)
      throw failure('HF-REQ-008', { what: `the list of grants of ${subject.kind} ${subject.name}`, limit: held_max });
    const after = await table.putGrant(trx, { ...key, level, created_ms: this.#clock.wall_ms(), created_by: by.name });
    await this.#audit(trx, { by, action: 'grant.set', object: objectOf(after), before: shown(before), after: shown(after) });
    return after;
  }
  async #gone(trx: Db, rows: readonly table.GrantRow[], by: Actor): Promise<void> {
    for (const row of rows) await this.#audit(trx, { by, action: 'grant.remove', object: objectOf(row), before: shown(row), after: null });
  }
  #heldBy({ kind, name }: Subject): Promise<readonly Held[]> {
    return this.#held.of(`${kind}/${name}`, this.#clock.wall_ms(), async () => {
      const rows = await table.listGrants(this.#db, { subject_kind: kind, subject: name }, held_max);
      return rows.map((row) => ({ kind: row.object_kind, object: row.object, level: row.level }));
    });
  }
}

/** Whom a grant would name; nobody, for the platform itself and for the token of the environment. */
export function subjectOf({ kind, name, token }: Principal): Subject | null {
  if (kind === 'user') return { kind, name };
  return kind === 'token' && token ? { kind, name: token.id } : null;
}

async function checkSubject(trx: Db, { kind, name }: Subject): Promise<void> {
  const found = kind === 'user' ? await findUser(trx, name) : await findTokenById(trx, name);
  if (!found) throw failure('HF-REQ-004', { kind, name });
}

const objectOf = (row: table.GrantRow): string => `${row.object_kind}/${row.object}`;
const shown = (row: table.GrantRow | null) => row && { subject: `${row.subject_kind}:${row.subject}`, object: objectOf(row), level: row.level };
