// The page of each error of the catalogue, at the address that is the type of its problem (RFC 9457, section 3.1.1).
import { failure, lookUp } from '@holdfast/base';
import type { FastifyInstance } from 'fastify';

const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

export function errorPagesFace(app: FastifyInstance): void {
  app.get<{ Params: { code: string } }>('/docs/errors/:code', { config: { access: 'public' } }, ({ params: { code } }, reply) => {
    const entry = lookUp(code);
    if (!entry) throw failure('HF-CLI-004', { saw: code });
    const rows = [
      ['It says', entry.says],
      ['What to do', entry.hint],
      ['HTTP status', String(entry.status)],
      ['Exit code', String(entry.exit)],
      ['Again', entry.retryable ? 'the same request may succeed later' : 'the same request will fail in the same way'],
    ];
    const lines = rows.map(([name, text]) => `<dt>${name}</dt><dd>${escaped(text!)}</dd>`).join('\n');
    const style =
      ':root{color-scheme:light dark;font:16px/1.5 system-ui}body{max-width:42rem;margin:2rem auto;padding:0 1rem}dt{font-weight:600}dd{margin:0 0 1rem}';
    return reply
      .header('content-security-policy', policy)
      .type('text/html; charset=utf-8')
      .send(`<!doctype html>\n<html lang="en"><title>${code}</title><style>${style}</style>\n<h1>${code}</h1>\n<dl>\n${lines}\n</dl></html>\n`);
  });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
