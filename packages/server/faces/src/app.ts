// The HTTP application: every face on one Fastify instance. A route without an access rule stops the start.
import { isUtf8 } from 'node:buffer';
import { HoldfastError, failure } from '@holdfast/base';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { accessHandlers } from './api/access.ts';
import { registerRoutes } from './api/call.ts';
import { fleetHandlers } from './api/fleet.ts';
import { grantHandlers } from './api/grants.ts';
import { modelHandlers } from './api/models.ts';
import { runHandlers } from './api/runs.ts';
import { traceHandlers } from './api/traces.ts';
import { reportHandlers } from './api/reports.ts';
import { performanceHandlers } from './api/performance.ts';
import { webhookHandlers } from './api/webhooks.ts';
import { watchHandlers } from './api/watch.ts';
import { workHandlers } from './api/work.ts';
import { deviceFace } from './device.ts';
import { errorPagesFace } from './error-pages.ts';
import { safe_headers } from './headers.ts';
import { metricsFace } from './metrics.ts';
import { mlflowFace } from './mlflow/face.ts';
import { default_settings } from './mlflow/settings.ts';
import { openApi } from './openapi.ts';
import { pagesFace } from './pages.ts';
import { sendProblem, toHoldfastError } from './problem.ts';
import type { FaceOptions } from './rooms.ts';
import { streamFace } from './stream.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: 'public' | 'guest' | 'viewer' | 'editor' | 'admin' | 'device';
  }
}

export async function makeApp(options: FaceOptions): Promise<FastifyInstance> {
  const app = fastify({
    frameworkErrors: (error, _request, reply) => void sendProblem(reply as FastifyReply, toHoldfastError(error)),
    bodyLimit: 8_388_608,
    routerOptions: { maxParamLength: 2_500 }, // a name of 256 characters, each encoded
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  });
  guardRoutes(app);
  setErrors(app, options);
  app.removeAllContentTypeParsers();
  const readJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    if (isUtf8(bytes)) return void readJson(request, bytes.toString('utf8'), done);
    done(failure('HF-REQ-001', { where: 'body', saw: 'bytes that are not UTF-8', expected: 'one JSON value' }), undefined);
  });
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  app.addHook('onSend', async (_request, reply) => {
    void reply.headers(safe_headers);
  });
  app.get('/health', { config: { access: 'public' } }, (_request, reply) => reply.type('text/plain').send('OK'));
  app.get('/api/v1/openapi.json', { config: { access: 'public' } }, (_request, reply) => reply.send(openApi()));
  registerRoutes(app, options, {
    ...accessHandlers(options),
    ...fleetHandlers(options),
    ...grantHandlers(options),
    ...modelHandlers(options),
    ...runHandlers(options),
    ...traceHandlers(options),
    ...reportHandlers(options),
    ...performanceHandlers(options),
    ...webhookHandlers(options),
    ...watchHandlers(options),
    ...workHandlers(options),
  });
  await app.register((scope) => deviceFace(scope, options));
  await app.register((scope) => mlflowFace(scope, { ...options, settings: options.mlflow ?? default_settings }));
  streamFace(app, options);
  metricsFace(app, options);
  errorPagesFace(app);
  if (options.web_folder !== undefined) await pagesFace(app, options.web_folder);
  return app;
}

/** Deny by default: whoever adds a route says who may call it. Static files under /assets are the UI's own and public. */
function guardRoutes(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined && !route.url.startsWith('/assets/'))
      throw failure('HF-ACCESS-006', { route: `${String(route.method)} ${route.url}` });
  });
}

function setErrors(app: FastifyInstance, { on_error }: FaceOptions): void {
  app.setErrorHandler((error: Error, _request, reply) => {
    const known = toHoldfastError(error);
    if (known.status >= 500 && !(error instanceof HoldfastError)) on_error(error);
    return sendProblem(reply, known);
  });
  app.setNotFoundHandler((request, reply) => sendProblem(reply, failure('HF-REQ-002', { method: request.method, path: request.url.split('?')[0] ?? '' })));
}
