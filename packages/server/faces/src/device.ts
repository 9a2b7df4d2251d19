// The device face: enrol, the signed sync exchange, and bundles by range. /api/device/v1
import { createHash } from 'node:crypto';
import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { failure, isDigest } from '@holdfast/base';
import { isInTime, signatureFits } from '@holdfast/fleet';
import { type EnrolRequest, decodeSync, device_headers, signedText, sync_limits } from '@holdfast/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { FaceOptions, Rooms } from './rooms.ts';
import { checkText } from './text.ts';

const unzip = promisify(gunzip);

const Enrol = Compile(
  Type.Object({
    proto: Type.Integer(),
    token: Type.String({ maxLength: 200 }),
    public_key: Type.String({ maxLength: 200 }),
    name: Type.String({ minLength: 1, maxLength: 100 }),
    labels: Type.Record(Type.String({ maxLength: 63 }), Type.String({ maxLength: 200 }), { maxProperties: 64 }),
    platform: Type.Object({ os: Type.String({ maxLength: 20 }), arch: Type.String({ maxLength: 20 }), runtime: Type.String({ maxLength: 50 }) }),
  }),
);

/** A plugin of its own, since a sync body is read whole (its signature is over all of it), while other uploads are streams. */
export async function deviceFace(app: FastifyInstance, { rooms }: FaceOptions): Promise<void> {
  app.removeContentTypeParser('application/octet-stream');
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/api/device/v1/enrol', { config: { access: 'public' } }, async (request) => {
    if (!Enrol.Check(request.body)) {
      const error = Enrol.Errors(request.body)[0]!;
      throw failure('HF-REQ-001', { where: `body${error.instancePath}`, saw: 'another shape', expected: error.message });
    }
    checkText(request.body, 'body');
    return rooms.fleet.enrol(request.body as EnrolRequest, request.ip);
  });
  app.post('/api/device/v1/sync', { config: { access: 'device' }, bodyLimit: sync_limits.body_bytes_max }, async (request, reply) => {
    const sent = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
    const signed = await signedBy(rooms, request, sent);
    const { head, records } = decodeSync(await plain(request, sent));
    const answer = await rooms.ingest.exchange({ ...signed, head: checkHead(head), records, bytes_received: sent.length });
    return reply.type('application/json').send(JSON.stringify(answer));
  });
  app.get<{ Params: { digest: string } }>('/api/device/v1/bundles/:digest', { config: { access: 'device' } }, async (request, reply) => {
    const { device } = await signedBy(rooms, request, Buffer.alloc(0));
    const { digest } = request.params;
    if (!isDigest(digest)) throw failure('HF-REQ-001', { where: 'path/digest', saw: JSON.stringify(digest).slice(0, 80), expected: '64 hex digits' });
    const { size_bytes } = await rooms.registry.bundle(digest);
    const range = readRange(request.headers.range, size_bytes);
    const { from, to } = range ?? { from: 0, to: size_bytes };
    await rooms.fleet.countBytesSent(device, to - from);
    void reply
      .type('application/octet-stream')
      .header('etag', `"${digest}"`)
      .header('accept-ranges', 'bytes')
      .header('content-length', to - from);
    if (range) void reply.code(206).header('content-range', `bytes ${from}-${to - 1}/${size_bytes}`);
    return reply.send(await rooms.registry.readBundle(digest, { from, to }));
  });
}

/** The device whose signature the request carries, and when it signed: a copy of the request is of no use for long. Fails with HF-ACCESS-001, -002, -007 or -008. */
async function signedBy({ fleet, clock }: Rooms, request: FastifyRequest, body: Buffer): Promise<{ device: string; sent_ms: number }> {
  const header = (name: string) => String(request.headers[name] ?? '');
  const [id, time, signature] = [header(device_headers.device), header(device_headers.time), header(device_headers.signature)];
  if (!id || !signature) throw failure('HF-ACCESS-001');
  const device = await fleet.known(id);
  if (device.removed) throw failure('HF-ACCESS-008', { device: id });
  const digest = createHash('sha256').update(body).digest('hex');
  if (!signatureFits(device.key, signedText(request.method, request.url, id, time, digest), signature)) throw failure('HF-ACCESS-007');
  if (!isInTime(Number(time), clock.wall_ms())) throw failure('HF-ACCESS-007');
  return { device: id, sent_ms: Number(time) };
}

async function plain(request: FastifyRequest, body: Buffer): Promise<Buffer> {
  if (request.headers['content-encoding'] !== 'gzip') return body;
  try {
    return await unzip(body, { maxOutputLength: 4 * sync_limits.body_bytes_max });
  } catch (cause) {
    throw failure('HF-REQ-001', { where: 'body', saw: (cause as Error).message, expected: `gzip of at most ${4 * sync_limits.body_bytes_max} bytes` }, cause);
  }
}

const Head = Compile(
  Type.Object({
    boot: Type.String({ minLength: 1, maxLength: 100 }),
    have: Type.Object({ generation: Type.Integer() }),
    reported: Type.Object({
      agent_version: Type.String({ maxLength: 100 }),
      generation: Type.Integer(),
      current: Type.Union([
        Type.Null(),
        Type.Object({ bundle: Type.String({ maxLength: 64 }), model: Type.String({ maxLength: 100 }), model_version: Type.Integer() }),
      ]),
      install: Type.Object({
        state: Type.String({ maxLength: 20 }),
        bundle: Type.Union([Type.Null(), Type.String({ maxLength: 64 })]),
        rollout: Type.Union([Type.Null(), Type.String({ maxLength: 100 })]),
        since_ms: Type.Number(),
        bytes_done: Type.Number(),
      }),
      program: Type.Object({ state: Type.String({ maxLength: 20 }), restarts: Type.Integer() }),
      health: Type.Object({ disk_total_bytes: Type.Number(), disk_free_bytes: Type.Number() }),
      outbox: Type.Object({
        records: Type.Number(),
        dropped: Type.Number(),
        in_memory: Type.Optional(Type.Number()),
        refused_since_ms: Type.Optional(Type.Union([Type.Null(), Type.Number()])),
        dropped_ms: Type.Optional(Type.Union([Type.Null(), Type.Number()])),
      }),
      suspects: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 1000 }),
      hardware: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 250 }), { maxProperties: 32 })),
      quarantine: Type.Optional(Type.Object({ kept: Type.Number(), left_out: Type.Number() })),
      labels: Type.Optional(Type.Object({ after: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }) })),
    }),
  }),
);

function checkHead(head: ReturnType<typeof decodeSync>['head']): ReturnType<typeof decodeSync>['head'] {
  checkText(head, 'sync head');
  if (Head.Check(head)) return head;
  const error = Head.Errors(head)[0];
  throw failure('HF-REQ-001', { where: `sync head${error?.instancePath ?? ''}`, saw: 'another shape', expected: error?.message ?? 'that of the protocol' });
}

/** One range `bytes=FROM-[TO]`; null without a header or for a form that is not used (RFC 9110, 14.2: then the whole is sent). */
function readRange(header: string | undefined, size: number): { from: number; to: number } | null {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (!match) return null;
  const from = Number(match[1]);
  const to = match[2] ? Math.min(size, Number(match[2]) + 1) : size;
  if (from >= size || to <= from) throw failure('HF-BLOB-003', { saw: header, size });
  return { from, to };
}
