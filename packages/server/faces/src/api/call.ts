// Binds the route descriptions of the protocol to handlers: checks what comes in and who asks. The audit row of a change is the room's to write.
import { type Principal, actorOf, authorize } from '@holdfast/access';
import { failure } from '@holdfast/base';
import type { Actor } from '@holdfast/postgres';
import { type BodyOf, type ParamsOf, type QueryOf, type ReplyOf, type Route, type RouteName, routes } from '@holdfast/protocol/rest';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { type TSchema, Type } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { FaceOptions } from '../rooms.ts';
import { checkText } from '../text.ts';
import { type May, anybody, mayOf } from '../may.ts';
import { whoAsks } from '../who.ts';

export interface Call<R> {
  readonly params: ParamsOf<R>;
  readonly query: QueryOf<R>;
  readonly body: BodyOf<R>;
  /** On public routes nobody may be known. */
  readonly principal: Principal | null;
  /** The principal as rows name it that say who did it. */
  readonly by: Actor;
  /** What whoever asks may do; on public routes nothing. */
  readonly may: May;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}
type Answer<R> = ReplyOf<R> extends undefined ? unknown : ReplyOf<R>;
/** A handler for every route: one that is missing does not compile. */
export type Handlers = { readonly [K in RouteName]: (call: Call<(typeof routes)[K]>) => Promise<Answer<(typeof routes)[K]>> };

interface Checks {
  readonly params: Validator;
  readonly query: Validator;
  readonly body: Validator;
}
const nothing = Type.Object({}, { additionalProperties: false });
const compile = (schema: TSchema | undefined): Validator => Compile(schema ?? nothing);

/** Fails with HF-REQ-001, which names the place, what was seen and what was expected. */
function check(validator: Validator, value: unknown, where: string): unknown {
  checkText(value, where);
  if (validator.Check(value)) return value;
  const error = validator.Errors(value).find((e) => e.keyword !== 'boolean') ?? validator.Errors(value)[0]!;
  const at = `${where}${error.instancePath}`;
  const seen = error.instancePath
    .split('/')
    .slice(1)
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
  const params = error.params as { additionalProperties?: string[]; requiredProperties?: string[]; allowedValues?: unknown[] };
  if (params.additionalProperties)
    throw failure('HF-REQ-001', {
      where: at,
      saw: `the unknown field ${params.additionalProperties.join(', ')}`,
      expected: 'only the fields of the API reference',
    });
  if (params.requiredProperties) throw failure('HF-REQ-001', { where: at, saw: `no ${params.requiredProperties.join(', ')}`, expected: 'it' });
  throw failure('HF-REQ-001', {
    where: at,
    saw: (JSON.stringify(seen) ?? 'nothing').slice(0, 120),
    expected: error.message.replace(/^must be /, '').replace(/^must /, 'that it must '),
  });
}

export function registerRoutes(app: FastifyInstance, options: FaceOptions, handlers: Handlers): void {
  for (const name of Object.keys(routes) as RouteName[])
    registerRoute(app, options, name, routes[name] as Route, handlers[name] as (call: Call<Route>) => Promise<unknown>);
}

function registerRoute(app: FastifyInstance, options: FaceOptions, name: string, route: Route, handle: (call: Call<Route>) => Promise<unknown>): void {
  if (!route.access) throw failure('HF-ACCESS-006', { route: `${route.method} ${route.path}` });
  const checks: Checks = { params: compile(route.params), query: compile(route.query), body: compile(route.body) };
  const binary = name === 'blobPut';
  const body_bytes_max = binary ? 2_147_483_648 : 8_388_608;
  app.route({
    method: route.method,
    url: route.path,
    config: { access: route.access },
    bodyLimit: body_bytes_max,
    handler: async (request, reply) => {
      const principal = await whoAsks(options.rooms.access, request, options.no_auth);
      authorize(principal, route.access === 'public' ? 'public' : 'guest');
      const by = actorOf(principal, request.ip);
      const may = await mayOf(options.rooms, principal ?? anybody, by);
      if (route.on === undefined || may.reach.free) authorize(principal, route.access);
      const call: Call<Route> = {
        params: check(checks.params, checks.params.Convert(request.params), 'path') as never,
        query: check(checks.query, checks.query.Convert(request.query), 'query') as never,
        body: (binary ? bytesOf(request, body_bytes_max) : check(checks.body, jsonOf(request), 'body')) as never,
        principal,
        by,
        may,
        request,
        reply,
      };
      if (!may.reach.free) await checkObject(call, route);
      const answer = await handle(call);
      return reply.sent ? reply : reply.send(answer);
    },
  });
}

/** What grants say of the object that the path names. */
async function checkObject({ may, params }: Call<Route>, { on, access }: Route): Promise<void> {
  const { id = '', name = '' } = (params ?? {}) as { id?: string; name?: string };
  const deed = access === 'editor' ? 'edit' : 'read';
  if (on === 'run') await may.run(id, deed);
  if (on === 'trace') await may.trace(id, deed);
  if (on === 'model') await may.model(name, deed, failure('HF-REQ-004', { kind: 'model', name }));
}

function jsonOf(request: FastifyRequest): unknown {
  if (!(request.body instanceof Readable)) return request.body ?? {};
  throw failure('HF-REQ-001', { where: 'content-type', saw: 'bytes', expected: 'application/json' });
}

/** The body as a stream, which ends with HF-REQ-003 where it is longer than its route takes: a stream is not counted by the parser. */
function bytesOf(request: FastifyRequest, limit: number): Readable {
  const { body } = request;
  if (!(body instanceof Readable))
    throw failure('HF-REQ-001', {
      where: 'content-type',
      saw: String(request.headers['content-type'] ?? 'none').slice(0, 80),
      expected: 'application/octet-stream',
    });
  return Readable.from(counted(body, limit));
}

async function* counted(body: Readable, limit: number): AsyncGenerator<Uint8Array> {
  let saw = 0;
  for await (const chunk of body) {
    saw += (chunk as Uint8Array).length;
    if (saw > limit) throw failure('HF-REQ-003', { saw, limit });
    yield chunk as Uint8Array;
  }
}
