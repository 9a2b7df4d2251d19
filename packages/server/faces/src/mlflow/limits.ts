// mlflow: limits and shapes that no single field has: of a batch, and of the model that a 2.x client logs.
import { failure } from '@holdfast/base';

interface Batch {
  readonly metrics: readonly unknown[];
  readonly params: readonly { readonly key: string }[];
  readonly tags: readonly unknown[];
}

/** mlflow/utils/validation.py, _validate_batch_log_limits. */
export function checkBatch({ metrics, params, tags }: Batch): void {
  const limits = [
    ['metrics', metrics.length, 1_000],
    ['params', params.length, 100],
    ['tags', tags.length, 100],
    ['metrics, params, and tags', metrics.length + params.length + tags.length, 1_000],
  ] as const;
  for (const [kind, saw, limit] of limits) if (saw > limit) throw failure('HF-MLF-009', { kind, saw, limit });
  const keys = params.map((param) => param.key);
  const twice = [...new Set(keys.filter((key, i) => keys.indexOf(key) !== i))];
  if (twice.length > 0) throw failure('HF-MLF-010', { keys: `[${twice.map((key) => `'${key}'`).join(', ')}]` });
}

/** The model_json of log-model, which has to name the run that it is sent to. Fails with HF-MLF-003. */
export function readLoggedModel(model_json: string, run_id: string): object {
  const wrong = (why: string): Error => failure('HF-MLF-003', { saw: JSON.stringify(model_json.slice(0, 100).toWellFormed()), field: 'model_json', why });
  let model: unknown;
  try {
    model = JSON.parse(model_json);
  } catch {
    throw wrong('it is not JSON');
  }
  if (typeof model !== 'object' || model === null || Array.isArray(model)) throw wrong('it is not a JSON object');
  const missing = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'].filter((name) => !(name in model));
  if (missing.length > 0) throw wrong(`it has no ${missing.join(', ')}`);
  if ((model as { run_id: unknown }).run_id !== run_id) throw wrong(`its run_id is not ${run_id}`);
  return model;
}
