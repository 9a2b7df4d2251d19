// contract/server: whatever is thrown at a route, the answer is a sentence about the request, never an error of the server.
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Problem, type Route, routes } from '@holdfast/protocol/rest';
import { encodeSync } from '@holdfast/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type House,
  type RunningApp,
  type SimulatedDevice,
  exchangeOf,
  joinDevice,
  openApp,
  openHouse,
  record,
  routesOf,
  shipVersion,
  tester,
} from './support.ts';

let house: House;
let running: RunningApp;
let device: SimulatedDevice;
let headers: Record<string, string>;
beforeAll(async () => {
  house = await openHouse();
  running = await openApp(house);
  await joinDevice(house.rooms, 'edge-1'); // the routes may change or remove it
  device = await joinDevice(house.rooms, 'signs');
  headers = await running.as('admin');
  await shipVersion(house.rooms, 'eyes');
  await house.rooms.workflows.executions.define('flow', [{ name: 'a', kind: 'command', argv: ['true'] }], tester);
  await house.rooms.tracking.start({ experiment: 'e', by: tester, id: 'a'.repeat(32) });
});
afterAll(async () => {
  await running.close();
  await house.close();
});

/** Below 500, and where it is an error a problem of the catalogue that says what was seen. */
async function checkAnswer(response: { statusCode: number; headers: Record<string, unknown>; body: string }, asked: string): Promise<void> {
  const shown = `${asked} -> ${response.statusCode} ${response.body.slice(0, 300)} ${running.errors
    .map((e) => e.stack)
    .join('\n')
    .slice(0, 1_500)}`;
  const is_mlflow = String(response.headers['content-type']).startsWith('application/json');
  if (!(is_mlflow && response.statusCode === 501)) expect(response.statusCode, shown).toBeLessThan(500); // 501: what MLflow has and we have not
  if (response.statusCode < 400 || asked.startsWith('HEAD')) return;
  if (is_mlflow) return checkMlflowError(JSON.parse(response.body) as Record<string, string>, shown);
  expect(String(response.headers['content-type']), shown).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(response.body) as Problem;
  expect(problem.code, shown).toMatch(/^HF-[A-Z]+-\d{3}$/);
  expect(problem.status, shown).toBe(response.statusCode);
  expect(problem.detail, shown).not.toMatch(/\{[a-z_]{3,}\}/);
}

function checkMlflowError(error: Record<string, string>, shown: string): void {
  expect(error['error_code'], shown).toMatch(/^[A-Z_]+$/);
  expect(error['code'], shown).toMatch(/^HF-[A-Z]+-\d{3}$/);
  expect(error['message'], shown).not.toMatch(/^$|\{[a-z_]{3,}\}/);
}

const odd_text = fc.oneof(
  fc.constantFrom(
    '',
    '\0',
    'a\0b',
    '\ud800',
    '../../etc/passwd',
    '%00',
    "'; drop table device; --",
    '__proto__',
    'constructor',
    'NaN',
    '1e999',
    '-1',
    '💥'.repeat(20),
    'x'.repeat(5_000),
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const odd_number = fc.oneof(
  fc.constantFrom(0, -1, 0.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 63, 2 ** 64, 1e300, -1e300, Number.MAX_SAFE_INTEGER, 1_000.25),
  fc.double({ noNaN: true }),
  fc.integer(),
);
const odd_value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    odd_text,
    odd_number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(odd_text, tie('value'), { maxKeys: 4 }),
  ),
})).value;

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** Values that fit a schema or nearly: what gets past the first check has to be met by the rooms. */
function near(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: fitting(schema) }, { weight: 1, arbitrary: odd_value });
}

function fitting(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(near));
  if (schema.properties)
    return fc.record(Object.fromEntries(Object.entries(schema.properties).map(([key, inner]) => [key, near(inner)])), {
      requiredKeys: [...(schema.required ?? [])],
    });
  if (schema.patternProperties) return fc.dictionary(odd_text, near(Object.values(schema.patternProperties)[0]!), { maxKeys: 3 });
  if (schema.type === 'array') return fc.array(near(schema.items ?? {}), { minLength: 1, maxLength: 3 });
  if (schema.type === 'integer' || schema.type === 'number') {
    const bounds = [schema.minimum ?? -(2 ** 53), schema.maximum ?? 2 ** 53];
    return fc.oneof(fc.constantFrom(...bounds), fc.integer({ min: 0, max: 5 }), ...(schema.type === 'number' ? [fc.constantFrom(bounds[0]! + 0.5, 0.5)] : []));
  }
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.pattern) return fc.constantFrom('a'.repeat(64), '0'.repeat(64));
  return fc.oneof(
    fc.constantFrom('eyes', 'flow', 'edge-1', 'a'.repeat(32), 'site=north', '1,100%', 'x', ' ', 'ä', 'a/b', '..', `step:x/y`),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    odd_text,
  );
}

