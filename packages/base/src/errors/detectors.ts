// Errors of the streaming detectors: a name, a parameter or a state that cannot be used.
import type { CatalogueEntry } from './error.ts';

export const detectorErrors = {
  'HF-STAT-020': {
    says: 'The detector {detector} cannot start: saw {saw}, expected {expected}.',
    hint: 'Parameters and their defaults: holdfast drift stream --help',
    status: 400,
    exit: 2,
  },
  'HF-STAT-021': { says: 'There is no detector {saw}; expected {expected}.', hint: 'holdfast drift stream --help', status: 400, exit: 2 },
  'HF-STAT-022': {
    says: 'The state of a detector cannot be taken up: saw {saw}, expected {expected}.',
    hint: 'Start the detector anew.',
    status: 400,
    exit: 2,
  },
  'HF-STAT-023': {
    says: 'The reference of a detector holds {saw}, expected {expected}.',
    hint: 'Give values of the time when all was well, in their order.',
    status: 400,
    exit: 2,
  },
} as const satisfies Record<string, CatalogueEntry>;
