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
  'HF-REG-006': { says: 'Registered Model with name={name} not found.', hint: 'List what exists: holdfast model ls', status: 404, exit: 3 },
  'HF-REG-007': {
    says: 'Registered Model (name={name}) already exists.',
    hint: 'Choose another name, or register a version of the one that exists.',
    status: 409,
    exit: 6,
  },
  'HF-REG-008': { says: 'Model Version (name={name}, version={version}) not found.', hint: 'holdfast model show {name}', status: 404, exit: 3 },
  'HF-REG-009': { says: 'Registered model alias {alias} not found.', hint: 'holdfast model show {name}', status: 404, exit: 3 },
  'HF-REG-010': {
    says: 'Model {name} has bundles that devices may run, so it cannot be {action}.',
    hint: 'Register a new model, and roll its versions out instead.',
    status: 409,
    exit: 6,
  },
  'HF-REG-011': {
    says: 'Model {model} version {version} is a folder of files, not one model file, so no bundle can be built of it.',
    hint: 'Register its ONNX file as a version: holdfast model register NAME FILE',
    status: 409,
    exit: 6,
  },
  'HF-REG-012': {
    says: 'Versions of stage {saw} cannot be archived when another one comes: that is for Staging and Production.',
    hint: 'Leave archive_existing_versions out.',
    status: 400,
    exit: 2,
  },
  'HF-REG-013': {
    says: 'Invalid Model Version stage: {saw}. Value must be one of {expected}.',
    hint: 'Or use an alias: it can have any name.',
    status: 400,
    exit: 2,
  },
  'HF-REG-014': {
    says: "Invalid model version source: '{saw}'. {why}.",
    hint: 'Log the model on a run, and register it from there: runs:/RUN_ID/PATH or models:/MODEL_ID.',
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
