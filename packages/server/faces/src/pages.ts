// The web UI: static files with long caching, and index.html for every path of a view.
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

export async function pagesFace(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: path.join(folder, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    // the files' names carry their hash
    schemaHide: true,
  });
  const page = { config: { access: 'public' as const } };
  for (const url of [
    '/',
    '/login',
    '/devices',
    '/devices/*',
    '/drift',
    '/drift/*',
    '/models',
    '/models/*',
    '/samples',
    '/datasets',
    '/datasets/*',
    '/rollouts',
    '/rollouts/*',
    '/workflows',
    '/workflows/*',
    '/executions/*',
    '/alerts',
    '/alerts/*',
    '/runs',
    '/runs/*',
    '/settings',
    '/settings/*',
    '/audit',
  ]) {
    app.get(url, page, (_request, reply) => reply.header('content-security-policy', policy).header('cache-control', 'no-cache').sendFile('index.html', folder));
  }
}
