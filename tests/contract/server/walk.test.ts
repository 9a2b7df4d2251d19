// contract/server: every route with everybody: nobody, each role, a device. Exactly the allowed ones pass.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type MlflowRoute, makeApp, mlflowRoutes } from '@holdfast/faces';
import { type Problem, type Route, routes } from '@holdfast/protocol/rest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, type RunningApp, type SimulatedDevice, joinDevice, openApp, openHouse, routesOf, tester } from './support.ts';

let house: House;
let running: RunningApp;
let device: SimulatedDevice;
beforeAll(async () => {
  house = await openHouse();
  const web_folder = path.join(house.folder, 'web');
  await mkdir(path.join(web_folder, 'assets'), { recursive: true });
  await writeFile(path.join(web_folder, 'index.html'), '<!doctype html>');
  running = await openApp(house, { web_folder });
  device = await joinDevice(house.rooms, 'edge-1');
});
afterAll(async () => {
  await running.close();
  await house.close();
});

/** Routes that are not of the REST table, and who may call them. */
const others: Readonly<Record<string, string>> = {
  '/health': 'public',
  '/api/v1/openapi.json': 'public',
  '/api/v1/stream': 'guest',
  '/metrics': 'viewer',
  '/docs/errors/:code': 'public',
  '/graphql': 'guest',
  '/api/device/v1/enrol': 'public',
  '/api/device/v1/sync': 'device',
  '/api/device/v1/bundles/:digest': 'device',
};

/** Of the routes of MLflow, what is not described is answered to everybody who is known. */
function accessOfMlflow(method: string, url: string): string | undefined {
  const path = url.replace(/^\/(?:ajax-)?api(?=\/[23]\.0\/)/, '');
  const route = (Object.values(mlflowRoutes) as MlflowRoute[]).find((r) => r.path === path && (r.methods as readonly string[]).includes(method));
  return route === undefined ? (path !== url ? 'guest' : undefined) : ruleOf(route);
}

/** Where grants decide about an object, whoever has some is asked there, and not at the door. */
const ruleOf = ({ access, on }: Pick<Route | MlflowRoute, 'access' | 'on'>): string => (on === undefined ? access : `${access} or grants`);

function accessOf(method: string, url: string): string {
  const asked = method === 'HEAD' ? 'GET' : method;
  const mlflow = accessOfMlflow(asked, url);
  if (mlflow) return mlflow;
  const route = (Object.values(routes) as Route[]).find((r) => r.method === asked && r.path === url);
  if (route) return ruleOf(route);
  return others[url] ?? (asked === 'GET' && !url.startsWith('/api/') ? 'public' : 'nobody knows');
}

const rank: Readonly<Record<string, number>> = { nobody: 0, device: 0, guest: 1, viewer: 2, editor: 3, admin: 4 };
const least: Readonly<Record<string, number>> = { public: 0, guest: 1, viewer: 2, editor: 3, admin: 4 };
const mayPass = (who: string, access: string) => {
  if (access === 'device') return who === 'device';
  const [role = '', grants] = access.split(' or ');
  return rank[who]! >= (grants && who === 'guest' ? least['guest']! : least[role]!);
};

/** The code of the refusal, or what else came back. */
async function ask(method: string, url: string, headers: Record<string, string>): Promise<string> {
  const stop = new AbortController();
  const filled = url.replaceAll(/:(\w+)/g, (_, name: string) => (name === 'digest' ? 'a'.repeat(64) : name === 'version' ? '1' : 'none')).replace('*', 'x');
  const body =
    method === 'GET' || method === 'HEAD' || method === 'DELETE' ? null : filled.endsWith('/sync') || filled.includes('/blobs/') ? Buffer.from('x') : '{}';
  const type: Record<string, string> = body === null ? {} : { 'content-type': typeof body === 'string' ? 'application/json' : 'application/octet-stream' };
  const signed =
    headers['holdfast-device'] === undefined ? {} : device.signed(method, filled, body === null ? Buffer.alloc(0) : Buffer.from(body), house.clock.wall_ms());
  const response = await fetch(running.url + filled, { method, headers: { ...headers, ...type, ...signed }, body, signal: stop.signal });
  const streamed = response.headers.get('content-type') === 'text/event-stream';
  const text = streamed ? '' : await response.text();
  stop.abort();
  const isJson = /^application\/(?:problem\+)?json/.test(response.headers.get('content-type') ?? '');
  const code = isJson && response.status >= 400 && text !== '' ? ((JSON.parse(text) as Partial<Problem>).code ?? '') : '';
  return `${response.status} ${code}`.trim();
}

