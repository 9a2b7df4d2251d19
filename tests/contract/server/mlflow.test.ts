// contract/server: the face of MLflow, held to a corpus of requests and replies: mlflow-corpus/*.json, each file a story on a server of its own.
import { readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mlflowRoutes } from '@holdfast/faces';
import { sql } from '@holdfast/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, type RunningApp, openApp, openHouse, tester } from './support.ts';

/** One request. `~` before a text of a reply means a pattern, null something that must be absent; what a reply does not name may be there. */
interface Case {
  readonly says: string;
  /** Method and path; a path without a leading slash is below /api/2.0/mlflow. */
  readonly ask: string;
  /** Fields: of the query for GET, else of the JSON body. */
  readonly give?: Readonly<Record<string, unknown>>;
  /** The body as it is, in place of `give`. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly reply?: unknown;
  /** The reply is a text, and this one. */
  readonly text?: string;
  readonly reply_headers?: Readonly<Record<string, string | null>>;
  /** Names for parts of the reply; `{name}` in later cases stands for them. */
  readonly keep?: Readonly<Record<string, string>>;
}

const folder = path.join(import.meta.dirname, 'mlflow-corpus');
const stories = readdirSync(folder).map((file) => ({ file, cases: JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Case[] }));

let house: House;
let running: RunningApp;
let editor: Record<string, string>;
async function open(): Promise<void> {
  house = await openHouse();
  running = await openApp(house);
  editor = await running.as('editor');
}
async function close(): Promise<void> {
  await running.close();
  await house.close();
}

type Kept = Map<string, string>;
/** `{"times": N, "of": …}` is a list of N, in which `{i}` counts. */
function repeated(_key: string, value: unknown): unknown {
  const { times, of } = (value ?? {}) as { times?: number; of?: unknown };
  if (times === undefined || of === undefined) return value;
  return Array.from({ length: times }, (_, i) => JSON.parse(JSON.stringify(of).replaceAll('{i}', String(i))) as unknown);
}

