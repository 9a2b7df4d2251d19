// Errors of tracking. The sentences are those that MLflow's clients know, since they match on some of them.
import type { CatalogueEntry } from './error.ts';

export const trackingErrors = {
  'HF-TRACK-001': {
    says: "Changing param values is not allowed. Param with key='{key}' was already logged with value='{was}' for run ID='{run}'. Attempted logging new value '{saw}'.",
    hint: 'A parameter is written once; log a metric or a tag for what changes.',
    status: 409,
    exit: 6,
  },
  'HF-TRACK-002': { says: 'No Experiment with id={id} exists.', hint: 'List what exists: mlflow experiments search', status: 404, exit: 3 },
  'HF-TRACK-003': { says: "Could not find experiment with name '{name}'.", hint: 'Make it: mlflow experiments create -n NAME', status: 404, exit: 3 },
  'HF-TRACK-004': { says: 'Run with id={id} not found.', hint: 'List the runs of an experiment: mlflow runs list --experiment-id ID', status: 404, exit: 3 },
  'HF-TRACK-005': {
    says: 'Experiment(name={name}) already exists{deleted}.',
    hint: 'Choose another name, or use the one that exists; a deleted one can be restored.',
    status: 409,
    exit: 6,
  },
  'HF-TRACK-006': {
    says: "The experiment {id} must be in the 'active' state. Current state is {state}.",
    hint: 'Restore it: mlflow experiments restore -x ID',
    status: 409,
    exit: 6,
  },
  'HF-TRACK-007': {
    says: "The run {id} must be in the 'active' state. Current state is deleted.",
    hint: 'Restore it: mlflow runs restore --run-id ID',
    status: 409,
    exit: 6,
  },
  'HF-TRACK-008': { says: 'Cannot rename a non-active experiment.', hint: 'Restore it: mlflow experiments restore -x ID', status: 409, exit: 6 },
  'HF-TRACK-009': { says: 'No tag with name: {key} in {kind} with id {id}.', hint: 'See what tags it has.', status: 404, exit: 3 },
  'HF-TRACK-010': { says: 'Logged model with ID {id} not found.', hint: 'Search the models of the experiment.', status: 404, exit: 3 },
  'HF-TRACK-011': {
    says: 'Invalid path: {saw} names no file or folder of the artifact store.',
    hint: 'Use a relative path without "..", "\\", "#", ";" or empty parts.',
    status: 400,
    exit: 2,
  },
  'HF-TRACK-012': { says: 'No such artifact: {path}.', hint: 'List what the run has: mlflow artifacts list --run-id ID', status: 404, exit: 3 },
  'HF-TRACK-013': { says: 'The artifact {path} cannot be stored: {other} is {kind} already.', hint: 'Choose another name.', status: 409, exit: 6 },
  'HF-TRACK-014': {
    says: 'The server is busy: {saw} metrics wait to be written, the limit is {limit}.',
    hint: 'The client tries again by itself.',
    status: 503,
    exit: 7,
    retryable: true,
  },
  'HF-TRACK-015': {
    says: 'The artifact root {saw} is not one: expected {expected}.',
    hint: 'Example: --artifact-root s3://bucket/prefix',
    status: 400,
    exit: 2,
  },
  'HF-TRACK-016': { says: 'Trace with ID {id} is not found.', hint: 'Search the traces of the experiment.', status: 404, exit: 3 },
  'HF-TRACK-017': {
    says: 'Cannot link more than {limit} traces to a run in a single request. Provided {saw} traces.',
    hint: 'Link them in several requests.',
    status: 400,
    exit: 2,
  },
  'HF-TRACK-018': { says: 'Logged model with ID {id} was deleted.', hint: 'An ID is used once: leave it out, and one is chosen.', status: 409, exit: 6 },
} as const satisfies Record<string, CatalogueEntry>;
