// Errors of the pipeline JSON, of models, and of the counts that statistics are taken on.
import type { CatalogueEntry } from './error.ts';

export const pipelineErrors = {
  'HF-PIPE-001': { says: 'Line {line}: {message}.', hint: 'Compare it with docs/reference/pipeline.md.', status: 400, exit: 2 },
  'HF-PIPE-002': { says: 'The op {op} got {saw}, expected {expected}.', hint: 'Check the order of the ops, and their parameters.', status: 400, exit: 2 },
  'HF-MODEL-001': { says: 'The model file cannot be read: {reason}.', hint: 'Give an ONNX file that onnxruntime opens.', status: 400, exit: 1 },
  'HF-MODEL-002': {
    says: 'The model got {saw}, expected {expected}.',
    hint: 'Check that the preproc ops end with the shape that the model takes.',
    status: 400,
    exit: 2,
  },
  'HF-MODEL-003': {
    says: 'The evaluation got {saw}, expected {expected}.',
    hint: 'Give one label an image, each the number of a class.',
    status: 400,
    exit: 2,
  },
  'HF-STAT-001': {
    says: 'The list has {saw} numbers, expected {expected}: one a bin, class or feature of the same reference profile.',
    hint: 'Merge and compare counts of one profile only.',
    status: 400,
    exit: 1,
  },
  'HF-STAT-002': {
    says: 'The window counts a feature {saw}, which the reference profile does not have.',
    hint: 'Merge and compare counts of one profile only.',
    status: 400,
    exit: 1,
  },
  'HF-STAT-003': {
    says: 'The alarm budget holds the number {saw}, expected one above 0.',
    hint: 'State how many false alarms a device may raise in a month, such as 1.',
    status: 400,
    exit: 2,
  },
  'HF-STAT-004': {
    says: 'The reference profile cannot be used, {where}: saw {saw}, expected {expected}.',
    hint: 'Make it with the profile step of the training, and give the file as it was written.',
    status: 400,
    exit: 2,
  },
  'HF-STAT-024': {
    says: 'A window was counted on the reference profile {saw}, the others on {expected}.',
    hint: 'Merge the windows of one profile only: they are grouped by its digest.',
    status: 400,
    exit: 1,
  },
  'HF-STAT-030': {
    says: 'The test {test} cannot be done: saw {saw}, expected {expected}.',
    hint: 'What each test takes, and its rule for missing values: holdfast drift test --help',
    status: 400,
    exit: 2,
  },
} as const satisfies Record<string, CatalogueEntry>;
