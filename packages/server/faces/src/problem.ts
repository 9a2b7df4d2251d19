// Every error leaves as RFC 9457 problem+json with the code of the catalogue.
import { HoldfastError, failure } from '@holdfast/base';
import type { Problem } from '@holdfast/protocol/rest';
import type { FastifyError, FastifyReply } from 'fastify';

/** Turns whatever was thrown into an error of the catalogue. */
export function toHoldfastError(error: FastifyError | Error): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const { code = '', statusCode } = error as FastifyError;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return failure('HF-REQ-003', { saw: 'more', limit: 'that of the route' }, error);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return failure('HF-REQ-001', { where: 'content-type', saw: error.message, expected: 'application/json' }, error);
  if (code.startsWith('FST_ERR_CTP') || error instanceof SyntaxError)
    return failure('HF-REQ-001', { where: 'body', saw: error.message, expected: 'one JSON value' }, error);
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return failure('HF-REQ-001', { where: 'body', saw: 'an end before its end', expected: 'a whole body' }, error);
  if (code === '08006' || code === 'ECONNREFUSED' || code === '57P01' || code === 'ENOENT' || error.message.startsWith('Connection terminated'))
    return failure('HF-PG-005', { reason: error.message }, error);
  if (code === '53100' || code === 'ENOSPC') return failure('HF-DISK-001', { folder: 'the database' }, error);
  if (statusCode !== undefined && statusCode < 500)
    return failure('HF-REQ-001', { where: 'request', saw: error.message, expected: 'a request of the API' }, error);
  return failure('HF-REQ-006', { message: ofDatabase(error) ? `the database refused what it was asked (${code})` : error.message }, error);
}

/** An error that PostgreSQL sent names tables, constraints and values: they are for the log. */
const ofDatabase = (error: Error): boolean => 'severity' in error && 'routine' in error;

export function problemOf(error: HoldfastError): Problem {
  const { code, status, message, hint, retryable } = error;
  return { type: `/docs/errors/${code}`, title: code, status, detail: message, code, hint, retryable };
}

export function sendProblem(reply: FastifyReply, error: HoldfastError): FastifyReply {
  if (error.status === 401) void reply.header('www-authenticate', 'Bearer realm="holdfast"');
  if (error.status === 503 || error.status === 429) void reply.header('retry-after', error.status === 429 ? '60' : '5');
  return reply
    .code(error.status)
    .type('application/problem+json')
    .send(JSON.stringify(problemOf(error)));
}
