// mlflow: fields that many routes share.
import { choice, double, int64, list, message, required, text } from '../fields.ts';

export const run_id = text({ ...required, alias: 'run_uuid', rule: 'run_id' });
export const experiment_id = text({ ...required, rule: 'experiment_id' });
export const filter = text({ chars_max: 100_000, note: 'the filter grammar of MLflow, AND only' });
export const order_by = list(text({ chars_max: 1_000 }), { items_max: 20 });
export const page_token = text({ chars_max: 20_000 });
export const view_type = choice(['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'], { first: 1, default: 'ACTIVE_ONLY' });
export const status = choice(['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'], { first: 1 });

export const param = message({ key: text({ ...required, chars_max: 250, rule: 'key' }), value: text({ cut_chars: 6_000, default: '' }) });
export const run_tag = message({ key: text({ ...required, chars_max: 250, rule: 'key' }), value: text({ cut_chars: 8_000, default: '' }) });
export const experiment_tag = message({ key: text({ ...required, chars_max: 250, rule: 'key' }), value: text({ chars_max: 5_000, default: '' }) });
export const model_tag = message({ key: text({ ...required, chars_max: 250, rule: 'key' }), value: text({ chars_max: 100_000, default: '' }) });
/** What names it is `key` in the protocol, and `name` in MLflow's messages. */
const point = {
  key: text({ ...required, chars_max: 250, rule: 'key' }),
  value: double({ ...required }),
  timestamp: int64({ ...required, min: 0 }),
  step: int64({ default: 0 }),
  model_id: text({ chars_max: 100 }),
  dataset_name: text({ chars_max: 500 }),
  dataset_digest: text({ chars_max: 36 }),
} as const;
export const metric_fields = point;
export const metric = message(point);
export const model_link = message({ model_id: text({ ...required, chars_max: 100 }), step: int64({ default: 0 }) });
