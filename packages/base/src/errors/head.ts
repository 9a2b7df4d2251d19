// Errors of the head that learns on the device: what an app gave, and what its folder holds.
import type { CatalogueEntry } from './error.ts';

export const headErrors = {
  'HF-HEAD-001': {
    says: 'The head cannot be opened: saw {saw}, expected {expected}.',
    hint: 'Settings and their defaults: docs/how-to/adapt-on-the-device.md',
    status: 400,
    exit: 2,
  },
  'HF-HEAD-002': {
    says: 'A vector of features was refused: saw {saw}, expected {expected}. Nothing was changed.',
    hint: 'Give every vector by the same feature extractor; for another extractor open a head in another folder.',
    status: 400,
    exit: 2,
  },
  'HF-HEAD-003': {
    says: 'A label was refused: saw {saw}, expected {expected}. Nothing was changed.',
    hint: 'A label is the number of a class, in the order of the names that openHead got.',
    status: 400,
    exit: 2,
  },
  'HF-HEAD-004': {
    says: 'There is no snapshot {saw}; expected {expected}.',
    hint: 'Snapshots that are kept: head.snapshots()',
    status: 404,
    exit: 3,
  },
  'HF-HEAD-005': {
    says: 'Another process (pid {pid}) has the head in {folder} open.',
    hint: 'One process opens one head: stop the other, or give this one another folder.',
    status: 409,
    exit: 6,
  },
  'HF-HEAD-006': {
    says: 'The head in {folder} cannot be used: {reason}.',
    hint: 'Open it again; what was learned before is kept.',
    status: 500,
    exit: 1,
    retryable: true,
  },
} as const satisfies Record<string, CatalogueEntry>;
