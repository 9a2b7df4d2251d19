// Handlers of sessions, users, tokens and the audit.
import type { Principal } from '@holdfast/access';
import { failure } from '@holdfast/base';
import type { FaceOptions } from '../rooms.ts';
import { sessionSecret, setSessionCookie } from '../who.ts';
import type { Handlers } from './call.ts';

export function accessHandlers({ rooms }: FaceOptions) {
  const { access } = rooms;
  const view = async (p: Principal) => ({ user: p.name, role: p.role, expires_ms: p.expires_ms, first_use: !(await access.hasUsers()) });
  return {
    linkLogin: async ({ body, reply, request }) => {
      const { secret, principal } = await access.signInByLink(body.token, request.ip);
      setSessionCookie(reply, secret);
      return view(principal);
    },
    loginLink: async ({ by }) => access.makeLink(by),
    login: async ({ body, reply, request }) => {
      const { secret, principal } = await access.signIn(body.name, body.passphrase, request.ip);
      setSessionCookie(reply, secret);
      return view(principal);
    },
    session: async ({ principal }) => view(principal!),
    logout: async ({ request, reply }) => {
      const secret = sessionSecret(request);
      if (secret) await access.signOut(secret);
      setSessionCookie(reply, null);
      return { ok: true };
    },
    userList: async () => ({ users: await access.listUsers() }),
    userPut: async ({ body, by }) => access.putUser(body, by),
    userDelete: async ({ params, principal, by }) => {
      if (params.name === principal?.name) throw failure('HF-REQ-001', { where: 'path/name', saw: 'yourself', expected: 'another user' });
      await access.deleteUser(params.name, by);
      return { ok: true };
    },
    tokenList: async () => ({ tokens: await access.listTokens() }),
    tokenCreate: async ({ body, by }) => access.makeToken(body, by),
    tokenDelete: async ({ params, by }) => {
      await access.revokeToken(params.id, by);
      return { ok: true };
    },
    audit: async ({ query }) => ({ rows: await access.listAudit({ object: query.object, before: query.before, limit: query.limit ?? 100 }) }),
  } satisfies Partial<Handlers>;
}
