// Errors of who may do what.
import type { CatalogueEntry } from './error.ts';

export const accessErrors = {
  'HF-ACCESS-001': {
    says: 'This request carries no session, token or signature.',
    hint: 'Sign in, or send "Authorization: Bearer TOKEN". An administrator makes one: holdfast token make NAME',
    status: 401,
    exit: 4,
  },
  'HF-ACCESS-002': {
    says: 'The {what} is not known, has expired, or was revoked.',
    hint: 'Sign in again, or make a new token: holdfast token make NAME',
    status: 401,
    exit: 4,
  },
  'HF-ACCESS-003': { says: 'The role {role} may not do this; it needs {needed}.', hint: 'Ask an administrator for the role.', status: 403, exit: 5 },
  'HF-ACCESS-004': { says: 'The name or the passphrase is wrong.', hint: 'Try again; an administrator can set a new passphrase.', status: 401, exit: 4 },
  'HF-ACCESS-005': {
    says: 'The passphrase has {saw} characters, expected {expected} or more.',
    hint: 'Choose a longer one: four words will do.',
    status: 400,
    exit: 2,
  },
  'HF-ACCESS-006': { says: 'The route {route} declares no access rule.', hint: 'Give the route an `access` in its definition.', status: 500, exit: 1 },
  'HF-ACCESS-007': {
    says: 'The device signature does not fit the request.',
    hint: 'Check the clock and the key of the device, or enrol it again: holdfast join ADDRESS',
    status: 401,
    exit: 4,
  },
  'HF-ACCESS-008': { says: 'The device {device} was removed.', hint: 'Enrol it again with a new join token: holdfast join ADDRESS', status: 401, exit: 4 },
  'HF-ACCESS-009': { says: 'Too many tries: {saw} in a minute, the limit is {limit}.', hint: 'Wait a minute.', status: 429, exit: 7, retryable: true },
  'HF-ACCESS-010': {
    says: '--no-auth was asked on host {host}; it is allowed on a loopback address only.',
    hint: 'Leave --no-auth out, or use --host 127.0.0.1.',
    status: 500,
    exit: 2,
  },
  'HF-ACCESS-011': { says: 'A request from another site ({origin}) was refused.', hint: 'Open the UI at its own address.', status: 403, exit: 5 },
  'HF-ACCESS-012': {
    says: 'The audit row of {action} was to be written outside of the transaction of its change.',
    hint: 'This is a fault of the server: report it.',
    status: 500,
    exit: 1,
  },
  'HF-ACCESS-013': {
    says: 'A server without sign-in answers to the names of this machine alone (localhost, 127.0.0.1, [::1]); the request was for {host}.',
    hint: 'Open http://127.0.0.1:PORT, or start the server without --no-auth.',
    status: 403,
    exit: 5,
  },
  'HF-ACCESS-014': {
    says: 'This needs the level {needed} on {what}.',
    hint: 'Ask whoever manages it, or an administrator, for a grant: holdfast grant set LEVEL --user NAME --experiment NAME',
    status: 403,
    exit: 5,
  },
  'HF-ACCESS-015': {
    says: 'Whoever has grants and no role cannot choose a folder of the artifact store: every experiment gets one of its own.',
    hint: 'Leave artifact_location out, or name a bucket of your own.',
    status: 403,
    exit: 5,
  },
} as const satisfies Record<string, CatalogueEntry>;
