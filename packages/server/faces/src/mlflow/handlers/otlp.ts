// mlflow: POST /v1/traces: spans as every OpenTelemetry client exports them (OTLP over HTTP, protobuf or JSON).
import { Readable } from 'node:stream';
import { failure } from '@holdfast/base';
import type { Span, Tracking } from '@holdfast/tracking';
import type { FastifyRequest } from 'fastify';
import type { MlflowCall, MlflowHandlers } from '../call.ts';
import { jsonAnswer, protobufAnswer } from '../otlp/answer.ts';
import { decodeJsonBatch } from '../otlp/decode-json.ts';
import { decodeBatch } from '../otlp/decode.ts';
import { NotProtobuf } from '../otlp/protobuf.ts';
import { type Batch, spansOf } from '../otlp/span-draft.ts';
import { readUpTo, unpacked } from '../otlp/unpack.ts';

const media = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;

/** The media type without its parameters. Fails with HF-MLF-015. */
function encodingOf(request: FastifyRequest): keyof typeof media {
  const given = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (given === media.protobuf || given === media.json) return given === media.json ? 'json' : 'protobuf';
  throw failure('HF-MLF-015', { why: `Invalid Content-Type: ${given?.slice(0, 80) ?? 'none'}. Expected: ${media.protobuf} or ${media.json}` });
}

async function batchOf(request: FastifyRequest): Promise<Batch> {
  const encoding = encodingOf(request);
  const body = request.body instanceof Readable ? request.body : Readable.from([]);
  const bytes = await unpacked(await readUpTo(body), request.headers['content-encoding']);
  const batch = decoded(bytes, encoding);
  if (batch.spans.length === 0) throw failure('HF-MLF-015', { why: 'Invalid OpenTelemetry format - no spans found' });
  return batch;
}
function decoded(bytes: Buffer, encoding: keyof typeof media): Batch {
  try {
    return encoding === 'json' ? decodeJsonBatch(bytes.toString('utf8')) : decodeBatch(bytes);
  } catch (error) {
    if (error instanceof NotProtobuf || error instanceof SyntaxError)
      throw failure('HF-MLF-015', { why: `Invalid OpenTelemetry format: ${error.message.slice(0, 200).toWellFormed()}` });
    throw error;
  }
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
/** Which experiment the spans are of; the header has no default. */
function experimentOf(request: FastifyRequest): number {
  const id = headerOf(request, 'x-mlflow-experiment-id');
  if (id !== undefined && /^\d{1,15}$/.test(id)) return Number(id);
  throw failure('HF-MLF-017', { what: id === undefined ? 'has no header x-mlflow-experiment-id' : 'has a header x-mlflow-experiment-id that is no number' });
}

export function otlpHandlers({ traces }: Tracking): MlflowHandlers {
  const keep = async (request: FastifyRequest, spans: readonly Span[]) => traces.addSpans(experimentOf(request), spans, headerOf(request, 'x-mlflow-run-id'));
  return {
    exportSpans: async ({ request, may, reply }: MlflowCall<object>) => {
      await may.experiment(experimentOf(request), 'edit');
      const { spans, refused, why } = spansOf(await batchOf(request));
      if (spans.length === 0) throw failure('HF-MLF-017', { what: `has no span that can be kept: ${why}` });
      const run = headerOf(request, 'x-mlflow-run-id');
      if (run !== undefined) await may.run(run, 'edit');
      await may.tracesToldOf([...new Set(spans.map((span) => `tr-${span.trace_id}`))]);
      const kept = await keep(request, spans);
      const all = { refused: refused + kept.refused, why: why ?? kept.why };
      const encoding = encodingOf(request);
      return reply.type(media[encoding]).send(encoding === 'json' ? jsonAnswer(all) : protobufAnswer(all));
    },
  };
}
