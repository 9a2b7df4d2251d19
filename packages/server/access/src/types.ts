// Who asks: the principal of a request, and what its role may do.
import { failure } from '@holdfast/base';
import type { Actor } from '@holdfast/postgres';
import type { RouteAccess } from '@holdfast/protocol/rest';

/** A guest has nothing but what it was granted. */
export type UserRole = 'guest' | 'viewer' | 'editor' | 'admin';

/** Somebody known: a person in a session, a script with a token, or the platform itself. */
export interface Principal {
  readonly kind: 'user' | 'token' | 'system';
  readonly name: string;
  readonly role: UserRole;
  readonly expires_ms: number | null;
  /** Of a token that stands in the tables; grants name its id, and what it makes goes to its project. */
  readonly token?: { readonly id: string; readonly project: string | null } | undefined;
}

/** The principal as rows name it that say who did it: `user:ada`, `token:ci`. On public routes nobody may be known. */
export function actorOf(principal: Principal | null, source: string): Actor {
  return { name: principal ? `${principal.kind}:${principal.name}` : 'anybody', source };
}

const rank = { public: 0, guest: 1, viewer: 2, editor: 3, admin: 4 } as const satisfies Record<RouteAccess, number>;

/** Lets the principal pass, or fails with HF-ACCESS-001 (nobody known) or HF-ACCESS-003 (role too small). */
export function authorize(principal: Principal | null, needed: RouteAccess): void {
  if (needed === 'public') return;
  if (!principal) throw failure('HF-ACCESS-001');
  if (rank[principal.role] < rank[needed]) throw failure('HF-ACCESS-003', { role: principal.role, needed });
}
