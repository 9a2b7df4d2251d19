// contract/server: two experiments and two models with everything that hangs on them, and one good request of every route that is about such an object.
import type { MlflowField, MlflowRoute } from '@holdfast/faces';
import type { Actor } from '@holdfast/postgres';
import type { House, RunningApp } from './support.ts';

/** What names an experiment with a run in it, a logged model, a file, and a registered model made of it. */
export interface Cove {
  readonly experiment: string;
  readonly experiment_id: number;
  readonly run: string;
  readonly logged_model: string;
  readonly trace: string;
  readonly file: string;
  readonly model: string;
}

/** `word` stands in every text of it, whoever may write one. */
export async function makeCove({ rooms }: House, word: string, by: Actor): Promise<Cove> {
  const { tracking, registry } = rooms;
  const tag = { key: 'note', value: word };
  const { id } = await tracking.experiments.create({ name: `${word} experiment`, tags: [tag], by });
  const run = await tracking.runs.create({ experiment_id: id, name: `${word} run`, user_id: word, tags: [tag], by });
  const point = { key: 'loss', value: 1, step: 1, at_ms: 1 };
  const logged = await tracking.models.create({ experiment_id: id, name: `${word} logged`, params: [tag], tags: [tag], source_run_id: run.id, by });
  await tracking.runs.log(run.id, { params: [{ key: 'p', value: word }], metrics: [point] });
  await tracking.runs.log(run.id, { model_metrics: [{ ...point, model_id: logged.id, dataset_name: word, dataset_digest: 'd' }] });
  const dataset = { name: `${word} data`, digest: 'd', source_type: 'local', source: word, schema: null, profile: null };
  await tracking.runs.addInputs(run.id, { datasets: [{ dataset, tags: [] }], models: [] });
  const words = { tags: { note: word }, metadata: { note: word } };
  const { row } = await tracking.traces.begin({ experiment_id: id, start_ms: 1, request_preview: word, ...words });
  const file = `${id}/${run.id}/artifacts/model/${word}.txt`;
  await tracking.artifacts.put(file, Buffer.from(`${word} bytes`));
  await tracking.artifacts.put(`${id}/models/${logged.id}/artifacts/${word}.txt`, Buffer.from(`${word} bytes`));
  const model = `${word}-model`;
  await registry.model_records.create({ name: model, description: word, tags: [tag], by });
  const source = `mlflow-artifacts:/${id}/${run.id}/artifacts`;
  await registry.version_records.create({ model, source, files: [], run_id: run.id, run_link: word, description: word, tags: [tag], by });
  await registry.setAlias({ model, alias: 'champion', version: 1, by, reason: word });
  return { experiment: `${word} experiment`, experiment_id: id, run: run.id, logged_model: logged.id, trace: row.id, file, model };
}

/** The same shape, of what is not there. */
export const nowhere: Cove = {
  experiment: 'nowhere experiment',
  experiment_id: 987_654,
  run: '0123456789abcdef0123456789abcdef',
  logged_model: `m-${'0'.repeat(32)}`,
  trace: `tr-${'0'.repeat(32)}`,
  file: `987654/0123456789abcdef0123456789abcdef/artifacts/model/nowhere.txt`,
  model: 'nowhere-model',
};

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly body?: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Fields of MLflow's routes by name; what is not here is left out, unless it has to be there. */
const fieldsOf = (of: Cove): Readonly<Record<string, unknown>> => ({
  experiment_id: String(of.experiment_id),
  experiment_name: of.experiment,
  experiment_ids: [String(of.experiment_id)],
  run_id: of.run,
  run_ids: [of.run],
  model_id: of.logged_model,
  name: of.model,
  version: '1',
  trace_id: of.trace,
  trace_ids: [of.trace],
  request_ids: [of.trace],
  timestamp_ms: 1,
  locations: [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: String(of.experiment_id) } }],
  trace: {
    trace_info: {
      trace_id: of.trace,
      trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: String(of.experiment_id) } },
      request_time: '2026-01-01T00:00:00Z',
    },
  },
  alias: 'champion',
  new_name: 'renamed',
  stage: 'Staging',
  status: 2,
  key: 'k',
  tag_key: 'note',
  metric_key: 'loss',
  value: '1',
  timestamp: 1,
  path: of.file.slice(of.file.indexOf('artifacts/') + 10),
  source: `mlflow-artifacts:/${of.file.slice(0, of.file.indexOf('/model/'))}`,
  model_json: JSON.stringify({ artifact_path: 'm', flavors: {}, utc_time_created: '', run_id: of.run }),
  max_results: 10,
});

/** A request of a route of MLflow about the cove. */
export function mlflowAsked(route: MlflowRoute, of: Cove): Asked {
  const known = fieldsOf(of);
  const given = Object.entries(route.fields).flatMap(([name, field]: [string, MlflowField]): [string, unknown][] => {
    const value = name in known ? known[name] : undefined;
    if (value === undefined) return field.required ? [[name, field.kind === 'list' ? ['x'] : 'x']] : [];
    return [[name, field.kind === 'list' && !Array.isArray(value) ? [value] : value]];
  });
  const fields = Object.fromEntries(given);
  const method = route.methods[0]!;
  const path = (route.root ? '' : '/api') + route.path.replaceAll(/:(\w+)/g, (_, name: string) => String(known[name])).replace('*', of.file);
  const query = new URLSearchParams(given.flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)])));
  return method === 'GET'
    ? { method, url: `${path}?${query.toString()}` }
    : { method, url: path, body: fields, headers: { 'x-mlflow-experiment-id': String(of.experiment_id) } };
}

export async function ask(
  { app }: RunningApp,
  { method, url, body, headers: more }: Asked,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const bytes = url.includes('/mlflow-artifacts/artifacts/');
  const typed: Record<string, string> = body === undefined ? {} : { 'content-type': bytes ? 'application/octet-stream' : 'application/json' };
  const answer = await app.inject({
    method,
    url,
    headers: { ...headers, ...typed, ...more },
    ...(body === undefined ? {} : { payload: bytes ? 'x' : JSON.stringify(body) }),
  });
  return { status: answer.statusCode, text: answer.body };
}
