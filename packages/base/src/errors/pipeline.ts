// Errors of the pipeline JSON and of models.
import type { CatalogueEntry } from './error.ts';

export const pipelineErrors = {
  'HF-PIPE-001': { says: 'Line {line}: {message}.', hint: 'Compare it with docs/reference/pipeline.md.', status: 400, exit: 2 },
  'HF-PIPE-002': { says: 'The op {op} got {saw}, expected {expected}.', hint: 'Check the order of the ops, and their parameters.', status: 400, exit: 2 },
  'HF-MODEL-001': { says: 'The model file cannot be read: {reason}.', hint: 'Give an ONNX file that onnxruntime opens.', status: 400, exit: 1 },
} as const satisfies Record<string, CatalogueEntry>;
