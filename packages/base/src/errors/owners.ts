// Errors of the owners: fleet, registry, datasets.
import type { CatalogueEntry } from './error.ts';

export const ownerErrors = {
  'HF-FLEET-001': { says: 'The join token is not known, has expired, or is used up.', hint: 'Make a new one: holdfast join-token make', status: 401, exit: 4 },
  'HF-FLEET-002': {
    says: 'The device key is not an Ed25519 public key.',
    hint: 'Let the agent make its key: remove agent.key and join again.',
    status: 400,
    exit: 2,
  },
  'HF-FLEET-003': { says: 'The selector {saw} is not of the form key=value[,key=value].', hint: 'Example: site=north,kind=camera', status: 400, exit: 2 },
  'HF-REG-002': {
    says: 'The name {saw} is not allowed: expected 1 to 100 letters, digits, "-", "_" or ".", starting with a letter or digit.',
    hint: 'Choose another name.',
    status: 400,
    exit: 2,
  },
  'HF-REG-003': { says: 'Model {model} has no version {version}.', hint: 'holdfast model show {model}', status: 404, exit: 3 },
  'HF-REG-004': {
    says: 'Model {model} version {version} has no bundle.',
    hint: 'holdfast bundle build {model} {version} --pipeline FILE --profile FILE',
    status: 409,
    exit: 6,
  },
  'HF-REG-005': {
    says: 'The {file} of the bundle cannot be used: saw {saw}, expected {expected}.',
    hint: 'Upload the file that the training wrote, and build the bundle with its digest.',
    status: 400,
    exit: 2,
  },
  'HF-DATA-001': {
    says: 'The manifest names {path} with digest {digest}, which is not in the store.',
    hint: 'Upload the file first, then make the version.',
    status: 409,
    exit: 6,
  },
  'HF-DATA-002': { says: 'The path {saw} is not allowed in a dataset: expected a relative path without "..".', hint: 'Rename the file.', status: 400, exit: 2 },
  'HF-DATA-003': {
    says: 'The label {saw} does not fit into an IDX file: expected 0 to 255.',
    hint: 'Label these samples with the numbers of the classes of the model.',
    status: 409,
    exit: 6,
  },
} as const satisfies Record<string, CatalogueEntry>;
