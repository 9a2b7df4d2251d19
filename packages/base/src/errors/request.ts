// Errors of a request's shape, whatever the route.
import type { CatalogueEntry } from './error.ts';

export const requestErrors = {
  'HF-REQ-001': {
    says: '{where}: saw {saw}, expected {expected}.',
    hint: 'Compare the request with the API reference at /api/v1/openapi.json.',
    status: 400,
    exit: 2,
  },
  'HF-REQ-002': { says: 'No route answers {method} {path}.', hint: 'The routes are listed at /api/v1/openapi.json.', status: 404, exit: 3 },
  'HF-REQ-003': { says: 'The body has {saw} bytes, the limit of this route is {limit}.', hint: 'Send it in smaller parts.', status: 413, exit: 2 },
  'HF-REQ-004': { says: '{kind} {name} does not exist.', hint: 'List what exists: holdfast {kind} ls', status: 404, exit: 3 },
  'HF-REQ-005': { says: '{kind} {name} exists already.', hint: 'Choose another name, or use the one that exists.', status: 409, exit: 6 },
  'HF-REQ-006': {
    says: 'The server met an error that it does not know: {message}.',
    hint: 'Read the server log at the time of the answer, and report it.',
    status: 500,
    exit: 1,
  },
  'HF-REQ-007': { says: 'The server is stopping.', hint: 'Send the request again in a few seconds.', status: 503, exit: 7, retryable: true },
  'HF-REQ-008': { says: 'Limit met: {what} holds {limit} at most.', hint: 'Remove some, or raise the limit where it is a setting.', status: 409, exit: 6 },
  'HF-REQ-009': { says: 'No {kind} of {of} is called {name}.', hint: 'See what there is: holdfast {see}', status: 404, exit: 3 },
} as const satisfies Record<string, CatalogueEntry>;
