// mlflow: the face itself: every route of the description at /api and /ajax-api, bound to its handler, its role and its limits.
import { actorOf, authorize } from '@holdfast/access';
import { HoldfastError, failure } from '@holdfast/base';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type May, anybody, mayOf } from '../may.ts';
import { toHoldfastError } from '../problem.ts';
import type { FaceOptions } from '../rooms.ts';
import { whoAsksWithPassword } from '../who.ts';
import { type Body, fieldsGiven, readBody } from './body.ts';
import type { MlflowCall, MlflowHandlers } from './call.ts';
import { sendMlflowError } from './errors.ts';
import type { MlflowRoute } from './fields.ts';
import { artifactHandlers } from './handlers/artifacts.ts';
import { experimentHandlers } from './handlers/experiments.ts';
import { loggedModelHandlers } from './handlers/logged-models.ts';
import { metricHandlers } from './handlers/metrics.ts';
import { modelHandlers } from './handlers/models.ts';
import { runHandlers } from './handlers/runs.ts';
import { otlpHandlers } from './handlers/otlp.ts';
import { serverHandlers } from './handlers/server.ts';
import { traceHandlers } from './handlers/traces.ts';
import { webhookHandlers } from './handlers/webhooks.ts';
import { versionHandlers } from './handlers/versions.ts';
import { checkObject } from './objects.ts';
import { parseFields } from './parse.ts';
import { type MlflowRouteName, absent_families, mlflowRoutes } from './routes/index.ts';
import type { MlflowSettings } from './settings.ts';

const prefixes = ['/api', '/ajax-api'];
const body_bytes_max = 8_388_608;
const artifact_bytes_max = 1_099_511_627_776;

/** A plugin of its own: it reads bodies and writes errors in its own way. */
export async function mlflowFace(app: FastifyInstance, options: FaceOptions & { settings: MlflowSettings }): Promise<void> {
  const { tracking } = options.rooms;
  const handlers: MlflowHandlers = {
    ...experimentHandlers(tracking, options.settings),
    ...runHandlers(tracking),
    ...metricHandlers(tracking),
    ...loggedModelHandlers(tracking),
    ...artifactHandlers(options),
    ...modelHandlers(options.rooms),
    ...versionHandlers(options.rooms, options.settings),
    ...traceHandlers(tracking),
    ...otlpHandlers(tracking),
    ...webhookHandlers(options.rooms.webhooks),
    ...serverHandlers,
  };
  app.setErrorHandler((error: Error, _request, reply) => {
    const known = toHoldfastError(error);
    if (known.status >= 500 && !(error instanceof HoldfastError)) options.on_error(error);
    return sendMlflowError(reply, known);
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, readBody(bytes as Buffer)));
  app.addContentTypeParser('*', (request, _payload, done) => {
    const type = request.headers['content-type'];
    const what = type === undefined ? 'Content-Type header is missing' : `Content-Type header is ${type.slice(0, 80)}, expected application/json`;
    done(failure('HF-MLF-006', { what }), undefined);
  });
  const names = Object.keys(mlflowRoutes) as MlflowRouteName[];
  for (const name of names) if (!mlflowRoutes[name].raw) addRoute(app, options, name, handlers);
  addAbsent(app, options);
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload)); // whatever a file is said to be, it is bytes
    for (const name of names) if (mlflowRoutes[name].raw) addRoute(scope, options, name, handlers);
  });
}

type Handle = (call: MlflowCall<object>) => Promise<unknown>;

function addRoute(app: FastifyInstance, options: FaceOptions & { settings: MlflowSettings }, name: MlflowRouteName, handlers: MlflowHandlers): void {
  const route: MlflowRoute = mlflowRoutes[name];
  const handle = handlers[name] as Handle | undefined;
  for (const prefix of route.root ? [''] : prefixes) {
    app.route({
      method: [...route.methods],
      url: prefix + route.path,
      config: { access: route.access },
      bodyLimit: route.raw ? artifact_bytes_max : (route.body_bytes_max ?? body_bytes_max),
      handler: async (request, reply) => {
        const { may, by } = await entering(options, request, route);
        if (!handle) throw failure('HF-MLF-011', { what: `${request.method} ${route.path}` });
        const params = request.params as Readonly<Record<string, string>>;
        if (params['*'] !== undefined) refuseFragment(request.url);
        const given = request.method === 'GET' || route.raw ? (request.query as Body) : ((request.body ?? {}) as Body);
        const input = parseFields(route.fields, { ...fieldsGiven(given, route.fields), ...params }, options.settings);
        const rest = params['*'] ?? '';
        if (route.on !== undefined && !may.reach.free) await checkObject(may, route.on, route, input, rest);
        return answer(reply, await handle({ input, by, may, rest, request, reply }));
      },
    });
  }
}

/** A bare "#" ends a path for the router and belongs to it for others: a path that is read in two ways is none. */
function refuseFragment(url: string): void {
  if (url.includes('#')) throw failure('HF-TRACK-011', { saw: JSON.stringify(url.slice(0, 120)) });
}

function answer(reply: FastifyReply, value: unknown): unknown {
  return value === reply || reply.sent ? reply : reply.type('application/json').send(JSON.stringify(value));
}

/** Who asks, let in or refused; where grants decide about an object, whoever has some is let in to be asked. A workspace that is not the one there is is refused. */
async function entering(
  options: FaceOptions,
  request: FastifyRequest,
  { access, on }: Pick<MlflowRoute, 'access' | 'on'>,
): Promise<{ may: May; by: ReturnType<typeof actorOf> }> {
  const principal = access === 'public' ? null : await whoAsksWithPassword(options.rooms.access, request, options.no_auth);
  authorize(principal, access === 'public' ? access : 'guest');
  const by = actorOf(principal, request.ip);
  const may = await mayOf(options.rooms, principal ?? anybody, by);
  if (on === undefined || may.reach.free) authorize(principal, access);
  const workspace = request.headers['x-mlflow-workspace'];
  if (workspace !== undefined && workspace !== 'default') throw failure('HF-MLF-013', { saw: String(workspace).slice(0, 100) });
  return { may, by };
}

/** What MLflow's server has and this one has not: 501 and a sentence, never a status that makes a client try again. */
function addAbsent(app: FastifyInstance, options: FaceOptions): void {
  const areas = ['2.0/mlflow/*', '3.0/mlflow/*', '2.0/mlflow-artifacts/*', '3.0/mlflow-artifacts/*', '3.0/jobs/*'];
  for (const url of ['/graphql', ...prefixes.flatMap((prefix) => areas.map((area) => `${prefix}/${area}`))]) {
    app.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      config: { access: 'guest' },
      bodyLimit: body_bytes_max,
      handler: async (request) => {
        await entering(options, request, { access: 'guest' });
        const path = (request.url.split('?')[0] ?? '').replace(/^\/(?:ajax-)?api/, '');
        const what = absent_families.find((family) => family.path.test(path))?.what;
        throw what === undefined ? failure('HF-MLF-012', { method: request.method, path }) : failure('HF-MLF-011', { what });
      },
    });
  }
}
