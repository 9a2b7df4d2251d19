// web/app: who is signed in. A server without a session for this browser answers 401, and the page turns to the sign-in.
import { HoldfastError } from '@holdfast/base';
import type { Role } from '@holdfast/protocol/rest';
import { useRoute } from './api.ts';

export const useSession = () => useRoute('session', {});

export const isSignedOut = (error: Error | null): boolean => error instanceof HoldfastError && error.status === 401;

const ranks: Readonly<Record<Role, number>> = { guest: 0, viewer: 1, editor: 2, admin: 3 };

/** True where the signed-in role may do what `role` may. */
export function useMay(role: Role): boolean {
  const session = useSession().data;
  return session !== undefined && ranks[session.role] >= ranks[role];
}
