// Errors of the command line itself. In a hint, whatever follows `holdfast` up to the end of the hint is one command: a test runs it past the program.
import type { CatalogueEntry } from './error.ts';

export const cliErrors = {
  'HF-CLI-001': { says: 'Unknown field {saw}; the fields are {expected}.', hint: 'holdfast {command} --help', status: 400, exit: 2 },
  'HF-CLI-002': { says: 'No server address is known.', hint: 'Give --server URL, or set HOLDFAST_SERVER.', status: 400, exit: 2 },
  'HF-CLI-003': { says: 'The server at {url} does not answer: {reason}.', hint: 'Start it: holdfast up', status: 503, exit: 7, retryable: true },
  'HF-CLI-004': { says: 'No error has the code {saw}.', hint: 'List all codes: holdfast explain', status: 404, exit: 3 },
  'HF-CLI-005': { says: 'The port {port} on {host} is taken.', hint: 'Choose another with --port.', status: 500, exit: 6 },
  'HF-CLI-006': { says: '{option}: saw {saw}, expected {expected}.', hint: 'holdfast {command} --help', status: 400, exit: 2 },
  'HF-CLI-007': { says: 'The condition was not met: {reason}.', hint: 'See the output above.', status: 409, exit: 8 },
  'HF-CLI-008': { says: 'Wrong usage: saw {saw}, expected {expected}.', hint: 'holdfast {help}', status: 400, exit: 2 },
  'HF-CLI-009': { says: 'The file {file} cannot be used: {reason}.', hint: 'Check the path, and who may read or write it.', status: 400, exit: 2 },
  'HF-CLI-010': {
    says: 'The file {file} is not what the command takes: saw {saw}, expected {expected}.',
    hint: 'Mend the file, and give the command again.',
    status: 400,
    exit: 2,
  },
  'HF-CLI-011': {
    says: 'The command met an error that it does not know: {message}.',
    hint: 'Give the command again with HOLDFAST_DEBUG=1, and report what it prints.',
    status: 500,
    exit: 1,
  },
  'HF-CLI-012': { says: '{failed} of {checks} checks failed: {names}.', hint: 'The column "fix" says what to do.', status: 500, exit: 1 },
  'HF-CLI-013': {
    says: 'The MLflow server answered {status} {code}: {message}.',
    hint: 'What was copied stays. Mend the cause, and give the command again.',
    status: 502,
    exit: 1,
  },
  'HF-CLI-014': {
    says: '{count} things could not be copied.',
    hint: 'They are named above. Mend the cause, and give the command again: what was copied is passed over.',
    status: 409,
    exit: 1,
  },
  'HF-CLI-015': {
    says: 'The artifacts at {address} cannot be reached from here.',
    hint: 'Give the folder of the server that passes them on with --artifacts, or copy from the address of that server.',
    status: 409,
    exit: 1,
  },
  'HF-CLI-020': {
    says: 'Line {line} cannot be tested: saw {saw}, expected {expected}.',
    hint: 'What a line holds: holdfast drift test --help',
    status: 400,
    exit: 2,
  },
  'HF-CLI-021': {
    says: 'Line {line} is no inference: saw {saw}, expected {expected}.',
    hint: 'What a line holds: holdfast drift monitor --help',
    status: 400,
    exit: 2,
  },
} as const satisfies Record<string, CatalogueEntry>;
