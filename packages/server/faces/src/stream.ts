// GET /api/v1/stream: server-sent events (WHATWG HTML, 9.2). One stream a page; `changed` names topics, the page asks again for what it shows;
// `beat` says every 20 seconds that the stream is alive, since a connection that is cut in between looks to both ends as if it were quiet.
// Whoever listens is asked for again at each beat: a token that was revoked or a session that is over ends the stream.
import type { ServerResponse } from 'node:http';
import { authorize } from '@holdfast/access';
import { HoldfastError } from '@holdfast/base';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { FaceOptions, Wakes } from './rooms.ts';
import { whoAsks } from './who.ts';

const streams_max = 500;
const gather_ms = 200;
const beat_ms = 20_000;

export function streamFace(app: FastifyInstance, options: FaceOptions): void {
  const open = new Set<() => void>();
  const letIn = async (request: FastifyRequest) => authorize(await whoAsks(options.rooms.access, request, options.no_auth), 'guest');
  app.addHook('preClose', async () => open.forEach((end) => end()));
  app.get('/api/v1/stream', { exposeHeadRoute: false, config: { access: 'guest' } }, async (request, reply) => {
    await letIn(request);
    if (open.size >= streams_max) return reply.code(503).header('retry-after', '30').send();
    reply.hijack();
    const out = reply.raw;
    out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    out.write('retry: 2000\n\n');
    const stops = [writeChanges(out, options.wakes)];
    const end = () => {
      if (!open.delete(end)) return;
      for (const stop of stops) stop();
      out.end();
    };
    const refused = (error: unknown) => {
      // a refusal is the answer; what else failed is told, and ends the stream too: nobody listens without having been asked for
      if (!(error instanceof HoldfastError)) options.on_error(error as Error);
      end();
    };
    stops.push(writeBeats(out, options.beat_ms ?? beat_ms, () => letIn(request), refused));
    open.add(end);
    request.raw.on('close', end);
    return reply;
  });
}

/** Topics, gathered for a moment. Gives back what stops it. */
function writeChanges(out: ServerResponse, wakes: Wakes): () => void {
  let topics = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  const flush = () => {
    timer = null;
    out.write(`event: changed\ndata: ${JSON.stringify([...topics])}\n\n`);
    topics = new Set();
  };
  const unsubscribe = wakes.subscribe((topic) => {
    topics.add(topic);
    timer ??= setTimeout(flush, gather_ms);
  });
  return () => {
    if (timer) clearTimeout(timer);
    unsubscribe();
  };
}

/** A beat each time that the listener is still let in; the first time that it is not is the last. Gives back what stops it. */
function writeBeats(out: ServerResponse, every_ms: number, letIn: () => Promise<void>, refused: (error: unknown) => void): () => void {
  let stopped = false;
  const beat = () => {
    if (stopped) return;
    out.write('event: beat\ndata: {}\n\n');
    timer = setTimeout(ask, every_ms);
  };
  const ask = () => void letIn().then(beat, refused);
  let timer = setTimeout(ask, every_ms);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
