// Access: signs people in, knows scripts by their tokens, and writes down who changed what.
import { type Clock, type RandomBytes, failure, makeId, makeSecret } from '@holdfast/base';
import type { Actor, Audit, Db } from '@holdfast/postgres';
import { type AuditCursor, type AuditNews, auditAfter, listAudit, listAuditOfModel } from './audit-table.ts';
import { Grants } from './grants.ts';
import { Remembered } from './remembered.ts';
import { checkPassphrase, hashPassphrase, hashToken, sameSecret } from './secrets.ts';
import type { Principal, UserRole } from './types.ts';
import * as users from './user-table.ts';

export const link_life_ms = 30 * 60_000;
export const session_life_ms = 12 * 3_600_000;
const tries_per_minute_max = 20;

export interface AccessOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly audit: Audit;
  /** The first administrator's token, from HOLDFAST_ADMIN_TOKEN. */
  readonly admin_token?: string | undefined;
}

export interface SignedIn {
  readonly secret: string;
  readonly principal: Principal;
}

export class Access {
  readonly #options: AccessOptions;
  readonly #passwords = new Remembered<Principal>();
  readonly #tokens = new Remembered<Principal>();
  #tries: { from: string; at_ms: number }[] = [];

  readonly grants: Grants;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.grants = new Grants(options);
  }

  /** The secret of a one-time login link, good for 30 minutes. */
  async makeLink(by: Actor, role: UserRole = 'admin'): Promise<{ secret: string; expires_ms: number }> {
    const { db, audit, random } = this.#options;
    const secret = makeSecret('hfl', random);
    const expires_ms = this.#now() + link_life_ms;
    await db.transaction().execute(async (trx) => {
      await users.insertLink(trx, { hash: hashToken(secret), role, expires_ms });
      await audit(trx, { by, action: 'login_link.create', object: 'login-link', before: null, after: { role, expires_ms } });
    });
    return { secret, expires_ms };
  }

  async signInByLink(secret: string, from: string): Promise<SignedIn> {
    this.#countTry(from);
    const link = await users.useLink(this.#options.db, hashToken(secret), this.#now());
    if (!link) throw failure('HF-ACCESS-002', { what: 'login link' });
    return this.#openSession('administrator', link.role);
  }

  async signIn(name: string, passphrase: string, from: string): Promise<SignedIn> {
    this.#countTry(from);
    const user = await users.findUser(this.#options.db, name);
    if (!(await checkPassphrase(passphrase, user?.passphrase ?? null)) || !user) throw failure('HF-ACCESS-004');
    return this.#openSession(user.name, user.role);
  }

  signOut(secret: string): Promise<unknown> {
    return users.deleteSession(this.#options.db, hashToken(secret));
  }

  /** The principal of a session cookie's secret, or null where it is unknown or over. */
  async ofSession(secret: string): Promise<Principal | null> {
    const session = await users.findSession(this.#options.db, hashToken(secret), this.#now());
    return session ? { kind: 'user', name: session.user_name, role: session.role, expires_ms: session.expires_ms } : null;
  }

  /** The principal of a bearer token; fails with HF-ACCESS-002 where it is not known. One that another server revoked is let in for half a minute. */
  async ofToken(secret: string): Promise<Principal> {
    const { db, admin_token } = this.#options;
    if (admin_token && sameSecret(secret, admin_token)) return { kind: 'token', name: 'first-administrator', role: 'admin', expires_ms: null };
    const found = await this.#tokens.of(secret, this.#now(), async () => {
      const row = await users.findToken(db, hashToken(secret), this.#now());
      if (!row) throw failure('HF-ACCESS-002', { what: 'token' });
      if ((row.used_ms ?? 0) < this.#now() - 60_000) await users.touchToken(db, row.id, this.#now());
      return { kind: 'token', name: row.name, role: row.role, expires_ms: row.expires_ms, token: { id: row.id, project: row.project } };
    });
    if (found.expires_ms !== null && found.expires_ms <= this.#now()) throw failure('HF-ACCESS-002', { what: 'token' });
    return found;
  }

  /** The principal of HTTP Basic: a user with the passphrase, or any name with a token as password. Fails with HF-ACCESS-002, -004 or -009. */
  async ofPassword(name: string, password: string, from: string): Promise<Principal> {
    const { db, admin_token } = this.#options;
    if (password.startsWith('hft_') || (admin_token && sameSecret(password, admin_token))) return this.ofToken(password);
    return this.#passwords.of(JSON.stringify([name, password]), this.#now(), async () => {
      const endTry = this.#countTry(from);
      const user = await users.findUser(db, name);
      if (!(await checkPassphrase(password, user?.passphrase ?? null)) || !user) throw failure('HF-ACCESS-004');
      endTry();
      return { kind: 'user', name: user.name, role: user.role, expires_ms: null };
    });
  }

  listUsers() {
    return users.listUsers(this.#options.db);
  }
  async hasUsers(): Promise<boolean> {
    return (await users.countUsers(this.#options.db)) > 0;
  }
  async putUser(user: { name: string; role: UserRole; passphrase: string }, by: Actor) {
    const { db, audit } = this.#options;
    const row = { ...user, passphrase: await hashPassphrase(user.passphrase), created_ms: this.#now() };
    const put = await db.transaction().execute(async (trx) => {
      const before = (await users.lockUser(trx, row.name)) ?? null;
      const after = await users.putUser(trx, row);
      await audit(trx, { by, action: 'user.put', object: row.name, before, after: { ...after, passphrase: 'set' } });
      return after;
    });
    this.#passwords.clear();
    return put;
  }
  async deleteUser(name: string, by: Actor): Promise<void> {
    const { db, audit } = this.#options;
    await db.transaction().execute(async (trx) => {
      const before = await users.deleteUser(trx, name);
      if (!before) throw failure('HF-REQ-004', { kind: 'user', name });
      await audit(trx, { by, action: 'user.remove', object: name, before, after: null });
      await this.grants.removeOf(trx, { kind: 'user', name }, by);
    });
    this.#passwords.clear();
  }

  async listTokens() {
    return (await users.listTokens(this.#options.db)).map(({ hash: _hash, revoked_ms: _revoked, ...shown }) => shown);
  }
  async makeToken(token: { name: string; role: UserRole; project?: string | undefined; expires_in_ms?: number | undefined }, by: Actor) {
    const { db, audit } = this.#options;
    const secret = makeSecret('hft', this.#options.random);
    const now = this.#now();
    const shown = {
      id: makeId('tok', this.#options.random),
      name: token.name,
      role: token.role,
      project: token.project ?? null,
      created_ms: now,
      created_by: by.name,
      expires_ms: token.expires_in_ms === undefined ? null : now + token.expires_in_ms,
      used_ms: null,
    };
    await db.transaction().execute(async (trx) => {
      await users.insertToken(trx, { ...shown, hash: hashToken(secret), revoked_ms: null });
      await audit(trx, { by, action: 'token.create', object: shown.id, before: null, after: shown });
    });
    return { token: shown, secret };
  }
  async revokeToken(id: string, by: Actor): Promise<void> {
    const { db, audit } = this.#options;
    await db.transaction().execute(async (trx) => {
      const before = await users.revokeToken(trx, id, this.#now());
      if (!before) throw failure('HF-REQ-004', { kind: 'token', name: id });
      await audit(trx, { by, action: 'token.revoke', object: id, before, after: null });
      await this.grants.removeOf(trx, { kind: 'token', name: id }, by);
    });
    this.#tokens.clear();
  }

  /** For movers that follow the audit; in the transaction of their turn. */
  auditAfter(trx: Db, cursor: AuditCursor, actions: readonly string[], limit: number): Promise<AuditNews[]> {
    return auditAfter(trx, cursor, actions, limit);
  }
  async listAudit(options: { object?: string | undefined; before?: number | undefined; limit: number }) {
    return (await listAudit(this.#options.db, options)).map(({ source, ...row }) => ({ ...row, from: source }));
  }

  /** Since the model was made: an older one of the same name is another. */
  auditOfModel(model: string, since_ms: number, limit: number) {
    return listAuditOfModel(this.#options.db, model, since_ms, limit);
  }

  async #openSession(name: string, role: UserRole): Promise<SignedIn> {
    const secret = makeSecret('hfs', this.#options.random);
    const created_ms = this.#now();
    const expires_ms = created_ms + session_life_ms;
    await users.insertSession(this.#options.db, { hash: hashToken(secret), user_name: name, role, created_ms, expires_ms });
    return { secret, principal: { kind: 'user', name, role, expires_ms } };
  }

  /** A limit on guessing: so many tries a minute from one address. What it answers takes a try back that was none: it succeeded. */
  #countTry(from: string): () => void {
    const since = this.#now() - 60_000;
    this.#tries = this.#tries.filter((t) => t.at_ms > since).slice(-10_000);
    const saw = this.#tries.filter((t) => t.from === from).length;
    if (saw >= tries_per_minute_max) throw failure('HF-ACCESS-009', { saw, limit: tries_per_minute_max });
    const one = { from, at_ms: this.#now() };
    this.#tries.push(one);
    return () => void (this.#tries = this.#tries.filter((t) => t !== one));
  }

  #now(): number {
    return this.#options.clock.wall_ms();
  }
}
