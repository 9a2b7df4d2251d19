// mlflow: errors as MLflow's clients read them: an error code of theirs, our sentence, and beside them our own code and hint.
import type { HoldfastError } from '@holdfast/base';
import type { FastifyReply } from 'fastify';

type Mapped = readonly [error_code: string, status: number];

/** mlflow/exceptions.py; only what is not as the status of ours says. No status of these makes a client try again (it does for 429, 500, 502 to 504). */
const mapped: Readonly<Record<string, Mapped>> = {
  'HF-MLF-006': ['BAD_REQUEST', 400],
  'HF-MLF-012': ['ENDPOINT_NOT_FOUND', 404],
  'HF-MLF-013': ['FEATURE_DISABLED', 400],
  'HF-REG-002': ['INVALID_PARAMETER_VALUE', 400],
  'HF-REG-007': ['RESOURCE_ALREADY_EXISTS', 400],
  'HF-REG-009': ['INVALID_PARAMETER_VALUE', 400],
  'HF-REG-010': ['INVALID_STATE', 400],
  'HF-TRACK-001': ['INVALID_PARAMETER_VALUE', 400],
  'HF-TRACK-005': ['RESOURCE_ALREADY_EXISTS', 400],
  'HF-TRACK-006': ['INVALID_PARAMETER_VALUE', 400],
  'HF-TRACK-007': ['INVALID_PARAMETER_VALUE', 400],
  'HF-TRACK-008': ['INVALID_STATE', 400],
  'HF-TRACK-013': ['INVALID_PARAMETER_VALUE', 400],
  'HF-TRACK-018': ['RESOURCE_ALREADY_EXISTS', 400],
};
const by_status: Readonly<Record<number, string>> = {
  400: 'INVALID_PARAMETER_VALUE',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'RESOURCE_DOES_NOT_EXIST',
  409: 'RESOURCE_CONFLICT',
  413: 'BAD_REQUEST',
  422: 'INVALID_PARAMETER_VALUE',
  416: 'INVALID_PARAMETER_VALUE',
  429: 'REQUEST_LIMIT_EXCEEDED',
  501: 'NOT_IMPLEMENTED',
  503: 'TEMPORARILY_UNAVAILABLE',
};

export function sendMlflowError(reply: FastifyReply, error: HoldfastError): FastifyReply {
  const [error_code, status] = mapped[error.code] ?? [by_status[error.status] ?? 'INTERNAL_ERROR', error.status];
  if (status === 401) void reply.header('www-authenticate', 'Basic realm="mlflow"');
  if (status === 503 || status === 429) void reply.header('retry-after', status === 429 ? '60' : '5');
  return reply
    .code(status)
    .type('application/json')
    .send(JSON.stringify({ error_code, message: error.message, code: error.code, hint: error.hint }));
}
