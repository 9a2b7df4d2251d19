// mlflow: what the filters and orders of each kind of thing may speak of: its entities, and the names and types of its attributes.
import type { Entity } from '@holdfast/tracking';

export interface Subject {
  readonly entities: readonly Entity[];
  /** Names of entities that this kind alone knows. */
  readonly prefixes?: Readonly<Record<string, Entity>>;
  /** Names as clients write them, and what they stand for. */
  readonly attributes: Readonly<Record<string, Attribute>>;
}
export interface Attribute {
  readonly key: string;
  readonly type: 'text' | 'number';
  /** What it is in truth, where clients call it an attribute. */
  readonly entity?: Entity;
}
const text = (key: string): Attribute => ({ key, type: 'text' });
const number = (key: string): Attribute => ({ key, type: 'number' });

export const entity_names: Readonly<Record<string, Entity>> = {
  metric: 'metric',
  metrics: 'metric',
  param: 'param',
  params: 'param',
  parameter: 'param',
  parameters: 'param',
  tag: 'tag',
  tags: 'tag',
  attribute: 'attribute',
  attributes: 'attribute',
  attr: 'attribute',
  run: 'attribute',
  dataset: 'dataset',
  datasets: 'dataset',
};
/** As MLflow's messages name them. */
export const shown_names: Readonly<Record<Entity, string>> = {
  metric: 'metric',
  param: 'parameter',
  tag: 'tag',
  attribute: 'attribute',
  dataset: 'dataset',
  metadata: 'request_metadata',
  span: 'span',
};

export const run_subject: Subject = {
  entities: ['metric', 'param', 'tag', 'attribute', 'dataset'],
  attributes: {
    run_id: text('run_id'),
    run_name: text('run_name'),
    'run name': text('run_name'),
    'Run name': text('run_name'),
    name: text('run_name'),
    status: text('status'),
    start_time: number('start_time'),
    created: number('start_time'),
    Created: number('start_time'),
    end_time: number('end_time'),
    user_id: text('user_id'),
    artifact_uri: text('artifact_uri'),
  },
};
export const experiment_subject: Subject = {
  entities: ['attribute', 'tag'],
  attributes: {
    name: text('name'),
    experiment_id: number('experiment_id'),
    creation_time: number('creation_time'),
    last_update_time: number('last_update_time'),
  },
};
export const logged_model_subject: Subject = {
  entities: ['attribute', 'metric', 'param', 'tag'],
  attributes: {
    name: text('name'),
    model_name: text('name'),
    model_id: text('model_id'),
    model_type: text('model_type'),
    status: text('status'),
    source_run_id: text('source_run_id'),
    creation_timestamp: number('creation_timestamp'),
    creation_time: number('creation_timestamp'),
    last_updated_timestamp: number('last_updated_timestamp'),
    last_updated_time: number('last_updated_timestamp'),
  },
};
/** The prompts of MLflow are models with this tag; its client asks for models without it, most of which were never told about prompts. */
export const prompt_tag = 'mlflow.prompt.is_prompt';
export const model_subject: Subject = {
  entities: ['attribute', 'tag'],
  attributes: {
    name: text('name'),
    timestamp: number('last_updated_timestamp'),
    last_updated_timestamp: number('last_updated_timestamp'),
    creation_timestamp: number('creation_timestamp'),
  },
};
export const version_subject: Subject = {
  entities: ['attribute', 'tag'],
  attributes: {
    ...model_subject.attributes,
    run_id: text('run_id'),
    source_path: text('source_path'),
    version_number: number('version_number'),
    version: number('version_number'),
  },
};
export const trace_subject: Subject = {
  entities: ['attribute', 'tag', 'metadata', 'span'],
  prefixes: { trace: 'attribute', metadata: 'metadata', request_metadata: 'metadata', span: 'span' },
  attributes: {
    request_id: text('trace_id'),
    trace_id: text('trace_id'),
    client_request_id: text('client_request_id'),
    experiment_id: number('experiment_id'),
    timestamp: number('timestamp_ms'),
    timestamp_ms: number('timestamp_ms'),
    execution_time: number('execution_time_ms'),
    execution_time_ms: number('execution_time_ms'),
    end_time: number('end_time_ms'),
    end_time_ms: number('end_time_ms'),
    status: text('status'),
    name: text('name'),
    run_id: text('run_id'),
    text: { key: 'content', type: 'text', entity: 'span' },
  },
};
/** Of a span, beside `attributes.KEY`. */
export const span_keys = ['name', 'type', 'status', 'content'];
export const dataset_keys = ['name', 'digest', 'context'];
