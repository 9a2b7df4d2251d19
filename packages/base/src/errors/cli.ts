// Errors of the command line itself.
import type { CatalogueEntry } from './error.ts';

export const cliErrors = {
  'HF-CLI-001': { says: 'Unknown field {saw}; the fields are {expected}.', hint: 'holdfast {command} --help', status: 400, exit: 2 },
  'HF-CLI-002': { says: 'No server address is known.', hint: 'Give --server URL, or set HOLDFAST_SERVER.', status: 400, exit: 2 },
  'HF-CLI-003': { says: 'The server at {url} does not answer: {reason}.', hint: 'Start it: holdfast up', status: 503, exit: 7, retryable: true },
  'HF-CLI-004': { says: 'No error has the code {saw}.', hint: 'holdfast explain lists all codes.', status: 404, exit: 3 },
  'HF-CLI-005': { says: 'The port {port} on {host} is taken.', hint: 'Choose another with --port.', status: 500, exit: 6 },
  'HF-CLI-006': { says: 'Option {option}: saw {saw}, expected {expected}.', hint: 'holdfast {command} --help', status: 400, exit: 2 },
  'HF-CLI-007': { says: 'The condition was not met: {reason}.', hint: 'See the output above.', status: 409, exit: 8 },
} as const satisfies Record<string, CatalogueEntry>;
