// The web UI: static files with long caching, and index.html for every path that a browser opens; the UI says what it does not know.
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import { failure } from '@holdfast/base';
import type { FastifyInstance, FastifyRequest } from 'fastify';

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
  for (const url of ['/', '/*'])
    app.get(url, page, (request, reply) => {
      if (!isOfBrowser(request)) throw failure('HF-REQ-002', { method: request.method, path: request.url.split('?')[0] ?? '' });
      // never from a cache without a question: it names the assets of this release
      const headers = { 'content-security-policy': policy, 'cache-control': 'no-cache' };
      return reply.headers(headers).sendFile('index.html', folder, { cacheControl: false });
    });
}

/** A program that asks for a path that is not there gets a problem, not a page. */
function isOfBrowser({ url, headers }: FastifyRequest): boolean {
  return url === '/' || (!url.startsWith('/api/') && (headers.accept ?? '').includes('text/html'));
}
