// GET /api/v1/stream: server-sent events (WHATWG HTML, 9.2). One stream a page; `changed` names topics, the page asks again for what it shows;
// `beat` says every 20 seconds that the stream is alive, since a connection that is cut in between looks to both ends as if it were quiet.
import { authorize } from '@holdfast/access';
import type { FastifyInstance } from 'fastify';
import type { FaceOptions } from './rooms.ts';
import { whoAsks } from './who.ts';

const streams_max = 500;
const gather_ms = 200;
const beat_ms = 20_000;

export function streamFace(app: FastifyInstance, options: FaceOptions): void {
  const open = new Set<() => void>();
  app.addHook('preClose', async () => open.forEach((end) => end()));
  app.get('/api/v1/stream', { exposeHeadRoute: false, config: { access: 'viewer' } }, async (request, reply) => {
    authorize(await whoAsks(options.rooms.access, request, options.no_auth), 'viewer');
    if (open.size >= streams_max) return reply.code(503).header('retry-after', '30').send();
    reply.hijack();
    const out = reply.raw;
    out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    out.write('retry: 2000\n\n');
    let topics = new Set<string>();
    let timer: NodeJS.Timeout | null = null;
    const flush = () => {
      timer = null;
      out.write(`event: changed\ndata: ${JSON.stringify([...topics])}\n\n`);
      topics = new Set();
    };
    const unsubscribe = options.wakes.subscribe((topic) => {
      topics.add(topic);
      timer ??= setTimeout(flush, gather_ms);
    });
    const beat = setInterval(() => out.write('event: beat\ndata: {}\n\n'), beat_ms);
    const end = () => {
      if (timer) clearTimeout(timer);
      clearInterval(beat);
      unsubscribe();
      open.delete(end);
      out.end();
    };
    open.add(end);
    request.raw.on('close', end);
    return reply;
  });
}
