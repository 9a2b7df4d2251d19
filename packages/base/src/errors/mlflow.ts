// Errors of a request that speaks MLflow's protocol. The sentences are those of MLflow, since its clients and their users know them.
import type { CatalogueEntry } from './error.ts';

const otlp = 'Send ExportTraceServiceRequest of OTLP, as protobuf or JSON.';
const reference = 'See docs/reference/mlflow.md for the fields of each route.';

export const mlflowErrors = {
  'HF-MLF-001': {
    says: "Missing value for required parameter '{field}'. See the API docs for more information about request parameters.",
    hint: reference,
    status: 400,
    exit: 2,
  },
  'HF-MLF-002': {
    says: "Invalid value {saw} for parameter '{field}' supplied:  Hint: Value was of type '{type}'. See the API docs for more information about request parameters.",
    hint: reference,
    status: 400,
    exit: 2,
  },
  'HF-MLF-003': { says: "Invalid value {saw} for parameter '{field}' supplied: {why}.", hint: reference, status: 400, exit: 2 },
  'HF-MLF-004': { says: '{field} exceeds the maximum length of {limit} characters.', hint: reference, status: 400, exit: 2 },
  'HF-MLF-005': { says: "Invalid value {saw} for parameter '{field}' supplied. {why}.", hint: reference, status: 400, exit: 2 },
  'HF-MLF-006': { says: 'Bad Request. {what}.', hint: 'Send the body as JSON, with "Content-Type: application/json".', status: 400, exit: 2 },
  'HF-MLF-007': { says: 'Invalid page token, {why}.', hint: 'Send the token as it came, with the same filter and order.', status: 400, exit: 2 },
  'HF-MLF-008': { says: '{why}.', hint: "Example: metrics.accuracy > 0.9 and params.model = 'tree'", status: 400, exit: 2 },
  'HF-MLF-009': {
    says: 'A batch logging request can contain at most {limit} {kind}. Got {saw} {kind}. Please split up {kind} across multiple requests and try again.',
    hint: reference,
    status: 400,
    exit: 2,
  },
  'HF-MLF-010': {
    says: 'Duplicate parameter keys have been submitted: {keys}. Please ensure the request contains only one param value per param key.',
    hint: reference,
    status: 400,
    exit: 2,
  },
  'HF-MLF-011': {
    says: '{what} is not something this server has.',
    hint: 'It has tracking, artifacts, logged models and the model registry: see docs/reference/mlflow.md.',
    status: 501,
    exit: 1,
  },
  'HF-MLF-012': { says: 'No route of MLflow answers {method} {path}.', hint: reference, status: 404, exit: 3 },
  'HF-MLF-013': {
    says: 'The workspace {saw} does not exist: this server has one, and experiments and models carry tags.',
    hint: 'Unset MLFLOW_WORKSPACE.',
    status: 400,
    exit: 2,
  },
  'HF-MLF-014': { says: 'The variable {name} is {saw}; expected {expected}.', hint: 'Set it so, or unset it.', status: 400, exit: 2 },
  'HF-MLF-015': { says: '{why}.', hint: otlp, status: 400, exit: 2 },
  'HF-MLF-016': { says: 'The spans of the request have more than {limit} bytes.', hint: 'Export fewer spans in one request.', status: 413, exit: 2 },
  'HF-MLF-017': { says: 'The request {what}.', hint: otlp, status: 422, exit: 2 },
  'HF-MLF-018': {
    says: 'Trace with ID {id} is not fully exported yet, please try again later.',
    hint: 'Ask for what is there with allow_partial.',
    status: 404,
    exit: 3,
  },
  'HF-MLF-019': {
    says: '{what} is not supported for the current artifact repository: this server passes a file of any size on as it comes.',
    hint: "Send or read the file in one request; MLflow's clients then do so by themselves.",
    status: 501,
    exit: 1,
  },
} as const satisfies Record<string, CatalogueEntry>;