const refusals = (method: string) => (method === 'HEAD' ? /^40[13]/ : /^40[13] HF-ACCESS-00[13]$/);

describe('every route', () => {
  it('says who may call it', () => {
    const found = routesOf(running.app);
    expect(found.length).toBeGreaterThan(100);
    expect(found.filter(({ method, url }) => accessOf(method, url) === 'nobody knows' && !url.startsWith('/assets/'))).toEqual([]);
    for (const route of Object.values(routes) as Route[]) expect(found).toContainEqual({ method: route.method, url: route.path });
    for (const url of Object.keys(others)) expect(found.map((r) => r.url)).toContain(url);
  });

  it.each(['nobody', 'guest', 'viewer', 'editor', 'admin', 'device'] as const)('lets %s pass exactly where it may', async (who) => {
    const headers = who === 'nobody' ? {} : who === 'device' ? { 'holdfast-device': device.id } : await running.as(who);
    const wrong: string[] = [];
    for (const { method, url } of routesOf(running.app)) {
      const access = accessOf(method, url);
      const answer = await ask(method, url, headers);
      const refused = refusals(method).test(answer);
      if (refused === mayPass(who, access) || answer.startsWith('500')) wrong.push(`${method} ${url} (${access}): ${answer}`);
    }
    expect(wrong).toEqual([]);
  });

  it('refuses a token that is none, on every route that is not public', async () => {
    for (const { method, url } of routesOf(running.app)) {
      const access = accessOf(method, url);
      if (access === 'public' || access === 'device') continue;
      expect(await ask(method, url, { authorization: 'Bearer hft_nonsense' })).toMatch(method === 'HEAD' ? /^401/ : /^401 HF-ACCESS-002$/);
    }
  });

  it('without an access rule stops the start', async () => {
    const options = { rooms: house.rooms, wakes: { subscribe: () => () => undefined }, no_auth: false, public_address: () => '', on_error: () => undefined };
    const app = await makeApp(options);
    expect(() => app.get('/api/v1/secret', () => 'x')).toThrow(
      expect.objectContaining({ code: 'HF-ACCESS-006', message: 'The route GET /api/v1/secret declares no access rule.' }) as Error,
    );
    await app.close();
  });

  it('carries the headers that keep a browser from guessing and framing', async () => {
    for (const url of ['/health', '/api/v1/overview', '/nothing/here']) {
      const { headers } = await fetch(running.url + url);
      expect([headers.get('x-content-type-options'), headers.get('x-frame-options'), headers.get('referrer-policy')]).toEqual([
        'nosniff',
        'DENY',
        'no-referrer',
      ]);
    }
  });
});

