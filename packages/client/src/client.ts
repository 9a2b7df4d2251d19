// Calls our own REST by the route descriptions of the protocol: what compiles here is what the server checks.
// Runs wherever there is `fetch`: in a browser (url '', the session cookie says who) and in Node (a token does).
import { HoldfastError, catalogue, failure, lookUp } from '@holdfast/base';
import { type BodyOf, type ParamsOf, type Problem, type QueryOf, type ReplyOf, type RouteName, routes } from '@holdfast/protocol/rest';

type Routes = typeof routes;
/** Optional fields may be given as undefined: they are left out. */
type Loose<T> = T extends undefined ? T : { readonly [K in keyof T]: T[K] | undefined };
type Given<T, K extends string> = T extends undefined ? object : { readonly [P in K]: T };
export type Asked<N extends RouteName> = Given<ParamsOf<Routes[N]>, 'params'> &
  Partial<Given<Loose<QueryOf<Routes[N]>>, 'query'>> &
  Given<BodyOf<Routes[N]>, 'body'>;

export interface Server {
  /** '' in a browser: the page's own server. */
  readonly url: string;
  readonly token?: string | undefined;
}

interface Parts {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

export class Client {
  readonly server: Server;

  constructor(server: Server) {
    this.server = server;
  }

  /** Calls a route by its name. Fails with the server's error, or HF-CLI-003 where it does not answer. */
  async call<N extends RouteName>(name: N, asked: Asked<N>): Promise<ReplyOf<Routes[N]>> {
    const { params, query, body } = asked as Parts;
    const response = await this.raw(routes[name].method, fillPath(routes[name].path, params, query), body === undefined ? undefined : { json: body });
    return (await response.json()) as ReplyOf<Routes[N]>;
  }

  async raw(method: string, path: string, body?: { json: unknown } | { bytes: AsyncIterable<Uint8Array> | Uint8Array }): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.server.token) headers['authorization'] = `Bearer ${this.server.token}`;
    if (body) headers['content-type'] = 'json' in body ? 'application/json' : 'application/octet-stream';
    const sent = body && ('json' in body ? JSON.stringify(body.json) : body.bytes);
    const init = { method, headers, ...(sent === undefined ? {} : { body: sent, duplex: 'half' }) } as RequestInit;
    let response: Response;
    try {
      response = await fetch(this.server.url + path, init);
    } catch (cause) {
      const inner = (cause as Error).cause as Error | undefined;
      throw failure('HF-CLI-003', { url: this.server.url, reason: inner?.message ?? (cause as Error).message }, cause);
    }
    if (!response.ok) throw await problem(response);
    return response;
  }
}

function fillPath(path: string, params: Parts['params'], query: Parts['query']): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params?.[name] ?? '')));
  const asked = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) asked.set(key, String(value));
  return asked.size === 0 ? filled : `${filled}?${asked}`;
}

/** Exit codes of the errors of a server that is newer than this catalogue. */
const exits: Readonly<Record<number, number>> = { 400: 2, 401: 4, 403: 5, 404: 3, 409: 6, 429: 7, 503: 7 };

async function problem(response: Response): Promise<HoldfastError> {
  const text = await response.text();
  try {
    const { code, detail, hint, status, retryable } = JSON.parse(text) as Problem;
    if (typeof code !== 'string') throw new SyntaxError('JSON of another kind');
    return new HoldfastError(code, { says: detail, hint, status, exit: lookUp(code)?.exit ?? exits[status] ?? 1, retryable }, {});
  } catch {
    // Not an answer of our server (a proxy in between, perhaps), or one to HEAD, which has no body: the status is what is known.
    const reason = `status ${response.status}: ${text.slice(0, 200)}`;
    return new HoldfastError('HF-CLI-003', { ...catalogue['HF-CLI-003'], status: response.status }, { url: response.url, reason });
  }
}
