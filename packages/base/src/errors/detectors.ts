// Errors of the streaming detectors and of the monitors of an app: a name, a parameter, a state or a configuration that cannot be used.
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
  'HF-STAT-025': {
    says: 'The monitor {monitor} cannot start: saw {saw}, expected {expected}.',
    hint: 'Parameters and their defaults: holdfast drift monitor --help',
    status: 400,
    exit: 2,
  },
  'HF-STAT-026': { says: 'There is no monitor {saw}; expected {expected}.', hint: 'holdfast drift monitor --help', status: 400, exit: 2 },
  'HF-STAT-027': {
    says: 'The state of a monitor cannot be taken up: saw {saw}, expected {expected}.',
    hint: 'Start the monitor anew.',
    status: 400,
    exit: 2,
  },
  'HF-STAT-028': {
    says: 'The monitors cannot be used, {where}: saw {saw}, expected {expected}.',
    hint: 'What a file of monitors holds: docs/how-to/bring-your-monitors.md',
    status: 400,
    exit: 2,
  },
} as const satisfies Record<string, CatalogueEntry>;