/** `{name}` becomes what was kept; `{text*N}` a text N times. */
const filled = <T>(value: T, kept: Kept): T =>
  JSON.parse(
    JSON.stringify(value, repeated)
      .replaceAll(/\{(\w+)\}/g, (place, name: string) => kept.get(name) ?? place)
      .replaceAll(/\{([^{}"]+)\*(\d+)\}/g, (_, text: string, times: string) => text.repeat(Number(times))),
  ) as T;

function at(value: unknown, place: string): string {
  const found = place.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
  if (typeof found !== 'string') throw new Error(`the reply has no text at ${place}: ${JSON.stringify(value)}`);
  return found;
}

function urlOf({ ask, give = {} }: Case): { method: string; url: string } {
  const [method = '', target = ''] = ask.split(/ (.*)/s);
  const query = new URLSearchParams(
    Object.entries(method === 'GET' ? give : {}).flatMap(([key, value]) => (Array.isArray(value) ? value : [value]).map((one) => [key, String(one)])),
  );
  const url = running.url + (target.startsWith('/') ? target : `/api/2.0/mlflow/${target}`);
  return { method, url: query.size > 0 ? `${url}?${query.toString()}` : url };
}

async function run(one: Case): Promise<{ status: number; text: string; headers: Headers }> {
  const { method, url } = urlOf(one);
  const body = method === 'GET' ? null : (one.raw ?? JSON.stringify(one.give ?? {}));
  const type: Record<string, string> = body === null ? {} : { 'content-type': 'application/json' };
  const headers = Object.entries({ ...editor, ...type, ...one.headers }).filter(([, value]) => value !== '');
  const response = await fetch(url, { method, headers: Object.fromEntries(headers), body: body === null ? null : Buffer.from(body) });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** Every difference, with its place. */
function differences(seen: unknown, expected: unknown, place = 'reply'): string[] {
  const odd = [`${place}: saw ${JSON.stringify(seen)}, expected ${JSON.stringify(expected)}`];
  if (expected === null) return seen === undefined ? [] : odd;
  if (typeof expected === 'string' && expected.startsWith('~')) return typeof seen === 'string' && new RegExp(expected.slice(1)).test(seen) ? [] : odd;
  if (Array.isArray(expected)) {
    if (!Array.isArray(seen) || seen.length !== expected.length) return odd;
    return expected.flatMap((one, i) => differences(seen[i], one, `${place}[${i}]`));
  }
  if (typeof expected !== 'object') return Object.is(seen, expected) ? [] : odd;
  if (typeof seen !== 'object' || seen === null) return odd;
  return Object.entries(expected).flatMap(([key, one]) => differences((seen as Record<string, unknown>)[key], one, `${place}.${key}`));
}

async function check(given: Case, kept: Kept): Promise<void> {
  const one = filled(given, kept);
  const { status, text, headers } = await run(one);
  expect(`${status} ${text.slice(0, 600)}`, one.ask).toMatch(new RegExp(`^${one.status ?? 200} `));
  if (one.text !== undefined) expect(text).toBe(one.text);
  if (one.reply !== undefined) expect(differences(JSON.parse(text), one.reply)).toEqual([]);
  for (const [name, value] of Object.entries(one.reply_headers ?? {})) expect(headers.get(name), name).toBe(value);
  for (const [name, place] of Object.entries(given.keep ?? {})) kept.set(name, at(JSON.parse(text), place));
}

for (const { file, cases } of stories) {
  describe(`the story of ${file}`, () => {
    const kept: Kept = new Map();
    beforeAll(open);
    afterAll(close);
    it.each(cases.map((one) => [one.says, one] as const))('%s', async (_, one) => {
      await check(one, kept);
      expect(running.errors).toEqual([]);
    });
  });
}

describe('signing in', () => {
  beforeAll(open);
  afterAll(close);
  const ask = (authorization: string, url = '/api/2.0/mlflow/experiments/get?experiment_id=0', method = 'GET') =>
    fetch(running.url + url, { method, headers: { ...(authorization === '' ? {} : { authorization }), 'content-type': 'application/json' }, body: method === 'GET' ? null : '{"name":"by a viewer"}' }); // prettier-ignore
  const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

  it('asks for Basic where nobody is known', async () => {
    const response = await ask('');
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="mlflow"']);
    expect(await response.json()).toMatchObject({ error_code: 'UNAUTHENTICATED', code: 'HF-ACCESS-001' });
  });

  it('takes a passphrase, a token as password, and a bearer token; colons belong to the passphrase', async () => {
    await house.rooms.access.putUser({ name: 'ada', role: 'viewer', passphrase: 'a:long:passphrase:' }, tester);
    const { secret } = await house.rooms.access.makeToken({ name: 'script', role: 'viewer' }, tester);
    for (const header of [basic('ada', 'a:long:passphrase:'), basic('whoever', secret), `Bearer ${secret}`]) expect((await ask(header)).status).toBe(200);
    for (const header of [basic('ada', 'another passphrase'), basic('bob', 'a:long:passphrase:'), 'Basic', 'Basic ***']) expect((await ask(header)).status).toBe(401); // prettier-ignore
  });

  it('forgets a passphrase at once where it was changed', async () => {
    await house.rooms.access.putUser({ name: 'eve', role: 'viewer', passphrase: 'the first passphrase' }, tester);
    expect((await ask(basic('eve', 'the first passphrase'))).status).toBe(200);
    await house.rooms.access.putUser({ name: 'eve', role: 'viewer', passphrase: 'the second passphrase' }, tester);
    expect((await ask(basic('eve', 'the first passphrase'))).status).toBe(401);
    await house.rooms.access.deleteUser('eve', tester);
    expect((await ask(basic('eve', 'the second passphrase'))).status).toBe(401);
  });

  it('lets a viewer read and not write', async () => {
    const { authorization } = await running.as('viewer');
    const refused = await ask(authorization!, '/api/2.0/mlflow/experiments/create', 'POST');
    expect([refused.status, ((await refused.json()) as { error_code: string }).error_code]).toEqual([403, 'PERMISSION_DENIED']);
    expect((await ask(authorization!)).status).toBe(200);
  });

  it('by password is refused from a page of another site', async () => {
    const headers = { authorization: basic('ada', 'a:long:passphrase:'), origin: 'https://evil.example', 'content-type': 'application/json' };
    const response = await fetch(`${running.url}/api/2.0/mlflow/runs/search`, { method: 'POST', headers, body: '{}' });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([403, 'HF-ACCESS-011']);
  });
});

describe('a long page of runs', () => {
  beforeAll(open);
  afterAll(close);

  it('is one answer, each run in it once, in order', async () => {
    await sql`insert into run (id, experiment_id, name, status, user_id, start_ms, artifact_uri)
      select md5(n::text), 0, 'run ' || n, 'RUNNING', 'u', n, 'mlflow-artifacts:/0/x' from generate_series(0, 2049) n`.execute(house.database.db);
    const ask = async (fields: object) => {
      const response = await fetch(`${running.url}/api/2.0/mlflow/runs/search`, { method: 'POST', headers: { ...editor, 'content-type': 'application/json' }, body: JSON.stringify({ experiment_ids: ['0'], order_by: ['start_time ASC'], ...fields }) }); // prettier-ignore
      return (await response.json()) as { runs: { info: { run_name: string } }[]; next_page_token?: string };
    };
    const page = await ask({ max_results: 2_010 });
    expect(page.runs.map((run) => run.info.run_name)).toEqual(Array.from({ length: 2_010 }, (_, i) => `run ${i}`));
    const last = await ask({ max_results: 2_010, page_token: page.next_page_token });
    expect([last.runs.length, last.runs[0]!.info.run_name, last.next_page_token]).toEqual([40, 'run 2010', undefined]);
    expect((await ask({ max_results: 50_000 })).runs).toHaveLength(2_050);
  });
});

describe('a request that could be read in two ways', () => {
  beforeAll(open);
  afterAll(close);

  it('stores nothing where its body is not UTF-8', async () => {
    const headers = { ...editor, 'content-type': 'application/json' };
    for (const body of [Buffer.from('{"name":"caf\u00e9"}', 'latin1'), Buffer.from('{"name":"wide"}', 'utf16le')]) {
      const response = await fetch(`${running.url}/api/2.0/mlflow/experiments/create`, { method: 'POST', headers, body });
      expect([response.status, ((await response.json()) as { error_code: string }).error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
      const ours = await fetch(`${running.url}/api/v1/runs`, {
        method: 'POST',
        headers,
        body: Buffer.concat([Buffer.from('{"experiment":"\u{1f4a5}",'), body.subarray(1)]),
      });
      expect([ours.status, ((await ours.json()) as { code: string }).code]).toEqual([400, 'HF-REQ-001']);
    }
    expect((await house.rooms.tracking.experimentViews(null)).map((one) => one.name)).toEqual(['Default']);
  });

  it.each(['PUT', 'GET', 'DELETE'])('is refused by %s where a bare "#" is in the path of a file', async (method) => {
    await house.rooms.tracking.artifacts.put('a', Buffer.from('x'));
    const { hostname, port } = new URL(running.url);
    const socket = net.connect(Number(port), hostname);
    socket.end(
      `${method} /api/2.0/mlflow-artifacts/artifacts/a#b HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: ${editor['authorization']}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
    const answer = (await socket.toArray()).join('');
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('HF-TRACK-011');
    expect((await house.rooms.tracking.artifacts.stat('a')).size_bytes).toBe(1);
  });
});

it('refuses a page token that was made up, whatever it holds', async () => {
  await open();
  const ask = async (route: string, fields: Record<string, unknown>) => {
    const isGet = route.startsWith('GET');
    const query = isGet ? `?${new URLSearchParams(fields as Record<string, string>).toString()}` : '';
    const response = await fetch(`${running.url}/api/2.0/mlflow/${route.split(' ')[1]}${query}`, { method: isGet ? 'GET' : 'POST', headers: { ...editor, 'content-type': 'application/json' }, body: isGet ? null : JSON.stringify(fields) }); // prettier-ignore
    return { status: response.status, body: (await response.json()) as { next_page_token: string; error_code: string } };
  };
  const { runs } = house.rooms.tracking;
  const { id } = await runs.create({ experiment_id: 0, user_id: 'u', tags: [], by: tester });
  await runs.create({ experiment_id: 0, user_id: 'u', tags: [], by: tester });
  await runs.log(id, { metrics: [1, 2].map((step) => ({ key: 'm', value: step, step, at_ms: step })) });
  const searches = [
    ['POST runs/search', { experiment_ids: ['0'], max_results: 1 }],
    ['POST runs/search', { experiment_ids: ['0'], max_results: 1, order_by: ['metrics.m'] }],
    ['POST runs/search', { experiment_ids: ['0'], max_results: 1, order_by: ['metrics.m'], filter: "status = 'RUNNING'" }],
    ['GET metrics/get-history', { run_id: id, metric_key: 'm', max_results: 1 }],
  ] as const;
  for (const [route, fields] of searches) {
    const { next_page_token } = (await ask(route, fields)).body;
    const [digest] = JSON.parse(Buffer.from(next_page_token, 'base64url').toString()) as [string];
    for (const place of [['x'], [0, 'x'], [1e300, 1, 'x'], ['a', 'b', 'c', 'd', 'e'], [0.5, 0.5, 0.5], [7, 1, 2]]) {
      const answer = await ask(route, { ...fields, page_token: Buffer.from(JSON.stringify([digest, ...place])).toString('base64url') });
      expect([200, 400], JSON.stringify([route, place, answer])).toContain(answer.status);
    }
  }
  expect(running.errors).toEqual([]);
  await close();
});

describe('an upload', () => {
  beforeAll(open);
  afterAll(close);
  const target = '/api/2.0/mlflow-artifacts/artifacts/0/r/artifacts/big.bin';
  const read = () => fetch(running.url + target, { headers: editor });

  it('without a length is stored as it came', async () => {
    const part = new Uint8Array(65_536).fill(7);
    const body = new ReadableStream({
      start: (stream) => {
        for (let i = 0; i < 40; i++) stream.enqueue(part);
        stream.close();
      },
    });
    const response = await fetch(running.url + target, { method: 'PUT', headers: editor, body, duplex: 'half' } as RequestInit);
    expect([response.status, await response.text()]).toEqual([200, '{}']);
    expect((await (await read()).arrayBuffer()).byteLength).toBe(40 * 65_536);
  });

  it('that breaks off stores nothing, and leaves what was there', async () => {
    const { hostname, port } = new URL(running.url);
    const socket = net.connect(Number(port), hostname);
    const head = `PUT ${target} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: ${editor['authorization']}\r\nContent-Length: 1000000\r\n\r\n`;
    await new Promise<void>((resolve) => socket.write(head + 'x'.repeat(100_000), () => resolve()));
    await sleep(100);
    socket.destroy();
    await sleep(200);
    expect((await (await read()).arrayBuffer()).byteLength).toBe(40 * 65_536);
    expect(running.errors).toEqual([]);
  });
});

it('has no two routes that are one', () => {
  const asked = Object.values(mlflowRoutes).flatMap((route) => route.methods.map((method) => `${method} ${route.path}`));
  expect(new Set(asked).size).toBe(asked.length);
});