describe('a browser session', () => {
  const signIn = async (): Promise<string> => {
    const response = await fetch(`${running.url}/api/v1/session/link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: (await house.rooms.access.makeLink(tester)).secret }),
    });
    expect(response.status).toBe(200);
    const cookie = response.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^holdfast_session=hfs_\w+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    return cookie.split(';')[0]!;
  };

  it('changes things from our own pages, and is refused from another site, from a page without one, and from an origin that is none', async () => {
    const cookie = await signIn();
    const put = (headers: Record<string, string>) =>
      fetch(`${running.url}/api/v1/groups/g`, { method: 'PUT', headers: { cookie, 'content-type': 'application/json', ...headers }, body: '{"selector":""}' });
    expect((await put({ origin: running.url })).status).toBe(200);
    expect((await put({})).status).toBe(200);
    for (const origin of ['https://evil.example', 'null', 'not an origin']) {
      const refused = await put({ origin });
      expect([refused.status, ((await refused.json()) as Problem).code]).toEqual([403, 'HF-ACCESS-011']);
    }
    expect((await fetch(`${running.url}/api/v1/groups`, { headers: { cookie, origin: 'https://evil.example' } })).status).toBe(200); // reading it is the browser's to refuse
  });

  it('ends with sign-out', async () => {
    const cookie = await signIn();
    const session = () => fetch(`${running.url}/api/v1/session`, { headers: { cookie } });
    expect(await (await session()).json()).toMatchObject({ user: 'administrator', role: 'admin', first_use: true });
    await fetch(`${running.url}/api/v1/session`, { method: 'DELETE', headers: { cookie } });
    expect((await session()).status).toBe(401);
  });

  it('is not opened by other cookies', async () => {
    for (const cookie of ['holdfast_session=', 'holdfast_session', '=;;=', 'other=hfs_x; holdfast_session=hfs_nothing']) {
      expect((await fetch(`${running.url}/api/v1/session`, { headers: { cookie } })).status).toBe(401);
    }
  });
});

describe('without authentication', () => {
  it('everybody is an administrator, and a device still signs', async () => {
    const open = await openApp(house, { no_auth: true });
    expect(await (await fetch(`${open.url}/api/v1/session`)).json()).toMatchObject({ user: 'no-auth', role: 'admin' });
    expect((await fetch(`${open.url}/api/v1/users`)).status).toBe(200);
    expect((await fetch(`${open.url}/api/device/v1/sync`, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: 'x' })).status).toBe(
      401,
    );
    await open.close();
  });

  it('a page of another site gets nothing: neither by its own name turned to this machine, nor by a request across sites', async () => {
    const open = await openApp(house, { no_auth: true });
    const ask = async (method: 'GET' | 'POST', headers: Record<string, string>) => {
      const { statusCode, body } = await open.app.inject({ method, url: method === 'GET' ? '/api/v1/users' : '/api/v1/login-links', headers });
      return [statusCode, statusCode === 200 ? '' : (JSON.parse(body) as Problem).code];
    };
    const here = new URL(open.url).host;
    for (const host of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '10.0.0.1'])
      for (const method of ['GET', 'POST'] as const) expect(await ask(method, { host, origin: `http://${host}` })).toEqual([403, 'HF-ACCESS-013']);
    expect(await ask('POST', { host: here, origin: 'http://evil.example' })).toEqual([403, 'HF-ACCESS-011']);
    for (const host of [here, 'localhost:1', '[::1]:1']) expect(await ask('POST', { host, origin: `http://${host}` })).toEqual([200, '']);
    await open.close();
  });
});

describe('a page', () => {
  const get = (url: string, accept: string) => fetch(running.url + url, { headers: { accept } });
  const browser = 'text/html,application/xhtml+xml,*/*;q=0.8';

  it('is asked for anew each time, since it names the assets of one release; those are kept for a year', async () => {
    await writeFile(path.join(house.folder, 'web', 'assets', 'index-1.js'), '');
    for (const url of ['/', '/devices', '/a/path/of/the/ui']) {
      const response = await get(url, browser);
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(await response.text()).toBe('<!doctype html>');
    }
    expect((await get('/assets/index-1.js', '*/*')).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it('is not what a program gets that asks for what is not there', async () => {
    for (const [url, accept] of [
      ['/nothing', 'application/json'],
      ['/api/v1/nothing', browser],
    ] as const) {
      const response = await get(url, accept);
      expect([response.status, ((await response.json()) as Problem).code]).toEqual([404, 'HF-REQ-002']);
    }
  });

  it('stands behind the type of every problem', async () => {
    const { type } = (await (await get('/nothing', '*/*')).json()) as Problem;
    const response = await get(type, browser);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await response.text()).toContain('No route answers {method} {path}.');
    expect((await get('/docs/errors/HF-NONE-001', browser)).status).toBe(404);
  });
});
