// Who asks: a bearer token, or the session cookie of a browser on our own pages.
import { type Access, type Principal, session_life_ms } from '@holdfast/access';
import { failure } from '@holdfast/base';
import type { FastifyReply, FastifyRequest } from 'fastify';

const cookie_name = 'holdfast_session';
const loopback = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);
const anyone: Principal = { kind: 'system', name: 'no-auth', role: 'admin', expires_ms: null };

export function sessionSecret(request: FastifyRequest): string | null {
  const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim().split('='));
  return cookies.find(([name]) => name === cookie_name)?.[1] ?? null;
}

/** The principal of a request, or null. A bad token is an error (HF-ACCESS-002); an old cookie is nobody. */
export async function whoAsks(access: Access, request: FastifyRequest, no_auth: boolean): Promise<Principal | null> {
  if (no_auth) {
    checkLoopback(request);
    checkOrigin(request);
    return anyone;
  }
  const [scheme, secret] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() === 'bearer' && secret) return access.ofToken(secret);
  const session = sessionSecret(request);
  if (!session) return null;
  checkOrigin(request);
  return access.ofSession(session);
}

/** The same, and HTTP Basic: for clients that know no other way. A browser sends it by itself, so it has to say where it comes from. */
export async function whoAsksWithPassword(access: Access, request: FastifyRequest, no_auth: boolean): Promise<Principal | null> {
  const [scheme, encoded] = (request.headers.authorization ?? '').split(' ');
  if (no_auth || scheme?.toLowerCase() !== 'basic' || !encoded) return whoAsks(access, request, no_auth);
  checkOrigin(request);
  const [name = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  if (name.includes('\0')) throw failure('HF-ACCESS-004');
  return access.ofPassword(name, password.join(':'), request.ip);
}

/** A browser says where a request comes from; a change asked by another site's page is refused (OWASP CSRF cheat sheet, origin check). */
function checkOrigin(request: FastifyRequest): void {
  const origin = request.headers.origin;
  if (request.method === 'GET' || request.method === 'HEAD' || origin === undefined) return;
  if (!URL.canParse(origin) || new URL(origin).host !== request.headers.host) throw failure('HF-ACCESS-011', { origin: origin.slice(0, 200) }); // "null" is a page without a site
}

/** Without sign-in the name in the address is the guard: another site's name that was turned to this machine (DNS rebinding) is refused. */
function checkLoopback(request: FastifyRequest): void {
  if (!loopback.has(request.hostname)) throw failure('HF-ACCESS-013', { host: request.host.slice(0, 200) });
}

export function setSessionCookie(reply: FastifyReply, secret: string | null): void {
  const life = secret === null ? 0 : Math.floor(session_life_ms / 1000);
  void reply.header('set-cookie', `${cookie_name}=${secret ?? ''}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${life}`);
}
