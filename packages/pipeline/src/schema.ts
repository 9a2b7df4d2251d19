// pipeline: the shape of the pipeline document, as JSON Schema draft 2020-12. The parser enforces this same object.
import type { Schema } from './json/check.ts';
import { postproc_ops, preproc_ops } from './ops/index.ts';

const name: Schema = { type: 'string', maxLength: 200, description: 'a name of at most 200 characters' };

function stage(kind: string, ops: readonly { readonly name: string; readonly params?: Schema }[]): Schema {
  const op: Schema = { type: 'string', enum: ops.map((each) => each.name), description: `the name of a ${kind} op` };
  const params = Object.fromEntries(ops.flatMap((each) => (each.params ? [[each.name, each.params]] : [])));
  return {
    type: 'object',
    description: `{"pipeline": [...], "params": {...}}, the ${kind} ops and their parameters`,
    properties: {
      pipeline: { type: 'array', items: op, maxItems: 32, description: `a list of at most 32 ${kind} ops` },
      params: { type: 'object', properties: params, additionalProperties: false, description: 'an object: parameters by the name of the op' },
    },
    required: ['pipeline'],
    additionalProperties: false,
  };
}

const dataset: Schema = {
  type: 'object',
  description: '{"name": ..., "path": {"train": ..., "test": ...}}',
  properties: {
    name,
    path: {
      type: 'object',
      description: 'an object of at most 20 paths, such as "train" and "test"',
      additionalProperties: { type: 'string', maxLength: 1000, description: 'a path' },
      maxProperties: 20,
    },
  },
  required: ['name'],
  additionalProperties: false,
};

const model: Schema = {
  type: 'object',
  description: '{"name": ..., "hyperparams": {...}}',
  properties: { name, hyperparams: { type: 'object', description: 'an object of at most 200 hyperparameters', maxProperties: 200 } },
  required: ['name'],
  additionalProperties: false,
};

export const pipelineSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Holdfast pipeline',
  type: 'object',
  description: 'an object with dataset, model, preproc and postproc',
  properties: { dataset, model, preproc: stage('preproc', preproc_ops), postproc: stage('postproc', postproc_ops) },
  required: ['dataset', 'model', 'preproc', 'postproc'],
  additionalProperties: false,
} as const satisfies Schema & { $schema: string; title: string };