const segment = fc.oneof(
  fc.constantFrom(
    'eyes',
    'flow',
    'edge-1',
    'a'.repeat(32),
    'a'.repeat(64),
    '1',
    '0',
    '-1',
    '99999999999999999999',
    '%00',
    '%ff',
    '%E0%A4%A',
    '%2F',
    '..%2f',
    'x'.repeat(600),
    '%f0%9f%92%a5',
    'NaN',
  ),
);
const fill = (path: string, segments: readonly string[]) => {
  let at = 0;
  return path.replaceAll(/:\w+/g, () => segments[at++ % segments.length]!);
};
const query = (route: Route) =>
  fc.oneof(
    fc.constant(''),
    near((route.query ?? {}) as Schema).map((value) => {
      if (typeof value !== 'object' || value === null) return '?x=1&x=2&%00=%ff';
      return `?${new URLSearchParams(Object.entries(value).map(([k, v]): [string, string] => [k.toWellFormed(), (typeof v === 'string' ? v : (JSON.stringify(v) ?? '')).toWellFormed()])).toString()}`;
    }),
  );

describe('a route', () => {
  const all = Object.entries(routes) as [string, Route][];
  it.each(all)('%s answers garbage with a sentence', async (name, route) => {
    const body =
      name === 'blobPut'
        ? fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes))
        : near((route.body ?? {}) as Schema).map((value) => JSON.stringify(value) ?? '');
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { minLength: 3, maxLength: 3 }), query(route), body, async (segments, search, payload) => {
        running.errors.length = 0;
        const url = fill(route.path, segments) + search;
        const type = name === 'blobPut' ? 'application/octet-stream' : 'application/json';
        const given = route.method === 'GET' ? {} : { payload, headers: { ...headers, 'content-type': type } };
        const response = await running.app.inject({ method: route.method, url, headers, ...given });
        await checkAnswer(response, `${route.method} ${url} ${String(payload).slice(0, 500)}`);
      }),
      { numRuns: 30 },
    );
  });

  const types = [
    'application/json',
    'application/octet-stream',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'nonsense',
    '',
  ];
  const bodies = [
    '',
    '{',
    '[]',
    'null',
    '0',
    '"x"',
    '{}',
    '\0',
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{}}}',
    '['.repeat(100_000),
    `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
    'x=1',
    'ÿþ',
  ];
  it('of any kind answers every body of every content type with a sentence', async () => {
    for (const { method, url } of routesOf(running.app)) {
      if (method === 'GET' || method === 'HEAD' || url === '/api/v1/stream' || url.startsWith('/ajax-api/')) continue; // the same handlers as under /api
      for (const [i, payload] of bodies.entries()) {
        running.errors.length = 0;
        const type = types[i % types.length]!;
        for (const content of new Set([type, 'application/json', 'application/octet-stream'])) {
          const target = fill(url, ['a'.repeat(64), '1']);
          const signed = url.startsWith('/api/device/')
            ? device.signed(method, target, Buffer.from(content === 'application/octet-stream' ? payload : ''), house.clock.wall_ms())
            : {};
          const response = await running.app.inject({
            method: method as 'POST',
            url: target,
            payload,
            headers: { ...headers, ...signed, 'content-type': content },
          });
          await checkAnswer(response, `${method} ${target} ${content} ${payload.slice(0, 60)}`);
        }
      }
    }
  }, 60_000);

  it('that does not exist, or a path that is none, is answered with a sentence too', async () => {
    for (const url of [
      '/',
      '/api/v1',
      '/api/v1/nothing',
      '/api/v1/devices/%ff',
      '/%00',
      '//',
      '/api/v1/devices/../../x',
      `/api/v1/devices/${'x'.repeat(5_000)}`,
    ]) {
      await checkAnswer(await running.app.inject({ method: 'GET', url, headers }), `GET ${url}`);
    }
  });

  it('takes no body beyond its limit', async () => {
    const response = await running.app.inject({
      method: 'PUT',
      url: '/api/v1/groups/g',
      headers: { ...headers, 'content-type': 'application/json' },
      payload: `{"selector":"${'x'.repeat(9_000_000)}"}`,
    });
    expect([response.statusCode, (response.json() as Problem).code]).toEqual([413, 'HF-REQ-003']);
    const sync = await running.app.inject({
      method: 'POST',
      url: '/api/device/v1/sync',
      headers: { 'content-type': 'application/octet-stream' },
      payload: Buffer.alloc(5_000_000),
    });
    expect([sync.statusCode, (sync.json() as Problem).code]).toEqual([413, 'HF-REQ-003']);
  });

  it('outlives bodies that are cut in the middle, of an upload, of JSON and of a sync', async () => {
    running.errors.length = 0;
    const address = new URL(running.url);
    for (const [method, path, type] of [
      ['PUT', `/api/v1/blobs/${'a'.repeat(64)}`, 'application/octet-stream'],
      ['PUT', '/api/v1/groups/g', 'application/json'],
      ['POST', '/api/device/v1/sync', 'application/octet-stream'],
    ] as const) {
      await new Promise<void>((resolve) => {
        const socket = net.connect(Number(address.port), address.hostname, () => {
          socket.write(
            `${method} ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${headers['authorization']}\r\ncontent-type: ${type}\r\ncontent-length: 1000\r\n\r\n{"half":`,
          );
          setTimeout(() => socket.destroy(), 30);
        });
        socket.on('close', () => resolve());
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await fetch(`${running.url}/health`)).status).toBe(200);
    expect(running.errors.map((e) => e.message)).toEqual([]);
    expect(await house.rooms.registry.blobs.stat('a'.repeat(64))).toBeNull();
  });
});

describe('the device face', () => {
  const post = async (body: Uint8Array, more: Record<string, string> = {}) => {
    const signed = device.signed('POST', '/api/device/v1/sync', body, house.clock.wall_ms());
    return running.app.inject({
      method: 'POST',
      url: '/api/device/v1/sync',
      payload: Buffer.from(body),
      headers: { 'content-type': 'application/octet-stream', ...signed, ...more },
    });
  };
  const { head } = exchangeOf('x');

  it('answers signed garbage with a sentence', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 100 }),
          odd_value.map((value) => encodeSync(value as never, [])),
          fc.tuple(fc.constantFrom(...Object.keys(head)), odd_value).map(([key, value]) => encodeSync({ ...head, [key]: value } as never, [])),
          fc
            .tuple(fc.constantFrom(...Object.keys(head.reported)), odd_value)
            .map(([key, value]) => encodeSync({ ...head, reported: { ...head.reported, [key]: value } } as never, [])),
        ),
        async (body) => {
          running.errors.length = 0;
          const response = await post(body);
          await checkAnswer(response, `sync ${Buffer.from(body).toString('latin1').slice(0, 600)}`);
        },
      ),
      { numRuns: 300 },
    );
    for (const url of ['/api/v1/overview', '/api/v1/devices', '/metrics'])
      expect((await running.app.inject({ method: 'GET', url, headers })).statusCode).toBe(200); // a device cannot break a page
  });

  it('answers records with numbers of any kind, and gzip that is none or that never ends', async () => {
    for (const seq of [Number.NaN, -1, 0.5, 1e300]) await checkAnswer(await post(encodeSync(head, [{ ...record(1, 'events', {}), seq }])), `seq ${seq}`);
    for (const bytes of [Buffer.from('x'), gzipSync(Buffer.alloc(20_000_000)), gzipSync(encodeSync(head, [])).subarray(0, 20)])
      await checkAnswer(await post(bytes, { 'content-encoding': 'gzip' }), 'gzip');
    expect((await post(gzipSync(encodeSync(head, [])), { 'content-encoding': 'gzip' })).statusCode).toBe(200);
  });

  it('answers an enrolment of any kind with a sentence', async () => {
    const whole = {
      proto: 1,
      token: 'hfj_x',
      public_key: device.public_key,
      name: 'edge-2',
      labels: { site: 'north' },
      platform: { os: 'linux', arch: 'x64', runtime: 'node' },
    };
    const { secret } = await house.rooms.fleet.makeJoinToken({ name: 't', labels: {}, uses_max: 100_000, expires_in_ms: 1e9 }, tester);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(whole)), odd_value, async (key, value) => {
        running.errors.length = 0;
        const payload = JSON.stringify({ ...whole, token: secret, [key]: value });
        await checkAnswer(
          await running.app.inject({ method: 'POST', url: '/api/device/v1/enrol', payload, headers: { 'content-type': 'application/json' } }),
          `enrol ${payload.slice(0, 400)}`,
        );
      }),
      { numRuns: 150 },
    );
  });
});
